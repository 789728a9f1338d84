import { type FastifyInstance, fastify } from 'fastify';
import { attachPolicy, policyOf, ROUTES } from './routes.js';

type Route = Parameters<typeof attachPolicy>[0];
const route = (method: string | string[], url: string) => ({ method, url, handler: () => 'x' }) as Route;

let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  app = fastify();
  app.addHook('onRoute', (added) => void attachPolicy(added));
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('row', JSON.stringify(policyOf(request) ?? 'none'));
    done();
  });
  app.route(route('GET', '/authorize/:uid'));
  app.route(route('OPTIONS', '/mcp'));
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

const rowOf = async (method: string, path: string) =>
  JSON.parse((await fetch(url + path, { method })).headers.get('row') ?? '') as unknown;

test.each(['GET', 'HEAD'])('a %s carries the row of its route', async (method) => {
  expect(await rowOf(method, '/authorize/abc')).toEqual(ROUTES['GET /authorize/:uid']);
});

test('a preflight carries a public row with the cors of its path', async () => {
  expect(await rowOf('OPTIONS', '/mcp')).toMatchObject({ auth: 'public', cors: 'listed', surface: 'rest' });
});

test.each(['/nowhere', '/authorize'])('%s, which finds no route here, carries no row', async (path) => {
  expect(await rowOf('GET', path)).toBe('none');
});

test.each([
  ['GET', '/consoles'],
  ['PUT', '/token'],
  [['GET', 'POST'], '/sessions/access'],
])('a route %p %s cannot be registered without its row', (method, path) => {
  expect(() => attachPolicy(route(method, path))).toThrow('has no row');
});

test('a route may have several methods while they share a row', () => {
  expect(attachPolicy(route(['PUT', 'POST'], '/mcp'))).toBe(ROUTES['POST /mcp']);
});
