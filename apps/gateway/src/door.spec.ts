import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { openDoor } from './door.js';

const CONFIG = { HOST: '127.0.0.1', PORT: 0, MAX_CONNECTIONS: 100 };

/** Headers, or a body, a byte at a time and without end. */
async function drip(port: number, begin: string): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let said = '';
  socket.on('data', (chunk) => (said += String(chunk))).on('error', () => undefined);
  socket.write(begin);
  const timer = setInterval(() => socket.write('x'), 20);
  const answer = once(socket, 'close').then(() => (clearInterval(timer), said));
  return { socket, answer };
}

test('who sends headers or a body a byte at a time loses its connection; who is idle, or sends slowly and ends, does not', async () => {
  const door = await openDoor(CONFIG, {
    headersTimeout: 300,
    requestTimeout: 900,
    connectionsCheckingInterval: 50,
    keepAliveTimeout: 60_000,
  });
  door.leadTo((request, response) => {
    request.resume();
    request.once('end', () => response.end('fine'));
  });
  try {
    const idle = connect(door.port, '127.0.0.1');
    await once(idle, 'connect');
    idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(idle, 'data');
    const ends: string[] = [];
    const body = await drip(door.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n');
    const headers = await drip(door.port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    const [first, second] = await Promise.all([
      headers.answer.finally(() => ends.push('headers')),
      body.answer.finally(() => ends.push('body')),
    ]);
    expect(ends).toEqual(['headers', 'body']);
    for (const answer of [first, second]) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(idle, 'data');
    idle.destroy();
  } finally {
    door.close();
    door.server.closeAllConnections();
  }
});

test('the connections are looked at often enough: within 5 s of what a client may take', async () => {
  const door = await openDoor(CONFIG);
  try {
    expect(door.server).toMatchObject({ headersTimeout: 15_000, requestTimeout: 30_000, maxConnections: 100 });
    expect(door.server).toHaveProperty('connectionsCheckingInterval', 5_000);
  } finally {
    door.close();
  }
});

function busy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** So many requests on one connection, at once; what is answered to them until it ends, as status and body. */
async function pipelined(port: number, requests: number, last = '/last'): Promise<{ status: string; head: string }[]> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let said = '';
  socket.on('data', (chunk) => (said += String(chunk)));
  const close = (path: string) => (path === '/last' ? 'Connection: close\r\n' : '');
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n${close(path)}\r\n`;
  socket.write(get('/').repeat(requests - 1) + get(last));
  await once(socket, 'close');
  return said.split(/(?=HTTP\/1\.1 )/).map((answer) => ({ status: answer.slice(9, 12), head: answer }));
}

test('of more requests at once than may wait the first one too many is told to come again, and that its connection ends', async () => {
  const door = await openDoor(CONFIG);
  let read = 0;
  door.server.on('request', () => (read += 1));
  door.leadTo((_request, response) => {
    // So that they come faster than they begin, on any machine.
    if (read < 10_000) busy(1);
    response.end('fine');
  });
  try {
    const answers = await pipelined(door.port, 20_000);
    const refused = answers.pop()!;
    expect(answers.length).toBeGreaterThanOrEqual(10_000);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['200']));
    expect(refused.head).toMatch(/^HTTP\/1\.1 503 .*\r\nretry-after: 5\r\n.*\r\nconnection: close\r\n/s);
    expect(JSON.parse(refused.head.split('\r\n\r\n')[1]!.replace(/^[0-9a-f]+\r\n|\r\n.*$/gs, ''))).toMatchObject({
      error: { code: 'unavailable', message: 'Too many requests have come at once.', details: { reason: 'busy' } },
    });
  } finally {
    door.close();
    door.server.closeAllConnections();
  }
});

test('nobody waits any more when each request that came before the port closed has begun', async () => {
  const door = await openDoor(CONFIG);
  let begun = 0;
  door.leadTo((_request, response) => {
    begun += 1;
    // So that not all of them fit into one turn.
    busy(1);
    response.end('fine');
  });
  let read = 0;
  const allRead = new Promise<void>((resolve) => door.server.on('request', () => ++read === 100 && resolve()));
  try {
    const answers = pipelined(door.port, 100);
    await allRead;
    expect(begun).toBeLessThan(100);
    door.close();
    await door.nobodyWaits();
    expect(begun).toBe(100);
    expect(await answers).toHaveLength(100);
  } finally {
    door.server.closeAllConnections();
  }
});
