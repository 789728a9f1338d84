import { setTimeout as sleep } from 'node:timers/promises';
import { Access } from '#libs/auth';
import { Connections, KillSwitches } from '#libs/connections';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { apiKey, OWNER } from '../support/connect.js';
import { query } from '../support/postgres.js';
import { ACME, L1 } from '../support/scoped.js';

/** Calls on many objects that go on as a job. */
let app: TestApp;
let replica: TestApp;
// So little is left after what a call needs at its end, that it begins few objects only.
const env = { CALL_TIMEOUT_MS: '13000', JOB_PAUSE_SECONDS: '1', CONFIRM_DESTRUCTIVE: 'never', TEAM_ID: ACME };
beforeAll(async () => {
  app = await startTestApp({ env: { ...env, LOG_LEVEL: 'info' } });
  replica = await startTestApp({ beside: app, env });
});
afterAll(async () => {
  await replica?.close();
  await app?.close();
});
beforeEach(() => app.sandbox.configure({ latencyMs: 400 }));
afterEach(() => app.sandbox.configure({ latencyMs: 0, faults: [] }));

async function call(name: string, args: object, key = WRITE_KEY, at = app) {
  const result = await callTool(at.url, key, name, args);
  const value = result.structuredContent;
  const waiting = waitingIn(value);
  return { text: result.content[0].text as string, value, waiting, failed: result.isError as boolean };
}
/** How many rows say that they were left for later. */
const waitingIn = (value: any): number =>
  (value?.rows ?? []).filter((row: string[]) => row.some((cell) => cell.startsWith('waiting'))).length;
const ask = (name: string, args: object, key?: string, at?: TestApp) =>
  call(name === 'get_job' ? 'call_read_operation' : 'call_write_operation', { operation: name, args }, key, at);
const named = (word: string, count = 40) => Array.from({ length: count }, (_, n) => ({ name: `${word} ${n}` }));
const made = (word: string) =>
  [...app.sandbox.world.tasks.values()].filter(({ name }) => name.startsWith(`${word} `)).map(({ name }) => name);

async function ended(job_id: string, key?: string, at?: TestApp) {
  for (;;) {
    const seen = await ask('get_job', { job_id }, key, at);
    if (seen.failed) throw new Error(seen.text);
    if (seen.value.state !== 'working') return seen;
    await sleep(200);
  }
}

test('what a call does not come to goes on as a job, which makes each of the rest once', async () => {
  const { text, value, waiting, failed } = await call('bulk_create_tasks', { list_id: L1, tasks: named('Later') });
  expect(failed).toBe(false);
  expect(waiting).toBeGreaterThan(0);
  expect(value.created + waiting).toBe(40);
  expect(text).toContain(`${waiting} go on as job ${value.job}: get_job tells`);
  // Any replica may be asked.
  const { value: job, text: told } = await ended(value.job, WRITE_KEY, replica);
  expect(told).toContain('40 of 40 done: completed');
  expect(job.answer).toMatchObject({ created: 40 });
  expect(made('Later').sort()).toEqual(
    named('Later')
      .map(({ name }) => name)
      .sort(),
  );
});

/** Begins a job of a person's own key. */
async function begun(word: string, who: Parameters<typeof apiKey>[1] = OWNER) {
  const connected = await apiKey(app.gateway, who);
  const { value } = await call('bulk_create_tasks', { list_id: L1, tasks: named(word, 50) }, connected.token);
  expect(value.job).toMatch(/^[\w-]{22}$/);
  return { ...connected, job: value.job as string, by: value.created as number };
}

test('another caller neither sees nor ends it', async () => {
  const { job, token } = await begun('Mine');
  const { token: other } = await apiKey(app.gateway, OWNER);
  for (const tool of ['get_job', 'stop_job']) {
    const { text, failed } = await ask(tool, { job_id: job }, other);
    expect([failed, text]).toEqual([true, expect.stringContaining('no such job of yours')]);
  }
  await ended(job, token);
  expect(made('Mine')).toHaveLength(50);
});

test('cancelled, it begins nothing more and says what was done', async () => {
  app.sandbox.configure({ latencyMs: 900 });
  const { job, token } = await begun('Stopped');
  const { value } = await ask('stop_job', { job_id: job }, token);
  expect(value.state).toBe('cancelled');
  // What was under way is finished, and only then told.
  while (!(await ask('get_job', { job_id: job }, token)).value.answer) await sleep(200);
  const before = made('Stopped').length;
  expect(before).toBeLessThan(50);
  await sleep(2000);
  expect(made('Stopped')).toHaveLength(before);
  const told = (await ask('get_job', { job_id: job }, token)).value;
  expect(told).toMatchObject({ state: 'cancelled', done: before, answer: { created: before } });
  expect(waitingIn(told.answer)).toBe(50 - before);
});

test('a job over which every process has died is given up, and tells what is done', async () => {
  app.sandbox.configure({ latencyMs: 900 });
  const { job, token } = await begun('Deadly');
  // As if the run that is under way were the twentieth, and dead.
  const died = `UPDATE pgboss.job SET state = 'retry', retry_count = 19 WHERE data->>'jobId' = $1 AND state = 'active' RETURNING 1`;
  while ((await query(app.databaseUrl, died, [job])).length === 0) await sleep(50);
  const { value } = await ended(job, token);
  expect(value).toMatchObject({ state: 'failed', answer: { error: { code: 'internal_error' } } });
  expect(value.answer.error.message).toContain('given up');
  // The run before lives in truth, and goes on.
  expect(value.done).toBeGreaterThanOrEqual(value.answer.so_far.created);
  expect(value.answer.so_far.created).toBeGreaterThan(0);
});

test('a key that is revoked meanwhile ends it', async () => {
  app.sandbox.configure({ latencyMs: 900 });
  const { job, connectionId } = await begun('Revoked');
  await app.gateway.app.get(Connections).revokeConnection(OWNER.workspaceId, connectionId);
  const state = async () =>
    (await query<{ state: string }>(app.databaseUrl, 'SELECT state FROM jobs WHERE id = $1', [job]))[0]!.state;
  while ((await state()) === 'working') await sleep(200);
  expect(await state()).toBe('failed');
  const count = made('Revoked').length;
  expect(count).toBeLessThan(50);
  const [told] = await query<{ done: number }>(app.databaseUrl, 'SELECT done FROM jobs WHERE id = $1', [job]);
  expect(told!.done).toBe(count);
});

test('a connection or a tool that is switched off meanwhile ends it: nothing more is sent, and it says why', async () => {
  app.sandbox.configure({ latencyMs: 900 });
  const switches = app.gateway.app.get(KillSwitches);
  const by = { id: 'operator', kind: 'operator' };
  for (const kind of ['connection', 'tool'] as const) {
    const word = `Off ${kind}`;
    const { job, token, connectionId } = await begun(word);
    const target = kind === 'tool' ? 'bulk_create_tasks' : connectionId;
    const { id } = await switches.set({ kind, target, workspaceId: OWNER.workspaceId, reason: 'incident' }, by);
    // What had left already arrives.
    await sleep(1500);
    const count = made(word).length;
    const state = async () =>
      (await query<{ state: string }>(app.databaseUrl, 'SELECT state FROM jobs WHERE id = $1', [job]))[0]!.state;
    while ((await state()) === 'working') await sleep(200);
    await switches.lift(id, OWNER.workspaceId, by);
    const { value } = await ended(job, token);
    expect(value).toMatchObject({ state: 'failed', answer: { error: { code: 'forbidden' } } });
    expect(value.answer.error.message).toContain('witched off');
    expect(made(word)).toHaveLength(count);
    expect(count).toBeLessThan(50);
  }
});

test('a policy that is narrowed meanwhile holds for each object that is not done yet', async () => {
  app.sandbox.configure({ latencyMs: 900 });
  const { job, token, connectionId } = await begun('Narrowed');
  await app.gateway.app.get(Connections).setPolicy(OWNER.workspaceId, connectionId, {
    mode: 'selective',
    write: { spaces: [], folders: [], lists: ['90144360427'] },
  });
  const { value } = await ended(job, token);
  expect(value.state).toBe('failed');
  expect(value.answer.error.code).toBe('forbidden');
  // Each object was made once, or is told as not made.
  const count = made('Narrowed').length;
  expect(count).toBeLessThan(50);
  expect(new Set(made('Narrowed')).size).toBe(count);
  expect(value).toMatchObject({ done: count, answer: { so_far: { created: count } } });
  expect(waitingIn(value.answer.so_far)).toBe(50 - count);
});

test('a replica that is stopped in the middle leaves its job to the others, which make the rest', async () => {
  const third = await startTestApp({
    beside: app,
    env: { ...env, LOG_LEVEL: 'info' },
  });
  app.sandbox.configure({ latencyMs: 900 });
  const { token } = await apiKey(app.gateway, OWNER);
  const args = { list_id: L1, tasks: named('Moved', 50) };
  const { value } = await call('bulk_create_tasks', args, token, third);
  expect(value.job).toBeDefined();
  await third.close();
  expect(made('Moved').length).toBeLessThan(50);
  app.sandbox.configure({ latencyMs: 0 });
  const { value: job } = await ended(value.job, token, replica);
  expect(job).toMatchObject({ state: 'completed', done: 50, answer: { created: 50 } });
  expect(new Set(made('Moved')).size).toBe(50);
  expect(made('Moved')).toHaveLength(50);
});

test('the same call again, while its job is at work, makes nothing twice and names the same job', async () => {
  const { token, job } = await begun('Again');
  const { value, waiting } = await call('bulk_create_tasks', { list_id: L1, tasks: named('Again', 50) }, token);
  if (waiting) expect(value.job).toBe(job);
  await ended(job, token);
  expect(made('Again')).toHaveLength(50);
  // After it has ended, the same call is a new one.
  app.sandbox.configure({ latencyMs: 0 });
  const { value: anew } = await call('bulk_create_tasks', { list_id: L1, tasks: named('Again', 50) }, token);
  // On a busy machine it does not come to all of them either.
  if (anew.job) await ended(anew.job, token);
  expect(made('Again')).toHaveLength(100);
});

test('a job of a global key is not done where that key works in another Workspace now', async () => {
  const [{ caller_id: id } = { caller_id: '' }] = await query<{ caller_id: string }>(
    app.databaseUrl,
    `SELECT caller_id FROM jobs WHERE caller_kind = 'global_key'`,
  );
  const at = async (workspaceId?: string) =>
    (await app.gateway.app.get(Access).again({ kind: 'global_key', id, workspaceId }))?.workspaceId;
  expect(await at(ACME)).toBe(ACME);
  expect(await at('67890')).toBeUndefined();
  const unbound = (await app.gateway.app.get(Access).again({ kind: 'global_key', id }))?.id;
  expect(unbound).toBeUndefined();
});

test('deletions go on, too', async () => {
  app.sandbox.configure({ latencyMs: 0 });
  const { token } = await apiKey(app.gateway, OWNER);
  const { value } = await call('bulk_create_tasks', { list_id: L1, tasks: named('Doomed', 40) }, token);
  if (value.job) await ended(value.job, token);
  app.sandbox.configure({ latencyMs: 300 });
  const task_ids = [...app.sandbox.world.tasks.values()].flatMap(({ id, name }) =>
    name.startsWith('Doomed ') ? [id] : [],
  );
  const deleted = await call('delete_task', { task_ids }, token);
  expect(deleted.waiting).toBeGreaterThan(0);
  const { value: job } = await ended(deleted.value.job, token);
  expect(job).toMatchObject({ state: 'completed', answer: { deleted: 40 } });
  expect(made('Doomed')).toEqual([]);
});

test('a caller who brings a ClickUp key along has no jobs: it is told to repeat the call, which goes on', async () => {
  const other = await startTestApp({
    beside: app,
    env: { ...env, TEAM_ID: '', ALLOW_CLIENT_CREDENTIALS: 'true', MCP_API_KEYS: '', MCP_API_KEY: '' },
  });
  try {
    const headers = {
      'x-clickup-key': 'pk_sandbox_owner',
      'x-clickup-team-id': ACME,
      'content-type': 'application/json',
    };
    const again = async () => {
      const answer = await fetch(`${other.url}/mcp`, {
        method: 'POST',
        headers,
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name: 'bulk_create_tasks', arguments: { list_id: L1, tasks: named('Brought', 40) } },
        }),
      });
      return ((await answer.json()) as { result: any }).result;
    };
    const first = await again();
    expect(first.structuredContent.job).toBeUndefined();
    expect(first.content[0].text).toContain('repeat the same call');
    app.sandbox.configure({ latencyMs: 0 });
    for (let before = first.structuredContent; waitingIn(before) > 0;) {
      const { structuredContent: next } = await again();
      expect(next.created + waitingIn(next)).toBe(waitingIn(before));
      expect(next.created_before ?? 0).toBe(before.created + (before.created_before ?? 0));
      before = next;
    }
    expect(made('Brought').sort()).toEqual(
      named('Brought', 40)
        .map(({ name }) => name)
        .sort(),
    );
  } finally {
    await other.close();
  }
});
