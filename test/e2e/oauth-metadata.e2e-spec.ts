import { type AddressInfo } from 'node:net';
import * as oauth from 'oauth4webapi';
import { ROUTES } from '#libs/web';
import { startTestApp, type TestApp } from '../support/app.js';
import { OAuthTester } from '../support/oauth.js';

const DOCUMENTS = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
];

let app: TestApp;
let issuer: string;
beforeAll(async () => {
  app = await startTestApp();
  issuer = app.url.replace('127.0.0.1', 'localhost');
});
afterAll(() => app.close());

const document = async (path: string, headers: Record<string, string> = {}) =>
  (await (await fetch(app.url + path, { headers })).json()) as Record<string, any>;

test('RS-A1, RS-A2, RS-A4: both resource documents name exactly /mcp, our issuer, and no offline_access', async () => {
  for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp']) {
    expect(await document(path)).toMatchObject({
      resource: `${issuer}/mcp`,
      authorization_servers: [issuer],
      scopes_supported: ['read', 'write'],
      bearer_methods_supported: ['header'],
    });
  }
});

test('AS-B2: both server documents are the same, and a strict client accepts them', async () => {
  const [rfc8414, oidc] = await Promise.all(DOCUMENTS.slice(0, 2).map((path) => document(path)));
  expect(oidc).toEqual(rfc8414);
  for (const algorithm of ['oauth2', 'oidc'] as const) {
    const response = await oauth.discoveryRequest(new URL(issuer), { algorithm, [oauth.allowInsecureRequests]: true });
    expect((await oauth.processDiscoveryResponse(new URL(issuer), response)).issuer).toBe(issuer);
  }
});

test('AS-B3, AS-B6, AS-B14, AS-B15, AS-B18: what is advertised is what works, and nothing else', async () => {
  const metadata = await document('/.well-known/oauth-authorization-server');
  expect(metadata).toMatchObject({
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    scopes_supported: ['read', 'write', 'offline_access'],
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
  });
  const endpoints = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name));
  expect(endpoints.map(([name]) => name).sort()).toEqual([
    'authorization_endpoint',
    'registration_endpoint',
    'revocation_endpoint',
    'token_endpoint',
  ]);
  for (const [, url] of endpoints) {
    const { pathname, origin } = new URL(url as string);
    expect(origin).toBe(issuer);
    expect(Object.keys(ROUTES).some((route) => route.endsWith(` ${pathname}`))).toBe(true);
  }
});

test.each<Record<string, string>>([
  { 'x-forwarded-host': 'evil.example' },
  { 'x-forwarded-proto': 'https' },
  { forwarded: 'host=evil.example;proto=https' },
  { 'x-original-host': 'evil.example' },
  { 'x-forwarded-port': '1' },
])('SEC-1: %j changes no URL of a document', async (headers) => {
  for (const path of DOCUMENTS) {
    const text = JSON.stringify(await document(path, headers));
    expect(text).not.toContain('evil.example');
    expect(text).not.toContain('https:');
  }
});

test('SEC-1: nor does it change where an authorization leads', async () => {
  const client = await OAuthTester.registered(app);
  const answer = await client.authorize(
    { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  );
  expect(answer.headers.get('location')).toMatch(`${issuer}/connect/`);
});

test('SEC-1: no cache that many share keeps a document', async () => {
  for (const path of DOCUMENTS)
    expect((await fetch(app.url + path)).headers.get('cache-control')).toMatch(/^private, max-age=\d+$/);
});

test.each<[string, string, string]>([
  ...DOCUMENTS.flatMap((path) =>
    ['POST', 'PUT', 'DELETE', 'PATCH'].map((method): [string, string, string] => [method, path, 'GET']),
  ),
  ...['/token', '/register', '/revoke'].flatMap((path) =>
    ['GET', 'PUT', 'DELETE'].map((method): [string, string, string] => [method, path, 'POST']),
  ),
  ['POST', '/authorize', 'GET'],
  ['DELETE', '/authorize/abc', 'GET'],
])('SEC-5: %s %s answers 405 and names %s', async (method, path, allowed) => {
  const answer = await fetch(app.url + path, { method });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed]);
});

test.each([
  '/.well-known/oauth-authorization-server/',
  '/.well-known//oauth-authorization-server',
  '/.well-known/..%2foauth-authorization-server',
  '/.well-known/oauth-authorization-server/x',
  '/token/',
  '//token',
  '/TOKEN',
  '/token;x',
  '/%2574oken',
  '/jwks',
  '/me',
  '/session/end',
  '/request',
  '/token/introspection',
  '/register/abc',
  '/authorize/a/b',
])('SEC-5: %s is no route', async (path) => {
  for (const method of ['GET', 'POST']) {
    const answer = await fetch(app.url + path, { method });
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toMatch(/at .*\.[jt]s:\d/);
  }
});

test('RS-A3: the challenge leads to the document; a bad token is told from a missing one', async () => {
  const call = (headers: Record<string, string>) => fetch(`${app.url}/mcp`, { method: 'POST', headers });
  const missing = await call({});
  expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([
    401,
    `Bearer resource_metadata="${issuer}/.well-known/oauth-protected-resource/mcp", scope="read write"`,
  ]);
  const bad = await call({
    authorization: 'Bearer cus_AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  });
  expect(bad.status).toBe(401);
  expect(bad.headers.get('www-authenticate')).toContain('error="invalid_token"');
});

test('SEC-3: with BASE_URL all URLs are https, and cookies are Secure with the __Host- prefix', async () => {
  const gateway = await startTestApp({ env: { BASE_URL: 'https://mcp.example.com' } });
  const { port } = gateway.gateway.app.getHttpServer().address() as AddressInfo;
  const behind = { ...gateway, url: `http://127.0.0.1:${port}` };
  try {
    const metadata = (await (await fetch(`${behind.url}/.well-known/oauth-authorization-server`)).json()) as Record<
      string,
      unknown
    >;
    expect(metadata).toMatchObject({
      issuer: 'https://mcp.example.com',
      token_endpoint: 'https://mcp.example.com/token',
    });
    const client = await OAuthTester.registered(behind);
    const answer = await client.authorize({ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' });
    expect(answer.headers.get('location')).toMatch(/^https:\/\/mcp\.example\.com\/connect\//);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/),
    ]);
    expect(await client.tokens()).toMatchObject({ token_type: 'Bearer' });
  } finally {
    await behind.close();
  }
});
