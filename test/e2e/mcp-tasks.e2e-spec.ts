import { setTimeout as sleep } from 'node:timers/promises';
import { Connections } from '#libs/connections';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { z } from 'zod';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { accessToken, apiKey, OWNER, session } from '../support/connect.js';
import { query } from '../support/postgres.js';
import { rawRequest } from '../support/raw-http.js';
import { ACME, L1 } from '../support/scoped.js';

/** Jobs as the Tasks extension (SEP-2663, 2026-07-28) shows them. Between two runs of a job lie ten seconds. */
let app: TestApp;
let replica: TestApp;
// So little is left after what a call needs at its end, that it begins few objects only.
const env = {
  CALL_TIMEOUT_MS: '13000',
  JOB_PAUSE_SECONDS: '1',
  CONFIRM_DESTRUCTIVE: 'never',
  TEAM_ID: ACME,
  LOG_LEVEL: 'info',
};
beforeAll(async () => {
  app = await startTestApp({ env });
  replica = await startTestApp({ beside: app, env });
});
afterAll(async () => {
  await replica?.close();
  await app?.close();
});
beforeEach(() => app.sandbox.configure({ latencyMs: 400 }));
afterEach(() => app.sandbox.configure({ latencyMs: 0, faults: [] }));

const TASKS = 'io.modelcontextprotocol/tasks';
const META = 'io.modelcontextprotocol/';
const METHODS = ['tasks/get', 'tasks/update', 'tasks/cancel'];

interface How {
  key?: string;
  at?: TestApp;
  /** Whether the request declares the extension. */
  declares?: boolean;
  meta?: object;
  headers?: Record<string, string>;
}
async function modern(method: string, params: Record<string, any>, how: How = {}) {
  const { key = WRITE_KEY, at = app, declares = true, meta = {}, headers = {} } = how;
  const name = params.name ?? params.taskId;
  const _meta = {
    [`${META}protocolVersion`]: '2026-07-28',
    [`${META}clientCapabilities`]: declares ? { extensions: { [TASKS]: {} } } : {},
    ...meta,
  };
  const { status, json } = await rawRequest(
    at.url,
    'POST',
    '/mcp',
    {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': method,
      ...(name !== undefined && { 'Mcp-Name': name }),
      ...headers,
    },
    JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
  );
  return { status, ...json } as { status: number; result?: any; error?: any };
}
const named = (word: string, count = 40) => Array.from({ length: count }, (_, n) => ({ name: `${word} ${n}` }));
const made = (word: string) =>
  [...app.sandbox.world.tasks.values()].filter(({ name }) => name.startsWith(`${word} `)).map(({ name }) => name);
const create = (word: string, how?: How, count?: number) =>
  modern('tools/call', { name: 'bulk_create_tasks', arguments: { list_id: L1, tasks: named(word, count) } }, how);
const get = (taskId: string, how?: How) => modern('tasks/get', { taskId }, how);
async function ended(taskId: string, how?: How) {
  for (;;) {
    const { result } = await get(taskId, how);
    if (result.status !== 'working') return result;
    await sleep(200);
  }
}
/** Begins a task under a key of a person's own. */
async function begun(word: string, count = 50) {
  const connected = await apiKey(app.gateway, OWNER);
  const { result } = await create(word, { key: connected.token }, count);
  expect(result.resultType).toBe('task');
  return { ...connected, id: result.taskId as string };
}
/** Without what differs from one creation to the next. */
const comparable = (result: object) => JSON.parse(JSON.stringify(result).replaceAll(/ENG-\d+/g, 'ENG-N')) as unknown;

const TASK = {
  taskId: expect.stringMatching(/^[\w-]{22}$/),
  status: 'working',
  statusMessage: expect.stringMatching(/^\d+ of 40 done$/),
  createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  lastUpdatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  ttlMs: 86_400_000,
  pollIntervalMs: 2_000,
};
const serverInfo = { [`${META}serverInfo`]: expect.anything() };

test('a call that declares the extension is answered by a task, whose result is what the call alone would have answered', async () => {
  const { result: created } = await create('Task');
  expect(created).toEqual({ resultType: 'task', ...TASK, _meta: { ...serverInfo, ratelimit: expect.anything() } });
  // It is durable before it is answered: any replica finds it at once.
  const { result: seen } = await get(created.taskId, { at: replica });
  expect(seen).toEqual({ resultType: 'complete', ...TASK, taskId: created.taskId, _meta: serverInfo });
  const { result, ...task } = await ended(created.taskId);
  expect(task).toMatchObject({ resultType: 'complete', status: 'completed', statusMessage: '40 of 40 done' });
  expect(made('Task')).toHaveLength(40);
  app.sandbox.configure({ latencyMs: 0 });
  const { result: direct } = await create('Task');
  expect(direct.resultType).toBe('complete');
  const { _meta, ...alone } = direct;
  expect(comparable(result)).toEqual(comparable(alone));
});

test('the SDK frames the same answer, and its client can ask for the task', async () => {
  const { result } = await create('Framed', { meta: { progressToken: 'p' } });
  expect(result).toEqual({ resultType: 'task', ...TASK, _meta: { ...serverInfo, ratelimit: expect.anything() } });
  const client = new Client(
    { name: 'test', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } }, capabilities: { extensions: { [TASKS]: {} } } },
  );
  const requestInit = { headers: { authorization: `Bearer ${WRITE_KEY}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${app.url}/mcp`), { requestInit }));
  expect(client.getServerCapabilities()).toMatchObject({ extensions: { [TASKS]: {} } });
  const params = { taskId: result.taskId };
  const Task = z.object({ taskId: z.literal(result.taskId), status: z.string() });
  expect(await client.request({ method: 'tasks/get', params }, Task)).toMatchObject({ status: 'working' });
  await client.request({ method: 'tasks/cancel', params }, z.object({}));
  expect(await client.request({ method: 'tasks/get', params }, Task)).toMatchObject({ status: 'cancelled' });
  await client.close();
});

test('who does not declare it gets what it always got, whatever another request has declared', async () => {
  const { result } = await create('Plain', { declares: false });
  expect(result).toMatchObject({ resultType: 'complete', isError: false });
  const { job } = result.structuredContent;
  expect(result.content[0].text).toContain(`go on as job ${job}: get_job tells`);
  // The job is the same thing, so whoever declares it later may ask for it.
  expect((await get(job)).result).toMatchObject({ taskId: job, status: 'working' });
  await modern('tasks/cancel', { taskId: job });
});

test('the older era has no tasks: nothing is announced, nothing declared, nothing known', async () => {
  const older = async (method: string, params: object) => {
    const headers = { Authorization: `Bearer ${WRITE_KEY}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    return (await rawRequest(app.url, 'POST', '/mcp', headers, body)).json;
  };
  const capabilities = { extensions: { [TASKS]: {} } };
  const { result: hello } = await older('initialize', {
    protocolVersion: '2025-11-25',
    capabilities,
    clientInfo: { name: 'test', version: '1' },
  });
  expect(hello.capabilities.extensions).toBeUndefined();
  expect(hello.capabilities.tasks).toBeUndefined();
  for (const method of METHODS)
    expect((await older(method, { taskId: 'x', inputResponses: {} })).error.code).toBe(-32_601);
  const { result } = await older('tools/call', {
    name: 'bulk_create_tasks',
    arguments: { list_id: L1, tasks: named('Older') },
    task: { ttl: 60_000 },
  });
  expect(result.resultType).toBeUndefined();
  expect(result.structuredContent.job).toMatch(/^[\w-]{22}$/);
  await modern('tasks/cancel', { taskId: result.structuredContent.job });
});

test('without the extension its methods and notifications are -32021; methods of the older one are unknown', async () => {
  const missing = {
    status: 400,
    error: { code: -32_021, data: { requiredCapabilities: { extensions: { [TASKS]: {} } } } },
  };
  for (const method of METHODS)
    expect(await modern(method, { taskId: 'x', inputResponses: {} }, { declares: false })).toMatchObject(missing);
  const listen = (declares: boolean) =>
    modern('subscriptions/listen', { notifications: { taskIds: ['x'] } }, { declares });
  expect(await listen(false)).toMatchObject(missing);
  expect(await listen(true)).toMatchObject({ status: 200, result: { resultType: 'complete' } });
  for (const method of ['tasks/list', 'tasks/result'])
    expect(await modern(method, { taskId: 'x' })).toMatchObject({ error: { code: -32_601 } });
});

test("an id of another caller's task, one that never was and one that is none are answered alike, and change nothing", async () => {
  const { id, token } = await begun('Mine');
  const { token: other } = await apiKey(app.gateway, OWNER);
  for (const method of METHODS) {
    const ask = async (taskId: unknown, key: string) =>
      modern(method, { taskId: taskId as string, inputResponses: {} }, { key });
    const foreign = await ask(id, other);
    expect(foreign).toMatchObject({ status: 200, error: { code: -32_602, message: 'Task not found' } });
    expect(await ask('A'.repeat(22), other)).toEqual(foreign);
    expect(await ask(id, WRITE_KEY)).toEqual(foreign);
    expect(await ask(`${id}x`, token)).toEqual(foreign);
    expect(await ask("'; \\u0000", token)).toEqual(foreign);
  }
  expect(await modern('tasks/get', { taskId: 17 }, { key: token, headers: { 'Mcp-Name': '17' } })).toMatchObject({
    error: { code: -32_602 },
  });
  // The name in the header is for those on the way; it must be the one that counts.
  expect(await get(id, { key: token, headers: { 'Mcp-Name': 'another' } })).toMatchObject({
    status: 400,
    error: { code: -32_020 },
  });
  expect((await get(id, { key: token })).result.status).toBe('working');
  await modern('tasks/cancel', { taskId: id }, { key: token });
});

test('tasks/update is acknowledged and changes nothing, for no task asks anything', async () => {
  const { id, token: key } = await begun('Updated');
  const update = (inputResponses: unknown) => modern('tasks/update', { taskId: id, inputResponses }, { key });
  const { result } = await update({ name: { action: 'accept', content: {} } });
  expect(result).toEqual({ resultType: 'complete', _meta: serverInfo });
  expect(await update(undefined)).toMatchObject({ error: { code: -32_602 } });
  expect((await get(id, { key })).result.status).toBe('working');
  await modern('tasks/cancel', { taskId: id }, { key });
});

test('cancelled, it begins nothing more; a task that has ended is cancelled as little as it is an error', async () => {
  app.sandbox.configure({ latencyMs: 900 });
  const { id, token: key } = await begun('Stopped');
  const cancel = () => modern('tasks/cancel', { taskId: id }, { key });
  const ack = { resultType: 'complete', _meta: serverInfo };
  expect((await cancel()).result).toEqual(ack);
  expect((await get(id, { key })).result).toMatchObject({ status: 'cancelled' });
  expect((await get(id, { key })).result.result).toBeUndefined();
  expect((await cancel()).result).toEqual(ack);
  // What was under way is finished.
  const isAtWork = `SELECT 1 FROM pgboss.job WHERE state = 'active' AND data->>'jobId' = $1`;
  while ((await query(app.databaseUrl, isAtWork, [id])).length) await sleep(50);
  const before = made('Stopped').length;
  expect(before).toBeLessThan(50);
  await sleep(2000);
  expect(made('Stopped')).toHaveLength(before);
  const { result: done } = await create('Done before', { key }, 3);
  expect(done.resultType).toBe('complete');
  expect(app.log()).toContain('"as":"tasks/cancel"');
});

test('an error of the tool is a result with isError, as the call alone would have answered it', async () => {
  app.sandbox.configure({ latencyMs: 900 });
  const { id, token: key, connectionId } = await begun('Narrowed');
  await app.gateway.app.get(Connections).setPolicy(OWNER.workspaceId, connectionId, {
    mode: 'selective',
    write: { spaces: [], folders: [], lists: ['90144360427'] },
  });
  const { result, ...task } = await ended(id, { key });
  expect(task).toMatchObject({ status: 'completed' });
  expect(task.error).toBeUndefined();
  const { result: direct } = await create('Narrowed', { key }, 50);
  const { _meta, ...alone } = direct;
  expect({ ...result, _meta: result._meta }).toEqual({ ...alone, _meta: { error: _meta.error } });
  expect(result.isError).toBe(true);
});

test('who is not granted get_job, or stop_job, has no task to ask for, or none to cancel', async () => {
  const { id, token: key, connectionId } = await begun('Hidden');
  const allow = (disabledTools: string[]) =>
    app.gateway.app.get(Connections).setPolicy(OWNER.workspaceId, connectionId, { mode: 'write', disabledTools });
  await allow(['stop_job']);
  expect((await get(id, { key })).result.status).toBe('working');
  expect(await modern('tasks/cancel', { taskId: id }, { key })).toMatchObject({ error: { code: -32_602 } });
  await allow(['get_job']);
  for (const method of METHODS)
    expect(await modern(method, { taskId: id, inputResponses: {} }, { key })).toMatchObject({
      error: { code: -32_602, message: 'Task not found' },
    });
  const { result } = await create('Hidden too', { key }, 50);
  expect(result).toMatchObject({ resultType: 'complete', structuredContent: { job: expect.any(String) } });
  await allow([]);
  for (const taskId of [id, result.structuredContent.job]) await modern('tasks/cancel', { taskId }, { key });
  expect((await get(id, { key })).result.status).toBe('cancelled');
});

test('a token without the right to write sees the task of its session, and is asked for more scope to cancel it', async () => {
  const { token, grantId } = await session(app.gateway, app.databaseUrl);
  const { result } = await create('Scoped', { key: token });
  const reading = await accessToken(app.databaseUrl, grantId, { scope: 'read' });
  expect((await get(result.taskId, { key: reading })).result.status).toBe('working');
  expect((await modern('tasks/cancel', { taskId: result.taskId }, { key: reading })).status).toBe(403);
  expect((await get(result.taskId, { key: token })).result.status).toBe('working');
  expect((await modern('tasks/cancel', { taskId: result.taskId }, { key: token })).status).toBe(200);
});
