import { Access, Registration, RedirectUris } from '#libs/auth';
import { loadConfig } from '#libs/core';
import { Controller, type INestApplication, Inject, Module, Post, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyRequest } from 'fastify';
import { pino } from 'pino';
import { registerBodies } from './bodies.js';
import { ErrorFilter } from './error.filter.js';

const CLAUDE = 'https://claude.ai/api/mcp/auth_callback';
const SENTENCE = "This client isn't in the redirect allow list - raise an issue on GitHub for it to be added";
const silent = pino({ level: 'silent' });

@Controller('register')
class RegisterController {
  constructor(@Inject(Registration) private readonly registration: Registration) {}

  @Post()
  post(@Req() { body, ip, headers }: FastifyRequest) {
    return this.registration.accept(body, { address: ip, userAgent: headers['user-agent'] }).metadata;
  }
}

let app: INestApplication;
/** The hooks, parsers and error border of the gateway before one route of its table. */
async function start(env: Record<string, string> = {}): Promise<string> {
  const config = loadConfig({ BASE_URL: 'https://gateway.example', ...env });
  const registration = {
    provide: Registration,
    useValue: new Registration(config, silent, new RedirectUris(config), {
      isRegistered: () => Promise.resolve(false),
    }),
  };
  const access = { provide: Access, useValue: new Access(config, {} as never, {} as never) };
  class Border {}
  Module({ controllers: [RegisterController], providers: [registration, access] })(Border);
  const nest = await NestFactory.create<NestFastifyApplication>(
    Border,
    new FastifyAdapter({ trustProxy: config.TRUST_PROXY, onProtoPoisoning: 'error' }),
    { bodyParser: false, logger: false },
  );
  const fastify = nest.getHttpAdapter().getInstance();
  registerBodies(fastify);
  nest.get(Access).register(fastify, () => 'https://gateway.example');
  nest.useGlobalFilters(new ErrorFilter(silent, { wantsPage: () => false } as never));
  await nest.listen(0, '127.0.0.1');
  app = nest;
  return (await nest.getUrl()).replace('[::1]', '127.0.0.1');
}
let url: string;
beforeEach(async () => (url = await start()));
afterEach(() => app.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const post = (body: string, headers: Record<string, string> = JSON_TYPE) =>
  fetch(`${url}/register`, { method: 'POST', headers, body });
const read = (answer: Response) => answer.json() as Promise<Record<string, any>>;
const client = (more: object = {}) => JSON.stringify({ redirect_uris: [CLAUDE], client_name: 'x', ...more });

describe('bodies', () => {
  test('contract item 17: JSON and a form with repeated redirect_uris are the same client', async () => {
    const form = new URLSearchParams([
      ['client_name', 'x'],
      ['redirect_uris', CLAUDE],
      ['redirect_uris', 'http://localhost/cb'],
    ]).toString();
    const answers = await Promise.all([
      post(client({ redirect_uris: [CLAUDE, 'http://localhost/cb'] })),
      post(form, FORM_TYPE),
    ]);
    const [fromJson, fromForm] = await Promise.all(answers.map(read));
    expect(fromForm).toEqual(fromJson);
    expect(fromJson?.redirect_uris).toEqual(['http://localhost/cb', CLAUDE]);
  });

  test.each([
    '{"redirect_uris":',
    '',
    '[]',
    'null',
    '"x"',
    `{"redirect_uris":["${CLAUDE}"],"redirect_uris":["${CLAUDE}"]}`,
    `{"redirect_uris":["${CLAUDE}"],"a":1,"\\u0061":2}`,
    `{"redirect_uris":["${CLAUDE}"],"__proto__":{"x":1}}`,
    `\ufeff${client()}`,
    `{"redirect_uris":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    client({ client_name: 'a\0b' }),
    '{"redirect_uris":["https://claude.ai/api/mcp/auth_callback"],"client_name":"\\ud800"}',
  ])('SEC-13: %j is 400 invalid_client_metadata', async (body) => {
    const answer = await post(body);
    expect([answer.status, (await read(answer)).error]).toEqual([400, 'invalid_client_metadata']);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect((await post(client())).status).toBe(201);
  });

  test('equal keys of different objects, and braces in text, are no duplicates', async () => {
    expect(
      (await post(client({ a: { name: 1, client_name: '}"{' }, b: { name: 1 }, 'c"': [{ name: '\\' }] }))).status,
    ).toBe(201);
  });

  test.each([
    '%',
    '%zz=%E0%A4%A',
    `redirect_uris=${encodeURIComponent(CLAUDE)}&client_name=%FF%FE`,
    '__proto__=x&constructor=y',
    Array.from({ length: 101 }, (_, index) => `f${index}=x`).join('&'),
  ])('a form %j never ends in 500', async (body) => {
    const { status } = await post(body, FORM_TYPE);
    expect([201, 400]).toContain(status);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x'])('%s is 415', async (type) => {
    const answer = await post(client(), { 'content-type': type });
    expect([answer.status, (await read(answer)).error]).toEqual([415, 'invalid_request']);
  });

  test('SEC-11: a body beyond 16 KB is 413', async () => {
    expect((await post(client({ pad: 'x'.repeat(17_000) }))).status).toBe(413);
  });

  test("SEC-11, contract item 17: PowerShell's form", async () => {
    const answer = await post('redirect_uris=System.Object%5B%5D', FORM_TYPE);
    expect([answer.status, (await read(answer)).error_description]).toEqual([
      400,
      expect.stringContaining('send JSON'),
    ]);
  });
});

test('SEC-9: a refusal has the shape of RFC 6749 section 5.2, the sentence, and is not cached', async () => {
  const answer = await post(client({ redirect_uris: ['https://evil.example/cb'] }));
  expect(answer.status).toBe(400);
  expect(await read(answer)).toEqual({
    error: 'invalid_redirect_uri',
    error_description: expect.stringMatching(
      new RegExp(`^${SENTENCE}\\. .*https://evil\\.example/cb .*REDIRECT_URI_ALLOWLIST`),
    ),
  });
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test.each(['GET', 'PUT', 'DELETE'])('SEC-27: %s /register/{client_id} is 404', async (method) => {
  const body = method === 'PUT' ? { body: client(), headers: JSON_TYPE } : {};
  expect((await fetch(`${url}/register/abc`, { method, ...body })).status).toBe(404);
});

describe('CORS (SEC-D11)', () => {
  const preflight = (origin: string, path = '/register') =>
    fetch(url + path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });

  test.each(['https://claude.ai', 'http://localhost:6274', 'https://gateway.example'])(
    'a page of %s may register',
    async (origin) => {
      const asked = await preflight(origin);
      expect(asked.status).toBe(204);
      expect(Object.fromEntries(asked.headers)).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'POST',
        vary: 'origin',
      });
      expect(asked.headers.get('access-control-allow-headers')).toMatch(/mcp-protocol-version/);
      const answer = await post(client(), { ...JSON_TYPE, origin });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-expose-headers')).toMatch(/mcp-session-id/);
    },
  );

  test.each(['https://evil.example', 'null', 'https://claude.ai.evil.example', 'http://claude.ai'])(
    'SEC-149: a page of %s gets no header and is refused',
    async (origin) => {
      const asked = await preflight(origin);
      const answer = await post(client(), { ...JSON_TYPE, origin });
      expect(answer.status).toBe(403);
      for (const { headers } of [asked, answer]) {
        expect(headers.get('access-control-allow-origin')).toBeNull();
        expect(headers.get('access-control-allow-credentials')).toBeNull();
      }
    },
  );

  test('a refusal can be read by the page that caused it', async () => {
    const answer = await post('{', { ...JSON_TYPE, origin: 'https://claude.ai' });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([400, 'https://claude.ai']);
  });

  test('/mcp answers a preflight without a credential', async () => {
    const asked = await preflight('https://claude.ai', '/mcp');
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, 'https://claude.ai']);
    expect((await preflight('https://evil.example', '/mcp')).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('limits per network', () => {
  const burst = async (count: number, headers: (index: number) => Record<string, string>) => {
    const statuses: number[] = [];
    for (let index = 0; index < count; index += 1)
      statuses.push((await post('{', { ...JSON_TYPE, ...headers(index) })).status);
    return statuses;
  };

  test('SEC-245: another X-Forwarded-For on each request is one bucket unless the peer is trusted', async () => {
    await app.close();
    url = await start({ TRUST_PROXY: '192.0.2.1' });
    const statuses = await burst(70, (index) => ({ 'x-forwarded-for': `198.51.${index}.1` }));
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  });

  test('behind a trusted proxy each network has its own bucket, and only the right-most untrusted hop counts', async () => {
    expect(await burst(70, (index) => ({ 'x-forwarded-for': `198.51.${index}.1` }))).not.toContain(429);
    const spoofed = await burst(70, (index) => ({ 'x-forwarded-for': `198.51.${index}.1, 203.0.113.9` }));
    expect(spoofed.filter((status) => status === 429)).toHaveLength(10);
    expect((await burst(1, () => ({ 'x-forwarded-for': '203.0.114.9' })))[0]).toBe(400);
  });

  test('the refusal says when to come again, in the shape of the route', async () => {
    await burst(60, () => ({}));
    const answer = await post(client());
    expect([answer.status, (await read(answer)).error]).toEqual([429, 'temporarily_unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
