import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { createLogger, logRequest, registerRequestLog } from './logging.js';

let lines: string[];
let app: FastifyInstance;
let url: string;
beforeEach(async () => {
  lines = [];
  const log = createLogger({ LOG_LEVEL: 'info' }, { write: (line: string) => void lines.push(line) });
  app = fastify({
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      void reply.status(400).send();
      logRequest(log, request, reply);
    },
  });
  registerRequestLog(app, log);
  app.get('/key/:id', () => 'x');
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => app.close());

/** The line that a request leaves. */
async function lineOf(path: string): Promise<Record<string, unknown>> {
  await fetch(url + path);
  while (!lines.length) await new Promise(setImmediate);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('secret');
  return JSON.parse(lines[0]!) as Record<string, unknown>;
}

test('a request leaves one line, with the template of its route and never its URL', async () => {
  expect(await lineOf('/key/secret?apiKey=secret')).toEqual({
    level: 30,
    time: expect.any(Number),
    reqId: expect.any(String),
    method: 'GET',
    route: '/key/:id',
    status: 200,
    ms: expect.any(Number),
    msg: 'request',
  });
});

test('what finds no route leaves the same line without one', async () => {
  expect(await lineOf('/secret')).toMatchObject({ method: 'GET', status: 404, msg: 'request' });
});

test('what the router refuses leaves one, too', async () => {
  const { route, ms, ...line } = await lineOf('/secret%zz');
  expect(line).toMatchObject({ method: 'GET', status: 400, msg: 'request' });
  expect([route, ms]).toEqual([undefined, undefined]);
});
