import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { SECOND_KEY, startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { apiKey, OTHER, OWNER, session } from '../support/connect.js';
import { CALLBACK, OAuthTester, pkce } from '../support/oauth.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { query } from '../support/postgres.js';
import { type RawAnswer, rawRequest } from '../support/raw-http.js';

const META = 'io.modelcontextprotocol/';
const LIST = '90144360426';
const FOUR = ['limit', 'remaining', 'reset', 'window'].map((name) => `x-ratelimit-${name}`);
const apps: TestApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0).reverse()) await app.close();
});

async function start(env: Record<string, string>, beside?: TestApp, extra: object = {}): Promise<TestApp> {
  const app = await startTestApp({ env, ...(beside && { beside }), ...extra });
  apps.push(app);
  return app;
}
const rpc = (method: string, params: object = {}, id: number | undefined = 1) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});
const getList = (id: number) => rpc('tools/call', { name: 'get_list', arguments: { list_id: LIST } }, id);
const send = (app: TestApp, body: unknown, more: Record<string, string> = {}, method = 'POST'): Promise<RawAnswer> =>
  rawRequest(
    app.url,
    method,
    '/mcp',
    { 'Content-Type': 'application/json', Authorization: `Bearer ${WRITE_KEY}`, ...more },
    typeof body === 'string' ? body : JSON.stringify(body),
  );
const limitsOf = ({ headers }: RawAnswer) => FOUR.map((name) => Number(headers[name]));

/** The requests of each subject in one of its windows, as the replicas have told. */
const storedOf = async (app: TestApp, window: string): Promise<number[]> =>
  (await query<{ counts: number[] }>(app.databaseUrl, `SELECT ${window} AS counts FROM inbound_counts`)).map(
    ({ counts: [, ...hits] }) => hits.reduce((sum, hit) => sum + hit, 0),
  );

const MODERN = {
  'MCP-Protocol-Version': '2026-07-28',
  'Mcp-Method': 'tools/call',
  'Mcp-Name': 'get_list',
  Accept: 'application/json, text/event-stream',
};
const envelope = { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientCapabilities`]: {} };
const STREAM = { Accept: 'application/json, text/event-stream' };
/** Every kind of answer that `/mcp` gives to somebody who was let in: name, status, how often it counts, body, headers, method. */
const ANSWERS: [string, number, number, unknown, Record<string, string>?, string?][] = [
  ['a tool call', 200, 1, getList(1)],
  ['a tool call that fails', 200, 1, rpc('tools/call', { name: 'get_list', arguments: { list_id: 'nowhere' } })],
  ['tools/list', 200, 1, rpc('tools/list')],
  [
    'initialize',
    200,
    1,
    rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } }),
    STREAM,
  ],
  ['ping', 200, 1, rpc('ping')],
  ['a notification: 202', 202, 1, { jsonrpc: '2.0', method: 'notifications/initialized' }, STREAM],
  [
    'a stream',
    200,
    1,
    rpc('tools/call', { name: 'get_list', arguments: { list_id: LIST }, _meta: { progressToken: 'p' } }),
    STREAM,
  ],
  [
    'a call of the newer era',
    200,
    1,
    rpc('tools/call', { name: 'get_list', arguments: { list_id: LIST }, _meta: envelope }),
    MODERN,
  ],
  [
    'a stream of the newer era',
    200,
    1,
    rpc('tools/call', { name: 'get_list', arguments: { list_id: LIST }, _meta: { ...envelope, progressToken: 'p' } }),
    MODERN,
  ],
  ['a batch of three calls', 200, 3, [getList(1), getList(2), getList(3)]],
  [
    'a batch as a stream, with a notification',
    200,
    2,
    [getList(1), getList(2), { jsonrpc: '2.0', method: 'notifications/initialized' }],
    STREAM,
  ],
  ['an unknown tool', 200, 1, rpc('tools/call', { name: 'no_such_tool' })],
  ['an unknown method', 200, 1, rpc('no/such')],
  ['a message that is none', 400, 1, { jsonrpc: '1.0' }],
  ['text that is no JSON', 400, 1, '{'],
  ['a body that is too large', 413, 1, JSON.stringify(rpc('ping', { x: 'x'.repeat(5_000) }))],
  ['a type that is not understood', 415, 1, 'x', { 'Content-Type': 'text/plain' }],
  ['an unknown version', 400, 1, rpc('tools/list'), { 'MCP-Protocol-Version': '1999-01-01' }],
  ['GET', 405, 1, '', {}, 'GET'],
  ['DELETE', 405, 1, '', {}, 'DELETE'],
];

describe('every answer of /mcp to somebody who was let in', () => {
  let app: TestApp;
  let before: number;
  beforeAll(async () => {
    app = await startTestApp({ env: { MCP_RATE_LIMIT_PER_MINUTE: '5000', MCP_BODY_LIMIT_BYTES: '4096' } });
    before = limitsOf(await send(app, rpc('ping')))[1]!;
  });
  afterAll(() => app.close());

  test.each(ANSWERS)('%s', async (...row) => {
    const [, status, weight, body, headers, method] = row;
    const answer = await send(app, body, headers, method);
    expect(answer.status).toBe(status);
    const [limit, remaining, reset, window] = limitsOf(answer);
    expect([limit, window]).toEqual([5000, 60]);
    expect(before - remaining!).toBe(weight);
    before = remaining!;
    const inSeconds = reset! - Date.now() / 1000;
    expect(inSeconds).toBeGreaterThan(-60);
    expect(inSeconds).toBeLessThan(65);
  });

  test('a token that may only read gets them with its refusal too, and a stranger gets none', async () => {
    const { token } = await session(app.gateway, app.databaseUrl, OWNER, { scope: 'read' });
    const write = rpc('tools/call', { name: 'create_task', arguments: { list_id: LIST, name: 'x' } });
    const refused = await send(app, write, { Authorization: `Bearer ${token}` });
    expect(refused.status).toBe(403);
    expect(limitsOf(refused).slice(0, 2)).toEqual([5000, 4999]);
    const stranger = await send(app, rpc('ping'), { Authorization: 'Bearer wrong' });
    expect(stranger.status).toBe(401);
    for (const name of FOUR) expect(stranger.headers).not.toHaveProperty(name);
  });
});

test('a page of another Origin may read them', async () => {
  const app = await start({});
  const answer = await send(app, rpc('ping'), { Origin: 'https://claude.ai' });
  for (const name of [...FOUR, 'retry-after'])
    expect(String(answer.headers['access-control-expose-headers'])).toContain(name);
});

test.each([
  ['MCP_RATE_LIMIT_PER_MINUTE', 60, 'rate_limited', 'Rate limit exceeded'],
  ['MCP_RATE_LIMIT_PER_HOUR', 3_600, 'rate_limited', 'Rate limit exceeded'],
  ['MCP_RATE_LIMIT_PER_DAY', 86_400, 'rate_limited', 'Rate limit exceeded'],
  ['MONTHLY_QUOTA_PREMIUM', 2_592_000, 'quota_exceeded', 'Monthly quota exceeded'],
])(
  '%s: the request after the last is refused in the shape of the product, and asks ClickUp nothing',
  async (key, window, code, message) => {
    const app = await start({ [key]: '3' });
    for (let at = 0; at < 3; at += 1) expect((await send(app, getList(at))).status).toBe(200);
    const asked = app.sandbox.stats().requests;
    const refused = await send(app, getList(9));
    expect(refused.status).toBe(429);
    const wait = Number(refused.headers['retry-after']);
    expect(wait).toBeGreaterThan(window * 0.5);
    expect(wait).toBeLessThanOrEqual(window * 1.05);
    const [limit, remaining, reset, seconds] = limitsOf(refused);
    expect([limit, remaining, seconds]).toEqual([3, 0, window]);
    expect(refused.json).toEqual({
      error: { code, message, details: { limit: 3, remaining: 0, reset_at: reset, reset_in_seconds: wait } },
    });
    expect(app.sandbox.stats().requests).toBe(asked);
    // Another key has its own, and so has what needs no key.
    expect((await send(app, rpc('ping'), { Authorization: `Bearer ${SECOND_KEY}` })).status).toBe(200);
    expect((await rawRequest(app.url, 'GET', '/health/live', {})).status).toBe(200);
  },
);

test('without anything set the limits are those of the premium tier', async () => {
  const app = await start({ MCP_RATE_LIMIT_PER_MINUTE: '', MCP_RATE_LIMIT_PER_HOUR: '', MCP_RATE_LIMIT_PER_DAY: '' });
  expect(limitsOf(await send(app, rpc('ping'))).slice(0, 2)).toEqual([500, 499]);
});

test('with all limits off no header is there', async () => {
  const off = { MCP_RATE_LIMIT_PER_MINUTE: '0', MCP_RATE_LIMIT_PER_HOUR: '0', MCP_RATE_LIMIT_PER_DAY: '0' };
  const { status, headers } = await send(await start(off), rpc('ping'));
  expect(status).toBe(200);
  for (const name of FOUR) expect(headers).not.toHaveProperty(name);
});

test('a batch that does not fit is refused before anything of it begins; one that never fits is told so', async () => {
  const app = await start({ MCP_RATE_LIMIT_PER_MINUTE: '4' });
  const asked = app.sandbox.stats().requests;
  expect(await send(app, [1, 2, 3, 4, 5].map(getList))).toMatchObject({
    status: 400,
    json: { error: { code: -32_600, data: { details: expect.stringContaining('4') } } },
  });
  expect(await send(app, [1, 2, 3, 4].map(getList))).toMatchObject({
    status: 429,
    json: { error: { code: 'rate_limited', details: { limit: 4, remaining: 2 } } },
  });
  expect(app.sandbox.stats().requests).toBe(asked);
  expect((await send(app, [1, 2].map(getList))).status).toBe(200);
});

test('a client built with the SDK is told why it was refused', async () => {
  const app = await start({ MCP_RATE_LIMIT_PER_MINUTE: '4' });
  const client = new Client({ name: 'x', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(`${app.url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${WRITE_KEY}` } },
  });
  await client.connect(transport);
  const call = () => client.callTool({ name: 'get_list', arguments: { list_id: LIST } });
  const outcomes = await Promise.allSettled([call(), call(), call(), call(), call()]);
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
  expect(refused.length).toBeGreaterThan(0);
  for (const reason of refused) expect(reason).toMatch(/429|Rate limit exceeded/);
  await client.close();
});

test('two replicas count together, with an error of 5 % at most', async () => {
  const limit = 400;
  const env = { MCP_RATE_LIMIT_PER_MINUTE: '0', MCP_RATE_LIMIT_PER_HOUR: String(limit) };
  const first = await start(env);
  const second = await start(env, first);
  let passed = 0;
  const worker = async (app: TestApp) => {
    for (let refused = 0; refused < 3;) {
      const { status } = await send(app, rpc('ping'));
      if (status === 200) passed += 1;
      else refused += 1;
    }
  };
  await Promise.all([first, second].flatMap((app) => Array.from({ length: 8 }, () => worker(app))));
  expect(passed).toBeGreaterThanOrEqual(limit);
  expect(passed).toBeLessThanOrEqual(limit * 1.05);
});

test('SEC-251: ten keys and ten sessions of one person, on two replicas, have one count', async () => {
  const env = { MCP_RATE_LIMIT_PER_HOUR: '200' };
  const first = await start(env);
  const second = await start(env, first);
  const tokens: string[] = [];
  for (let at = 0; at < 10; at += 1) {
    tokens.push((await apiKey(first.gateway)).token, (await session(first.gateway, first.databaseUrl)).token);
  }
  let passed = 0;
  for (let at = 0; at < 240; at += 1) {
    const headers = { Authorization: `Bearer ${tokens[at % tokens.length]}` };
    const { status } = await send([first, second][at % 2]!, rpc('ping'), headers);
    passed += status === 200 ? 1 : 0;
  }
  expect(passed).toBeGreaterThanOrEqual(200);
  expect(passed).toBeLessThanOrEqual(210);
  const other = await apiKey(first.gateway, OTHER);
  expect((await send(first, rpc('ping'), { Authorization: `Bearer ${other.token}` })).status).toBe(200);
});

test('another Workspace beside a key does not begin another count, and a key that a client brings along is not stored', async () => {
  const app = await start({ MCP_RATE_LIMIT_PER_MINUTE: '3', ALLOW_CLIENT_CREDENTIALS: 'true' });
  for (let team = 1; team <= 3; team += 1)
    expect((await send(app, rpc('ping'), { 'X-ClickUp-Team-Id': String(team) })).status).toBe(200);
  expect((await send(app, rpc('ping'), { 'X-ClickUp-Team-Id': '4' })).status).toBe(429);
  const brought = { 'X-ClickUp-Key': 'pk_somebody_elses' };
  for (let team = 1; team <= 3; team += 1)
    expect((await send(app, rpc('ping'), { ...brought, 'X-ClickUp-Team-Id': String(team) })).status).toBe(200);
  expect((await send(app, rpc('ping'), brought)).status).toBe(429);
  await app.close();
  apps.pop();
});

test('SEC-D24: the database away, tools go on under the limit of the replica, and what leads to credentials is refused', async () => {
  const env = { MCP_RATE_LIMIT_PER_MINUTE: '0', MCP_RATE_LIMIT_PER_HOUR: '60' };
  const first = await start(env);
  const proxy = await startPostgresProxy(first.databaseUrl);
  const second = await start({ ...env, DATABASE_URL: proxy.url }, first);
  for (let at = 0; at < 20; at += 1) expect((await send(first, rpc('ping'))).status).toBe(200);
  expect(limitsOf(await send(second, rpc('ping')))[1]).toBeLessThanOrEqual(42);
  const client = await OAuthTester.registered(second);
  const tokens = await client.tokens();
  const pair = pkce();
  const code = await client.code({ code_challenge: pair.challenge });
  const begun = await client.begin({ code_challenge: pair.challenge });
  const { port } = new URL(proxy.url);
  await proxy.close();
  const statuses: number[] = [];
  for (let at = 0; at < 60; at += 1) statuses.push((await send(second, rpc('ping'))).status);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(42);
  // Nothing that these decide may be guessed.
  const refused = {
    register: await client.json('/register', { redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' }),
    code: await client.redeem(code, pair),
    refresh: await client.refresh(tokens.refresh_token),
    revoke: await client.revoke(tokens.refresh_token),
    authorize: await client.authorize({ code_challenge: pair.challenge }),
    connect: await client.get(`/connect/${begun.uid}`, { cookie: begun.cookie }),
  };
  expect(Object.entries(refused).map(([what, { status }]) => `${what} ${status}`)).toEqual(
    Object.keys(refused).map((what) => `${what} 503`),
  );
  const again = await startPostgresProxy(first.databaseUrl, Number(port));
  // What it counted meanwhile it tells the others.
  for (let stored = 0; stored < 60;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    stored = (await storedOf(first, 'hour'))[0]!;
  }
  const back = [await send(first, rpc('ping')), await send(first, rpc('ping')), await send(first, rpc('ping'))];
  expect(back.map(({ status }) => status)).toContain(429);
  await second.close();
  apps.pop();
  await again.close();
});

test('a process that starts goes on where the others are, and the database holds no name', async () => {
  const env = { MCP_RATE_LIMIT_PER_DAY: '30' };
  const first = await start(env);
  const second = await start(env, first);
  for (let at = 0; at < 30; at += 1) expect((await send(second, rpc('ping'))).status).toBe(200);
  apps.pop();
  await second.close();
  const third = await start(env, first);
  expect(await send(third, rpc('ping'))).toMatchObject({ status: 429, headers: { 'x-ratelimit-window': '86400' } });
  expect(await storedOf(first, 'day')).toEqual([30]);
  const rows = await query(first.databaseUrl, 'SELECT * FROM inbound_counts');
  expect(JSON.stringify(rows)).not.toContain(WRITE_KEY);
});
