import { Client } from 'pg';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { startTestApp, type TestApp } from '../support/app.js';
import { APPLICATIONS } from '../support/registrations.js';
import { OAuthTester, pkce } from '../support/oauth.js';
import { execute, query } from '../support/postgres.js';

const CLAUDE = 'https://claude.ai/api/mcp/auth_callback';
const metadata = (more: object = {}) => ({
  redirect_uris: [CLAUDE],
  client_name: 'Claude',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  ...more,
});

let app: TestApp;
let hop = 0;
beforeAll(async () => (app = await startTestApp()));
afterAll(() => app.close());

/** Each call comes from a network of its own, so that the limit per network does not disturb the tests. */
const register = (body: unknown) =>
  fetch(`${app.url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': `198.51.${(hop += 1)}.1` },
    body: JSON.stringify(body),
  });
const read = (answer: Response) => answer.json() as Promise<Record<string, any>>;

async function rows(): Promise<{ id: string; last_used_at: Date }[]> {
  const client = new Client(app.databaseUrl);
  await client.connect();
  try {
    return (await client.query<{ id: string; last_used_at: Date }>('SELECT id, last_used_at FROM oauth_clients')).rows;
  } finally {
    await client.end();
  }
}

test('SEC-7: a public client: 201, no secret, not cached', async () => {
  const answer = await register(metadata());
  const body = await read(answer);
  expect(answer.status).toBe(201);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(body).toMatchObject({
    client_id: expect.any(String),
    client_id_issued_at: expect.any(Number),
    redirect_uris: [CLAUDE],
    token_endpoint_auth_method: 'none',
  });
  expect(body).not.toHaveProperty('client_secret');
  expect(body).not.toHaveProperty('registration_access_token');
});

test('SEC-9: a redirect that is not allowed: nothing is stored, one line in the security log', async () => {
  const before = await rows();
  const answer = await register(metadata({ redirect_uris: ['https://chat.openai.com.evil.com/aip/'] }));
  expect([answer.status, (await read(answer)).error]).toEqual([400, 'invalid_redirect_uri']);
  expect(await rows()).toHaveLength(before.length);
  expect(app.log().match(/"security":"redirect_refused"/g)).toHaveLength(1);
});

test('SEC-19: 50 equal registrations at once are one client and one row', async () => {
  const before = await rows();
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => register(metadata({ client_name: 'ChatGPT' })).then(read)),
  );
  expect(new Set(answers.map(({ client_id }) => client_id)).size).toBe(1);
  expect(await rows()).toHaveLength(before.length + 1);
});

test('registering again counts as use', async () => {
  const { client_id } = await read(await register(metadata({ client_name: 'again' })));
  const used = async () => (await rows()).find(({ id }) => id === client_id)!.last_used_at.getTime();
  const first = await used();
  await register(metadata({ client_name: 'again' }));
  expect(await used()).toBeGreaterThan(first);
});

test('all together keep within their room: the oldest that never came further go first, and nobody is refused for it', async () => {
  const other = await startTestApp();
  try {
    // 66 MB of clients that strangers registered and never used.
    await execute(other.databaseUrl, 'ALTER TABLE oauth_clients ALTER metadata SET STORAGE EXTERNAL');
    await execute(
      other.databaseUrl,
      `INSERT INTO oauth_clients (id, metadata, created_at, last_used_at) SELECT 'junk' || n, jsonb_build_object('client_name', repeat('x', 60000)), now() - n * interval '1 second', now() - n * interval '1 second' FROM generate_series(1, 1150) n`,
    );
    const { clientId } = await OAuthTester.registered(other);
    const size = async () =>
      (
        await query<{ n: number }>(
          other.databaseUrl,
          'SELECT sum(pg_column_size(metadata) + 200)::int AS n FROM oauth_clients',
        )
      )[0]!.n;
    while ((await size()) > 64 << 20) await new Promise((done) => setTimeout(done, 50));
    expect(await size()).toBeGreaterThan((64 << 20) - 61_000);
    const left = new Set(
      (await query<{ id: string }>(other.databaseUrl, 'SELECT id FROM oauth_clients')).map(({ id }) => id),
    );
    expect([left.has(clientId), left.has('junk1'), left.has('junk1150')]).toEqual([true, true, false]);
    while (!other.log().includes('registrations_evicted')) await new Promise((done) => setTimeout(done, 50));
    expect(other.log()).toMatch(/"security":"registrations_evicted".*"removed":\d+/);
  } finally {
    await other.close();
  }
});

test('SEC-15, SEC-23: nothing that a client names is fetched', async () => {
  let requests = 0;
  const canary = createServer((_, response) => {
    requests += 1;
    response.end();
  }).listen(0, '127.0.0.1');
  await once(canary, 'listening');
  const at = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/`;
  const answer = await register(
    metadata({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: at,
      logo_uri: at,
      policy_uri: at,
      tos_uri: at,
      sector_identifier_uri: at,
    }),
  );
  expect([answer.status, (await read(answer)).token_endpoint_auth_method]).toEqual([201, 'none']);
  expect(requests).toBe(0);
  canary.close();
});

test.each(['GET', 'PUT', 'DELETE'])('SEC-27: %s /register/{client_id} is 404', async (method) => {
  const { client_id } = await read(await register(metadata()));
  const answer = await fetch(`${app.url}/register/${client_id}`, { method });
  expect(answer.status).toBe(404);
  expect(await answer.text()).not.toContain('auth_callback');
});

describe.each(Object.entries(APPLICATIONS))('%s registers all its addresses at once', (_, { body, asksAt }) => {
  test('and all of them are registered', async () => {
    const answer = await read(await register(body));
    expect(answer.redirect_uris).toEqual([...body.redirect_uris].sort());
    expect(answer).not.toHaveProperty('dropped_redirect_uris');
  });

  test.each(asksAt)('and gets a token by %s', async (redirect_uri) => {
    const client = await OAuthTester.registered(app, { application_type: undefined, ...body });
    const pair = pkce();
    const sent = await client.approve(await client.begin({ code_challenge: pair.challenge, redirect_uri }));
    expect(sent.href.split('?')[0]).toBe(redirect_uri);
    const answer = await client.redeem(sent.searchParams.get('code')!, pair, { redirect_uri });
    expect(answer.status).toBe(200);
    expect(await client.works(answer.body.access_token)).toBe(200);
  });

  test('with one of them unlisted, the others are registered, and the answer and the log say so', async () => {
    const unlisted = 'https://next.example/oauth/callback';
    const answer = await register({ ...body, redirect_uris: [...body.redirect_uris, unlisted] });
    expect(answer.status).toBe(201);
    const registered = await read(answer);
    expect(registered).toMatchObject({
      client_id: (await read(await register(body))).client_id,
      redirect_uris: [...body.redirect_uris].sort(),
      dropped_redirect_uris: [unlisted],
    });
    const line = app
      .log()
      .split('\n')
      .findLast((each) => each.includes('"security":"redirect_dropped"'));
    expect(JSON.parse(line!)).toMatchObject({ redirectUris: [unlisted], clientName: body.client_name });
    const refused = await fetch(
      `${app.url}/authorize?${new URLSearchParams({ response_type: 'code', client_id: registered.client_id, redirect_uri: unlisted, code_challenge: pkce().challenge, code_challenge_method: 'S256' }).toString()}`,
      { redirect: 'manual', headers: { accept: 'text/html', 'accept-language': 'de' } },
    );
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    expect(await refused.text()).toContain(
      `nicht auf der Liste der erlaubten Weiterleitungen. Bitten Sie mit einem Issue auf GitHub darum, sie aufzunehmen. Sie will Menschen hierhin weiterleiten: ${unlisted} (`,
    );
  });
});

test('the private scheme of an application can be registered where the operator lists it', async () => {
  const uri = 'com.example.app:/oauth/callback';
  const other = await startTestApp({ env: { REDIRECT_URI_ALLOWLIST: uri } });
  try {
    const answer = await fetch(`${other.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(metadata({ redirect_uris: [uri] })),
    });
    expect([answer.status, (await read(answer)).application_type]).toEqual([201, 'native']);
  } finally {
    await other.close();
  }
});

test('DCR_ENABLED=false: no endpoint, and the metadata does not name it', async () => {
  const other = await startTestApp({ env: { DCR_ENABLED: 'false' } });
  try {
    const answer = await fetch(`${other.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(metadata()),
    });
    expect(answer.status).toBe(404);
    expect(await read(await fetch(`${other.url}/.well-known/oauth-authorization-server`))).not.toHaveProperty(
      'registration_endpoint',
    );
  } finally {
    await other.close();
  }
});

test('SEC-57: an unsafe allow list stops the start', async () => {
  await expect(
    startTestApp({ env: { REDIRECT_URI_ALLOWLIST: 'https://chatgpt.com/', REDIRECT_URI_ALLOWLIST_MODE: 'prefix' } }),
  ).rejects.toThrow(/https:\/\/chatgpt\.com\/" is no safe prefix/);
});
