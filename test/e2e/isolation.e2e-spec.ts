import { ClickUpTransport, credential, OPERATIONS } from '#libs/clickup';
import { isRead } from '#libs/core';
import { MemoryBudget } from '#libs/limits';
import { DataSource } from 'typeorm';
import { SECOND_KEY, startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { apiKey, OTHER, OWNER, session } from '../support/connect.js';
import { CLIENTS } from '../support/clients.js';
import { query } from '../support/postgres.js';
import { prepare, SAMPLES } from '../support/samples/index.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ sandbox: { latencyMs: 5 } });
});
afterAll(() => app.close());

async function call(key: string, name: string, args: object): Promise<any> {
  const response = await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  });
  return response.json();
}

test('200 parallel calls under two keys and one id: each answer carries its own canary (SEC-209)', async () => {
  const canaries = Array.from({ length: 200 }, (_, index) => ({
    key: index % 2 ? WRITE_KEY : SECOND_KEY,
    name: `canary-${index}-of-${index % 2 ? 'first' : 'second'}`,
  }));
  const answers = await Promise.all(
    canaries.map(({ key, name }) => call(key, 'create_task', { list_id: '90144360426', name })),
  );
  answers.forEach((answer, index) => {
    expect(answer.id).toBe(1);
    expect(answer.result.structuredContent.name).toBe(canaries[index]?.name);
  });
});

test('a cursor and a confirmation of one key are worthless under the other (SEC-211)', async () => {
  const first = (await call(WRITE_KEY, 'find_tasks', {})).result.structuredContent;
  expect(first.next_cursor).toEqual(expect.any(String));
  expect((await call(SECOND_KEY, 'find_tasks', { cursor: first.next_cursor })).result._meta.error.code).toBe(
    'invalid_parameters',
  );
  expect((await call(WRITE_KEY, 'find_tasks', { cursor: first.next_cursor })).result.isError).toBe(false);

  const { id } = (await call(WRITE_KEY, 'create_task', { list_id: '90144360426', name: 'to be deleted' })).result
    .structuredContent;
  const { confirm_token } = (await call(WRITE_KEY, 'delete_task', { task_id: id })).result.structuredContent;
  expect((await call(SECOND_KEY, 'delete_task', { task_id: id, confirm_token })).result._meta.error.code).toBe(
    'invalid_parameters',
  );
  expect((await call(WRITE_KEY, 'get_task', { task_id: id })).result.isError).toBe(false);
  expect((await call(WRITE_KEY, 'delete_task', { task_id: id, confirm_token })).result.isError).toBe(false);
});

describe('two tenants', () => {
  let [owner, other] = ['', ''];
  beforeAll(async () => {
    owner = (await session(app.gateway, app.databaseUrl, OWNER)).token;
    other = (await apiKey(app.gateway, OTHER)).token;
  });

  const rows = ({ result }: any, column: string): string[] =>
    result.structuredContent.rows.map((row: unknown[]) => row[result.structuredContent.columns.indexOf(column)]);

  test('200 parallel calls with one id: nobody sees anything of the other (SEC-209, SEC-215)', async () => {
    const { id: foreignTask, name: foreignName } = (
      await call(other, 'create_task', { list_id: '90154400001', name: 'canary of globex' })
    ).result.structuredContent;
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => {
        const mine = index % 2 === 0;
        if (index % 4 < 2)
          return call(mine ? owner : other, 'create_task', {
            list_id: mine ? '90144360426' : '90154400001',
            name: `canary-${index}`,
          });
        return call(mine ? owner : other, 'get_workspace_hierarchy', {});
      }),
    );
    answers.forEach((answer, index) => {
      expect(answer).toMatchObject({ id: 1, result: { isError: false } });
      const text = JSON.stringify(answer);
      if (index % 4 < 2) expect(answer.result.structuredContent.name).toBe(`canary-${index}`);
      else expect(text).toContain(index % 2 === 0 ? 'Sprint 42' : '90154400001');
      for (const foreign of index % 2 === 0
        ? ['90154400001', 'Globex', foreignTask, foreignName]
        : ['90144360426', 'Sprint 42'])
        expect([index, text.includes(foreign)]).toEqual([index, false]);
    });
  });

  test('an id of the other tenant is answered like one that never existed', async () => {
    const tasks = rows(await call(other, 'find_tasks', {}), 'ref');
    expect(tasks.length).toBeGreaterThan(0);
    const foreign: [string, object][] = [
      ...tasks.slice(0, 20).flatMap((task_id): [string, object][] => [
        ['get_task', { task_id }],
        ['update_task', { task_id, name: 'taken over' }],
      ]),
      ['create_task', { list_id: '90154400001', name: 'smuggled' }],
      ['find_tasks', { list_ids: ['90154400001'] }],
    ];
    for (const [name, args] of foreign) {
      const { result } = await call(owner, name, args);
      expect([name, result.isError]).toEqual([name, true]);
      expect([name, result._meta.error.code]).toEqual([
        name,
        expect.stringMatching(/^(clickup_not_found|invalid_parameters)$/),
      ]);
      expect(JSON.stringify(result)).not.toMatch(/globex|pk_sandbox/i);
    }
    expect(JSON.stringify(await call(other, 'find_tasks', {}))).not.toMatch(/taken over|smuggled/);
  });

  test.each(CLIENTS)('200 parallel calls of two sessions, whose clients number them alike: %s', async (_, connect) => {
    const [mine, theirs] = await Promise.all(
      [owner, (await session(app.gateway, app.databaseUrl, OTHER)).token].map((token) => connect(app.url, token)),
    );
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_each, index) => {
        const [client, list_id] = index % 2 === 0 ? [mine!, '90144360426'] : [theirs!, '90154400001'];
        return index % 4 < 2
          ? client.call('create_task', { list_id, name: `canary-${index}` })
          : client.call('get_workspace_hierarchy', {});
      }),
    );
    answers.forEach(({ text, structured, isError }, index) => {
      expect([index, isError]).toEqual([index, false]);
      if (index % 4 < 2) expect(structured.name).toBe(`canary-${index}`);
      else expect(text).toContain(index % 2 === 0 ? 'Sprint 42' : '90154400001');
      for (const foreign of index % 2 === 0 ? ['90154400001', 'Globex'] : ['90144360426', 'Sprint 42'])
        expect([index, text.includes(foreign)]).toEqual([index, false]);
    });
    await Promise.all([mine!.close(), theirs!.close()]);
  });

  // Spaces, Folders, Lists, tasks, comments, docs, views, goals, time entries, webhooks, channels and the rest: what the samples name is Acme's.
  test('no operation does anything with an id of the other tenant, whatever the id names', async () => {
    app.sandbox.reset();
    const direct = new ClickUpTransport(
      { CLICKUP_API_URL: app.sandbox.url, CLICKUP_TIMEOUT_MS: 10_000, CLICKUP_MAX_RESPONSE_BYTES: 50_000_000 },
      new MemoryBudget({ limit: 1_000_000 }),
    );
    const behind = direct.client({
      credential: credential('pk_sandbox_owner'),
      person: 'test',
      priority: 'interactive',
      deadline: performance.now() + 60_000,
      authorize: () => Promise.resolve(),
    });
    const ids = await prepare((row, args) => behind.call(row, args as never));
    await direct.close();
    const { writes } = app.sandbox.stats();
    const ownNames = /acme|anna|fischer|sprint 42|refactor login/i;
    const [answered, refused]: [string[], Map<string, number>] = [[], new Map()];
    const count = ({ code, details: { reason = '' } = {} }: { code: string; details?: { reason?: string } }) => {
      const key = [code, reason.replace(/ a (comment|checklist) lies.*/, '')].filter(Boolean).join(': ');
      refused.set(key, (refused.get(key) ?? 0) + 1);
    };
    for (const row of OPERATIONS) {
      const args = SAMPLES[row.id]?.(ids);
      if (!args?.path || Object.keys(args.path).length === 0) continue;
      const tool = isRead(row.verb) ? 'call_read_operation' : 'call_write_operation';
      const say = async (more: object = {}) => {
        const { result } = await call(other, tool, { operation: row.id, ...args, ...more });
        // A preview repeats what was sent.
        const told = strings(args).reduce((text, sent) => text.replaceAll(sent, ''), JSON.stringify(result));
        expect([row.id, ownNames.test(told), told]).toEqual([row.id, false, told]);
        return result;
      };
      let result = await say();
      const confirm_token = result.structuredContent?.confirm_token;
      if (confirm_token) result = await say({ confirm_token });
      if (!result.isError) answered.push(row.id);
      else count(result._meta.error);
      if (result._meta?.error.details?.reason !== 'other Workspace') continue;
      // Another Workspace is refused by its id, whether there is one or not.
      const never = JSON.parse(JSON.stringify(args).replaceAll('12345', '99999'));
      const { result: unknown } = await call(other, tool, { operation: row.id, ...never });
      // What the budget has left moves with the time.
      for (const { _meta } of [unknown, result]) delete _meta.ratelimit;
      expect([row.id, unknown]).toEqual([row.id, result]);
    }
    expect(answered).toEqual([]);
    // The same error as for an id that never existed, and none that a mistake of this test would cause.
    expect([...refused.keys()].sort()).toEqual([
      'clickup_not_found',
      'forbidden: ClickUp does not say where',
      'forbidden: other Workspace',
    ]);
    expect([...refused.values()].reduce((sum, each) => sum + each)).toBeGreaterThan(165);
    expect(app.sandbox.stats().writes).toBe(writes);
    expect(await query(app.databaseUrl, `SELECT FROM connections WHERE state <> 'active'`)).toEqual([]);
  });

  test('under the login of the gateway, which no statement can leave, every tenant table is empty unless a tenant is named (SEC-213)', async () => {
    const dataSource = app.gateway.app.get(DataSource);
    // Both are read before a tenant is known; the second holds nothing but ids of Workspaces and hours (docs/storage.md).
    const tables = await query<{ name: string }>(
      app.databaseUrl,
      `
      SELECT relname AS name FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'tenant_id'
      WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname NOT IN ('access_grants', 'tenant_expiries')`,
    );
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['people', 'connections', 'confirmations']));
    const sessions = await query(
      app.databaseUrl,
      'SELECT DISTINCT usename AS login FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    expect(sessions).toEqual([{ login: expect.stringMatching(/^gateway_app_test_/) }]);
    expect(
      await dataSource.query(`SELECT session_user AS login, set_config('role', 'none', false) AS role`),
    ).toMatchObject(sessions);
    for (const { name } of tables) expect([name, await dataSource.query(`SELECT * FROM ${name}`)]).toEqual([name, []]);
    expect((await query(app.databaseUrl, 'SELECT FROM connections')).length).toBeGreaterThanOrEqual(2);
  });

  test('a dump of the database holds no secret (SEC-125)', async () => {
    const tables = await query<{ name: string }>(
      app.databaseUrl,
      `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace`,
    );
    for (const { name } of tables) {
      const dump = JSON.stringify(await query(app.databaseUrl, `SELECT to_jsonb(t) AS row, t::text FROM ${name} t`));
      // bytea prints as hex: what is not sealed would show there.
      const shown = [
        dump,
        ...(dump.match(/\\x[0-9a-f]+/g) ?? []).map((hex) =>
          Buffer.from(hex.replace(/^\\+x/, ''), 'hex').toString('latin1'),
        ),
      ].join('\n');
      for (const secret of ['pk_sandbox', owner.split(':')[1], other.split(':')[1]])
        expect([name, shown.includes(String(secret))]).toEqual([name, false]);
    }
  });
});

/** Every text in a value, the longest first. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return value ? [value] : [];
  return Object.values(value ?? {})
    .flatMap(strings)
    .sort((a, b) => b.length - a.length);
}
