import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { query } from '../support/postgres.js';
import { rowsOf } from '../support/requests.js';

/** Two gateways on one database, with the same ClickUp token, before a ClickUp that counts. */
const LIMIT = 40;
let apps: TestApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0).reverse()) await app.close();
});

async function pair(rateLimit: number): Promise<[TestApp, TestApp]> {
  const env = { CLICKUP_RATE_LIMIT: String(Math.max(100, rateLimit)), TEAM_ID: '12345' };
  const first = await startTestApp({ env, sandbox: { rateLimit } });
  const second = await startTestApp({ env, beside: first });
  apps = [first, second];
  return [first, second];
}

const call = (app: TestApp, name: string, args: object): Promise<any> => callTool(app.url, WRITE_KEY, name, args);

test('two replicas want twice what ClickUp allows: all of it is used, nothing is refused by ClickUp', async () => {
  const [first, second] = await pair(LIMIT);
  // Of their own, because the same read would be shared.
  const tasks = rowsOf(await call(first, 'find_tasks', {})).map(({ ref }) => String(ref));
  expect(new Set(tasks).size).toBeGreaterThanOrEqual(LIMIT);
  await call(second, 'get_task', { task_id: tasks[0] });
  first.sandbox.configure({ latencyMs: 100 });
  const answers = await Promise.all(
    [first, second].flatMap((app) => tasks.slice(0, LIMIT).map((task_id) => call(app, 'get_task', { task_id }))),
  );
  const refused = answers.filter(({ isError }) => isError);
  expect(refused.length).toBeGreaterThan(0);
  for (const { _meta } of refused)
    expect(_meta.error).toMatchObject({
      code: 'clickup_rate_limit',
      details: { position: expect.any(Number), retry_after_seconds: expect.any(Number) },
    });
  const budget = first.sandbox.budget().pk_sandbox_owner!;
  expect(budget.refused).toBe(0);
  expect(budget.windows[0]!.used).toBe(LIMIT - 2);
});

test('one row per token, without the token, and written far less often than requests are sent', async () => {
  const [first] = await pair(1_000);
  const task = String(rowsOf(await call(first, 'find_tasks', {}))[0]?.ref);
  const before = first.sandbox.requests().length;
  for (let i = 0; i < 100; i += 1) await call(first, 'get_task', { task_id: task });
  const sent = first.sandbox.requests().length - before;
  const rows = await query<{ version: string; ledger: object; digest: string }>(
    first.databaseUrl,
    `SELECT version, ledger, encode(token_digest, 'hex') AS digest FROM upstream_budgets`,
  );
  expect(rows).toHaveLength(1);
  expect(Number(rows[0]!.version)).toBeLessThan(sent / 5);
  expect(JSON.stringify(rows)).not.toContain('pk_');
});
