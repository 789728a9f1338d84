import { withTenant } from '#libs/connections';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { EventSource } from 'eventsource';
import { runInNewContext } from 'node:vm';
import { DataSource } from 'typeorm';
import { SessionTokens } from '../../libs/auth/src/access/session-tokens.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { apiKey, OWNER as CONNECTED, session } from '../support/connect.js';
import { freePort } from '../support/free-port.js';
import { proofIn } from '../support/form-browser.js';
import { BOTH, JwtLogin, SIGN_IN } from '../support/jwt-login.js';
import { pkce } from '../support/oauth.js';
import { execute, query } from '../support/postgres.js';
import { rawRequest } from '../support/raw-http.js';
import { openSse, type SseReader } from '../support/sse.js';

/** JWT sessions as S3 describes them (contract item 18, contract item 19), on two replicas under one address. */
let first: TestApp;
let second: TestApp;
beforeAll(async () => {
  const port = String(await freePort());
  const env = { ...SIGN_IN, API_KEY_MODE: 'user_bound', BASE_URL: `http://127.0.0.1:${port}` };
  first = await startTestApp({ env: { ...env, PORT: port } });
  const others = String(await freePort());
  // The public address is that of the first; the second is called at its own.
  second = {
    ...(await startTestApp({ beside: first, env: { ...env, PORT: others } })),
    url: `http://127.0.0.1:${others}`,
  };
});
afterAll(async () => {
  await second?.close();
  await first?.close();
});

const CALLBACK = 'http://127.0.0.1:9/callback';

interface Answer {
  status: number;
  body: Record<string, any>;
  headers: Headers;
}
async function send(
  app: TestApp,
  path: string,
  token?: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(app.url + path, {
    method: 'POST',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, body: JSON.parse((await answer.text()) || '{}') };
}
const call = (app: TestApp, token: string, method = 'tools/list', params?: unknown) =>
  send(app, '/mcp', token, { jsonrpc: '2.0', id: 1, method, params });
const refresh = (app: TestApp, token?: string, body?: unknown) => send(app, '/auth/refresh', token, body);
const logout = (app: TestApp, token?: string) => send(app, '/auth/logout', token);
const signIn = (ask: Record<string, string> = {}) => new JwtLogin(first).signIn(ask);
const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await query(first.databaseUrl, 'SELECT pg_sleep(0.02)');
};
const grantOf = async (token: string) =>
  (
    await query<{ kind: string; revoked_at: Date | null; tenant_id: string; connection_id: string }>(
      first.databaseUrl,
      'SELECT * FROM access_grants WHERE id = $1',
      [decodeJwt(token).sub],
    )
  )[0];
/** Whether the sealed ClickUp credential of a connection is stored. */
const connected = (id: string) =>
  withTenant(first.gateway.app.get(DataSource), '12345', async (manager) => {
    const rows = await manager.query<unknown[]>('SELECT FROM connections WHERE id = $1', [id]);
    return rows.length > 0;
  });
const sessions = async () =>
  (await query<{ n: number }>(first.databaseUrl, `SELECT count(*)::int AS n FROM access_grants WHERE kind = 'jwt'`))[0]!
    .n;

describe('the four routes of S3', () => {
  test('from /auth/login to a call on either replica; nothing personal is in the token', async () => {
    const login = new JwtLogin(first);
    const begun = await login.begin();
    expect(begun.status).toBe(302);
    expect(begun.location).toContain(`${first.sandbox.url}/api?client_id=sandbox_client`);
    expect(login.asked.get('redirect_uri')).toMatch(/\/auth\/callback$/);
    const answer = await login.browser.get(await login.agree());
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const body = JSON.parse(answer.html) as Record<string, any>;
    expect(body).toEqual({
      success: true,
      jwt_token: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/),
      expires_in: 86_400,
      user: { id: expect.stringMatching(/^\d+$/), email: 'anna.fischer@acme.example', team_id: '12345' },
    });
    const token = body.jwt_token as string;
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'session+jwt' });
    const claims = decodeJwt(token);
    expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sub']);
    expect(claims.exp! - claims.iat!).toBe(86_400);
    expect(JSON.stringify(claims)).not.toContain(body.user.id);
    expect(await grantOf(token)).toMatchObject({ kind: 'jwt', tenant_id: '12345' });
    for (const app of [second, first])
      expect(
        (await call(app, token, 'tools/call', { name: 'get_workspace_hierarchy', arguments: {} })).body.result,
      ).toMatchObject({
        isError: false,
      });
  });

  test('/auth/refresh gives another JWT, on any replica; the one before is refused everywhere, and its refresh_token is ignored', async () => {
    const { jwt_token: old } = await signIn();
    expect((await call(second, old)).status).toBe(200);
    const { status, body, headers } = await refresh(first, old, { refresh_token: 'optional_refresh_token' });
    expect([status, body]).toEqual([
      200,
      { success: true, jwt_token: expect.stringMatching(/^eyJ/), expires_in: 86_400 },
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
    const { jwt_token: next } = body as { jwt_token: string };
    expect(decodeJwt(next).sub).toBe(decodeJwt(old).sub);
    expect((await call(first, old)).status).toBe(401);
    await until(async () => (await call(second, old)).status === 401);
    expect([(await call(first, next)).status, (await call(second, next)).status]).toEqual([200, 200]);
    expect((await refresh(second, old)).body.error).toMatchObject({ code: 'invalid_token' });
    expect((await refresh(second, next)).status).toBe(200);
  });

  test('of ten refreshes at once, on both replicas, one succeeds', async () => {
    const { jwt_token: token } = await signIn();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => refresh(index % 2 ? first : second, token)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(401)]);
    const next = answers.find(({ status }) => status === 200)!.body.jwt_token as string;
    expect((await call(second, next)).status).toBe(200);
  });

  test('/auth/logout ends one session on every replica, deletes its connection at once, and may be repeated', async () => {
    const [{ jwt_token: token }, { jwt_token: other }] = [await signIn(), await signIn()];
    expect((await call(second, token)).status).toBe(200);
    const { connection_id: connection } = (await grantOf(token))!;
    expect(await connected(connection)).toBe(true);
    const ended = { success: true, message: 'Session terminated successfully' };
    expect(await logout(first, token)).toMatchObject({ status: 200, body: ended });
    expect(await connected(connection)).toBe(false);
    await until(async () => (await call(second, token)).status === 401);
    expect(await logout(second, token)).toMatchObject({ status: 200, body: ended });
    expect((await refresh(first, token)).body.error.code).toBe('invalid_token');
    expect((await call(second, other)).status).toBe(200);
    expect(first.log()).toContain('logged_out');
  });

  test('an expired JWT is told from one that was ended, on every door; it can still log out', async () => {
    const { jwt_token: token } = await signIn();
    const claims = decodeJwt(token) as { sub: string; jti: string; iat: number; exp: number };
    const ends = (shift: string) =>
      execute(first.databaseUrl, `UPDATE access_grants SET expires_at = now() + $2::interval WHERE id = $1`, [
        claims.sub,
        shift,
      ]);
    const signed = (expiresAt: number) =>
      first.gateway.app
        .get(SessionTokens, { strict: false })
        .sign({ id: claims.sub, secret: claims.jti, issuedAt: claims.iat, expiresAt });
    // A replica whose clock is fast: the database's decides.
    const seconds = Math.floor(Date.now() / 1000);
    const early = await signed(seconds - 300);
    expect((await call(second, early)).status).toBe(200);
    await ends('-1 s');
    const expired = await signed(seconds - 120);
    const error = { code: 'token_expired', message: 'JWT token has expired' };
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
    for (const answer of [await refresh(first, expired), await call(first, expired), await call(first, expired)]) {
      expect(answer).toMatchObject({ status: 401, body: { error } });
      expect(answer.body.error.details).toEqual({
        expired_at: new Date((seconds - 120) * 1000).toISOString().replace('.000', ''),
        current_time: expect.stringMatching(at),
      });
    }
    expect((await call(first, expired)).headers.get('www-authenticate')).toContain('error="invalid_token"');
    // `exp` is still to come: its session was ended otherwise.
    expect((await refresh(first, token)).body.error.code).toBe('invalid_token');
    expect((await logout(first, expired)).status).toBe(200);
    expect((await logout(first, token)).status).toBe(200);
  });

  test('without a credential, or with one of another kind, each door says so in its form', async () => {
    for (const path of ['/auth/refresh', '/auth/logout']) {
      expect(await send(first, path)).toMatchObject({ status: 401, body: { error: { code: 'unauthorized' } } });
      for (const token of ['cuk_0123456789012345678901:secret', 'x'.repeat(40), 'a.b.c'])
        expect(await send(first, path, token)).toMatchObject({
          status: 401,
          body: { error: { code: 'invalid_token', message: 'JWT signature invalid', details: {} } },
        });
    }
    expect(await send(first, '/auth/refresh', undefined, undefined, { origin: 'https://evil.example' })).toMatchObject({
      status: 403,
    });
  });

  test('a session ends 30 days after it began, however often it is refreshed', async () => {
    const { jwt_token: token } = await signIn();
    const id = decodeJwt(token).sub;
    const age = (days: string) =>
      execute(first.databaseUrl, `UPDATE access_grants SET created_at = now() - $2::interval WHERE id = $1`, [
        id,
        days,
      ]);
    await age('29 days 23 hours');
    const { body } = await refresh(first, token);
    expect(body.expires_in).toBeLessThanOrEqual(3600);
    expect(body.expires_in).toBeGreaterThan(3500);
    await age('30 days 1 minute');
    expect((await refresh(first, body.jwt_token as string)).status).toBe(401);
  });

  test('refreshes have a ceiling of their own', async () => {
    const answers = await Promise.all(
      Array.from({ length: 260 }, () =>
        send(first, '/auth/refresh', 'a.b.c', undefined, { 'x-forwarded-for': '100.127.9.1' }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.body.error).toMatchObject({ code: 'rate_limited', details: { limit: 240, remaining: 0 } });
    expect(refused[0]!.headers.get('retry-after')).toMatch(/^\d+$/);
  });
});

describe('rights', () => {
  test('mode=read is one that cannot write; the default writes', async () => {
    const update = { name: 'create_task', arguments: { list: 'Backlog', name: 'By JWT' } };
    const reading = await signIn({ mode: 'read' });
    expect(JSON.stringify((await call(first, reading.jwt_token, 'tools/call', update)).body)).toMatch(
      /read-only|only read/,
    );
    const names = async (token: string) =>
      (await call(first, token)).body.result.tools.map(({ name }: { name: string }) => name) as string[];
    expect(await names(reading.jwt_token)).not.toContain('create_task');
    expect(await names((await signIn()).jwt_token)).toContain('create_task');
  });

  test('it makes no server URL', async () => {
    const { jwt_token: token } = await signIn();
    const answer = await fetch(`${first.url}/api/v1/connections`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(403);
  });

  test('X-API-Key takes it, ?apiKey= and a path do not', async () => {
    const { jwt_token: token } = await signIn();
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    expect((await send(first, '/mcp', undefined, list, { 'x-api-key': token })).status).toBe(200);
    expect((await send(first, `/mcp?apiKey=${token}`, undefined, list)).status).toBe(401);
    expect((await send(first, `/mcp/${token}`, undefined, list)).status).toBe(404);
  });

  test('/sessions shows it, changes its rights and ends it', async () => {
    const { jwt_token: token } = await signIn();
    const id = decodeJwt(token).sub!;
    const { browser } = new JwtLogin(first, 'text/html');
    await browser.get('/sessions');
    const proof = proofIn(await browser.post('/sessions/credential', { clickup_key: 'pk_sandbox_owner' }));
    const { html } = await browser.get(`/sessions/access?proof=${proof}`);
    expect(html.match(/<h2><bdi>A program<\/bdi> <span[^>]*>\s*JWT session\s*<\/span>/g)).not.toBeNull();
    const begun = await browser.post(`/sessions/${id}/begin`, { proof });
    await browser.post(`/sessions/${id}/grant`, { proof: proofIn(begun), workspace: '12345', mode: 'read' });
    const tools = JSON.stringify((await call(first, token)).body);
    expect(tools).not.toContain('"create_task"');
    await browser.post('/sessions/revoke', { proof, grant: id });
    expect((await call(first, token)).status).toBe(401);
    await until(async () => (await call(second, token)).status === 401);
    expect((await refresh(first, token)).body.error.code).toBe('invalid_token');
  });
});

/** S3's examples, word for word but for the address, the token and the arguments of the call, which S3 leaves out. */
const LISTENS = `const eventSource = new EventSource(
'https://clickup-mcp.workers.dev/mcp/sse?token=YOUR_JWT_TOKEN'
);
eventSource.onmessage = (event) => {
const data = JSON.parse(event.data);
console.log('MCP Message:', data);
};
eventSource.onerror = (error) => {
console.error('SSE Error:', error);
eventSource.close();
};`;
const LISTENS_BY_NAME = `const eventSource = new EventSource(
'https://clickup-mcp.workers.dev/mcp/sse?token=YOUR_JWT'
);
eventSource.addEventListener('mcp-message', (event) => {
const data = JSON.parse(event.data);
console.log('Tool result:', data.result);
});
eventSource.addEventListener('mcp-error', (event) => {
const error = JSON.parse(event.data);
console.error('Tool error:', error.error);
});`;
const ASKS = `fetch('https://clickup-mcp.workers.dev/mcp', {
method: 'POST',
headers: {
'Authorization': \`Bearer \${token}\`,
'Content-Type': 'application/json'
},
body: JSON.stringify({
jsonrpc: '2.0',
id: 1,
method: 'tools/call',
params: { name: 'get_task', arguments: { task_id: 'ENG-123' } }
})
});`;

describe('streams', () => {
  test('the examples of the reference documents (S3)', async () => {
    const { jwt_token: token } = await signIn();
    const said: unknown[][] = [];
    const page = { log: (...words: unknown[]) => said.push(words), error: (...words: unknown[]) => said.push(words) };
    const run = (code: string) =>
      runInNewContext(
        code.replaceAll('https://clickup-mcp.workers.dev', first.url).replaceAll(/YOUR_JWT_TOKEN|YOUR_JWT/g, token),
        { EventSource, fetch, console: page, token },
      ) as unknown;
    const streams = [LISTENS, LISTENS_BY_NAME].map((code) => run(`${code}\neventSource`) as EventSource);
    await Promise.all(streams.map((each) => new Promise((opened) => each.addEventListener('endpoint', opened))));
    await run(ASKS);
    await until(() => Promise.resolve(said.length > 1));
    expect(said.map(([what]) => what).sort()).toEqual(['MCP Message:', 'Tool result:']);
    const result = expect.objectContaining({ isError: false });
    expect(said).toContainEqual(['Tool result:', result]);
    expect(said).toContainEqual(['MCP Message:', { jsonrpc: '2.0', id: 1, result }]);
    for (const each of streams) each.close();
  });

  test('a stream hears what POST /mcp answers to its session, whichever replica answers, and ends when its JWT is refreshed', async () => {
    const [{ jwt_token: token }, { jwt_token: another }] = [await signIn(), await signIn()];
    const [listening, foreign] = await Promise.all(
      [token, another].map((each) => openSse(`${first.url}/mcp/sse?token=${each}`)),
    );
    const ids = (reader: SseReader | undefined, event: string) =>
      reader!.messages(event).map(({ id }) => id as unknown);
    const ask = (app: TestApp, id: number, method: string) =>
      send(app, '/mcp', token, { jsonrpc: '2.0', id, method, params: { name: 'none' } });
    expect((await ask(second, 7, 'tools/list')).body.result.tools.length).toBeGreaterThan(10);
    await ask(first, 8, 'ping');
    await ask(second, 9, 'tools/call');
    await listening!.until(
      (reader) => ids(reader, 'mcp-error').length === 1 && ids(reader, 'mcp-message').length === 2,
    );
    expect([ids(listening, 'mcp-message').sort(), ids(listening, 'mcp-error')]).toEqual([[7, 8], [9]]);
    expect(listening!.messages('mcp-message').find(({ id }) => id === 7).result.tools.length).toBeGreaterThan(10);
    expect(foreign!.messages('mcp-message')).toEqual([]);
    const next = (await refresh(second, token)).body.jwt_token as string;
    await listening!.over;
    expect(listening!.messages('mcp-error').at(-1)).toMatchObject({ error: { data: { code: 'invalid_token' } } });
    const again = await openSse(`${second.url}/mcp/sse?token=${next}`);
    expect(again.status).toBe(200);
    for (const reader of [again, foreign!]) reader.close();
  });

  test('POST /mcp takes no JWT from the URL', async () => {
    const { jwt_token: token } = await signIn();
    for (const name of ['token', 'apiKey'])
      expect(
        (await send(first, `/mcp?${name}=${token}`, undefined, { jsonrpc: '2.0', id: 1, method: 'ping' })).status,
      ).toBe(401);
  });
});

describe('Workspaces', () => {
  test('team_id says which; one that the person does not reach is refused and stores nothing', async () => {
    const { user } = await new JwtLogin(first).signIn({ team_id: '67890' }, BOTH);
    expect(user.team_id).toBe('67890');
    const before = await sessions();
    const login = new JwtLogin(first);
    await login.begin({ team_id: '999' });
    const refused = await login.browser.get(await login.agree(BOTH));
    expect([refused.status, JSON.parse(refused.html)]).toEqual([
      403,
      { error: 'forbidden', message: expect.stringContaining('team_id') },
    ]);
    expect(await sessions()).toBe(before);
  });

  test('without it a person of several picks one, and is shown the JWT once', async () => {
    const login = new JwtLogin(first, 'text/html');
    await login.begin();
    const back = await login.browser.get(await login.agree(BOTH));
    expect(back.status).toBe(303);
    const picker = await login.browser.get(back.location!);
    expect(picker.html).toContain('value="67890"');
    const base = back.location!.replace(/\/access.*/, '');
    const proof = proofIn(back);
    await login.browser.get(`${back.location!}&workspace=67890`);
    const form = { proof, workspace: '67890', mode: 'write' };
    const done = await login.browser.post(`${base}/grant`, form);
    expect(done.location).toBe(`${base}/done?proof=${proof}`);
    expect((await login.browser.post(`${base}/grant`, form)).location).toBe(done.location);
    const before = await sessions();
    const shown = await login.browser.get(done.location!);
    expect(JSON.parse(shown.html)).toMatchObject({ success: true, expires_in: 86_400, user: { team_id: '67890' } });
    expect(await sessions()).toBe(before);
    expect((await login.browser.get(done.location!)).status).toBe(404);
  });
});

describe('a redirect URI', () => {
  /** From /auth/login to the code. */
  const code = (ask: Record<string, string> = {}) =>
    new JwtLogin(first, 'text/html').code({ redirect_uri: CALLBACK, state: 'st', ...ask });
  const token = (fields: Record<string, string>) => send(second, '/token', undefined, fields);

  test('is answered with a code, which /token exchanges once; no JWT is ever in a URL', async () => {
    const { verifier, challenge } = pkce();
    const url = await code({ code_challenge: challenge, code_challenge_method: 'S256' });
    expect(url.href).toMatch(/^http:\/\/127\.0\.0\.1:9\/callback\?code=jwt_[\w-]{43}&state=st&iss=http/);
    const asked = { code: url.searchParams.get('code')!, redirect_uri: CALLBACK };
    // What is merely wrong uses nothing up.
    const wrongs: Record<string, string>[] = [
      {},
      { code_verifier: 'x'.repeat(43) },
      { code_verifier: verifier, redirect_uri: 'http://127.0.0.1:9/other' },
    ];
    for (const wrong of wrongs) expect((await token({ ...asked, ...wrong })).status).toBe(400);
    const { status, body, headers } = await token({ ...asked, code_verifier: verifier });
    expect([status, body]).toEqual([
      200,
      { access_token: expect.stringMatching(/^eyJ/), token_type: 'Bearer', expires_in: 86_400 },
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await call(first, body.access_token as string)).status).toBe(200);
    expect((await token({ ...asked, code_verifier: verifier })).body.error).toBe('invalid_grant');
    expect((await call(first, body.access_token as string)).status).toBe(200);
  });

  test('a code that comes again later ends its session; one that is too old is worth nothing', async () => {
    const url = await code();
    const asked = { code: url.searchParams.get('code')!, redirect_uri: CALLBACK };
    // Without a challenge a verifier has no meaning, and the redirect URI must come.
    expect((await token({ code: asked.code })).body.error).toBe('invalid_request');
    expect((await token({ ...asked, code_verifier: 'x'.repeat(43) })).body.error).toBe('invalid_grant');
    const { body } = await token(asked);
    await execute(
      first.databaseUrl,
      `UPDATE oauth_artifacts SET consumed_at = now() - interval '6 s' WHERE model = 'SessionCode'`,
    );
    expect((await token(asked)).status).toBe(400);
    expect((await call(second, body.access_token as string)).status).toBe(401);

    const late = (await code()).searchParams.get('code')!;
    await execute(first.databaseUrl, `UPDATE oauth_artifacts SET expires_at = now() WHERE model = 'SessionCode'`);
    expect((await token({ code: late, redirect_uri: CALLBACK })).body).toMatchObject({
      error: 'invalid_grant',
      error_description: 'Authorization code is invalid or expired',
    });
  });

  test('of ten exchanges of one code at once one succeeds, and its JWT goes on', async () => {
    const { verifier, challenge } = pkce();
    const asked = {
      code: (await code({ code_challenge: challenge })).searchParams.get('code')!,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => send(index % 2 ? first : second, '/token', undefined, asked)),
    );
    const good = answers.filter(({ status }) => status === 200);
    expect(good).toHaveLength(1);
    expect((await call(second, good[0]!.body.access_token as string)).status).toBe(200);
  });

  test('whoever declines is sent back with an error', async () => {
    const login = new JwtLogin(first, 'text/html');
    await login.begin({ redirect_uri: CALLBACK, state: 'st' });
    const back = await login.browser.get(await login.agree());
    await login.browser.get(back.location!);
    const { location } = await login.browser.post(back.location!.replace(/\/access.*/, '/cancel'), {});
    expect(location).toMatch(/^http:\/\/127\.0\.0\.1:9\/callback\?error=access_denied&state=st&iss=/);
  });

  test.each([
    'https://evil.com',
    'https://evil.com/',
    '//evil.com',
    '/\\evil.com',
    '\\\\evil.com',
    '/auth/../x',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://claude.ai@evil.com/api/mcp/auth_callback',
    'https://claude.ai.evil.com/api/mcp/auth_callback',
    'https://claude.ai/api/mcp/auth_callback/../../x',
    'https://claude.ai/api/mcp/auth_callback#x',
    'http://127.0.0.1.evil.com/callback',
    'http://127.0.0.1:9/callback?code=mine',
    'HTTPS://CLAUDE.AI/api/mcp/auth_callback',
    'https://claude.ai/api/mcp/auth_callback%00',
  ])('%s is refused with 400, in words or as a page, and nobody is sent anywhere', async (uri) => {
    const login = new JwtLogin(first);
    const answer = await login.begin({ redirect_uri: uri });
    expect([answer.status, answer.location]).toEqual([400, undefined]);
    expect(JSON.parse(answer.html)).toMatchObject({ error: { code: expect.any(String) } });
    const page = await new JwtLogin(first, 'text/html').begin({ redirect_uri: uri });
    expect([page.status, page.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
  });

  test.each([
    ['mode', 'admin'],
    ['team_id', "1' OR 1"],
    ['code_challenge', 'short'],
    ['code_challenge_method', 'plain'],
    ['state', 'x'.repeat(1001)],
  ])('%s=%s is refused, and named', async (parameter, value) => {
    const answer = await new JwtLogin(first).begin({ redirect_uri: CALLBACK, [parameter]: value });
    expect([answer.status, JSON.parse(answer.html)]).toMatchObject([
      400,
      { error: { code: 'invalid_parameters', details: { parameter } } },
    ]);
  });

  test('the address of S3 that is the default counts as none; a parameter comes once', async () => {
    const login = new JwtLogin(first);
    expect((await login.begin({ redirect_uri: '/auth/callback' })).status).toBe(302);
    const twice = await login.browser.get('/auth/login?mode=read&mode=write');
    expect([twice.status, JSON.parse(twice.html).error.details]).toEqual([400, { parameter: 'mode' }]);
  });
});

describe('what comes back from ClickUp', () => {
  const flat = { error: 'invalid_code', message: expect.any(String) };

  test('an invented code is told as S3 has it', async () => {
    const login = new JwtLogin(first);
    await login.begin();
    const answer = await login.browser.get(
      `/auth/callback?${new URLSearchParams({ code: 'INVENTED', state: login.asked.get('state')! }).toString()}`,
    );
    expect([answer.status, JSON.parse(answer.html)]).toEqual([
      400,
      { error: 'invalid_code', message: 'Authorization code is invalid or expired' },
    ]);
  });

  test.each<[string, (path: string, login: JwtLogin) => Promise<{ status: number; html: string }>]>([
    ['used before', async (path, { browser }) => (await browser.get(path), browser.get(path))],
    ['in another browser', (path) => new JwtLogin(first).browser.get(path)],
    [
      'in the browser of another login',
      async (path) => {
        const other = new JwtLogin(first);
        await other.begin();
        return other.browser.get(path);
      },
    ],
    ['that is changed', (path, { browser }) => browser.get(path.replace(/state=./, 'state=_'))],
    ['that is missing', (path, { browser }) => browser.get(path.replace(/&state=.*/, ''))],
  ])('a state %s is refused, and no session is stored', async (_, come) => {
    const login = new JwtLogin(first);
    await login.begin();
    const path = await login.agree();
    const { status, html } = await come(path, login);
    expect([status, JSON.parse(html)]).toEqual([400, flat]);
  });

  test('a state of another flow makes no session, and a person reads a page', async () => {
    const { browser } = new JwtLogin(first, 'text/html');
    await browser.get('/');
    const { location } = await browser.post('/key/clickup', { label: 'Key' });
    const state = new URL(location!).searchParams.get('state')!;
    const before = await sessions();
    const answer = await browser.get(`/auth/callback?${new URLSearchParams({ code: 'X', state }).toString()}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
    expect(await sessions()).toBe(before);
  });

  test('HEAD uses nothing up', async () => {
    const login = new JwtLogin(first);
    await login.begin();
    const path = await login.agree();
    await fetch(first.url + path, { method: 'HEAD' });
    expect((await login.browser.get(path)).status).toBe(200);
  });
});

describe('other credentials', () => {
  test('what was made for one purpose is worth nothing for another', async () => {
    const { jwt_token: token } = await signIn();
    const { token: key } = await apiKey(first.gateway);
    const { token: access } = await session(first.gateway, first.databaseUrl);
    const login = new JwtLogin(first);
    await login.begin();
    const state = login.asked.get('state')!;
    const browser = login.browser.cookies.get('browser')!;
    for (const wrong of [key, access, state, browser, `${browser}.${browser}.${browser}`, decodeJwt(token).jti!])
      for (const path of ['/auth/refresh', '/auth/logout'])
        expect(await send(first, path, wrong)).toMatchObject({
          status: 401,
          body: { error: { code: 'invalid_token' } },
        });
    const { sub, jti } = decodeJwt(token);
    for (const wrong of [`cus_${sub}:${jti}`, `cuk_${sub}:${jti}`, `${sub}:${jti}`, state])
      expect((await call(first, wrong)).status).toBe(401);
    expect((await call(first, `${sub}:${jti}`)).status).toBe(401);
    expect((await send(first, `/mcp/cuu_${sub}:${jti}`, undefined, {})).status).toBe(404);
    for (const form of [
      { code: token, redirect_uri: CALLBACK },
      { refresh_token: token },
      { code: state, redirect_uri: CALLBACK },
    ])
      expect([400, 401]).toContain((await send(first, '/token', undefined, form)).status);
    expect((await call(first, token)).status).toBe(200);
  });

  test('a JWT of the same person satisfies a server URL that asks for one; that of another is refused', async () => {
    const { token: mine, user } = await signIn().then(({ jwt_token, user: who }) => ({ token: jwt_token, user: who }));
    const key = await apiKey(first.gateway, { ...CONNECTED, person: { id: user.id, name: 'Anna' } });
    const headers = { authorization: `Bearer ${key.token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${first.url}/api/v1/connections/${key.connectionId}/mcp-servers`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ name: 'Beside', config: {}, require_api_token_auth: true }),
    });
    const { url } = (await answer.json()) as { url: string };
    const path = new URL(url).pathname;
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const { jwt_token: other } = await new JwtLogin(first).signIn({ team_id: '12345' }, BOTH);
    const statuses = [];
    for (const token of [undefined, mine, other, 'a.b.c'])
      statuses.push((await send(second, path, token, list)).status);
    expect(statuses).toEqual([401, 200, 403, 401]);
    await logout(first, mine);
    await until(async () => (await send(second, path, mine, list)).status === 401);
  });

  test('64 kB are refused before anything is parsed', async () => {
    const huge = `${'x'.repeat(32 << 10)}.${'y'.repeat(16 << 10)}.${'z'.repeat(16 << 10)}`;
    for (const path of ['/auth/refresh', '/mcp']) {
      const { status } = await rawRequest(first.url, 'POST', path, { Authorization: `Bearer ${huge}` });
      expect([401, 431]).toContain(status);
    }
    const large = `${'x'.repeat(4000)}.${'y'.repeat(4000)}.${'z'.repeat(1000)}`;
    expect((await refresh(first, large)).status).toBe(401);
  });
});

describe('without an application at ClickUp', () => {
  test('a person shows a key on the page, chooses, and is shown the JWT once', async () => {
    const app = await startTestApp({ env: { API_KEY_MODE: 'user_bound' } });
    try {
      const { browser } = new JwtLogin(app, 'text/html');
      const begun = await browser.get('/auth/login?mode=read');
      expect([begun.status, begun.location]).toEqual([302, expect.stringMatching(/^\/auth\/[\w-]{22}$/)]);
      const base = begun.location!;
      expect((await browser.get(base)).html).toContain('name="clickup_key"');
      const proved = await browser.post(`${base}/credential`, { clickup_key: 'pk_sandbox_owner' });
      const { html } = await browser.get(proved.location!);
      expect(html).not.toContain('value="write"');
      const form = { proof: proofIn(proved), workspace: '12345', mode: 'read' };
      expect((await browser.post(`${base}/grant`, { ...form, mode: 'write' })).status).toBe(400);
      const done = await browser.post(`${base}/grant`, form);
      const { jwt_token: token } = JSON.parse((await browser.get(done.location!)).html) as { jwt_token: string };
      expect((await call(app, token)).status).toBe(200);
      // Another browser has begun nothing there.
      const stranger = new JwtLogin(app, 'text/html').browser;
      await stranger.get('/');
      expect((await stranger.get(base)).status).toBe(400);
    } finally {
      await app.close();
    }
  });
});

test('nothing of a token is in the log', async () => {
  const { jwt_token: token } = await signIn();
  await refresh(first, token);
  await call(first, `${token}x`);
  const [, payload, signature] = token.split('.') as [string, string, string];
  for (const secret of [payload, signature, decodeJwt(token).jti!]) {
    expect(first.log()).not.toContain(secret);
    expect(second.log()).not.toContain(secret);
  }
});
