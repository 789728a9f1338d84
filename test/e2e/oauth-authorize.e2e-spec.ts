import { Authorizations } from '#libs/auth';
import { AppError } from '#libs/core';
import { startTestApp, type TestApp } from '../support/app.js';
import { begunBy, browser, CALLBACK, OAuthTester, PERSON, pkce } from '../support/oauth.js';
import { execute, query } from '../support/postgres.js';

const LISTED = 'https://app.example.com/cb';

let app: TestApp;
let client: OAuthTester;
let issuer: string;
const { challenge, verifier } = pkce();
beforeAll(async () => {
  app = await startTestApp({ env: { REDIRECT_URI_ALLOWLIST: LISTED } });
  issuer = app.url.replace('127.0.0.1', 'localhost');
  client = await OAuthTester.registered(app);
});
afterAll(() => app.close());

const authorizations = () => app.gateway.app.get(Authorizations);
const choice = {
  workspaceId: '12345',
  person: PERSON,
  credential: 'pk_sandbox_owner',
  policy: { mode: 'write' as const },
};

/** The error that the client is sent, with what else must be in its redirect. */
async function refusal(parameters: Record<string, string | undefined>): Promise<string | null> {
  const answer = await client.authorize({ code_challenge: challenge, ...parameters });
  const location = new URL(answer.headers.get('location') ?? 'about:blank');
  expect(location.href.startsWith(CALLBACK)).toBe(true);
  // An unsupported flow is refused in the part of the redirect where its answers would go.
  const sent = new URLSearchParams(location.search || location.hash.slice(1));
  expect(Object.fromEntries(sent)).toMatchObject({ iss: issuer, state: 'st' });
  expect(sent.has('code')).toBe(false);
  return sent.get('error');
}

test('SEC-103, AS-B6, AS-B12: a success carries code, state and iss; no cookie is left behind', async () => {
  const begun = await client.begin({ code_challenge: challenge });
  const returnTo = await authorizations().approve(begun.uid, browser(begun.cookie), choice);
  const answer = await client.get(new URL(returnTo).pathname, { cookie: begun.cookie });
  expect(answer.status).toBe(303);
  const location = new URL(answer.headers.get('location')!);
  expect(Object.fromEntries(location.searchParams)).toEqual({
    code: expect.stringMatching(/^[\w-]{43}$/),
    state: 'st',
    iss: issuer,
  });
  expect(answer.headers.getSetCookie()).toEqual([]);
});

test.each<[string, Record<string, string | undefined>, string]>([
  [
    'SEC-33, AS-B3: no code_challenge',
    { code_challenge: undefined, code_challenge_method: undefined },
    'invalid_request',
  ],
  ['SEC-33: an empty code_challenge', { code_challenge: '' }, 'invalid_request'],
  ['SEC-34, AS-B3: plain', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['SEC-34: a method of another spelling', { code_challenge_method: 's256' }, 'invalid_request'],
  ['SEC-34: no method, which would mean plain', { code_challenge_method: undefined }, 'invalid_request'],
  ['SEC-35: 42 characters', { code_challenge: 'a'.repeat(42) }, 'invalid_request'],
  ['SEC-35: 129 characters', { code_challenge: 'a'.repeat(129) }, 'invalid_request'],
  ['SEC-35: not base64url', { code_challenge: `${'a'.repeat(40)}+/=` }, 'invalid_request'],
  ['SEC-35: a line break', { code_challenge: `${challenge}\n` }, 'invalid_request'],
  ['SEC-36, AS-B1: the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
  ['SEC-36: a hybrid flow', { response_type: 'code id_token' }, 'unsupported_response_type'],
  ['SEC-36: no response_type', { response_type: undefined }, 'invalid_request'],
  ['SEC-36: an ID token', { response_type: 'id_token' }, 'unsupported_response_type'],
  ['SEC-37, AS-B7: another resource', { resource: 'https://other.example' }, 'invalid_target'],
  ['SEC-37: a resource with a fragment', { resource: 'https://other.example/mcp#x' }, 'invalid_target'],
  ['SEC-37: no URL', { resource: 'mcp' }, 'invalid_target'],
  ['SEC-38: prompt=none, though a person has to approve', { prompt: 'none' }, 'consent_required'],
  ['SEC-38: a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
  ['SEC-36: the code in the fragment', { response_mode: 'fragment' }, 'unsupported_response_mode'],
  ['SEC-36: the code in a form', { response_mode: 'form_post' }, 'unsupported_response_mode'],
  ['SEC-38: a request by reference', { request_uri: 'http://127.0.0.1:1/x' }, 'request_uri_not_supported'],
])('%s is refused with %s', async (_, parameters, error) => expect(await refusal(parameters)).toBe(error));

test.each(['resource', 'state', 'code_challenge', 'scope', 'prompt', 'response_type', 'nonce'])(
  'SEC-31, RS-A8: %s twice is invalid_request or invalid_target',
  async (name) => {
    const url = `/authorize?${new URLSearchParams({ response_type: 'code', client_id: client.clientId, redirect_uri: CALLBACK, code_challenge: challenge, code_challenge_method: 'S256' }).toString()}`;
    const answer = await client.get(`${url}&${name}=a&${name}=b`);
    const location = new URL(answer.headers.get('location')!);
    expect(location.searchParams.get('error')).toMatch(/^invalid_(request|target)$/);
  },
);

test.each<[string, string]>([
  ['SEC-29: the registered one and more', `${CALLBACK}/39Y8nOAX3K`],
  ['SEC-29: another path', 'http://127.0.0.1:9/other'],
  ['SEC-29: another host', 'http://localhost:9/callback'],
  ['SEC-29: a query', `${CALLBACK}?x=1`],
  ['SEC-29: another scheme', 'https://127.0.0.1:9/callback'],
  ['SEC-29: somebody else', 'https://evil.example/callback'],
  ['SEC-29: a script', 'javascript:alert(1)'],
  ['SEC-29: two hosts', 'http://127.0.0.1:9@evil.example/callback'],
])('%s: no redirect, but the sentence of feature A4 (AS-B5)', async (_, redirect_uri) => {
  const answer = await client.authorize({ code_challenge: challenge, redirect_uri });
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  expect(await answer.text()).toContain('in the redirect allow list - raise an issue on GitHub for it to be added');
});

test('SEC-36: response_mode=query is what happens anyway', async () =>
  expect((await client.begin({ code_challenge: challenge, response_mode: 'query' })).uid).toBeTruthy());

test.each(['state', 'client_id', 'redirect_uri', 'code_challenge', 'resource', 'scope'])(
  'SEC-13: a NUL in %s, which no column of the database can hold, is a page with status 400',
  async (name) => {
    const answer = await client.authorize({ code_challenge: challenge, [name]: 'a\0b' });
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  },
);

test('contract item 16: a refused redirect leaves one line in the security log, without its query and with a network for an address', async () => {
  const before = app.log().length;
  await client.authorize(
    { code_challenge: challenge, redirect_uri: 'https://evil.example/steal?code=canary' },
    { 'user-agent': 'tester/1' },
  );
  const lines = app
    .log()
    .slice(before)
    .split('\n')
    .filter((line) => line.includes('redirect_refused'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('https://evil.example/steal');
  expect(lines[0]).toContain(client.clientId);
  expect(lines[0]).not.toMatch(/canary|127\.0\.0\.1/);
});

test('SEC-239: a form of the consent page may end at the client that asks, and at no other', async () => {
  const begun = await client.begin({ code_challenge: challenge });
  const { headers } = await client.get(`/connect/${begun.uid}`, { cookie: begun.cookie });
  expect(headers.get('content-security-policy')).toContain(`form-action 'self' ${new URL(CALLBACK).origin};`);
});

test('AS-B8: a client whose id is its document needs no registration, and is verified', async () => {
  const begun = await client.begin({
    code_challenge: challenge,
    client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    redirect_uri: 'https://claude.ai/api/mcp/auth_callback',
  });
  expect((await authorizations().pending(begun.uid, browser(begun.cookie))).client).toMatchObject({
    id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    verified: true,
  });
  // The name is the document's own; whose document it is, the id proves.
  expect(await (await client.get(`/connect/${begun.uid}`, { cookie: begun.cookie })).text()).toContain(
    'published by claude.ai',
  );
  expect((await client.approve(begun)).href).toMatch(/^https:\/\/claude\.ai\/api\/mcp\/auth_callback\?code=/);
});

test.each<[string, Record<string, string | undefined>]>([
  ['SEC-30: no client_id', { client_id: undefined }],
  ['SEC-30: an unknown client', { client_id: 'nobody' }],
  [
    'SEC-30: a client of a redirect URI that is not listed',
    { client_id: 'connect:https://evil.example/', redirect_uri: 'https://evil.example/' },
  ],
  ['SEC-30: no redirect_uri', { redirect_uri: undefined }],
  ['SEC-30: a bad request with a bad redirect URI', { response_type: 'token', redirect_uri: 'https://evil.example/' }],
])('%s: no redirect (AS-B5)', async (_, parameters) => {
  const answer = await client.authorize({ code_challenge: challenge, ...parameters });
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
});

test('SEC-30: who is sent here by an app that is not known reads what to do', async () => {
  const answer = await client.authorize({ code_challenge: challenge, client_id: 'nobody' });
  expect(await answer.text()).toContain('Remove the connection in the app and add it again');
});

test.each(['client_id', 'redirect_uri'])('SEC-31: %s twice: no redirect', async (name) => {
  const url = `/authorize?${new URLSearchParams({ response_type: 'code', client_id: client.clientId, redirect_uri: CALLBACK, code_challenge: challenge, code_challenge_method: 'S256' }).toString()}`;
  for (const other of [client.clientId, CALLBACK, 'https://evil.example/']) {
    const answer = await client.get(`${url}&${name}=${encodeURIComponent(other)}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  }
});

test('AS-B4: any port of a loopback address, nothing else of it', async () => {
  for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
    const native = await OAuthTester.registered(app, { redirect_uris: [`http://${host}/callback`] });
    expect(
      begunBy(await native.authorize({ code_challenge: challenge, redirect_uri: `http://${host}:51004/callback` })).uid,
    ).toBeTruthy();
    expect((await native.authorize({ code_challenge: challenge, redirect_uri: `http://${host}:51004/` })).status).toBe(
      400,
    );
  }
});

test.each<[string, string | undefined, 'read' | 'write' | undefined]>([
  ['AS-B17: nothing asked', undefined, undefined],
  ['SEC-39: only what nobody knows', 'admin *', undefined],
  ['SEC-39: unknown ones beside ours', 'openid admin read', 'read'],
  ['RS-A7: write includes read', 'write', 'write'],
  ['all that is offered', 'read write offline_access', 'write'],
  ['offline_access alone asks for no right', 'offline_access', undefined],
  ['SEC-39: hundreds of scopes', Array.from({ length: 500 }, (_, i) => `s${i}`).join(' '), undefined],
])('%s', async (_, scope, asked) => {
  const { uid, cookie } = await client.begin({ code_challenge: challenge, scope });
  expect(await authorizations().pending(uid, browser(cookie))).toEqual({
    uid,
    client: { id: client.clientId, name: 'Test client', verified: false },
    redirectUri: CALLBACK,
    ...(asked && { asked }),
  });
});

test('SEC-39: 10,000 scopes are too many', async () => {
  const answer = await client.authorize({
    code_challenge: challenge,
    scope: Array.from({ length: 10_000 }, (_, i) => `s${i}`).join(' '),
  });
  expect([400, 414, 431]).toContain(answer.status);
  expect(answer.headers.get('location')).toBeNull();
});

test.each([
  'nonce',
  'max_age',
  'id_token_hint',
  'acr_values',
  'login_hint',
  'claims',
  'ui_locales',
  'display',
  'whatever',
])('RFC 6749 3.1: %s, which means nothing here, does not stop a client', async (name) => {
  expect((await client.begin({ code_challenge: challenge, [name]: '1' })).uid).toBeTruthy();
});

test('a token may do what was asked and what the person allows, whichever is less', async () => {
  expect((await client.tokens('read')).scope).toBe('read');
  expect((await client.tokens('write', { scope: 'read' })).scope).toBe('read');
  expect((await client.tokens('write')).scope).toBe('read write');
});

test('deny: access_denied with state and iss, and nothing stored', async () => {
  const { uid, cookie } = await client.begin({ code_challenge: challenge });
  const before = await query(app.databaseUrl, 'SELECT 1 FROM access_grants');
  const location = await client.follow(await authorizations().deny(uid, browser(cookie)), cookie);
  expect(Object.fromEntries(location.searchParams)).toMatchObject({ error: 'access_denied', state: 'st', iss: issuer });
  expect(await query(app.databaseUrl, 'SELECT 1 FROM access_grants')).toHaveLength(before.length);
});

describe('an authorization belongs to the browser that began it (incident 4, incident 5)', () => {
  const refused = (work: Promise<unknown>, code: string) =>
    expect(work).rejects.toMatchObject({ name: AppError.name, code });

  test('its URL opens nothing in another browser, whatever that browser sends', async () => {
    const mine = await client.begin({ code_challenge: challenge });
    const theirs = await client.begin({ code_challenge: challenge });
    for (const cookie of [
      '',
      theirs.cookie,
      'browser=',
      `x${mine.cookie}`,
      `${theirs.cookie}; ${mine.cookie}`,
      mine.cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    ]) {
      await refused(authorizations().pending(mine.uid, browser(cookie)), 'forbidden');
      await refused(authorizations().approve(mine.uid, browser(cookie), choice), 'forbidden');
      await refused(authorizations().deny(mine.uid, browser(cookie)), 'forbidden');
    }
  });

  test('the URL back to the client works once, and in its own browser only', async () => {
    const { uid, cookie } = await client.begin({ code_challenge: challenge });
    const returnTo = new URL(await authorizations().approve(uid, browser(cookie), choice)).pathname;
    expect((await client.get(returnTo)).headers.get('location')).toBeNull();
    expect((await client.get(returnTo, { cookie })).headers.get('location')).toContain('code=');
    expect((await client.get(returnTo, { cookie })).headers.get('location')).toBeNull();
  });

  test('two tabs do not disturb each other', async () => {
    const first = await client.begin({ code_challenge: challenge, state: 'one' });
    const again = await client.authorize({ code_challenge: challenge, state: 'two' }, { cookie: first.cookie });
    // One cookie for all of them.
    expect(again.headers.getSetCookie()).toEqual([]);
    expect((await client.approve({ uid: begunBy(again).uid, cookie: first.cookie })).searchParams.get('state')).toBe(
      'two',
    );
    expect((await client.approve(first)).searchParams.get('state')).toBe('one');
  });

  test('a form that is sent five times at once makes one connection, and each answer leads to the same place', async () => {
    const { uid, cookie } = await client.begin({ code_challenge: challenge });
    const count = async () => (await query(app.databaseUrl, 'SELECT 1 FROM connections')).length;
    const before = await count();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => authorizations().approve(uid, browser(cookie), choice)),
    );
    expect(new Set(answers).size).toBe(1);
    expect(await count()).toBe(before + 1);
    await client.follow(answers[0]!, cookie);
    await refused(authorizations().approve(uid, browser(cookie), choice), 'invalid_parameters');
    await refused(authorizations().pending(uid, browser(cookie)), 'invalid_parameters');
    expect(await count()).toBe(before + 1);
  });

  test('an expired authorization says so', async () => {
    const { uid, cookie } = await client.begin({ code_challenge: challenge });
    await execute(app.databaseUrl, `UPDATE oauth_artifacts SET expires_at = now() WHERE model = 'Interaction'`);
    await refused(authorizations().pending(uid, browser(cookie)), 'invalid_parameters');
    await refused(authorizations().approve(uid, browser(cookie), choice), 'invalid_parameters');
  });

  test('after a failure the same authorization can be approved again', async () => {
    const { uid, cookie } = await client.begin({ code_challenge: challenge });
    await expect(authorizations().approve(uid, browser(cookie), { ...choice, workspaceId: '' })).rejects.toThrow();
    expect((await client.approve({ uid, cookie })).searchParams.has('code')).toBe(true);
  });

  test('a grant that was approved but whose code was never redeemed ends by itself in minutes', async () => {
    await client.code({ code_challenge: challenge });
    const [grant] = await query<{ minutes: number }>(
      app.databaseUrl,
      `SELECT extract(epoch FROM expires_at - now())::float / 60 AS minutes FROM access_grants ORDER BY created_at DESC LIMIT 1`,
    );
    expect(grant!.minutes).toBeLessThan(16);
  });
});

describe('/connect?redirect_uri= without a client (contract item 14)', () => {
  const short = (parameters: Record<string, string>) =>
    client.get(`/connect?${new URLSearchParams(parameters).toString()}`);
  const begin = async (parameters: Record<string, string>) => {
    const first = await short(parameters);
    expect(first.status).toBe(303);
    return begunBy(await client.get(first.headers.get('location')!));
  };

  test('an exact entry of the list: state and iss come back, and /token needs no client_id, form or JSON', async () => {
    const anonymous = OAuthTester.unregistered(app);
    for (const encoding of ['form', 'json'] as const) {
      const begun = await begin({
        redirect_uri: LISTED,
        state: 'mine',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      });
      expect((await authorizations().pending(begun.uid, browser(begun.cookie))).client).toEqual({
        id: `connect:${LISTED}`,
        name: 'app.example.com',
        verified: false,
      });
      const location = await client.approve(begun);
      expect(location.href.startsWith(`${LISTED}?`)).toBe(true);
      expect(Object.fromEntries(location.searchParams)).toMatchObject({ state: 'mine', iss: issuer });
      const token = await anonymous[encoding]('/token', {
        code: location.searchParams.get('code')!,
        redirect_uri: LISTED,
        code_verifier: verifier,
      });
      expect(token.status).toBe(200);
      expect(await client.works(token.body.access_token)).toBe(200);
      const again = await anonymous.form('/token', {
        grant_type: 'refresh_token',
        refresh_token: token.body.refresh_token,
      });
      expect(again.status).toBe(200);
      expect((await anonymous.form('/revoke', { token: again.body.access_token })).status).toBe(200);
      expect(await client.works(again.body.access_token)).toBe(401);
    }
  });

  test.each([
    'https://evil.example/',
    `${LISTED}/x`,
    `${LISTED}?x`,
    'https://app.example.com/',
    'http://localhost:3000/callback',
    'https://chatgpt.com/connector/oauth/abc',
    'x',
  ])('SEC-32: %j, which is no exact entry, gets no redirect', async (redirect_uri) => {
    const first = await short({ redirect_uri, code_challenge: challenge, code_challenge_method: 'S256' });
    const answer = await client.get(first.headers.get('location')!);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });

  test('SEC-32: an empty one is none: the form that asks for it', async () => {
    const answer = await short({ redirect_uri: '' });
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
    expect(await answer.text()).toContain('name="redirect_uri"');
  });

  test('SEC-32: PKCE is demanded of it, too', async () => {
    const first = await short({ redirect_uri: LISTED });
    const answer = await client.get(first.headers.get('location')!);
    expect(new URL(answer.headers.get('location')!).searchParams.get('error')).toBe('invalid_request');
  });

  test('a registered client has a client_id and must send it', async () => {
    const code = await client.code({ code_challenge: challenge });
    const answer = await OAuthTester.unregistered(app).form('/token', {
      code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    });
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
  });
});

test('SEC-C1: ALLOW_LEGACY_NO_PKCE lets only exact entries without PKCE through, and binds what was sent anyway (incident 2)', async () => {
  const legacy = await startTestApp({ env: { REDIRECT_URI_ALLOWLIST: LISTED, ALLOW_LEGACY_NO_PKCE: 'true' } });
  try {
    const anonymous = OAuthTester.unregistered(legacy);
    const code = async (parameters: Record<string, string> = {}) => {
      const first = await anonymous.get(
        `/connect?${new URLSearchParams({ redirect_uri: LISTED, ...parameters }).toString()}`,
      );
      return (await anonymous.approve(begunBy(await anonymous.get(first.headers.get('location')!)))).searchParams.get(
        'code',
      )!;
    };
    expect((await anonymous.json('/token', { code: await code(), redirect_uri: LISTED })).status).toBe(200);
    expect(
      (await anonymous.json('/token', { code: await code(), redirect_uri: LISTED, code_verifier: verifier })).body
        .error,
    ).toBe('invalid_grant');
    expect(
      (
        await anonymous.json('/token', {
          code: await code({ code_challenge: challenge, code_challenge_method: 'S256' }),
          redirect_uri: LISTED,
        })
      ).body.error,
    ).toBe('invalid_grant');
    const registered = await OAuthTester.registered(legacy);
    expect(
      new URL(
        (await registered.authorize({ code_challenge_method: undefined })).headers.get('location')!,
      ).searchParams.get('error'),
    ).toBe('invalid_request');
  } finally {
    await legacy.close();
  }
});
