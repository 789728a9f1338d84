import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyAdapter } from '@nestjs/platform-fastify';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';

const BASE_URL = 'https://clickup.example.com';

/** Answers with the address and protocol that the gateway goes by, in headers. */
const probe = {
  provide: 'PROBE',
  inject: [HttpAdapterHost],
  useFactory: ({ httpAdapter }: HttpAdapterHost<FastifyAdapter>) => {
    httpAdapter.getInstance().addHook('onRequest', (request, reply, done) => {
      void reply.headers({ 'x-seen-address': request.ip, 'x-seen-protocol': request.protocol });
      done();
    });
  },
};

const ask = async (app: TestApp, headers: Record<string, string>) => {
  const port = (app.gateway.app.getHttpServer().address() as { port: number }).port;
  return rawRequest(
    `http://127.0.0.1:${port}`,
    'POST',
    '/mcp',
    { 'Content-Type': 'application/json', ...headers },
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
  );
};
const apps = new Map<string, TestApp>();
/** A gateway with this TRUST_PROXY; an empty one means the default. */
const trusting = async (TRUST_PROXY: string) => {
  const app = apps.get(TRUST_PROXY) ?? (await startTestApp({ env: { BASE_URL, TRUST_PROXY }, extras: [probe] }));
  apps.set(TRUST_PROXY, app);
  return app;
};
afterAll(() => Promise.all([...apps.values()].map((app) => app.close())));

// The peer of every request here is 127.0.0.1.
test.each([
  ['the default believes a proxy on loopback', '', '203.0.113.7', '203.0.113.7'],
  ['what a caller wrote before its proxy did is not believed', '', '198.51.100.66, 203.0.113.7', '203.0.113.7'],
  ['the default does not believe a proxy elsewhere', '', '203.0.113.7, 10.1.2.3', '10.1.2.3'],
  ['two trusted proxies in a row', 'loopback,uniquelocal', '198.51.100.66, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
  ['a range', '127.0.0.0/8', '2001:db8::7', '2001:db8::7'],
  ['a peer that is not trusted says nothing', '10.0.0.0/8', '203.0.113.7', '127.0.0.1'],
  ['an untrusted peer that claims to be a trusted one', '10.0.0.0/8', '203.0.113.7, 10.0.0.1', '127.0.0.1'],
])('X-Forwarded-For: %s', async (_, trust, forwarded, address) => {
  const { status, headers } = await ask(await trusting(trust), {
    Authorization: `Bearer ${WRITE_KEY}`,
    'X-Forwarded-For': forwarded,
  });
  expect({ status, address: headers['x-seen-address'] }).toEqual({ status: 200, address });
});

test.each([
  ['', 'https'],
  ['10.0.0.0/8', 'http'],
])('X-Forwarded-Proto counts as X-Forwarded-For does (TRUST_PROXY=%s)', async (trust, protocol) => {
  expect((await ask(await trusting(trust), { 'X-Forwarded-Proto': 'https' })).headers['x-seen-protocol']).toBe(
    protocol,
  );
});

describe.each(['', '10.0.0.0/8'])('BASE_URL decides every emitted URL (TRUST_PROXY=%s)', (trust) => {
  test.each<[string, Record<string, string>]>([
    ['nothing forwarded', {}],
    ['X-Forwarded-Host', { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http', 'X-Forwarded-Port': '81' }],
    ['Forwarded', { Forwarded: 'for=203.0.113.7;host=evil.example;proto=http' }],
    [
      'X-Forwarded-Prefix and others',
      {
        'X-Forwarded-Prefix': '/evil',
        'X-Forwarded-Server': 'evil.example',
        'X-Original-URL': '/health',
        'X-Rewrite-URL': '/health',
      },
    ],
    ['the name that the proxy was asked for', { Host: 'clickup.example.com' }],
    ['the proxy asks by another accepted name', { Host: 'localhost:3011' }],
  ])('%s', async (_, headers) => {
    const answer = await ask(await trusting(trust), headers);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain(
      `resource_metadata="${BASE_URL}/.well-known/oauth-protected-resource/mcp"`,
    );
    expect(JSON.stringify(answer)).not.toContain('evil');
  });
});

test.each<[string, Record<string, string>]>([
  ['a foreign Host', { Host: 'evil.example' }],
  ['a foreign Host that is forwarded as ours', { Host: 'evil.example', 'X-Forwarded-Host': 'clickup.example.com' }],
])('%s is refused', async (_, headers) => {
  expect(await ask(await trusting(''), headers)).toMatchObject({
    status: 403,
    json: { error: { code: 'forbidden', details: { reason: 'host' } } },
  });
});

test.each([
  '',
  'unknown',
  '_hidden',
  ',',
  '203.0.113.7,',
  '999.999.1.1',
  '127.0.0.1, '.repeat(500),
  '[2001:db8::7]:4711',
])('X-Forwarded-For that is no address (%#) breaks nothing', async (forwarded) => {
  expect(
    (await ask(await trusting(''), { Authorization: `Bearer ${WRITE_KEY}`, 'X-Forwarded-For': forwarded })).status,
  ).toBe(200);
});
