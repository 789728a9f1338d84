import { KillSwitches, type NewSwitch, withTenant, WorkspacePolicies } from '#libs/connections';
import { type Policy } from '#libs/permissions';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { apiKey, OTHER, OWNER, session } from '../support/connect.js';
import { query } from '../support/postgres.js';
import { heardBy } from '../support/notices.js';
import { rawRequest } from '../support/raw-http.js';
import { ACME, L1 } from '../support/scoped.js';
import { openSse } from '../support/sse.js';
import { TestSocket } from '../support/web-socket.js';

/** What a Workspace allows at most, and what is switched off: at every door, for every kind of caller, on every replica. */
jest.setTimeout(60_000);
let app: TestApp;
let replica: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { TEAM_ID: ACME, CONFIRM_DESTRUCTIVE: 'never', JOB_PAUSE_SECONDS: '1' } });
  replica = await startTestApp({ beside: app, env: { TEAM_ID: ACME, CONFIRM_DESTRUCTIVE: 'never' } });
});
afterAll(async () => {
  await replica?.close();
  await app?.close();
});
afterEach(async () => {
  await liftAll();
  await allow({ mode: 'write' });
  await allow({ mode: 'write' }, OTHER.workspaceId);
});

const OPERATOR = { id: 'operator', kind: 'operator' };
const switches = () => app.gateway.app.get(KillSwitches);
const policies = () => app.gateway.app.get(WorkspacePolicies);
const allow = (policy: Policy, workspaceId: string = ACME) => policies().store(workspaceId, policy, OPERATOR);
const liftAll = async () => {
  for (const { id, workspaceId } of await switches().list()) await switches().lift(id, workspaceId, OPERATOR);
};
const off = (kind: NewSwitch['kind'], target: string, workspaceId: string | null = ACME) =>
  switches().set({ kind, target, workspaceId, reason: 'incident' }, OPERATOR);

const post = (at: TestApp, token: string, method: string, params: object = {}) =>
  rawRequest(
    at.url,
    'POST',
    '/mcp',
    { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  );
const toolsOf = async (at: TestApp, token: string): Promise<string[]> =>
  ((await post(at, token, 'tools/list')).json.result?.tools ?? []).map(({ name }: { name: string }) => name);
const made = (word: string) => [...app.sandbox.world.tasks.values()].filter(({ name }) => name.startsWith(word)).length;

test('a policy binds every kind of caller in its Workspace, and nobody elsewhere', async () => {
  const { token: key, connectionId } = await apiKey(app.gateway);
  const { token: other } = await apiKey(app.gateway, OTHER);
  const { token: open } = await session(app.gateway, app.databaseUrl);
  const made = await rawRequest(
    app.url,
    'POST',
    `/api/v1/connections/${connectionId}/mcp-servers`,
    { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    JSON.stringify({ name: 'Door', config: {} }),
  );
  const path = new URL(made.json.url).pathname;
  await allow({ mode: 'read' });
  for (const token of [key, open, WRITE_KEY]) {
    expect(await toolsOf(app, token)).not.toContain('create_task');
    const { json } = await post(app, token, 'tools/call', {
      name: 'create_task',
      arguments: { list_id: L1, name: 'x' },
    });
    expect(json.error).toMatchObject({ code: -32_602, message: 'Unknown tool: create_task' });
  }
  const listed = await rawRequest(app.url, 'POST', path, { 'content-type': 'application/json' }, LIST);
  expect(listed.json.result.tools.map(({ name }: { name: string }) => name)).not.toContain('create_task');
  expect(await toolsOf(app, other)).toContain('create_task');
  // What nobody can give any more cannot be asked for.
  const writing = await rawRequest(
    app.url,
    'POST',
    `/api/v1/connections/${connectionId}/mcp-servers`,
    { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    JSON.stringify({ name: 'Door', config: { methods: ['write'] } }),
  );
  expect(writing).toMatchObject({ status: 403, json: { error: { code: 'forbidden' } } });
  await allow({ mode: 'write' });
  expect(await toolsOf(app, open)).toContain('create_task');
});
const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });

test('who is bound is told by whom', async () => {
  const { token } = await apiKey(app.gateway);
  await allow({ mode: 'read' });
  const { json } = await post(app, token, 'tools/call', { name: 'create_task', arguments: {} });
  expect(json.error.data.details).toContain('Only an administrator of this Workspace can change that, in its policy.');
});

test('a change holds on a second replica, which had remembered what was true before', async () => {
  const { token } = await apiKey(app.gateway);
  expect(await toolsOf(replica, token)).toContain('create_task');
  await heardBy(replica, 'policy', () => allow({ mode: 'read' }));
  expect(await toolsOf(replica, token)).not.toContain('create_task');
  await heardBy(replica, 'policy', () => allow({ mode: 'write' }));
  expect(await toolsOf(replica, token)).toContain('create_task');
});

test('of two changes at the same time each sees the other, and every one is in the audit', async () => {
  const { version } = await allow({ mode: 'write' });
  const from = ({ version: now }: { version: number } = { version: 0 }) => {
    if (now !== version) throw new Error('changed meanwhile');
  };
  const both = await Promise.allSettled(
    (['read', 'write'] as const).map((mode) => policies().store(ACME, { mode }, OPERATOR, from)),
  );
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect((await policies().stored(ACME))?.version).toBe(version + 1);
  const [told] = await withTenant(app.gateway.app.get(DataSource), ACME, (manager) =>
    manager.query<{ kind: string; detail: string }[]>(
      `SELECT kind, detail FROM audit_events WHERE event = 'policy_changed' ORDER BY day DESC, seq DESC LIMIT 1`,
    ),
  );
  expect(told).toMatchObject({ kind: 'operator' });
});

test.each<[string, (connected: { connectionId: string }) => Promise<unknown>]>([
  ['a Workspace', () => off('workspace', ACME)],
  ['a connection', ({ connectionId }) => off('connection', connectionId)],
  ['a kind of credential', () => off('client', 'api_key')],
])('%s that is switched off is let in nowhere, on either replica, and its streams end', async (_, end) => {
  const connected = await apiKey(app.gateway);
  const { token } = connected;
  const headers = { authorization: `Bearer ${token}` };
  const [stream, socket] = [
    await openSse(`${replica.url}/mcp/sse`, headers),
    await TestSocket.open(replica.url, { headers }),
  ];
  expect([stream.status, (await post(replica, token, 'tools/list')).status]).toEqual([200, 200]);
  await heardBy(replica, 'switch', () => end(connected));
  expect(await post(app, token, 'tools/list')).toMatchObject({
    status: 403,
    json: { error: { code: 'forbidden', message: expect.stringContaining('Switched off') } },
  });
  expect((await post(replica, token, 'tools/list')).status).toBe(403);
  expect((await socket.closed).code).toBe(1008);
  await stream.over;
  const { status } = await rawRequest(app.url, 'GET', '/api/v1/connections', headers, '');
  expect(status).toBe(403);
  await heardBy(replica, 'switch', liftAll);
  expect((await post(replica, token, 'tools/list')).status).toBe(200);
});

test('a client is switched off by its client_id, in one Workspace or everywhere', async () => {
  const client = 'client-of-acme';
  const { token } = await session(app.gateway, app.databaseUrl, OWNER, { clientId: client });
  const { token: another } = await session(app.gateway, app.databaseUrl, OWNER, { clientId: 'another' });
  const { token: elsewhere } = await session(app.gateway, app.databaseUrl, OTHER, { clientId: client });
  const inside = async () =>
    Promise.all([token, another, elsewhere].map(async (each) => (await post(app, each, 'ping')).status));
  const { id } = await off('client', client);
  expect(await inside()).toEqual([403, 200, 200]);
  await switches().lift(id, ACME, OPERATOR);
  await off('client', client, null);
  expect(await inside()).toEqual([403, 200, 403]);
});

test('a policy says which clients may be used', async () => {
  const { token } = await session(app.gateway, app.databaseUrl, OWNER, { clientId: 'let-in' });
  const { token: another } = await session(app.gateway, app.databaseUrl, OWNER, { clientId: 'another' });
  const { token: key } = await apiKey(app.gateway);
  await allow({ mode: 'write', clients: ['let-in', 'api_key'] });
  const statuses = await Promise.all(
    [token, another, key, WRITE_KEY].map(async (each) => (await post(app, each, 'ping')).status),
  );
  expect(statuses).toEqual([200, 403, 200, 403]);
});

test('a tool that is switched off is gone under every name, and says so', async () => {
  const { token } = await apiKey(app.gateway);
  await heardBy(replica, 'switch', () => off('tool', 'create_task'));
  for (const each of [app, replica]) expect(await toolsOf(each, token)).not.toContain('create_task');
  for (const name of ['create_task', 'create_a_click_up_task']) {
    const { isError, content } = await callTool(app.url, token, name, { list_id: L1, name: 'Off' });
    expect([isError, content[0].text]).toEqual([true, expect.stringContaining('switched off by an administrator')]);
  }
  const { token: other } = await apiKey(app.gateway, OTHER);
  expect(await toolsOf(app, other)).toContain('create_task');
  expect(made('Off')).toBe(0);
  const refused = () =>
    query(
      app.databaseUrl,
      `SELECT layer FROM audit_events WHERE event = 'call' AND decision = 'refused' AND reason = 'this tool is switched off'`,
    );
  while ((await refused()).length < 2) await sleep(20);
  expect(await refused()).toEqual([{ layer: 'kill switch' }, { layer: 'kill switch' }]);
});

test('a call that is under way sends no further write', async () => {
  const { token, connectionId } = await apiKey(app.gateway);
  app.sandbox.configure({ latencyMs: 300 });
  try {
    const tasks = Array.from({ length: 40 }, (_, n) => ({ name: `Under way ${n}` }));
    const call = callTool(app.url, token, 'bulk_create_tasks', { list_id: L1, tasks });
    while (made('Under way') === 0) await sleep(10);
    await off('connection', connectionId);
    await sleep(700);
    const then = made('Under way');
    await call;
    expect(made('Under way')).toBe(then);
    expect(then).toBeLessThan(40);
  } finally {
    app.sandbox.configure({ latencyMs: 0 });
  }
});

test('while it is not known what holds, because the database is away, nobody is let in', async () => {
  const { token } = await apiKey(replica.gateway);
  expect((await post(replica, token, 'tools/list')).status).toBe(200);
  const [{ name } = { name: '' }] = await query<{ name: string }>(app.databaseUrl, 'SELECT current_database() AS name');
  const admin = new Client({ connectionString: app.databaseUrl.replace(/\/[^/]+$/, '/postgres') });
  await admin.connect();
  const status = async () => (await post(replica, token, 'tools/list')).status;
  try {
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    // What is remembered goes on.
    expect(await status()).toBe(200);
    replica.gateway.app.get(WorkspacePolicies).flush();
    expect(await status()).toBe(503);
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    while ((await status()) !== 200) await sleep(20);
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    replica.gateway.app.get(KillSwitches).flush();
    expect(await status()).toBe(503);
  } finally {
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await admin.end();
  }
  while ((await status()) !== 200) await sleep(20);
});
