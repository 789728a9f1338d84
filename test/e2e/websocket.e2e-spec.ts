import { Grants } from '#libs/connections';
import { OpenStreams } from '#libs/mcp';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { WebSocketClientTransport } from '@modelcontextprotocol/sdk/client/websocket.js';
import { runInNewContext } from 'node:vm';
import { once } from 'node:events';
import { type Socket } from 'node:net';
import { WebSocket, type WebSocketServer } from 'ws';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { sightings } from '../support/canaries.js';
import { apiKey, OTHER, session } from '../support/connect.js';
import { execute, query } from '../support/postgres.js';
import { raw, rawRequest } from '../support/raw-http.js';
import { SPRINT_42 } from '../support/samples/index.js';
import { TestSocket } from '../support/web-socket.js';

let app: TestApp;
let second: TestApp;
/** Says nothing from the beginning of this file to its end. */
let silent: TestSocket;
const tokens = new Set([WRITE_KEY]);
beforeAll(async () => {
  app = await startTestApp({ env: { MAX_STREAMS_PER_CREDENTIAL: '5' } });
  second = await startTestApp({ beside: app });
  silent = await open({});
});
afterEach(() => app.sandbox.configure({ faults: [], latencyMs: 0 }));
afterAll(async () => {
  await second.close();
  await app.close();
});

const bearer = (token = WRITE_KEY) => ({ Authorization: `Bearer ${token}` });
const open = (options: Parameters<typeof TestSocket.open>[1] = { headers: bearer() }, to = app) =>
  TestSocket.open(to.url, options);
const key = async (who?: Parameters<typeof apiKey>[1]) => {
  const { token } = await apiKey(app.gateway, who);
  // Of a key the id may be told, not the secret.
  tokens.add(token.split(':')[1]!);
  return token;
};
const turn = () => query(app.databaseUrl, 'SELECT pg_sleep(0.02)');
const until = async (holds: () => boolean) => {
  while (!holds()) await turn();
};
const list = (id: unknown) => ({ jsonrpc: '2.0', id, method: 'tools/list' });
const hang = (operation: string) => app.sandbox.configure({ faults: [{ kind: 'hang', operation }] });
const struck = () => until(() => app.sandbox.faults()[0]!.struck > 0);

describe('who may come in', () => {
  test.each<[string, (token: string) => Parameters<typeof TestSocket.open>[1]]>([
    ['the Authorization header', (token) => ({ headers: bearer(token) })],
    ['?token=', (token) => ({ query: `?token=${encodeURIComponent(token)}` })],
    ['?apiKey=', (token) => ({ query: `?apiKey=${encodeURIComponent(token)}` })],
  ])('by %s: tools/list needs no handshake, the answer to the upgrade says where the caller stands', async (_, by) => {
    const socket = await open(by(await key()));
    expect((await socket.ask('tools/list')).result.tools.length).toBeGreaterThan(10);
    expect((await socket.call('get_task', { task_id: 'ENG-123' })).result).toMatchObject({ isError: false });
    expect(socket.headers).toMatchObject({
      'x-request-id': expect.any(String),
      'x-ratelimit-limit': expect.any(String),
      'x-ratelimit-remaining': expect.any(String),
      'x-ratelimit-reset': expect.any(String),
      'x-ratelimit-window': expect.any(String),
    });
    await socket.close();
    expect(await socket.closed).toMatchObject({ code: 1005 });
  });

  test('by the first message, a session token too; before it nothing is answered', async () => {
    const { token } = await session(app.gateway, app.databaseUrl);
    const socket = await open({});
    socket.send({ jsonrpc: '2.0', id: 0, method: 'auth', params: { token } }).send(list(1));
    expect(await socket.answer(1)).toHaveProperty('result.tools');
    expect(socket.messages[0]).toEqual({ jsonrpc: '2.0', id: 0, result: { authenticated: true } });
    await socket.close();
    const terse = await open({});
    terse.send({ method: 'auth', params: { token } });
    expect(await terse.answer(null)).toEqual({ jsonrpc: '2.0', id: null, result: { authenticated: true } });
    await terse.close();
    const hasty = await open({});
    hasty.send(list(7));
    expect(await hasty.answer(7)).toMatchObject({ error: { data: { code: 'unauthorized' } } });
    expect(await hasty.closed).toMatchObject({ code: 1008 });
    expect(hasty.messages).toHaveLength(1);
  });

  test.each<[string, (tokens: { session: string; revoked: string }) => Parameters<typeof TestSocket.open>[1]]>([
    ['an unknown key in a header', () => ({ headers: bearer('no-such-key-0123456789') })],
    ['a revoked key in a header', ({ revoked }) => ({ headers: bearer(revoked) })],
    ['a revoked key in the URL', ({ revoked }) => ({ query: `?token=${encodeURIComponent(revoked)}` })],
    ['a session token in the URL', (tokens) => ({ query: `?token=${encodeURIComponent(tokens.session)}` })],
  ])('%s: a JSON-RPC error, then 1008; by HTTP it is 401', async (_, by) => {
    const revoked = await apiKey(app.gateway);
    await app.gateway.app.get(Grants).revoke(revoked.grantId);
    const { token } = await session(app.gateway, app.databaseUrl);
    const options = by({ session: token, revoked: revoked.token });
    const socket = await open(options);
    expect(await socket.answer(null)).toMatchObject({
      jsonrpc: '2.0',
      error: {
        code: -32000,
        message: expect.any(String),
        data: { code: 'invalid_token', details: expect.any(String) },
      },
    });
    expect(await socket.closed).toEqual({ code: 1008, reason: expect.stringMatching(/\w/) });
    const { status } = await rawRequest(app.url, 'GET', `/mcp/ws${options?.query ?? ''}`, options?.headers ?? {});
    expect(status).toBe(401);
  });

  test('a bad first message: a JSON-RPC error with its id, then 1008', async () => {
    for (const params of [{ token: 'no-such-key-0123456789' }, { token: 7 }, {}, undefined]) {
      const socket = await open({});
      socket.send({ jsonrpc: '2.0', id: 'a', method: 'auth', ...(params && { params }) });
      expect(await socket.answer('a')).toHaveProperty('error.data.details');
      expect(await socket.closed).toMatchObject({ code: 1008 });
    }
  });

  test('auth again: the same person may bring another credential, another person may not', async () => {
    const socket = await open({ headers: bearer(await key()) });
    expect(await socket.ask('auth', { token: await key() }, 'mine')).toMatchObject({ result: { authenticated: true } });
    expect(await socket.ask('tools/list')).toHaveProperty('result');
    expect(await socket.ask('auth', { token: await key(OTHER) }, 'theirs')).toHaveProperty('error');
    expect(await socket.closed).toMatchObject({ code: 1008, reason: expect.stringContaining('another person') });
  });

  test.each(['https://evil.example', 'null', 'http://localhost.evil.com', 'https://chatgpt.com.evil.com'])(
    'a page of %s is refused before there is a socket, with whatever credential',
    async (Origin) => {
      await expect(open({ headers: { ...bearer(), Origin } })).rejects.toMatchObject({ status: 403 });
      await expect(open({ headers: { Origin } })).rejects.toMatchObject({ status: 403 });
    },
  );

  test('a page of a listed Origin is let in, another Host is not', async () => {
    await (await open({ headers: { ...bearer(), Origin: 'https://claude.ai' } })).close();
    await expect(open({ headers: { ...bearer(), Host: 'evil.example' } })).rejects.toMatchObject({ status: 403 });
  });

  test('more streams than a credential may hold are refused, and places come free', async () => {
    const headers = bearer(await key());
    const sockets = await Promise.all(Array.from({ length: 5 }, () => open({ headers })));
    const beyond = await open({ headers });
    expect(await beyond.answer(null)).toMatchObject({ error: { data: { code: 'rate_limited' } } });
    expect(await beyond.closed).toMatchObject({ code: 1008 });
    await sockets[0]!.close();
    const again = await open({ headers });
    expect(await again.ask('ping')).toHaveProperty('result');
    for (const socket of [...sockets.slice(1), again]) await socket.close();
  });
});

describe('only a WebSocket at its path', () => {
  test('a plain GET is told what to do', async () => {
    const answer = await rawRequest(app.url, 'GET', '/mcp/ws', bearer());
    expect(answer).toMatchObject({
      status: 426,
      headers: { upgrade: 'websocket' },
      json: { error: { code: 'upgrade_required' } },
    });
  });

  test.each(['h2c', 'websocket'])('a POST that offers %s is served as what it is', async (protocol) => {
    const body = JSON.stringify(list(1));
    const answer = await raw(
      app.url,
      `POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${WRITE_KEY}\r\nconnection: Upgrade, close\r\nupgrade: ${protocol}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('"tools":[');
  });

  test.each(['/health', '/', '/mcp', '/mcp/ws/', '/mcp/wsx'])('%s never becomes a socket', async (path) => {
    const answer = await raw(
      app.url,
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      500,
    );
    expect(answer).not.toMatch(/^HTTP\/1\.1 101 /);
  });
});

describe('messages', () => {
  test('the newer era, batches, notifications, and what is no message', async () => {
    const socket = await open();
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    expect(await socket.ask('server/discover', { _meta: meta })).toHaveProperty('result.supportedVersions');
    expect(
      await socket.ask('tools/call', { name: 'get_task', arguments: { task_id: 'ENG-123' }, _meta: meta }),
    ).toMatchObject({ result: { resultType: 'complete', isError: false } });
    socket.send([
      list('a'),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 'b', method: 'ping' },
    ]);
    const batch = await socket.message(Array.isArray);
    expect(batch.map(({ id }: { id: string }) => id)).toEqual(['a', 'b']);
    socket.send('{nonsense');
    expect(await socket.answer(null)).toMatchObject({ error: { code: -32700 } });
    socket.messages.length = 0;
    socket.send({ id: 5 });
    expect(await socket.answer(5)).toMatchObject({ error: { code: -32600 } });
    socket.send(`{"jsonrpc":"2.0","id":6,"method":"ping","params":${'['.repeat(100)}${']'.repeat(100)}}`);
    expect(await socket.answer(null)).toMatchObject({ error: { code: -32700 } });
    socket.messages.length = 0;
    const wide = JSON.stringify(Array.from({ length: 30_000 }, () => 1));
    socket.send(`{"jsonrpc":"2.0","id":7,"method":"ping","params":{"a":${wide}}}`);
    expect(await socket.answer(null)).toMatchObject({ error: { data: { code: 'payload_too_large' } } });
    expect(await socket.ask('ping')).toHaveProperty('result');
    await socket.close();
  });

  test('a long message is read, and does not overtake or get overtaken', async () => {
    const socket = await open();
    const long = { ...list('long'), pad: 'x'.repeat(3 << 20) };
    socket.send(long).send(list('after'));
    await socket.answer('after');
    expect(socket.messages.map(({ id }) => id)).toEqual(['long', 'after']);
    await socket.close();
  });

  test.each<[string, number, (socket: WebSocket) => void]>([
    ['a binary frame', 1003, (socket) => socket.send(Buffer.from(JSON.stringify(list(1))))],
    ['a message of more than MCP_BODY_LIMIT_BYTES', 1009, (socket) => socket.send('x'.repeat((4 << 20) + 1))],
    [
      'a message in pieces without end',
      1009,
      (socket) => {
        const more = () =>
          socket.readyState === WebSocket.OPEN && socket.send('x'.repeat(1 << 18), { fin: false }, more);
        more();
      },
    ],
    [
      'a message in very many pieces',
      1008,
      (socket) => {
        for (let n = 0; n < 5_000; n += 1) socket.send('x', { fin: false });
      },
    ],
    ['text that is no UTF-8', 1007, (socket) => socket.send(Buffer.from([0xff, 0xfe]), { binary: false })],
  ])('%s ends the socket with %i, and nobody else', async (_, code, send) => {
    const [bad, good] = [await open(), await open()];
    send(bad.socket);
    expect(await bad.closed).toMatchObject({ code });
    expect(await good.ask('ping')).toHaveProperty('result');
    await good.close();
  });

  test('compression is not agreed on', async () => {
    const socket = await open();
    expect(socket.socket.extensions).toBe('');
    await socket.close();
  });

  test('before it is known who it is, no more than a credential is taken', async () => {
    const socket = await open({});
    socket.send('x'.repeat(1 << 20));
    expect(await socket.closed).toMatchObject({ code: 1009 });
  });
});

describe('calls under way', () => {
  test('progress is told, and a cancelled call is not answered', async () => {
    const socket = await open();
    const tasks = Array.from({ length: 3 }, (_, n) => ({ name: `By socket ${n}` }));
    const made = await socket.ask(
      'tools/call',
      { name: 'bulk_create_tasks', arguments: { list_id: SPRINT_42, tasks }, _meta: { progressToken: 'p' } },
      'bulk',
    );
    expect(made.result).toMatchObject({ isError: false });
    expect(socket.messages.filter(({ method }) => method === 'notifications/progress').length).toBeGreaterThan(0);
    hang('GetTask');
    socket.send({
      jsonrpc: '2.0',
      id: 'c',
      method: 'tools/call',
      params: { name: 'get_task', arguments: { task_id: 'ENG-123' } },
    });
    await struck();
    socket.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'c' } });
    await until(() => app.log().includes('"outcome":"cancelled"'));
    await socket.ask('ping');
    expect(socket.messages.filter(({ id }) => id === 'c')).toEqual([]);
    await socket.close();
  });

  test('what is under way when the socket closes is cancelled', async () => {
    const cancelled = () => app.log().split('"outcome":"cancelled"').length;
    const before = cancelled();
    hang('GetTask');
    const socket = await open();
    socket.send({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'get_task', arguments: { task_id: 'ENG-123' } },
    });
    await struck();
    socket.socket.terminate();
    await until(() => cancelled() > before);
  });

  test('a client that closes its half of the connection gets the answers to what is under way', async () => {
    app.sandbox.configure({ latencyMs: 50 });
    const socket = await open();
    socket.send({
      jsonrpc: '2.0',
      id: 'half',
      method: 'tools/call',
      params: { name: 'create_task', arguments: { list_id: SPRINT_42, name: 'Half #m:half-ws' } },
    });
    (socket.socket as unknown as { _socket: Socket })._socket.end();
    expect((await socket.answer('half')).result).toMatchObject({ isError: false });
    await socket.closed;
    expect(app.sandbox.effectsOf('half-ws')).toHaveLength(1);
  });

  test('100 MB of answers to a client that does not read take no memory, and none is lost', async () => {
    const client = new WebSocket(`${app.url.replace('http', 'ws')}/mcp/ws`, { headers: bearer() });
    await once(client, 'open');
    const { websocketServer } = app.gateway.app.getHttpAdapter().getInstance() as unknown as {
      websocketServer: WebSocketServer;
    };
    const served = [...websocketServer.clients].at(-1);
    let [answers, bytes, most] = [0, 0, 0];
    client.on('message', (data: Buffer) => {
      answers += 1;
      bytes += data.length;
      most = Math.max(most, served!.bufferedAmount);
    });
    client.send(JSON.stringify(list(0)));
    await until(() => answers === 1);
    const wanted = Math.ceil((100 << 20) / bytes);
    client.pause();
    for (let id = 1; id < wanted; id += 1) client.send(JSON.stringify(list(id)));
    // Until the gateway does not listen any more, and writes no more either.
    await until(() => served!.isPaused);
    const [stalled, begun] = [served!.bufferedAmount, process.memoryUsage().rss];
    for (let n = 0; n < 20; n += 1) await turn();
    expect(served!.bufferedAmount).toBeLessThanOrEqual(Math.max(stalled, 4 << 20));
    expect(served!.bufferedAmount).toBeLessThan(4 << 20);
    expect(process.memoryUsage().rss - begun).toBeLessThan(32 << 20);
    client.resume();
    await until(() => answers === wanted);
    expect(bytes).toBeGreaterThanOrEqual(100 << 20);
    expect(most).toBeLessThan(4 << 20);
    client.close();
    await once(client, 'close');
  });

  test('more requests than are done at a time wait, and each is answered once', async () => {
    app.sandbox.configure({ latencyMs: 20 });
    const socket = await open();
    for (let id = 0; id < 300; id += 1)
      socket.send({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'get_task', arguments: { task_id: 'ENG-123' } },
      });
    await until(() => socket.messages.length >= 300);
    expect(new Set(socket.messages.map(({ id }) => id)).size).toBe(300);
    expect(socket.messages.every(({ result }) => result?.isError === false)).toBe(true);
    await socket.close();
  });
});

/** S3's examples, word for word but for the address and the credential: what a page of the reference documents would be. */
function s3(code: string, url: string, token: string): { said: unknown[][]; over: Promise<void> } {
  const said: unknown[][] = [];
  const here = code
    .replaceAll('wss://clickup-mcp.workers.dev', url.replace('http', 'ws'))
    .replaceAll(/YOUR_JWT_TOKEN|YOUR_JWT/g, token);
  let close: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (close = resolve));
  const page = {
    log: (...words: unknown[]) => void said.push(words),
    error: (...words: unknown[]) => void said.push(words),
  };
  const socket = runInNewContext(`${here}\nws`, { WebSocket, console: page }) as WebSocket;
  socket.on('close', close);
  return { said, over };
}

const IN_THE_URL = `const ws = new WebSocket(
'wss://clickup-mcp.workers.dev/mcp/ws?token=YOUR_JWT_TOKEN'
);
ws.onopen = () => {
// Send MCP request
ws.send(JSON.stringify({
jsonrpc: '2.0',
id: 1,
method: 'tools/list'
}));
};
ws.onmessage = (event) => {
const data = JSON.parse(event.data);
console.log('MCP Response:', data);
};
ws.onerror = (error) => {
console.error('WebSocket Error:', error);
};
ws.onclose = () => {
console.log('WebSocket connection closed');
};`;
const IN_A_MESSAGE = `const ws = new WebSocket('wss://clickup-mcp.workers.dev/mcp/ws');
ws.onopen = () => {
// Authenticate
ws.send(JSON.stringify({
jsonrpc: '2.0',
id: 0,
method: 'auth',
params: { token: 'YOUR_JWT' }
}));
};
ws.onmessage = (event) => {
const data = JSON.parse(event.data);
if (data.id === 0) {
console.log('Authenticated');
// Now can send tool calls
ws.send(JSON.stringify({
jsonrpc: '2.0',
id: 1,
method: 'tools/call',
params: {
name: 'get_workspace_hierarchy',
arguments: { team_id: '12345' }
}
}));
} else {
console.log('Tool result:', data.result);
}
};`;

describe('clients', () => {
  test('the examples of the reference documents (S3)', async () => {
    const { token, grantId } = await apiKey(app.gateway);
    const [first, then] = [s3(IN_THE_URL, app.url, token), s3(IN_A_MESSAGE, app.url, token)];
    await until(() => first.said.length > 0 && then.said.length > 1);
    expect(first.said[0]).toEqual([
      'MCP Response:',
      expect.objectContaining({ id: 1, result: { tools: expect.any(Array) } }),
    ]);
    expect(then.said[0]).toEqual(['Authenticated']);
    expect(then.said[1]).toEqual(['Tool result:', expect.objectContaining({ isError: false })]);
    await app.gateway.app.get(Grants).revoke(grantId);
    await Promise.all([first.over, then.over]);
    expect(first.said.at(-1)).toEqual(['WebSocket connection closed']);
  });

  test("the SDK's own client reads, writes, and confirms", async () => {
    // Node has none of its own before 22.
    Object.assign(globalThis, { WebSocket });
    const client = new Client({ name: 'sdk', version: '1' });
    const url = new URL(`${app.url.replace('http', 'ws')}/mcp/ws?token=${encodeURIComponent(await key())}`);
    await client.connect(new WebSocketClientTransport(url));
    const call = async (name: string, args: Record<string, unknown>) =>
      (await client.callTool({ name, arguments: args })) as { isError: boolean; structuredContent: any };
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('create_task');
    const { structuredContent: made } = await call('create_task', { list_id: SPRINT_42, name: 'By the SDK' });
    const preview = await call('delete_task', { task_ids: [made.id] });
    expect(await call('get_task', { task_id: made.id })).toMatchObject({ isError: false });
    const { confirm_token } = preview.structuredContent;
    expect(await call('confirm_change', { confirm_token })).toMatchObject({ isError: false });
    expect(await call('get_task', { task_id: made.id })).toMatchObject({ isError: true });
    await client.close();
  });
});

describe('how it ends', () => {
  test('a credential that is revoked on another replica ends it at once with 1008, and the socket of another stays', async () => {
    const { token, grantId } = await apiKey(app.gateway);
    const [socket, other] = [
      await open({ headers: bearer(token) }, second),
      await open({ headers: bearer(await key()) }, second),
    ];
    await socket.ask('ping');
    await app.gateway.app.get(Grants).revoke(grantId);
    expect(await socket.closed).toMatchObject({ code: 1008, reason: expect.stringContaining('has ended') });
    expect(await other.ask('ping')).toHaveProperty('result');
    await other.close();
  });

  test('the credential is looked at with every message, with its rights of that moment', async () => {
    const { token, grantId } = await apiKey(app.gateway);
    const socket = await open({ headers: bearer(token) });
    await socket.ask('ping');
    // Nothing announces it.
    await execute(app.databaseUrl, 'UPDATE access_grants SET revoked_at = now() WHERE id = $1', [grantId]);
    app.gateway.app.get(Grants).flush();
    expect(await socket.ask('tools/list')).toMatchObject({ error: { data: { code: 'invalid_token' } } });
    expect(await socket.closed).toMatchObject({ code: 1008 });
  });

  test('a token that expires ends it', async () => {
    const { token } = await session(app.gateway, app.databaseUrl, undefined, { ttlSeconds: 2 });
    const socket = await open({ headers: bearer(token) });
    expect(await socket.closed).toMatchObject({ code: 1008, reason: expect.stringContaining('expired') });
  });

  test('shutdown: what is under way is answered, what comes then is told that it was not begun, and it closes with 1001', async () => {
    const leaving = await startTestApp({ beside: app, env: { SHUTDOWN_DRAIN_SECONDS: '20' } });
    const socket = await open(undefined, leaving);
    app.sandbox.configure({ latencyMs: 200 });
    socket.send({
      jsonrpc: '2.0',
      id: 'w',
      method: 'tools/call',
      params: { name: 'create_task', arguments: { list_id: SPRINT_42, name: 'Last #m:last-ws' } },
    });
    await socket.ask('ping');
    const closed = leaving.close();
    const knocking = setInterval(() => socket.socket.readyState === WebSocket.OPEN && socket.send(list('late')), 20);
    const late = await socket.message(({ id, error }) => id === 'late' && error);
    expect(late.error.data).toMatchObject({ code: 'unavailable', details: expect.any(String) });
    expect((await socket.answer('w')).result).toMatchObject({ isError: false });
    clearInterval(knocking);
    expect(await socket.closed).toMatchObject({ code: 1001, reason: expect.stringContaining('shutting down') });
    await closed;
    expect(app.sandbox.effectsOf('last-ws')).toHaveLength(1);
  });

  test('a client that does not answer from one beat to the next is cut off, one that does is not', async () => {
    const token = await key();
    const deaf = new WebSocket(`${second.url.replace('http', 'ws')}/mcp/ws`, {
      headers: bearer(token),
      autoPong: false,
    });
    const cut = once(deaf, 'close') as Promise<unknown[]>;
    await once(deaf, 'open');
    const alive = await open({ headers: bearer(token) }, second);
    const beat = () => second.gateway.app.get<unknown, { beat(): void }>(OpenStreams).beat();
    const pinged = Promise.all([once(deaf, 'ping'), once(alive.socket, 'ping')]);
    beat();
    await pinged;
    await alive.ask('ping', undefined, 'behind the pong');
    beat();
    expect((await cut)[0]).toBe(1006);
    expect(await alive.ask('ping', undefined, 'still')).toHaveProperty('result');
    await alive.close();
  });

  test('who says nothing is told so after a while, then 1008', async () => {
    expect(await silent.closed).toMatchObject({ code: 1008 });
    expect(silent.messages).toMatchObject([{ id: null, error: { data: { code: 'unauthorized' } } }]);
  });

  test('no credential and no content is in the log; of a socket it says how it ended', async () => {
    const token = await key();
    const socket = await open({ query: `?token=${encodeURIComponent(token)}` });
    await socket.call('create_task', { list_id: SPRINT_42, name: 'canary-of-the-socket' });
    await socket.close();
    await (
      await open({ query: `?token=${encodeURIComponent(`${token}x`)}` })
    ).closed;
    const line = () =>
      app
        .log()
        .match(/.*"route":"\/mcp\/ws".*"closed":1005.*/g)
        ?.at(-1);
    await until(() => line() !== undefined);
    expect(JSON.parse(line() ?? '')).toMatchObject({ status: 101, grant: expect.any(String), kind: 'api_key' });
    const log = app.log() + second.log();
    expect([...sightings(new Map([['a credential', tokens]]), [['the log', log]])]).toEqual([]);
    expect(log).not.toContain('canary-of-the-socket');
  });
});
