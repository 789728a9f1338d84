import { once } from 'node:events';
import { type Server } from 'node:http';
import { connect } from 'node:net';
import { startTestApp, WRITE_KEY } from '../support/app.js';

const CROWD = 400;
const BODY = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
const REQUEST = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${WRITE_KEY}\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

test('requests that wait for their turn when the gateway stops are told so; none is cut off', async () => {
  const app = await startTestApp();
  const server: Server = app.gateway.app.getHttpServer();
  const sockets = Array.from({ length: CROWD }, () => connect(Number(new URL(app.url).port), '127.0.0.1'));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const answers = sockets.map(async (socket) => {
    let said = '';
    socket.on('data', (chunk) => (said += String(chunk)));
    await once(socket, 'close');
    return said.slice('HTTP/1.1 '.length).slice(0, 3);
  });
  let read = 0;
  const allRead = new Promise<void>((resolve) => server.on('request', () => void (++read === CROWD && resolve())));
  for (const socket of sockets) socket.write(REQUEST);
  await allRead;
  const closed = app.close();
  expect(new Set(await Promise.all(answers))).toEqual(new Set(['200', '503']));
  await closed;
});
