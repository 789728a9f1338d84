import { startTestApp, type TestApp } from '../support/app.js';
import { apiKey, session } from '../support/connect.js';
import { rawRequest } from '../support/raw-http.js';

/**
 * Every kind of credential at every door: in or out, and with which rights. A door is a row of DOORS, a kind of credential a row of
 * KINDS; what is to be expected of both together is a cell of EXPECTED, which the type does not let anybody forget. The door of stdio
 * takes none of these: test/e2e/stdio.e2e-spec.ts.
 */
const GLOBAL = 'mcp_doors_0123456789abcdef0123456789';
const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
const JSON_TYPE = { 'content-type': 'application/json' };

let global: TestApp;
/** Without global keys, so that what a client brings along counts. */
let brought: TestApp;
let urlOf: (config: object) => Promise<string>;

beforeAll(async () => {
  const env = { ALLOW_CLIENT_CREDENTIALS: 'true', MCP_API_KEY_WRITE_MODE: 'read' };
  global = await startTestApp({ env: { ...env, MCP_API_KEYS: GLOBAL } });
  brought = await startTestApp({ beside: global, env: { ...env, MCP_API_KEYS: '' } });
  urlOf = async (config) => {
    const key = await apiKey(global.gateway);
    const answer = await rawRequest(
      global.url,
      'POST',
      `/api/v1/connections/${key.connectionId}/mcp-servers`,
      { ...JSON_TYPE, authorization: `Bearer ${key.token}` },
      JSON.stringify({ name: 'Door', config }),
    );
    return new URL(answer.json.url).pathname.slice('/mcp/'.length);
  };
});
afterAll(async () => {
  await brought.close();
  await global.close();
});

/** A credential: what is sent, or `none`; `clickup` is sent as X-ClickUp-Key. */
interface Sent {
  token?: string;
  clickup?: string;
  app?: TestApp;
}
const READ = {
  workspaceId: '12345',
  person: { id: '183', name: 'Ada' },
  credential: 'pk_sandbox_owner',
  policy: { mode: 'read' },
} as const;
const wrong = (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'E' : 'A'}`;

const KINDS = {
  'no credential': () => ({}),
  'no credential where clients may bring one': () => ({ app: brought }),
  'a global key': () => ({ token: GLOBAL }),
  'a session': async () => ({ token: (await session(global.gateway, global.databaseUrl)).token }),
  'a session whose token only reads': async () => ({
    token: (await session(global.gateway, global.databaseUrl, undefined, { scope: 'read' })).token,
  }),
  'an API key': async () => ({ token: (await apiKey(global.gateway)).token }),
  'an API key that only reads': async () => ({ token: (await apiKey(global.gateway, READ)).token }),
  'a server URL': async () => ({ token: await urlOf({}) }),
  'a server URL that only reads': async () => ({ token: await urlOf({ methods: ['read'] }) }),
  'a ClickUp credential': () => ({ clickup: 'pk_sandbox_owner', app: brought }),
  'a ClickUp credential as a gateway one': () => ({ token: 'pk_sandbox_owner' }),
  'a wrong global key': () => ({ token: `${GLOBAL}x` }),
  'a wrong session': async () => ({ token: wrong((await session(global.gateway, global.databaseUrl)).token) }),
  'a wrong API key': async () => ({ token: wrong((await apiKey(global.gateway)).token) }),
  'a wrong server URL': async () => ({ token: wrong(await urlOf({})) }),
} satisfies Record<string, () => Sent | Promise<Sent>>;
type Kind = keyof typeof KINDS;

/** What a door gives: `write` and `read` by the tools that are there, `in` where there are no tools, or the status of the refusal. */
type Given = 'write' | 'read' | 'in' | 400 | 401 | 403 | 404;

const send = async (
  method: string,
  path: string,
  { token, clickup, app = global }: Sent,
  from: 'header' | 'path' | 'query',
) => {
  const headers = {
    ...JSON_TYPE,
    ...(token !== undefined && from === 'header' && { authorization: `Bearer ${token}` }),
    ...(clickup !== undefined && { 'x-clickup-key': clickup }),
  };
  const target = from === 'query' && token !== undefined ? `${path}?apiKey=${token}` : path;
  const { status, json } = await rawRequest(app.url, method, target, headers, method === 'POST' ? LIST : '');
  if (status !== 200) return status;
  const tools = json.result?.tools as { name: string }[] | undefined;
  if (!tools) return 'in';
  return tools.some(({ name }) => name === 'create_task') ? 'write' : 'read';
};

const DOORS = {
  'POST /mcp': (sent: Sent) => send('POST', '/mcp', sent, 'header'),
  'POST /mcp?apiKey=': (sent: Sent) => send('POST', '/mcp', sent, 'query'),
  'POST /mcp/:secret': (sent: Sent) => send('POST', `/mcp/${sent.token ?? 'nothing'}`, sent, 'path'),
  'GET /api/v1/connections': (sent: Sent) => send('GET', '/api/v1/connections', sent, 'header'),
};
type Door = keyof typeof DOORS;

const EXPECTED: Record<Kind, Record<Door, Given>> = {
  'no credential': row(401, 401, 404, 401),
  'no credential where clients may bring one': row(401, 401, 404, 401),
  'a global key': row('read', 'read', 404, 403),
  'a session': row('write', 401, 401, 403),
  // The tools that write are there: a call of one is told how to get the scope (403 insufficient_scope).
  'a session whose token only reads': row('write', 401, 401, 403),
  'an API key': row('write', 'write', 401, 'in'),
  'an API key that only reads': row('read', 'read', 401, 'in'),
  'a server URL': row(401, 401, 'write', 401),
  'a server URL that only reads': row(401, 401, 'read', 401),
  // It has the rights of a global key: MCP_API_KEY_WRITE_MODE.
  'a ClickUp credential': row('read', 'read', 404, 403),
  'a ClickUp credential as a gateway one': row(401, 401, 404, 401),
  'a wrong global key': row(401, 401, 404, 401),
  'a wrong session': row(401, 401, 401, 401),
  'a wrong API key': row(401, 401, 401, 401),
  'a wrong server URL': row(401, 401, 404, 401),
};

function row(mcp: Given, query: Given, path: Given, api: Given): Record<Door, Given> {
  return {
    'POST /mcp': mcp,
    'POST /mcp?apiKey=': query,
    'POST /mcp/:secret': path,
    'GET /api/v1/connections': api,
  };
}

test.each(Object.keys(KINDS) as Kind[])('%s', async (kind) => {
  const made: () => Sent | Promise<Sent> = KINDS[kind];
  const sent = await made();
  const given: Record<string, Given> = {};
  for (const [door, knock] of Object.entries(DOORS)) given[door] = (await knock(sent)) as Given;
  expect(given).toEqual(EXPECTED[kind]);
});
