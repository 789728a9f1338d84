import { startTestApp, type TestApp } from '../support/app.js';
import { CALLBACK, OAuthTester, pkce } from '../support/oauth.js';
import { execute, query } from '../support/postgres.js';

let app: TestApp;
let client: OAuthTester;
let other: OAuthTester;
const pair = pkce();
beforeAll(async () => {
  app = await startTestApp();
  client = await OAuthTester.registered(app);
  other = await OAuthTester.registered(app, { client_name: 'Another client' });
});
afterAll(() => app.close());

const code = () => client.code({ code_challenge: pair.challenge });
/** Moves what has happened to codes and tokens into the past: the database's clock is the one that counts. */
const later = (seconds: number) =>
  execute(
    app.databaseUrl,
    `UPDATE oauth_artifacts SET consumed_at = consumed_at - $1 * interval '1 second', expires_at = expires_at - $1 * interval '1 second'`,
    [seconds],
  );
/** As if every code that was used had been used that long ago. */
const used = (seconds: number) =>
  execute(
    app.databaseUrl,
    `UPDATE oauth_artifacts SET consumed_at = now() - $1 * interval '1 second' WHERE model = 'AuthorizationCode' AND consumed_at IS NOT NULL`,
    [seconds],
  );
const redemption = (value: string) => ({
  grant_type: 'authorization_code',
  code: value,
  redirect_uri: CALLBACK,
  code_verifier: pair.verifier,
  client_id: client.clientId,
});

test('SEC-68, AS-B13: a form gives a token that is never cached', async () => {
  const { status, headers, body } = await client.redeem(await code(), pair);
  expect(status).toBe(200);
  expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
  expect(body).toEqual({
    access_token: expect.stringMatching(/^cus_[\w-]{22}:[\w-]{43}$/),
    refresh_token: expect.stringMatching(/^[\w-]{43}$/),
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'read write',
  });
  expect(await client.works(body.access_token)).toBe(200);
});

test('SEC-69: so does JSON, with and without a grant_type', async () => {
  expect((await client.json('/token', redemption(await code()))).status).toBe(200);
  const { grant_type: _, ...seed } = redemption(await code());
  expect((await client.json('/token', seed)).status).toBe(200);
});

test('SEC-70: another Content-Type is refused, in the shape of RFC 6749', async () => {
  for (const type of [
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/x-www-form-urlencodedx',
  ]) {
    const answer = await fetch(`${app.url}/token`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: new URLSearchParams(redemption('x')).toString(),
    });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  }
});

test.each<[string, (value: string) => Promise<{ status: number; body: Record<string, any> }>]>([
  [
    'a form with two codes',
    (value) => client.form('/token', new URLSearchParams([...Object.entries(redemption(value)), ['code', 'b']])),
  ],
  [
    'a form with the same code twice',
    (value) => client.form('/token', new URLSearchParams([...Object.entries(redemption(value)), ['code', value]])),
  ],
  [
    'a form with two clients',
    (value) =>
      client.form('/token', new URLSearchParams([...Object.entries(redemption(value)), ['client_id', other.clientId]])),
  ],
  [
    'a form with two grant_types',
    (value) =>
      client.form(
        '/token',
        new URLSearchParams([...Object.entries(redemption(value)), ['grant_type', 'refresh_token']]),
      ),
  ],
  [
    'a form with two verifiers',
    (value) =>
      client.form(
        '/token',
        new URLSearchParams([...Object.entries(redemption(value)), ['code_verifier', pkce().verifier]]),
      ),
  ],
  ['a NUL in the client', (value) => client.form('/token', { ...redemption(value), client_id: 'a\0b' })],
  [
    'a NUL in the redirect URI of a request without client',
    () => client.form('/token', { grant_type: 'authorization_code', code: 'x', redirect_uri: '\0' }),
  ],
  ['an array of codes', (value) => client.json('/token', { ...redemption(value), code: [value] })],
  ['an object of codes', (value) => client.json('/token', { ...redemption(value), code: { $ne: '' } })],
  ['a number', (value) => client.json('/token', { ...redemption(value), code: 1 })],
  ['null', (value) => client.json('/token', { ...redemption(value), code: null })],
  ['true', (value) => client.json('/token', { ...redemption(value), client_id: true })],
  ['JSON that is an array', (value) => client.json('/token', [redemption(value)])],
  ['JSON that is a text', (value) => client.json('/token', JSON.stringify(value))],
  ['broken JSON', () => client.json('/token', '{"code":')],
  ['JSON that would change prototypes', (value) => client.json('/token', `{"__proto__":{"x":1},"code":"${value}"}`)],
  ['brackets in a form', (value) => client.form('/token', { ...redemption(''), 'code[]': value, code: '' })],
  [
    'no code',
    () =>
      client.form('/token', { grant_type: 'authorization_code', client_id: client.clientId, redirect_uri: CALLBACK }),
  ],
  ['an empty code', () => client.form('/token', redemption(''))],
])('SEC-71: %s is invalid_request, and the code stays good', async (_, send) => {
  const value = await code();
  const { status, body } = await send(value);
  expect([status, body.error]).toEqual([400, 'invalid_request']);
  expect((await client.redeem(value, pair)).status).toBe(200);
});

test('SEC-72: grant types that are not ours', async () => {
  for (const grant_type of [
    'password',
    'client_credentials',
    'implicit',
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    '__proto__',
    'constructor',
  ]) {
    expect((await client.token({ grant_type, username: 'a', password: 'b' })).body.error).toBe(
      'unsupported_grant_type',
    );
  }
});

test('SEC-73: what the URL carries is ignored', async () => {
  const value = await code();
  const answer = await fetch(`${app.url}/token?${new URLSearchParams(redemption(value)).toString()}`, {
    method: 'POST',
  });
  expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([400, 'invalid_request']);
  const mixed = await client.form(`/token?code=other&client_id=${other.clientId}`, redemption(value));
  expect(mixed.status).toBe(200);
});

test('SEC-74: an unknown client is 401 invalid_client, so that it registers again', async () => {
  expect(await client.redeem(await code(), pair, { client_id: 'nobody' })).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  });
});

describe('a client that authenticates, though clients are public', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  const send = async (path: string, form: Record<string, string>, headers: Record<string, string> = {}) => {
    const answer = await fetch(app.url + path, { method: 'POST', headers, body: new URLSearchParams(form) });
    return {
      status: answer.status,
      challenge: answer.headers.get('www-authenticate'),
      caching: answer.headers.get('cache-control'),
      body: (await answer.json().catch(() => ({}))) as Record<string, any>,
    };
  };

  test.each<[string, () => string]>([
    ['no base64', () => 'Basic junk!'],
    ['nothing', () => 'Basic'],
    ['no colon', () => basic('junk')],
    ['a secret', () => basic(`${client.clientId}:secret`)],
    ['no secret', () => basic(`${client.clientId}:`)],
    ['another client', () => basic('nobody:secret')],
    ['no text', () => `Basic ${Buffer.from([0xff, 0x3a, 0xfe]).toString('base64')}`],
    ['small letters', () => basic('a:b').replace('Basic', 'basic')],
    ['another scheme', () => 'Digest username="a"'],
    ['no scheme', () => 'junk'],
  ])(
    'Authorization: Basic with %s is 401 invalid_client, at /token and /revoke, and the code stays good',
    async (_, authorization) => {
      const value = await code();
      const tokens = await client.tokens();
      for (const [path, form] of [
        ['/token', redemption(value)],
        ['/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: client.clientId }],
        ['/revoke', { token: tokens.access_token, client_id: client.clientId }],
      ] as const) {
        expect(await send(path, form as Record<string, string>, { authorization: authorization() })).toMatchObject({
          status: 401,
          challenge: expect.stringMatching(/^Basic realm="/),
          caching: 'no-store',
          body: { error: 'invalid_client', error_description: expect.stringContaining('client_id in the body') },
        });
      }
      expect((await client.redeem(value, pair)).status).toBe(200);
      expect(await client.works(tokens.access_token)).toBe(200);
      expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
    },
  );

  test.each(['client_secret', 'client_assertion', 'client_assertion_type'])(
    '%s in the body: 401 invalid_client, as a form and as JSON, and the code stays good',
    async (name) => {
      const value = await code();
      expect(await send('/token', { ...redemption(value), [name]: 'x' })).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      });
      expect(await client.json('/token', { ...redemption(value), [name]: 'x' })).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      });
      expect(await send('/revoke', { token: 'x', client_id: client.clientId, [name]: 'x' })).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      });
      expect((await client.redeem(value, pair)).status).toBe(200);
    },
  );

  test('an empty client_secret is none (RFC 6749 section 2.3.1), and a Bearer says nothing about the client', async () => {
    expect((await send('/token', { ...redemption(await code()), client_secret: '' })).status).toBe(200);
    expect((await send('/token', redemption(await code()), { authorization: 'Bearer cus_old:token' })).status).toBe(
      200,
    );
  });
});

test.each<[string, Record<string, string>]>([
  ['SEC-65: another port', { redirect_uri: 'http://127.0.0.1:10/callback' }],
  ['SEC-65: a slash', { redirect_uri: `${CALLBACK}/` }],
  ['SEC-65: upper case', { redirect_uri: 'http://127.0.0.1:9/Callback' }],
  ['SEC-65: an encoding', { redirect_uri: 'http://127.0.0.1:9/%63allback' }],
  ['SEC-82: another verifier', { code_verifier: pkce().verifier }],
  ['SEC-82: the challenge as verifier', { code_verifier: pair.challenge }],
])('%s is invalid_grant, and the code stays good (SEC-D7)', async (_, parameters) => {
  const value = await code();
  expect(await client.redeem(value, pair, parameters)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect((await client.redeem(value, pair)).status).toBe(200);
});

test('SEC-66: a redirect_uri that was sent before must be sent again', async () => {
  const { redirect_uri: _, ...without } = redemption(await code());
  expect((await client.form('/token', without)).status).toBe(400);
});

test('SEC-75: a code is bound to its client, who can still redeem it', async () => {
  const value = await code();
  expect(await other.redeem(value, pair)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect((await client.redeem(value, pair)).status).toBe(200);
});

test('SEC-75: nor can another client end a session with a code that it has seen', async () => {
  const value = await code();
  const { body } = await client.redeem(value, pair);
  await later(10);
  expect((await other.redeem(value, pair)).body.error).toBe('invalid_grant');
  expect((await client.redeem(value, pkce())).body.error).toBe('invalid_grant');
  expect(await client.works(body.access_token)).toBe(200);
});

test('SEC-77: a value that is nearly the code does nothing', async () => {
  const value = await code();
  const { body } = await client.redeem(value, pair);
  await later(10);
  for (const near of [
    `${value.slice(0, 21)}${'A'.repeat(22)}`,
    value.slice(0, -1),
    `${value}A`,
    value.toLowerCase(),
    `${value}\n`,
  ])
    expect((await client.redeem(near, pair)).body.error).toBe('invalid_grant');
  expect(await client.works(body.access_token)).toBe(200);
});

test('SEC-76, AS-B12: sent again within five seconds a code revokes nothing; later it ends what was issued', async () => {
  const value = await code();
  const { body } = await client.redeem(value, pair);
  expect((await client.redeem(value, pair)).body.error).toBe('invalid_grant');
  await used(3);
  expect((await client.redeem(value, pair)).body.error).toBe('invalid_grant');
  expect(await client.works(body.access_token)).toBe(200);
  const { body: refreshed } = await client.refresh(body.refresh_token);
  await used(5);
  expect((await client.redeem(value, pair)).body.error).toBe('invalid_grant');
  for (const { access_token } of [body, refreshed]) expect(await client.works(access_token)).toBe(401);
  expect((await client.refresh(refreshed.refresh_token)).body.error).toBe('invalid_grant');
});

test('SEC-76: also long after the code would have expired', async () => {
  const value = await code();
  const { body } = await client.redeem(value, pair);
  await later(600);
  await client.redeem(value, pair);
  expect(await client.works(body.access_token)).toBe(401);
});

test('SEC-79: a code is good until its last second, and no longer', async () => {
  const [early, late] = [await code(), await code()];
  await later(80);
  expect((await client.redeem(early, pair)).status).toBe(200);
  await later(10);
  expect((await client.redeem(late, pair)).body.error).toBe('invalid_grant');
});

test('SEC-80: CODE_TTL_SECONDS and TOKEN_TTL_SECONDS are what is used', async () => {
  const own = await startTestApp({ env: { CODE_TTL_SECONDS: '10', TOKEN_TTL_SECONDS: '60' } });
  try {
    const tester = await OAuthTester.registered(own);
    const value = await tester.code({ code_challenge: pair.challenge });
    const [row] = await query<{ left: number }>(
      own.databaseUrl,
      `SELECT extract(epoch FROM expires_at - now())::float AS left FROM oauth_artifacts WHERE model = 'AuthorizationCode'`,
    );
    expect(row!.left).toBeLessThanOrEqual(10);
    expect((await tester.redeem(value, pair)).body.expires_in).toBe(60);
  } finally {
    await own.close();
  }
});

test('SEC-81: a challenge without a verifier', async () => {
  const { code_verifier: _, ...without } = redemption(await code());
  expect(await client.form('/token', without)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test('SEC-83: the verifier of another flow of the same client', async () => {
  const own = pkce();
  const value = await client.code({ code_challenge: own.challenge });
  expect((await client.redeem(value, pair)).body.error).toBe('invalid_grant');
  expect((await client.redeem(value, own)).status).toBe(200);
});

test.each(['a'.repeat(42), 'a'.repeat(129), `${'a'.repeat(43)}+`, 'ä'.repeat(43)])(
  'SEC-84: a verifier of the wrong form: %s',
  async (code_verifier) => {
    expect((await client.redeem(await code(), pair, { code_verifier })).status).toBe(400);
  },
);

test('SEC-87, AS-B7: another resource is invalid_target, and then the right one is fine', async () => {
  const value = await code();
  for (const resource of ['https://other.example', 'http://localhost/mcp', 'mcp'])
    expect(await client.redeem(value, pair, { resource })).toMatchObject({
      status: 400,
      body: { error: 'invalid_target' },
    });
  const resource = `${app.url.replace('127.0.0.1', 'localhost')}/mcp`;
  const { status, body } = await client.redeem(value, pair, { resource });
  expect(status).toBe(200);
  expect((await client.refresh(body.refresh_token, { resource: 'https://other.example' })).body.error).toBe(
    'invalid_target',
  );
  expect((await client.refresh(body.refresh_token, { resource })).status).toBe(200);
});

test('SEC-89, AS-B16: no code, token or id of the flow is stored as it is', async () => {
  const begun = await client.begin({ code_challenge: pair.challenge });
  const value = (await client.approve(begun)).searchParams.get('code')!;
  const { body } = await client.redeem(value, pair);
  const rows = await query<{ row: string }>(
    app.databaseUrl,
    `SELECT a::text AS row FROM oauth_artifacts a UNION ALL SELECT g::text FROM access_grants g UNION ALL SELECT c::text FROM connections c UNION ALL SELECT o::text FROM oauth_clients o`,
  );
  const dump = rows.map(({ row }) => row).join('\n');
  expect(dump).toContain('RefreshToken');
  const [, secret] = (body.access_token as string).split(':');
  for (const canary of [
    value,
    secret!,
    body.refresh_token as string,
    begun.uid,
    pair.verifier,
    begun.cookie.split('=')[1]!,
    'pk_sandbox_owner',
  ])
    expect(dump).not.toContain(canary);
  expect(app.log()).not.toContain(value);
  expect(app.log()).not.toContain(secret);
});

test('RS-A6: a token is for /mcp in the Authorization header; refresh tokens, codes and parts of it are none', async () => {
  const value = await code();
  const { body } = await client.redeem(value, pair);
  const [grant, secret] = (body.access_token as string).split(':');
  for (const wrong of [
    body.refresh_token,
    value,
    secret,
    `${grant}:`,
    `${grant}:${'A'.repeat(43)}`,
    `${grant}:${body.refresh_token}`,
    `cus_${'A'.repeat(22)}:${secret}`,
    `cuk_${grant!.slice(4)}:${secret}`,
  ])
    expect(await client.works(wrong as string)).toBe(401);
  const inQuery = await fetch(`${app.url}/mcp?access_token=${encodeURIComponent(body.access_token as string)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(inQuery.status).toBe(401);
  await execute(app.databaseUrl, `UPDATE oauth_artifacts SET expires_at = now() WHERE model = 'AccessToken'`);
  const fresh = await client.refresh(body.refresh_token);
  expect(await client.works(fresh.body.access_token)).toBe(200);
});

test('fault 12: 200 parallel redemptions have one winner, and the losers end nothing', async () => {
  const value = await code();
  // A slow machine is not done with them within the time in which a second use counts as a race.
  await execute(
    app.databaseUrl,
    `CREATE FUNCTION stays_a_race() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN NEW.consumed_at := NEW.consumed_at + interval '1 hour'; RETURN NEW; END $$;
     CREATE TRIGGER stays_a_race BEFORE UPDATE ON oauth_artifacts FOR EACH ROW
       WHEN (OLD.model = 'AuthorizationCode' AND OLD.consumed_at IS NULL AND NEW.consumed_at IS NOT NULL)
       EXECUTE FUNCTION stays_a_race()`,
  );
  const answers = await Promise.all(Array.from({ length: 200 }, () => client.redeem(value, pair)));
  await execute(app.databaseUrl, 'DROP FUNCTION stays_a_race CASCADE');
  const winners = answers.filter(({ status }) => status === 200);
  expect(winners).toHaveLength(1);
  expect(
    new Set(answers.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${body.error}`)),
  ).toEqual(new Set(['400 invalid_grant']));
  expect(await client.works(winners[0]!.body.access_token)).toBe(200);
  expect((await client.refresh(winners[0]!.body.refresh_token)).status).toBe(200);
});
