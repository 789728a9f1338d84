import { startTestApp, type TestApp } from '../support/app.js';
import { apiKey, session } from '../support/connect.js';
import { JwtLogin, SIGN_IN } from '../support/jwt-login.js';
import { rawRequest } from '../support/raw-http.js';
import { openSse } from '../support/sse.js';
import { TestSocket } from '../support/web-socket.js';

/**
 * Every kind of credential at every door: in or out, and with which rights. A door is a row of DOORS, a kind of credential a row of
 * KINDS; what is to be expected of both together is a cell of EXPECTED. The door of stdio
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
  const env = { ...SIGN_IN, ALLOW_CLIENT_CREDENTIALS: 'true', MCP_API_KEY_WRITE_MODE: 'read' };
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
const jwt = async (query?: Record<string, string>) => (await new JwtLogin(global).signIn(query)).jwt_token;
/** The last character of a secret may hold bits that do not count. */
const wrong = (token: string) => `${token.slice(0, -2)}${token.endsWith('AA') ? 'EE' : 'AA'}`;

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
  'a JWT': async () => ({ token: await jwt() }),
  'a JWT that only reads': async () => ({ token: await jwt({ mode: 'read' }) }),
  'a ClickUp credential': () => ({ clickup: 'pk_sandbox_owner', app: brought }),
  'a ClickUp credential as a gateway one': () => ({ token: 'pk_sandbox_owner' }),
  'a wrong global key': () => ({ token: `${GLOBAL}x` }),
  'a wrong session': async () => ({ token: wrong((await session(global.gateway, global.databaseUrl)).token) }),
  'a wrong API key': async () => ({ token: wrong((await apiKey(global.gateway)).token) }),
  'a wrong server URL': async () => ({ token: wrong(await urlOf({})) }),
  'a wrong JWT': async () => ({ token: wrong(await jwt()) }),
} satisfies Record<string, () => Sent | Promise<Sent>>;
type Kind = keyof typeof KINDS;

/** What a door gives: `write` and `read` by the tools that are there, `in` where there are no tools, or the status of the refusal. */
type Given = 'write' | 'read' | 'in' | 400 | 401 | 403 | 404 | 1008;

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
  return json.result?.tools ? rightsOf(json.result) : 'in';
};
const rightsOf = ({ tools }: { tools: { name: string }[] }) =>
  tools.some(({ name }) => name === 'create_task') ? 'write' : 'read';
const headersOf = ({ token, clickup }: Sent) => ({
  ...(token !== undefined && { authorization: `Bearer ${token}` }),
  ...(clickup !== undefined && { 'x-clickup-key': clickup }),
});

/** Opens a stream, and asks over it. */
async function stream(path: string, { app = global }: Sent, headers: Record<string, string>) {
  const reader = await openSse(`${app.url}${path}`, headers);
  if (reader.status !== 200) return reader.status;
  await fetch(await reader.endpoint(), { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: LIST });
  await reader.until(() => reader.messages().length > 0);
  reader.close();
  return rightsOf(reader.messages()[0].result);
}

/** Opens a socket, and asks over it. @param first is sent before */
async function socket({ app = global }: Sent, options: Parameters<typeof TestSocket.open>[1], first?: object) {
  const opened = await TestSocket.open(app.url, options);
  if (first) opened.send(first);
  opened.send(JSON.parse(LIST));
  const end = await Promise.race([opened.answer(1), opened.closed]);
  // A refusal is said before the end.
  if (end.result === undefined) return (await opened.closed).code;
  opened.socket.close();
  return rightsOf(end.result);
}
const inQuery = ({ token }: Sent) => (token === undefined ? '' : `?token=${encodeURIComponent(token)}`);

const DOORS = {
  'POST /mcp': (sent: Sent) => send('POST', '/mcp', sent, 'header'),
  'POST /mcp?apiKey=': (sent: Sent) => send('POST', '/mcp', sent, 'query'),
  'POST /mcp/:secret': (sent: Sent) => send('POST', `/mcp/${sent.token ?? 'nothing'}`, sent, 'path'),
  'GET /mcp/sse': (sent: Sent) => stream('/mcp/sse', sent, headersOf(sent)),
  'GET /mcp/sse?token=': (sent: Sent) =>
    stream(`/mcp/sse${inQuery(sent)}`, sent, headersOf({ ...sent, token: undefined })),
  'GET /mcp/:secret/sse': (sent: Sent) => stream(`/mcp/${sent.token ?? 'nothing'}/sse`, sent, {}),
  'GET /mcp/ws': (sent: Sent) => socket(sent, { headers: headersOf(sent) }),
  'GET /mcp/ws?token=': (sent: Sent) =>
    socket(sent, { query: inQuery(sent), headers: headersOf({ ...sent, token: undefined }) }),
  'GET /mcp/ws, auth': (sent: Sent) =>
    socket(sent, {}, { jsonrpc: '2.0', id: 0, method: 'auth', params: { token: sent.token ?? '' } }),
  'GET /api/v1/connections': (sent: Sent) => send('GET', '/api/v1/connections', sent, 'header'),
};

const OUT: readonly Given[] = [401, 401, 404, 401, 401, 404, 1008, 1008, 1008, 401];
const all = (rights: Given, api: Given): Given[] => [
  rights,
  rights,
  404,
  rights,
  rights,
  404,
  rights,
  rights,
  rights,
  api,
];

/** In the order of the doors. */
const EXPECTED: Record<Kind, readonly Given[]> = {
  'no credential': OUT,
  'no credential where clients may bring one': OUT,
  'a global key': all('read', 403),
  // Never in a URL, and an AI client makes itself no further way in.
  'a session': ['write', 401, 401, 'write', 401, 401, 'write', 1008, 'write', 403],
  // The tools that write are there: a call of one is told how to get the scope (403 insufficient_scope).
  'a session whose token only reads': ['write', 401, 401, 'write', 401, 401, 'write', 1008, 'write', 403],
  'an API key': ['write', 'write', 401, 'write', 'write', 401, 'write', 'write', 'write', 'in'],
  'an API key that only reads': ['read', 'read', 401, 'read', 'read', 401, 'read', 'read', 'read', 'in'],
  'a server URL': [401, 401, 'write', 401, 401, 'write', 1008, 1008, 1008, 401],
  'a server URL that only reads': [401, 401, 'read', 401, 401, 'read', 1008, 1008, 1008, 401],
  // In the URL of a stream only.
  'a JWT': ['write', 401, 404, 'write', 'write', 404, 'write', 'write', 'write', 403],
  'a JWT that only reads': ['read', 401, 404, 'read', 'read', 404, 'read', 'read', 'read', 403],
  // It has the rights of a global key: MCP_API_KEY_WRITE_MODE. A message brings no header along.
  'a ClickUp credential': ['read', 'read', 404, 'read', 'read', 404, 'read', 'read', 1008, 403],
  'a ClickUp credential as a gateway one': OUT,
  'a wrong global key': OUT,
  'a wrong session': [401, 401, 401, 401, 401, 401, 1008, 1008, 1008, 401],
  'a wrong API key': [401, 401, 401, 401, 401, 401, 1008, 1008, 1008, 401],
  'a wrong server URL': OUT,
  'a wrong JWT': OUT,
};

test.each(Object.keys(KINDS) as Kind[])('%s', async (kind) => {
  const made: () => Sent | Promise<Sent> = KINDS[kind];
  const sent = await made();
  const given: Record<string, Given> = {};
  for (const [door, knock] of Object.entries(DOORS)) given[door] = (await knock(sent)) as Given;
  expect(given).toEqual(Object.fromEntries(Object.keys(DOORS).map((door, at) => [door, EXPECTED[kind][at]])));
});
