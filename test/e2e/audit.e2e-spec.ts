import { eventsOf, type StoredEvent } from '#libs/admin';
import { AUDIT_EVENTS } from '#libs/audit';
import { Connections, PersonGrants, ServerUrls, vaultOf } from '#libs/connections';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { type DataSource } from 'typeorm';
import { AuditKeys, verifyTenant } from '../../apps/gateway/src/audit/index.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { apiKey, OWNER } from '../support/connect.js';
import { openPool } from '../support/pool.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { execute, query } from '../support/postgres.js';
import { startProgram } from '../support/program.js';
import { L1 } from '../support/scoped.js';
import { syslogMessages } from '../support/syslog.js';
import { TEST_CERTIFICATE, TEST_KEY } from '../support/tls.js';

let first: TestApp;
let second: TestApp;
let pool: DataSource;
const keys = new AuditKeys(vaultOf(Buffer.from('5e'.repeat(32), 'hex')));
beforeAll(async () => {
  first = await startTestApp();
  second = await startTestApp({ beside: first });
  pool = await openPool(first.databaseUrl);
});
afterAll(async () => {
  await pool.destroy();
  await second.close();
  await first.close();
});

const WORKSPACE = OWNER.workspaceId;
async function events(tenant = WORKSPACE): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  for await (const page of eventsOf(pool, tenant)) all.push(...page);
  return all;
}
/** Waits until an event is there, without asking how long that takes. */
async function until(holds: (all: StoredEvent[]) => boolean, tenant = WORKSPACE): Promise<StoredEvent[]> {
  for (;;) {
    const all = await events(tenant);
    if (holds(all)) return all;
    await query(first.databaseUrl, 'SELECT pg_sleep(0.05)');
  }
}
const verified = async (anchored: Parameters<typeof verifyTenant>[3]['anchored'] = [], tenant = WORKSPACE) =>
  (await verifyTenant(pool, keys, tenant, { retentionDays: 400, anchored })).findings;

test('what a person did is there: who, with what, to what, who decided and how it ended; no content, no id', async () => {
  const { token, grantId } = await apiKey(first.gateway);
  const made = await callTool(first.url, token, 'create_task', { list_id: L1, name: 'canary-title-of-a-task' });
  expect(made.isError).toBeFalsy();
  await callTool(first.url, token, 'get_task', { task_id: '86acanary' });
  const all = await until((now) => now.filter(({ event }) => event === 'call').length >= 2);
  const [begun] = all.filter(({ event }) => event === 'call_begun');
  const [created, failed] = all.filter(({ event }) => event === 'call');
  expect(begun).toMatchObject({
    tool: 'create_task',
    effect: 'create',
    decision: 'allowed',
    kind: 'api_key',
    outcome: null,
  });
  expect(created).toMatchObject({
    tool: 'create_task',
    effect: 'create',
    outcome: 'ok',
    call: begun!.call,
    session: begun!.session,
  });
  expect(created!.targets.map((each) => each.split(':')[0])).toContain('task');
  expect(failed).toMatchObject({ tool: 'get_task', effect: 'get', session: created!.session, actor: created!.actor });
  const text = JSON.stringify(
    await query(first.databaseUrl, 'SELECT e.*, encode(mac, $1) FROM audit_events e', ['hex']),
  );
  const [task] = [...first.sandbox.world.tasks.values()].filter(({ name }) => name === 'canary-title-of-a-task');
  for (const hidden of ['canary', grantId, OWNER.person.name, token, task!.id, L1]) expect(text).not.toContain(hidden);
  expect(all.find(({ event }) => event === 'grant_made')).toMatchObject({ kind: 'api_key', session: created!.session });
});

test('what was refused is there, with the layer that refused it', async () => {
  const { token } = await apiKey(first.gateway, { ...OWNER, policy: { mode: 'read' } });
  await callTool(first.url, token, 'create_task', { list_id: L1, name: 'x' });
  const all = await until((now) => now.some(({ decision }) => decision === 'refused'));
  expect(all.find(({ decision }) => decision === 'refused')).toMatchObject({
    tool: 'create_task',
    outcome: 'tool_not_found',
    layer: 'policy',
    reason: 'not granted',
  });
});

test('what becomes of grants is stored in the same transaction, before and after', async () => {
  const key = await apiKey(first.gateway);
  const app = first.gateway.app;
  const maker = {
    id: key.grantId,
    policies: [{ mode: 'write' }] as const,
    connection: { id: key.connectionId, tenantId: WORKSPACE, personId: OWNER.person.id },
  };
  const urls = app.get(ServerUrls);
  const asked = { label: 'canary-label', config: {}, policy: { mode: 'read' }, tokenRequired: false } as const;
  const { id } = await urls.make(maker, key.connectionId, asked);
  await urls.rename(maker, key.connectionId, id, 'canary-other');
  await urls.rotate(maker, key.connectionId, id);
  await urls.end(maker, key.connectionId, id);
  const places = { spaces: ['canary-space'], folders: [], lists: [] };
  const changed = { id: key.grantId, workspaceId: WORKSPACE };
  const policy = { mode: 'selective', write: places } as const;
  await app.get(PersonGrants).changeRights(changed, OWNER.person.id, policy, () => Promise.resolve(true));
  await app.get(Connections).needsReauth(WORKSPACE, key.connectionId);
  await app.get(Connections).revokeConnection(WORKSPACE, key.connectionId);
  const all = (await events()).slice(-8);
  expect(all.map(({ event }) => event)).toEqual([
    'server_url_made',
    'server_url_renamed',
    'server_url_rotated',
    'grant_ended',
    'rights_changed',
    'credential_refused',
    'grant_ended',
    'connection_ended',
  ]);
  const { before, after } = JSON.parse(all[4]!.detail!) as Record<string, Record<string, unknown>>;
  expect([before, after]).toMatchObject([
    { mode: 'write' },
    { mode: 'selective', write: [expect.stringMatching(/^space:[\w-]{22}$/)] },
  ]);
  expect(JSON.stringify(all)).not.toContain('canary');
  for (const { event } of all) expect(Object.keys(AUDIT_EVENTS)).toContain(event);
});

test('two replicas write one chain at once, and it holds', async () => {
  const { token } = await apiKey(first.gateway);
  const before = (await events()).length;
  const calls = Array.from({ length: 20 }, (_, at) =>
    callTool((at % 2 ? first : second).url, token, 'create_task', { list_id: L1, name: `side by side ${at}` }),
  );
  await Promise.all(calls);
  const all = await until((now) => now.length >= before + 40);
  expect(all.length).toBe(before + 40);
  expect(await verified()).toEqual([]);
});

/** Each as a superuser, who is past every wall; the statement that undoes it comes after. */
const TAMPERED: [string, string, string, string, RegExp][] = [
  [
    'an edit',
    `UPDATE audit_events SET outcome = 'never' WHERE tenant_id = '12345' AND seq = 3`,
    'seq',
    '3',
    /was changed/,
  ],
  ['a deletion', `DELETE FROM audit_events WHERE tenant_id = '12345' AND seq = 4`, 'seq', '4', /is missing/],
  ['a cut tail', `DELETE FROM audit_events WHERE tenant_id = '12345' AND seq > 10`, 'seq', '11', /its head says/],
  [
    'a cut tail with a head made to fit',
    `WITH cut AS (DELETE FROM audit_events WHERE tenant_id = '12345' AND seq > 10)
     UPDATE audit_heads h SET rows = 10, last_mac = e.mac FROM audit_events e WHERE h.tenant_id = '12345' AND e.tenant_id = '12345' AND e.seq = 10`,
    'seq',
    '',
    /head of this day was changed/,
  ],
  [
    'another order',
    `WITH two AS (SELECT * FROM audit_events WHERE tenant_id = '12345' AND seq IN (5, 6))
     UPDATE audit_events e SET tool = t.tool, event = t.event, at = t.at, call = t.call, mac = t.mac, detail = t.detail, targets = t.targets, outcome = t.outcome, effect = t.effect
     FROM two t WHERE e.tenant_id = '12345' AND e.seq IN (5, 6) AND t.seq = 11 - e.seq`,
    'seq',
    '5',
    /was changed, moved/,
  ],
  [
    'rows under another Workspace',
    `UPDATE audit_events SET tenant_id = '67890' WHERE tenant_id = '12345' AND seq > 10`,
    'seq',
    '11',
    /head/,
  ],
  [
    'a head of its own',
    `DELETE FROM audit_heads WHERE tenant_id = '12345'`,
    'seq',
    '1',
    /head of this day is missing|no event that its head/,
  ],
];

test.each(TAMPERED)('verify finds %s, and says where', async (_, statement, __, seq, problem) => {
  await until((now) => now.length > 12);
  expect(await verified()).toEqual([]);
  const [saved, heads] = ['audit_events', 'audit_heads'].map((table) => `saved_${table}`);
  for (const table of ['audit_events', 'audit_heads'])
    await execute(first.databaseUrl, `CREATE TABLE saved_${table} AS SELECT * FROM ${table}`);
  try {
    await execute(first.databaseUrl, statement);
    const [found] = await verified();
    expect(found?.problem).toMatch(problem);
    expect(String(found?.seq ?? '')).toBe(seq);
  } finally {
    for (const [table, from] of [
      ['audit_events', saved],
      ['audit_heads', heads],
    ])
      await execute(first.databaseUrl, `DELETE FROM ${table} WHERE tenant_id IN ('12345', '67890')`).then(() =>
        execute(first.databaseUrl, `INSERT INTO ${table} SELECT * FROM ${from} WHERE tenant_id IN ('12345', '67890')`),
      );
    for (const table of [saved, heads]) await execute(first.databaseUrl, `DROP TABLE ${table}`);
  }
});

test('a day that was removed altogether is found by a head that was kept elsewhere', async () => {
  const anchored = [{ workspace: WORKSPACE, day: '2020-01-01', rows: 3, mac: '00' }];
  expect(await verified(anchored)).toEqual([{ day: '2020-01-01', problem: expect.stringContaining('anchored') }]);
});

test("the gateway's login may append and read, and nothing else", async () => {
  for (const statement of [
    'UPDATE audit_events SET tool = NULL',
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    'DELETE FROM audit_heads',
    'DELETE FROM audit_keys',
    'SELECT * FROM audit_months.m202611',
    'DROP TABLE audit_months.m202611',
  ])
    await expect(pool.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  // However few days are asked for, the last 30 stay.
  expect(await pool.query('SELECT * FROM keep_audit_months(0)')).toEqual([{ made: 0, dropped: 0 }]);
  expect(await pool.query('SELECT * FROM audit_events')).toEqual([]);
});

const CREATED = (name: string) => [...first.sandbox.world.tasks.values()].some((task) => task.name === name);

/** A syslog server with TLS, and what it was told. */
async function syslogOverTls() {
  const messages: string[] = [];
  const server = createServer({ cert: TEST_CERTIFICATE, key: TEST_KEY, allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.setEncoding('utf8').on('error', () => undefined);
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('end', () => {
      messages.push(...syslogMessages(text));
      socket.end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, messages, port: (server.address() as AddressInfo).port };
}

test('a process that is killed when a write has left leaves a call that was begun, and of which nobody knows how it ended', async () => {
  const authority = join(mkdtempSync(join(tmpdir(), 'audit-')), 'authority.pem');
  writeFileSync(authority, TEST_CERTIFICATE);
  const syslog = await syslogOverTls();
  const program = startProgram({
    AUDIT_PUSH_URL: `syslog+tls://127.0.0.1:${syslog.port}`,
    NODE_EXTRA_CA_CERTS: authority,
    DATABASE_URL: first.databaseUrl,
    MASTER_KEY: '5e'.repeat(32),
    CLICKUP_API_URL: first.sandbox.url,
    CLICKUP_API_TOKEN: 'pk_sandbox_owner',
    MCP_API_KEY: WRITE_KEY,
    MCP_API_KEY_WRITE_MODE: 'write',
    TEAM_ID: WORKSPACE,
  });
  const url = await program.url;
  // What was stored before anybody pushed is pushed too, once, in its order; over TLS, to a server that an authority of one's own vouches for.
  const before = await events();
  const cursor = ({ day, seq }: StoredEvent) => `${WORKSPACE}/${day}/${seq}`;
  const pushed = () => syslog.messages.map((message) => /"cursor":"([^"]+)"/.exec(message)![1]!);
  const own = () => pushed().filter((each) => each.startsWith(`${WORKSPACE}/`));
  while (own().length < before.length) await query(first.databaseUrl, 'SELECT pg_sleep(0.05)');
  expect(own()).toEqual(before.map(cursor));
  expect(syslog.messages[0]).toMatch(/^<110>1 \S+ \S+ clickup-mcp \d+ audit - \{/);
  const known = new Set(before.map(({ call }) => call));
  const call = callTool(url, WRITE_KEY, 'create_task', { list_id: L1, name: 'killed' }).catch(() => undefined);
  while (!CREATED('killed')) await new Promise((resolve) => setImmediate(resolve));
  program.child.kill('SIGKILL');
  await program.exit;
  await call;
  syslog.server.close();
  const left = (await events()).filter((event) => !known.has(event.call));
  expect(left).toMatchObject([
    { event: 'call_begun', tool: 'create_task', operation: 'CreateTask', kind: 'global_key' },
  ]);
  expect(await verified()).toEqual([]);
});

test.each([
  ['required', 'a change is refused, and nothing is sent', false],
  ['best_effort', 'a change goes on', true],
])('while the database is away, reads go on; AUDIT_WRITES=%s: %s', async (AUDIT_WRITES, _, goesOn) => {
  const proxy = await startPostgresProxy(first.databaseUrl);
  const app = await startTestApp({ beside: first, env: { DATABASE_URL: proxy.url, TEAM_ID: WORKSPACE, AUDIT_WRITES } });
  try {
    await callTool(app.url, WRITE_KEY, 'create_task', { list_id: L1, name: `before ${AUDIT_WRITES}` });
    await proxy.close();
    expect((await callTool(app.url, WRITE_KEY, 'find_tasks', {})).isError).toBeFalsy();
    const name = `away ${AUDIT_WRITES}`;
    const told = await callTool(app.url, WRITE_KEY, 'create_task', { list_id: L1, name });
    expect(CREATED(name)).toBe(goesOn);
    if (!goesOn) expect(told._meta.error.code).toBe('unavailable');
    // What changes rights is never done without its event.
    await expect(apiKey(app.gateway)).rejects.toMatchObject({ code: 'unavailable' });
  } finally {
    await app.close();
  }
});

test('calls with a key of the installation are in the chain of no Workspace, or of the one they work in', async () => {
  await callTool(first.url, WRITE_KEY, 'find_tasks', {});
  const rows = async () =>
    query<{ tenant_id: string }>(first.databaseUrl, `SELECT tenant_id FROM audit_events WHERE kind = 'global_key'`);
  while ((await rows()).length === 0) await query(first.databaseUrl, 'SELECT pg_sleep(0.05)');
  expect((await rows())[0]!.tenant_id).toMatch(/^(-|12345)$/);
});
