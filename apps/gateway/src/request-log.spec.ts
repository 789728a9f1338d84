import { type Caller } from '#libs/connections';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { createLogger } from './logging.js';
import { RequestLog } from './request-log.js';

let lines: string[];
let app: FastifyInstance;
let url: string;
async function start(LOG_LEVEL: 'info' | 'debug' = 'info'): Promise<void> {
  lines = [];
  const log = createLogger({ LOG_LEVEL }, { write: (line: string) => void lines.push(line) });
  const requests = new RequestLog(log);
  app = fastify({
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      void reply.status(400).send();
      requests.write(request, reply);
    },
  });
  requests.register(app);
  app.get('/key/:id', () => 'x');
  app.get('/never', () => new Promise(() => undefined));
  app.get('/health/live', () => 'x');
  app.get('/call', (request) => {
    request.told = { rpc: 'tools/call', call: true };
    return 'x';
  });
  app.get('/refused', (request, reply) => {
    request.caller = { id: 'grant', kind: 'session' } as Caller;
    request.told = { error: 'forbidden', reason: 'origin' };
    void reply.status(403);
    return 'x';
  });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
}
beforeEach(() => start());
afterEach(() => app.close());

const written = async () => {
  while (!lines.length) await new Promise(setImmediate);
};

/** The line that a request leaves. */
async function lineOf(path: string): Promise<Record<string, unknown>> {
  await fetch(url + path);
  await written();
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('secret');
  return JSON.parse(lines[0]!) as Record<string, unknown>;
}

test('a request leaves one line, with the template of its route and never its URL', async () => {
  expect(await lineOf('/key/secret?apiKey=secret')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
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

test('the line of a refusal says who was refused and why', async () => {
  expect(await lineOf('/refused')).toMatchObject({
    status: 403,
    error: 'forbidden',
    reason: 'origin',
    grant: 'grant',
    kind: 'session',
  });
});

test('a client that goes away before it is answered leaves a line', async () => {
  const leaving = new AbortController();
  const answer = fetch(`${url}/never`, { signal: leaving.signal });
  await new Promise((done) => setTimeout(done, 50));
  leaving.abort();
  await expect(answer).rejects.toThrow();
  await written();
  const line = JSON.parse(lines.join('')) as Record<string, unknown>;
  expect(line).toMatchObject({ route: '/never', aborted: true, msg: 'request' });
  expect(line).not.toHaveProperty('status');
});

test('a tool call has its own line, and probes want none: those of their requests are for debugging', async () => {
  await fetch(`${url}/call`);
  await fetch(`${url}/health/live`);
  await lineOf('/key/1');
  await app.close();
  await start('debug');
  expect(await lineOf('/call')).toMatchObject({ level: 'debug', rpc: 'tools/call' });
});

test('SEC-C6: a flood without a known caller leaves a bounded number of lines; a caller who is known leaves each', async () => {
  const times = async (path: string, count: number) => {
    for (let time = 0; time < count; time += 1) await (await fetch(url + path)).text();
  };
  await times('/key/1', 300);
  expect(lines).toHaveLength(240);
  await times('/refused', 300);
  await new Promise((done) => setTimeout(done, 50));
  expect(lines).toHaveLength(240 + 300);
});
