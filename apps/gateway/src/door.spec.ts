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
