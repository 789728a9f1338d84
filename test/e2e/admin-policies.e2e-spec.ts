import { ADMIN_ENV, ADMIN_TOKEN, type Administering, api, keysByRole } from '../support/administrators.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { session } from '../support/connect.js';
import { rawRequest } from '../support/raw-http.js';

/** Policies and kill switches over REST: what is stored there holds for calls. Who may is a law: admin-access.e2e-spec.ts. */
const POLICY = '/api/v1/policies/12345';
const SWITCHES = '/api/v1/kill-switches';

let app: TestApp;
let keys: Awaited<ReturnType<typeof keysByRole>>;
let owner: Administering;
let model: string;
beforeAll(async () => {
  app = await startTestApp({ env: ADMIN_ENV });
  keys = await keysByRole(app);
  ({ owner } = keys);
  ({ token: model } = await session(app.gateway, app.databaseUrl, undefined, { clientId: 'a-client' }));
});
afterAll(() => app.close());

const ask = (line: string, body?: unknown, headers?: Record<string, string>, token = owner.token) =>
  api(app, token, line, body, headers);
const tools = async (token = model): Promise<string[] | number> => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  const { status, json } = await rawRequest(app.url, 'POST', '/mcp', headers, list);
  return status === 200 ? json.result.tools.map(({ name }: { name: string }) => name) : status;
};

test('a policy is read, changed on what was seen, holds for calls, and keeps nobody from changing it back', async () => {
  const before = await ask(`GET ${POLICY}`);
  expect(before.json).toMatchObject({
    workspace: '12345',
    source: 'none',
    policy: { mode: 'write' },
    updated_at: null,
  });
  const ifMatch = { 'If-Match': before.headers.etag as string };
  expect((await ask(`PUT ${POLICY}`, { mode: 'read' })).status).toBe(428);
  const stored = await ask(`PUT ${POLICY}`, { mode: 'read', clients: ['a-client'] }, ifMatch);
  expect(stored).toMatchObject({
    status: 200,
    json: { source: 'stored', policy: { mode: 'read', clients: ['a-client'] } },
  });
  expect(stored.json.updated_by).toMatch(/^p_/);
  expect(await tools()).not.toContain('create_task');
  expect(await tools(owner.token)).toBe(403);
  // Somebody who has seen what was before.
  expect((await ask(`PUT ${POLICY}`, { mode: 'write' }, ifMatch)).status).toBe(412);
  const etag = stored.headers.etag as string;
  expect((await ask(`GET ${POLICY}`)).headers.etag).toBe(etag);
  expect((await ask(`PUT ${POLICY}`, { mode: 'write' }, { 'If-Match': etag })).status).toBe(200);
  expect(await tools()).toContain('create_task');
});

test.each<[string, object]>([
  ['a field that there is not', { modes: 'read' }],
  ['a mode that there is not', { mode: 'all' }],
  ['selective without places', { mode: 'selective' }],
  ['places without selective', { write: { spaces: ['1'] } }],
  ['a tool that there is not', { disabled_tools: ['no_such_tool'] }],
  ['no id of a place', { read: { spaces: ['Engineering'] } }],
])('%s is refused, and changes nothing', async (_, body) => {
  const refused = await ask(`PUT ${POLICY}`, body, { 'If-Match': '*' });
  expect(refused).toMatchObject({ status: 400, json: { error: { code: 'invalid_parameters' } } });
  expect((await ask(`GET ${POLICY}`)).json.policy).toEqual({ mode: 'write' });
});

test('what is switched off is listed with who and why, holds for calls, and is switched on again', async () => {
  const workspace = await ask(`POST ${SWITCHES}`, { kind: 'workspace', target: '12345', reason: 'incident' });
  expect(workspace).toMatchObject({ status: 201, json: { kind: 'workspace', workspace: '12345', reason: 'incident' } });
  expect(workspace.json.set_by).toMatch(/^p_/);
  expect(await tools()).toBe(403);
  // Once more is fine.
  expect((await ask(`POST ${SWITCHES}`, { kind: 'workspace', target: '12345', reason: 'other' })).json.id).toBe(
    workspace.json.id,
  );
  expect((await ask(`GET ${SWITCHES}`)).json.data).toEqual([workspace.json]);
  expect((await ask(`DELETE ${SWITCHES}/${workspace.json.id}`)).status).toBe(204);
  expect((await ask(`DELETE ${SWITCHES}/${workspace.json.id}`)).status).toBe(404);
  expect(await tools()).toContain('create_task');
});

test('a connection that is switched off administers nothing either', async () => {
  const { json } = await ask(`POST ${SWITCHES}`, {
    kind: 'connection',
    target: keys.admin.connectionId,
    reason: 'compromised',
  });
  expect((await ask(`GET ${SWITCHES}`, undefined, {}, keys.admin.token)).status).toBe(403);
  expect((await ask(`DELETE ${SWITCHES}/${json.id}`)).status).toBe(204);
  expect((await ask(`GET ${SWITCHES}`, undefined, {}, keys.admin.token)).status).toBe(200);
});

test('only the operator switches something off everywhere', async () => {
  const body = { kind: 'tool', target: 'create_task', reason: 'misuse' };
  expect((await ask(`POST ${SWITCHES}?workspace=-`, body)).status).toBe(404);
  const everywhere = await ask(`POST ${SWITCHES}?workspace=-`, body, {}, ADMIN_TOKEN);
  expect(everywhere).toMatchObject({ status: 201, json: { workspace: null, set_by: 'operator' } });
  expect(await tools()).not.toContain('create_task');
  // It is seen in the Workspace, and nobody there can lift it.
  expect((await ask(`GET ${SWITCHES}`)).json.data).toEqual([everywhere.json]);
  expect((await ask(`DELETE ${SWITCHES}/${everywhere.json.id}`)).status).toBe(404);
  expect((await ask(`DELETE ${SWITCHES}/${everywhere.json.id}?workspace=-`, undefined, {}, ADMIN_TOKEN)).status).toBe(
    204,
  );
});

test.each<[string, object]>([
  ['another Workspace', { kind: 'workspace', target: '67890', reason: 'incident' }],
  ['a tool that there is not', { kind: 'tool', target: 'no_such_tool', reason: 'incident' }],
  ['no id of a connection', { kind: 'connection', target: 'x', reason: 'incident' }],
  ['words of their own', { kind: 'tool', target: 'create_task', reason: 'because Ada said so' }],
])('%s cannot be switched off', async (_, body) => {
  expect(await ask(`POST ${SWITCHES}`, body)).toMatchObject({
    status: 400,
    json: { error: { code: 'invalid_parameters' } },
  });
});
