import { registry } from '#libs/audit';
import { Grants } from '#libs/connections';
import { OpenStreams } from '#libs/mcp';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamPost } from '../../libs/mcp/src/streams/stream-post.js';
import { startTestApp, type TestApp, SECOND_KEY, WRITE_KEY } from '../support/app.js';
import { type Balancer, startBalancer } from '../support/balancer.js';
import { accessToken, apiKey, OTHER, session } from '../support/connect.js';
import { query } from '../support/postgres.js';
import { rawRequest } from '../support/raw-http.js';
import { openSse, type SseReader } from '../support/sse.js';

const LIST = '90144360426';
let first: TestApp;
let second: TestApp;
let balancer: Balancer;
beforeAll(async () => {
  first = await startTestApp({ env: { MAX_STREAMS_PER_CREDENTIAL: '10' } });
  second = await startTestApp({ beside: first, env: { MAX_STREAMS_PER_CREDENTIAL: '10' } });
  balancer = await startBalancer();
  await balancer.add(first.url);
  await balancer.add(second.url);
});
afterAll(async () => {
  await balancer.close();
  await second.close();
  await first.close();
});
afterEach(() => first.sandbox.configure({ latencyMs: 0, faults: [] }));

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await query(first.databaseUrl, 'SELECT pg_sleep(0.02)');
};
const post = (url: string, body: unknown, headers: Record<string, string> = bearer(WRITE_KEY)) =>
  rawRequest(
    new URL(url).origin,
    'POST',
    new URL(url).pathname + new URL(url).search,
    { 'Content-Type': 'application/json', ...headers },
    JSON.stringify(body),
  );
const call = (id: number | string, name: string, args: object, more: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args, ...more },
});
const PING = { jsonrpc: '2.0', id: 'ping', method: 'ping' };
const has = (id: unknown) => (reader: SseReader) => reader.messages().some((message) => message.id === id);
const answer = (reader: SseReader, id: unknown) => reader.messages().find((message) => message.id === id);

/** The client of the SDK's first generation, as it is. */
async function connected(url: string, key: string, path = '/mcp/sse') {
  const client = new Client({ name: 'test-client', version: '1' });
  await client.connect(new SSEClientTransport(new URL(url + path), { requestInit: { headers: bearer(key) } }));
  return client;
}

describe('the client of the SDK v1, unchanged, before two replicas that take turns', () => {
  let client: Client;
  beforeAll(async () => (client = await connected(balancer.url, WRITE_KEY)));
  afterAll(() => client.close());

  test('reads and writes; a change that needs it is confirmed on whichever replica', async () => {
    expect((await client.listTools()).tools.length).toBeGreaterThan(20);
    const { structuredContent: made } = (await client.callTool({
      name: 'create_task',
      arguments: { list_id: LIST, name: 'Over a stream #m:sse' },
    })) as any;
    expect(first.sandbox.writes().markers).toMatchObject({ sse: { times: 1, objects: 1 } });
    const gone = { task_id: made.id ?? made.task?.id };
    const preview = (await client.callTool({ name: 'delete_task', arguments: gone })) as any;
    const token = /confirm_token[^\w]+([\w.-]{10,})/.exec(JSON.stringify(preview))?.[1];
    const done = await client.callTool({ name: 'delete_task', arguments: { ...gone, confirm_token: token } });
    expect(done.isError).toBe(false);
    expect(new Set(balancer.sent.keys())).toEqual(new Set([first.url, second.url]));
  });

  test('hears how far a call has come, and can give it up', async () => {
    const told: number[] = [];
    const tasks = Array.from({ length: 5 }, (_, index) => ({ name: `Many ${index}` }));
    await client.callTool({ name: 'bulk_create_tasks', arguments: { list_id: LIST, tasks } }, undefined, {
      onprogress: ({ progress }) => told.push(progress),
    });
    expect(told.length).toBeGreaterThan(0);
    first.sandbox.configure({ faults: [{ operation: 'GetTask', times: 1, kind: 'hang' }] });
    const leaving = new AbortController();
    const asked = () => first.sandbox.requests().filter(({ path }) => path.includes('/task/ENG-321')).length;
    const given = client.callTool({ name: 'get_task', arguments: { task_id: 'ENG-321' } }, undefined, {
      signal: leaving.signal,
    });
    await until(() => asked() === 1);
    leaving.abort('enough');
    await expect(given).rejects.toThrow('enough');
    await until(() => /"tool":"get_task".*"outcome":"cancelled"/.test(first.log() + second.log()));
  });

  test('more than a notification holds goes both ways', async () => {
    const description = 'long '.repeat(6_000);
    for (const nth of [1, 2]) {
      const made = (await client.callTool({
        name: 'create_task',
        arguments: { list_id: LIST, name: `Long ${nth}`, description },
      })) as any;
      const read = await client.callTool({ name: 'get_task', arguments: { task_id: made.structuredContent.id } });
      expect(read.isError).toBe(false);
    }
    expect(JSON.stringify(await client.listTools()).length).toBeGreaterThan(8_000);
  });
});

describe('what a stream says', () => {
  test('its head, an endpoint on the same origin, answers once and in order of completion, a batch as one', async () => {
    const reader = await openSse(`${first.url}/mcp/sse`, bearer(WRITE_KEY));
    expect(reader).toMatchObject({
      status: 200,
      headers: {
        'content-type': expect.stringContaining('text/event-stream'),
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    });
    const endpoint = await reader.endpoint();
    expect(endpoint).toMatch(new RegExp(`^${first.url}/mcp/sse/messages\\?streamId=[\\w-]{32}$`));
    // To the other replica, one after the other.
    const to = endpoint.replace(first.url, second.url);
    for (let id = 0; id < 20; id += 1) expect((await post(to, { ...PING, id })).status).toBe(202);
    await reader.until(has(19));
    expect(reader.messages().map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, id) => id));
    expect(
      (
        await post(endpoint, [
          { ...PING, id: 'a' },
          { ...PING, id: 'b' },
        ])
      ).status,
    ).toBe(202);
    await reader.until(() => reader.messages().some(Array.isArray));
    expect(reader.messages().at(-1)).toMatchObject([{ id: 'a' }, { id: 'b' }]);
    // An error of the protocol comes over the stream, what is no message is refused by the POST.
    await post(endpoint, { ...PING, id: 'x', method: 'no/such' });
    await reader.until(has('x'));
    expect(answer(reader, 'x')).toMatchObject({ error: { code: -32_601, data: { details: expect.any(String) } } });
    expect(await post(endpoint, { id: 1 })).toMatchObject({ status: 400, json: { error: { code: -32_600 } } });
    reader.close();
    await until(async () => (await post(to, PING)).status === 404);
    expect(await query(first.databaseUrl, 'SELECT FROM stream_letters')).toEqual([]);
  });

  test.each([
    ['?token=', (token: string) => [`?token=${token}`, {}] as const],
    ['?events=named', (token: string) => ['?events=named', bearer(token)] as const],
  ])('with %s each message comes again by the name that says whether it is an error', async (_, how) => {
    const { token } = await apiKey(first.gateway);
    const [search, headers] = how(token);
    const reader = await openSse(`${first.url}/mcp/sse${search}`, headers);
    const endpoint = await reader.endpoint();
    // A page that cannot set headers can post by the endpoint alone.
    expect((await post(endpoint, PING, headers)).status).toBe(202);
    await post(endpoint, { ...PING, id: 'x', method: 'no/such' }, headers);
    await reader.until(() => reader.messages('mcp-error').length === 1);
    expect(reader.messages()).toHaveLength(2);
    expect(reader.messages('mcp-message')).toMatchObject([{ id: 'ping', result: {} }]);
    expect(reader.messages('mcp-error')).toMatchObject([{ id: 'x', error: { code: -32_601 } }]);
    reader.close();
  });
});

describe('who may', () => {
  test('no session token in the URL, no credential, a page of an unlisted Origin: no stream', async () => {
    const { token } = await session(first.gateway, first.databaseUrl);
    const open = (search: string, headers: Record<string, string> = {}) =>
      openSse(`${first.url}/mcp/sse${search}`, headers).then(({ status }) => status);
    expect(await open('')).toBe(401);
    expect(await open(`?token=${token}`)).toBe(401);
    expect(await open('', { ...bearer(token), origin: 'https://evil.com' })).toBe(403);
    expect(await open(`?token=${WRITE_KEY}`, bearer(WRITE_KEY))).toBe(400);
    // Only streams take it.
    expect((await post(`${first.url}/mcp?token=${WRITE_KEY}`, PING, {})).status).toBe(401);
    const reader = await openSse(`${first.url}/mcp/sse`, { ...bearer(token), origin: 'http://localhost:6274' });
    expect(reader.headers['access-control-allow-origin']).toBe('http://localhost:6274');
    const endpoint = await reader.endpoint();
    expect((await post(endpoint, PING, { ...bearer(token), origin: 'https://evil.com' })).status).toBe(403);
    reader.close();
  });

  test('a credential that is not that of the stream reaches it on no replica', async () => {
    const mine = await apiKey(first.gateway);
    const foreign = [await apiKey(first.gateway), await apiKey(first.gateway, OTHER), { token: SECOND_KEY }];
    const reader = await openSse(`${first.url}/mcp/sse`, bearer(mine.token));
    const endpoint = await reader.endpoint();
    for (const { token } of foreign)
      for (const url of [endpoint, endpoint.replace(first.url, second.url)])
        expect((await post(url, PING, bearer(token))).status).toBe(404);
    expect((await post(endpoint, { ...PING, id: 'own' }, bearer(mine.token))).status).toBe(202);
    await reader.until(has('own'));
    expect(reader.messages()).toHaveLength(1);
    reader.close();
  });

  test('a server URL has a stream below its path', async () => {
    const key = await apiKey(first.gateway);
    const made = await post(
      `${first.url}/api/v1/connections/${key.connectionId}/mcp-servers`,
      { name: 'Stream', config: { methods: ['read'] } },
      bearer(key.token),
    );
    const { pathname } = new URL(made.json.url);
    const client = new Client({ name: 'test-client', version: '1' });
    await client.connect(new SSEClientTransport(new URL(`${balancer.url}${pathname}/sse`)));
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('create_task');
    await client.close();
    expect((await post(`${first.url}${pathname}/sse`, PING, {})).status).toBe(405);
  });

  test('so many streams per credential, and no more; one that is closed makes room', async () => {
    const { token } = await apiKey(first.gateway);
    const open = () => openSse(`${first.url}/mcp/sse`, bearer(token));
    const readers = await Promise.all(Array.from({ length: 10 }, open));
    expect(readers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const refused = await open();
    expect([refused.status, JSON.parse(refused.text()).error.code]).toEqual([429, 'rate_limited']);
    readers.pop()!.close();
    await until(async () => {
      const next = await open();
      next.close();
      return next.status === 200;
    });
    for (const reader of readers) reader.close();
    await until(() => first.gateway.app.get(OpenStreams).count === 0);
  });
});

describe('how it ends', () => {
  test('with its grant, by whichever replica that is revoked; other streams go on', async () => {
    const [mine, other] = [await apiKey(first.gateway), await apiKey(first.gateway)];
    const [reader, further, unconcerned] = await Promise.all([
      openSse(`${second.url}/mcp/sse`, bearer(mine.token)),
      openSse(`${second.url}/mcp/sse?token=${mine.token}`),
      openSse(`${second.url}/mcp/sse`, bearer(other.token)),
    ]);
    await first.gateway.app.get(Grants).revoke(mine.grantId);
    await Promise.all([reader.over, further.over]);
    expect(reader.text()).toContain(': ended: ');
    expect(reader.messages('mcp-error')).toMatchObject([{ id: null, error: { data: { code: 'invalid_token' } } }]);
    const endpoint = await unconcerned.endpoint();
    expect((await post(endpoint, PING, bearer(other.token))).status).toBe(202);
    await unconcerned.until(has('ping'));
    unconcerned.close();
  });

  test('at the second at which its token expires', async () => {
    const { grantId } = await session(first.gateway, first.databaseUrl);
    const token = await accessToken(first.databaseUrl, grantId, { ttlSeconds: 2 });
    const reader = await openSse(`${first.url}/mcp/sse`, bearer(token));
    await reader.over;
    expect(reader.messages('mcp-error')).toMatchObject([
      { error: { message: expect.stringContaining('has expired'), data: { code: 'invalid_token' } } },
    ]);
  });

  test('a grant that was narrowed is worked with as it is then', async () => {
    const mine = await apiKey(first.gateway);
    const reader = await openSse(`${first.url}/mcp/sse`, bearer(mine.token));
    const endpoint = await reader.endpoint();
    const create = (id: string) => call(id, 'create_task', { list_id: LIST, name: `Narrowed ${id}` });
    await post(endpoint, create('before'), bearer(mine.token));
    await reader.until(has('before'));
    await query(first.databaseUrl, `UPDATE access_grants SET policy = '{"mode":"read"}' WHERE id = $1`, [mine.grantId]);
    await query(first.databaseUrl, `SELECT pg_notify('clickup_mcp_invalidations', 'grant:' || $1)`, [mine.grantId]);
    await until(async () => {
      const id = `after ${reader.messages().length}`;
      await post(endpoint, create(id), bearer(mine.token));
      await reader.until(has(id));
      return answer(reader, id).error !== undefined;
    });
    reader.close();
  });

  test('at a stop: what is under way is answered, the reason is said, and nothing more is taken', async () => {
    const third = await startTestApp({ beside: first });
    const reader = await openSse(`${third.url}/mcp/sse`, bearer(WRITE_KEY));
    const endpoint = await reader.endpoint();
    first.sandbox.configure({ latencyMs: 400 });
    const before = first.sandbox.stats().operations.CreateTask ?? 0;
    await post(endpoint, call('late', 'create_task', { list_id: LIST, name: 'At a stop' }));
    await until(() => (first.sandbox.stats().operations.CreateTask ?? 0) > before);
    await third.close();
    await reader.over;
    expect(answer(reader, 'late')).toMatchObject({ result: { isError: false } });
    expect(reader.messages('mcp-error')).toMatchObject([{ error: { data: { code: 'unavailable' } } }]);
    expect(reader.events().at(-1)?.event).toBe('mcp-error');
    expect((await post(endpoint.replace(third.url, first.url), PING)).status).toBe(404);
  });

  test('when its client does not read: memory does not grow, and what it was to say is counted', async () => {
    const dropped = async () =>
      (await registry.getSingleMetric('mcp_stream_messages_dropped_total')!.get()).values[0]?.value ?? 0;
    const before = await dropped();
    const third = await startTestApp({ beside: first, env: { TOOL_PROFILE: 'full' } });
    const reader = await openSse(`${third.url}/mcp/sse`, bearer(SECOND_KEY));
    const endpoint = await reader.endpoint();
    reader.pause();
    let [id, status] = [0, 202];
    // Each answer is a list of all tools, 180 kB.
    while (status === 202)
      ({ status } = await post(
        endpoint,
        Array.from({ length: 50 }, () => ({ jsonrpc: '2.0', id: `l${(id += 1)}`, method: 'tools/list' })),
        bearer(SECOND_KEY),
      ));
    expect(status).toBe(404);
    expect(await dropped()).toBeGreaterThan(before);
    await third.close();
  });
});

test('no credential and no stream id that came in a URL is in the log', async () => {
  const { token } = await apiKey(first.gateway);
  const reader = await openSse(`${first.url}/mcp/sse?token=${token}`);
  const endpoint = await reader.endpoint();
  await post(endpoint, PING, {});
  await reader.until(has('ping'));
  reader.close();
  await openSse(`${second.url}/mcp/sse?token=${token}x`);
  const log = first.log() + second.log();
  expect(log).toContain('/mcp/sse/messages');
  for (const secret of [token.split(':')[1]!, new URL(endpoint).searchParams.get('streamId')!])
    expect(log).not.toContain(secret);
});

test('what is answered to POST /mcp is told to the streams of the session that want to hear it, on all replicas, once', async () => {
  const [mine, other] = [await apiKey(first.gateway), await apiKey(first.gateway)];
  const listeners = await Promise.all([first, second].map(({ url }) => openSse(`${url}/mcp/sse?token=${mine.token}`)));
  const silent = await Promise.all([
    openSse(`${second.url}/mcp/sse`, bearer(mine.token)),
    openSse(`${second.url}/mcp/sse?token=${other.token}`),
  ]);
  const post = first.gateway.app.get(StreamPost, { strict: false });
  // More than a notification holds.
  const long = 'long '.repeat(4_000);
  for (let id = 0; id < 5; id += 1)
    await post.mirror(`api_key ${mine.grantId}`, {
      kind: id === 4 ? 'error' : 'answer',
      text: JSON.stringify({ jsonrpc: '2.0', id, long }),
    });
  for (const listener of listeners) {
    await listener.until(() => listener.messages('mcp-error').length === 1);
    expect(listener.messages('mcp-message').map(({ id }) => id)).toEqual([0, 1, 2, 3]);
    expect(listener.messages()).toHaveLength(5);
  }
  for (const reader of silent) expect(reader.messages()).toEqual([]);
  for (const reader of [...listeners, ...silent]) reader.close();
});
