import fastify, { type FastifyInstance } from 'fastify';
import { EventStream } from './event-stream.js';

let server: FastifyInstance;
let opened: Promise<EventStream>;
beforeEach(async () => {
  jest.useFakeTimers({
    now: 0,
    doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'performance'],
  });
  server = fastify();
  opened = new Promise((resolve) => {
    server.get('/', (_request, reply) => {
      resolve(new EventStream(reply, () => void reply.header('x-begun', '1')));
    });
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  jest.useRealTimers();
  server.server.closeAllConnections();
  await server.close();
});

test('while nothing is told something is sent every 15 seconds, and nothing after the end', async () => {
  const asked = fetch(server.listeningOrigin);
  const stream = await opened;
  const timers = jest.getTimerCount();
  jest.advanceTimersByTime(14_999);
  expect(stream.isOpen).toBe(false);
  jest.advanceTimersByTime(1);
  expect(stream.isOpen).toBe(true);
  const answer = await asked;
  expect([answer.headers.get('content-type'), answer.headers.get('x-begun')]).toEqual(['text/event-stream', '1']);
  jest.advanceTimersByTime(30_000);
  stream.tell('{}');
  stream.end();
  jest.advanceTimersByTime(60_000);
  const alive = ': keep-alive\n\n';
  expect(await answer.text()).toBe(`${alive}${alive}${alive}event: message\ndata: {}\n\n`);
  expect(jest.getTimerCount()).toBe(timers - 1);
});
