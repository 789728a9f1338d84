import { callTool } from '../support/call-tool.js';
import { killedPrograms, until } from '../support/killed-programs.js';
import { query } from '../support/postgres.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { KEY, programBench } from '../support/program-bench.js';
import { ACME, L1 } from '../support/scoped.js';

/** Calls on many objects whose process is killed, and the same call again. Each test starts the program twice. */
const bench = programBench();
const env = (more: Record<string, string> = {}) =>
  bench.env({
    CONFIRM_DESTRUCTIVE: 'never',
    TEAM_ID: ACME,
    LOG_LEVEL: 'info',
    CLICKUP_RATE_LIMIT: '100000',
    JOB_PAUSE_SECONDS: '1',
    ...more,
  });

const { start, later } = killedPrograms(env);
const call = (url: string, name: string, args: object): Promise<any> => callTool(url, KEY, name, args);

const named = (word: string, count: number) => Array.from({ length: count }, (_, n) => ({ name: `${word} ${n}` }));
const made = (word: string) =>
  [...bench.sandbox().world.tasks.values()].filter(({ name }) => name.startsWith(`${word} `)).map(({ name }) => name);

test.each([1, 15, 40])(
  'killed after %d of 50 creations: the same call makes the rest, and none twice',
  async (after) => {
    const word = `Killed${after}`;
    const tasks = named(word, 50);
    const first = start();
    const url = await first.url;
    bench.sandbox().configure({ latencyMs: 100 });
    const broken = call(url, 'bulk_create_tasks', { list_id: L1, tasks }).catch(() => undefined);
    await until(() => made(word).length >= after);
    first.child.kill('SIGKILL');
    await Promise.all([broken, first.exit]);
    await later();
    const again = await call(await start().url, 'bulk_create_tasks', { list_id: L1, tasks });
    const { created, created_before, waiting } = again.structuredContent;
    expect(waiting).toBeUndefined();
    expect(created + created_before).toBe(50);
    expect(created_before).toBeGreaterThanOrEqual(after);
    expect(made(word).sort()).toEqual(tasks.map(({ name }) => name).sort());
  },
);

test('a confirmed call that was killed goes on under the same confirmation; one that was not interrupted does not', async () => {
  const tasks = named('Confirmed', 50);
  const confirming = { CONFIRM_DESTRUCTIVE: 'always' };
  const first = start(confirming);
  const url = await first.url;
  const { structuredContent: shown } = await call(url, 'bulk_create_tasks', { list_id: L1, tasks });
  const { confirm_token } = shown;
  bench.sandbox().configure({ latencyMs: 100 });
  const broken = call(url, 'confirm_change', { confirm_token }).catch(() => undefined);
  await until(() => made('Confirmed').length >= 15);
  first.child.kill('SIGKILL');
  await Promise.all([broken, first.exit]);
  await later();
  const second = await start(confirming).url;
  const { structuredContent: done } = await call(second, 'confirm_change', { confirm_token });
  expect(done.created + done.created_before).toBe(50);
  expect(made('Confirmed').sort()).toEqual(tasks.map(({ name }) => name).sort());
  const again = await call(second, 'confirm_change', { confirm_token });
  expect([again.isError, again.content[0].text]).toEqual([true, expect.stringContaining('already used')]);
  expect(made('Confirmed')).toHaveLength(50);
});

test('a job whose process is killed is taken up by the next, which makes the rest, and none twice', async () => {
  const tasks = named('Taken', 50);
  const first = start({ CALL_TIMEOUT_MS: '13000' });
  const url = await first.url;
  bench.sandbox().configure({ latencyMs: 400 });
  const { structuredContent: begun } = await call(url, 'bulk_create_tasks', { list_id: 'Sprint 42', tasks });
  expect(begun.job).toBeDefined();
  expect(first.output()).not.toContain('Warning');
  await until(() => made('Taken').length > begun.created + 5);
  first.child.kill('SIGKILL');
  await first.exit;
  expect(made('Taken').length).toBeLessThan(50);
  await later();
  bench.sandbox().configure({ latencyMs: 0 });
  const taker = start();
  const second = await taker.url;
  await until(async () => {
    const seen = await call(second, 'call_read_operation', { operation: 'get_job', args: { job_id: begun.job } });
    return seen.structuredContent.state === 'completed';
  });
  expect(taker.output()).not.toContain('Warning');
  expect(made('Taken').sort()).toEqual(tasks.map(({ name }) => name).sort());
});

test('a job whose process is killed, and whose key is gone when the next begins, does nothing more and tells what is done', async () => {
  const first = start({ CALL_TIMEOUT_MS: '13000' });
  const url = await first.url;
  bench.sandbox().configure({ latencyMs: 400 });
  const { structuredContent: begun } = await call(url, 'bulk_create_tasks', { list_id: L1, tasks: named('Gone', 50) });
  await until(() => made('Gone').length > begun.created + 5);
  first.child.kill('SIGKILL');
  await first.exit;
  bench.sandbox().configure({ latencyMs: 0 });
  // What was under way is answered.
  await later();
  const before = made('Gone').length;
  await start({ MCP_API_KEY: 'another-key-0123456789' }).url;
  const stored = `SELECT state, done FROM jobs WHERE id = $1`;
  let job: { state: string; done: number };
  await until(async () => {
    [job] = (await query(env().DATABASE_URL, stored, [begun.job])) as [typeof job];
    return job.state !== 'working';
  });
  expect([job!.state, made('Gone').length]).toEqual(['failed', before]);
  expect(job!.done).toBeGreaterThanOrEqual(begun.created);
});

test('killed before its caller has heard of the job: the job does the rest, the same call again tells so, and nothing is made twice', async () => {
  const proxy = await startPostgresProxy(env().DATABASE_URL);
  const tasks = named('Unheard', 50);
  const first = start({ CALL_TIMEOUT_MS: '13000', DATABASE_URL: proxy.url });
  const url = await first.url;
  bench.sandbox().configure({ latencyMs: 400 });
  proxy.onWrite = ({ name }) =>
    /^COMMIT of INSERT INTO (?:jobs|pgboss)/.test(name)
      ? { side: 'after', act: () => first.child.kill('SIGKILL') }
      : undefined;
  const answer = await call(url, 'bulk_create_tasks', { list_id: L1, tasks }).catch(() => undefined);
  expect([answer, await first.exit]).toEqual([undefined, 'SIGKILL']);
  await proxy.close();
  await later();
  bench.sandbox().configure({ latencyMs: 0 });
  const second = await start().url;
  await until(async () => {
    const [job] = await query<{ state: string }>(env().DATABASE_URL, 'SELECT state FROM jobs ORDER BY created_at DESC');
    return job?.state === 'completed';
  });
  const again = await call(second, 'bulk_create_tasks', { list_id: L1, tasks });
  expect(again.structuredContent).toMatchObject({ created: 0, created_before: 50 });
  expect(made('Unheard').sort()).toEqual(tasks.map(({ name }) => name).sort());
});
