import { loadConfig } from '#libs/core';
import { startGateway } from '../../apps/gateway/src/gateway.js';
import { createLogger } from '../../apps/gateway/src/logging.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { OAuthTester, pkce } from '../support/oauth.js';
import { execute, query } from '../support/postgres.js';

/** How often each race is run; ROUNDS=1000 takes some minutes. */
const ROUNDS = Number(process.env.ROUNDS ?? 50);
/** One network would reach its limit with so many requests. */
const networkOf = (round: number) => ({ 'x-forwarded-for': `100.${64 + (round >> 8)}.${round & 255}.1` });
const ROUNDS_TIMEOUT_MS = 30_000 + ROUNDS * 1000;

let app: TestApp;
/** A second gateway on the same database. */
let replica: Awaited<ReturnType<typeof startGateway>>;
let client: OAuthTester;
let other: OAuthTester;
beforeAll(async () => {
  app = await startTestApp();
  const config = loadConfig({
    NODE_ENV: 'test',
    PORT: '0',
    DATABASE_URL: app.databaseUrl,
    MASTER_KEY: '5e'.repeat(32),
    BASE_URL: app.url.replace('127.0.0.1', 'localhost'),
    CLICKUP_API_URL: app.sandbox.url,
    LOG_LEVEL: 'silent',
    SHUTDOWN_DRAIN_SECONDS: '1',
  });
  const gateway = await startGateway({ config, log: createLogger(config) });
  const { port } = gateway.app.getHttpServer().address() as { port: number };
  replica = { ...gateway, url: `http://127.0.0.1:${port}` };
  client = await OAuthTester.registered(app);
  other = await OAuthTester.registered(app, { client_name: 'Another client' });
});
afterAll(async () => {
  await replica.close();
  await app.close();
});

const later = (seconds: number) =>
  execute(
    app.databaseUrl,
    `UPDATE oauth_artifacts SET consumed_at = consumed_at - $1 * interval '1 second' WHERE isfinite(consumed_at)`,
    [seconds],
  );
const liveTokens = (grant: string) =>
  query<{ n: number }>(
    app.databaseUrl,
    `SELECT count(*)::int AS n FROM oauth_artifacts a JOIN access_grants g ON g.id = a.grant_id WHERE g.id = $1 AND g.revoked_at IS NULL AND a.model = 'RefreshToken' AND a.consumed_at IS NULL`,
    [grant],
  ).then(([row]) => row!.n);
const grantOf = (accessToken: string) => accessToken.slice(4, 26);

test('AS-B11, AS-B15: every use gives a new pair of the same session; both access tokens work', async () => {
  const first = await client.tokens();
  const { status, body: second } = await client.refresh(first.refresh_token);
  expect(status).toBe(200);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'read write' });
  expect(grantOf(second.access_token)).toBe(grantOf(first.access_token));
  for (const { access_token } of [first, second]) expect(await client.works(access_token)).toBe(200);
});

test('SEC-108, AS-B11: the generation before the last, sent again, ends the family', async () => {
  const first = await client.tokens();
  const { body: second } = await client.refresh(first.refresh_token);
  const { body: third } = await client.refresh(second.refresh_token);
  expect(await client.refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect((await client.refresh(third.refresh_token)).body.error).toBe('invalid_grant');
  for (const { access_token } of [first, second, third])
    for (const url of [app.url, replica.url]) expect(await client.works(access_token, url)).toBe(401);
});

test('SEC-109: the answer was lost: the direct predecessor works again within 30 seconds, and gives that answer', async () => {
  const first = await client.tokens();
  const { body: lost } = await client.refresh(first.refresh_token);
  await later(25);
  const { status, body: again } = await client.refresh(first.refresh_token, {}, replica.url);
  expect(status).toBe(200);
  const { expires_in: _then, ...pair } = lost;
  expect(again).toEqual({ ...pair, expires_in: expect.any(Number) });
  expect(again.expires_in).toBeLessThanOrEqual(3600);
  expect(await client.works(again.access_token)).toBe(200);
  expect((await client.refresh(again.refresh_token)).status).toBe(200);
});

test('SEC-109: asked for fewer scopes the second time: an access token of its own, and the same refresh token', async () => {
  const first = await client.tokens();
  const { body: lost } = await client.refresh(first.refresh_token);
  const { status, body: again } = await client.refresh(first.refresh_token, { scope: 'read' });
  expect([status, again.scope, again.refresh_token]).toEqual([200, 'read', lost.refresh_token]);
  expect(again.access_token).not.toBe(lost.access_token);
  for (const { access_token } of [lost, again]) expect(await client.works(access_token)).toBe(200);
});

test('the answer that may be repeated is stored sealed: the database holds no token, nor a key to one', async () => {
  const first = await client.tokens();
  const { body: second } = await client.refresh(first.refresh_token);
  const rows = await query<{ it: string }>(app.databaseUrl, 'SELECT row_to_json(a)::text AS it FROM oauth_artifacts a');
  const stored = rows.map(({ it }) => it).join('\n');
  for (const token of [first.refresh_token, second.refresh_token, second.access_token.slice(27)]) {
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(Buffer.from(token).toString('base64').replace(/=+$/, ''));
  }
});

test('SEC-110: not after 30 seconds', async () => {
  const first = await client.tokens();
  const { body: second } = await client.refresh(first.refresh_token);
  await later(31);
  expect((await client.refresh(first.refresh_token)).body.error).toBe('invalid_grant');
  expect((await client.refresh(second.refresh_token)).body.error).toBe('invalid_grant');
  expect(await client.works(second.access_token)).toBe(401);
});

test('SEC-111: the 30 seconds count from the first use', async () => {
  const first = await client.tokens();
  for (let use = 0; use < 6; use += 1) {
    expect((await client.refresh(first.refresh_token)).status).toBe(200);
    await later(5);
  }
  await later(1);
  expect((await client.refresh(first.refresh_token)).body.error).toBe('invalid_grant');
});

/** Two programs that hold the same tokens: each refreshes with what it holds. */
class Twin {
  constructor(
    private held: Record<string, any>,
    private readonly url: string,
  ) {}

  get token(): string {
    return this.held.refresh_token as string;
  }

  async refresh(): Promise<number> {
    const { status, body } = await client.refresh(this.token, {}, this.url);
    if (status === 200) this.held = body;
    return status === 200 ? client.works(body.access_token, this.url) : status;
  }
}

test('two programs with one session, one after the other, in any order: both go on, and there is one live token', async () => {
  const first = await client.tokens();
  const twins = [new Twin(first, app.url), new Twin(first, replica.url)] as const;
  for (const order of [
    [0, 1],
    [1, 0],
    [0, 1],
    [0, 1],
    [1, 0],
    [1, 0],
  ] as const) {
    for (const turn of order) {
      expect(await twins[turn].refresh()).toBe(200);
      await later(10);
    }
    expect(twins[0].token).toBe(twins[1].token);
    expect(await liveTokens(grantOf(first.access_token))).toBe(1);
    // Until the next access token is needed.
    await later(3600);
  }
});

test('two programs with one session, at once, at two replicas: both go on, generation after generation', async () => {
  const first = await client.tokens();
  const twins = [new Twin(first, app.url), new Twin(first, replica.url)];
  for (let generation = 0; generation < 10; generation += 1) {
    expect(await Promise.all(twins.map((twin) => twin.refresh()))).toEqual([200, 200]);
    expect(twins[0]!.token).toBe(twins[1]!.token);
    await later(3600);
  }
  expect(await liveTokens(grantOf(first.access_token))).toBe(1);
});

test('a thief who repeats a token within its 30 seconds gets the same successor: whoever uses it second ends the session', async () => {
  const first = await client.tokens();
  const { body: own } = await client.refresh(first.refresh_token);
  const { body: stolen } = await client.refresh(first.refresh_token);
  expect(stolen.refresh_token).toBe(own.refresh_token);
  await later(3600);
  expect((await client.refresh(stolen.refresh_token)).status).toBe(200);
  await later(31);
  expect((await client.refresh(own.refresh_token)).body.error).toBe('invalid_grant');
  expect(await liveTokens(grantOf(first.access_token))).toBe(0);
  expect(await client.works(stolen.access_token)).toBe(401);
});

test('SEC-108: within the 30 seconds too, a token whose successor was used ends the family', async () => {
  const first = await client.tokens();
  const { body: second } = await client.refresh(first.refresh_token);
  const { body: third } = await client.refresh(second.refresh_token);
  expect((await client.refresh(second.refresh_token)).body.refresh_token).toBe(third.refresh_token);
  expect((await client.refresh(first.refresh_token)).body.error).toBe('invalid_grant');
  expect(await liveTokens(grantOf(first.access_token))).toBe(0);
});

test('SEC-112: fewer scopes may be asked for, not more', async () => {
  const { refresh_token } = await client.tokens('read');
  expect((await client.refresh(refresh_token, { scope: 'read write' })).body.error).toBe('invalid_scope');
  const { refresh_token: full } = await client.tokens();
  expect((await client.refresh(full, { scope: 'read' })).body.scope).toBe('read');
});

test('SEC-112: a refresh token is bound to its client', async () => {
  const { refresh_token, access_token } = await client.tokens();
  expect((await other.refresh(refresh_token)).body.error).toBe('invalid_grant');
  expect(await client.works(access_token)).toBe(200);
  expect((await client.refresh(refresh_token)).status).toBe(200);
});

test('SEC-114: idle for 30 days, or 90 days old, it ends', async () => {
  const first = await client.tokens();
  const days = async () =>
    (
      await query<{ days: number }>(
        app.databaseUrl,
        `SELECT extract(epoch FROM expires_at - now())::float / 86400 AS days FROM oauth_artifacts WHERE model = 'RefreshToken' AND grant_id = $1 AND consumed_at IS NULL`,
        [grantOf(first.access_token)],
      )
    ).map((row) => Math.round(row.days));
  expect(await days()).toEqual([30]);
  await execute(
    app.databaseUrl,
    `UPDATE oauth_artifacts SET payload = jsonb_set(payload, '{iiat}', to_jsonb((payload ->> 'iiat')::bigint - 80 * 86400)) WHERE model = 'RefreshToken' AND grant_id = $1`,
    [grantOf(first.access_token)],
  );
  const { body: second } = await client.refresh(first.refresh_token);
  expect(await days()).toEqual([10]);
  await execute(
    app.databaseUrl,
    `UPDATE oauth_artifacts SET expires_at = now() WHERE model = 'RefreshToken' AND grant_id = $1`,
    [grantOf(first.access_token)],
  );
  expect((await client.refresh(second.refresh_token)).body.error).toBe('invalid_grant');
});

test('the session lasts as long as its tokens', async () => {
  const { access_token } = await client.tokens();
  const [row] = await query<{ days: number }>(
    app.databaseUrl,
    'SELECT extract(epoch FROM expires_at - now())::float / 86400 AS days FROM access_grants WHERE id = $1',
    [grantOf(access_token)],
  );
  expect(Math.round(row!.days)).toBe(30);
});

test.each(['access_token', 'refresh_token'])(
  'SEC-107, AS-B14: revoking the %s ends both, on both replicas',
  async (name) => {
    const tokens = await client.tokens();
    for (const url of [app.url, replica.url]) expect(await client.works(tokens.access_token, url)).toBe(200);
    const answer = await client.revoke(tokens[name]);
    expect(answer.status).toBe(200);
    expect(answer.body.text).toBe('');
    expect(await client.works(tokens.access_token)).toBe(401);
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    for (let tries = 0; tries < 100 && (await client.works(tokens.access_token, replica.url)) !== 401; tries += 1)
      await new Promise((done) => setTimeout(done, 10));
    expect(await client.works(tokens.access_token, replica.url)).toBe(401);
  },
);

test('SEC-107: revoking twice, or what does not exist, is fine; a hint may be wrong', async () => {
  const { access_token } = await client.tokens();
  for (const token of [access_token, access_token, 'nothing', `cus_${'A'.repeat(22)}:${'A'.repeat(43)}`])
    expect((await client.revoke(token, { token_type_hint: 'refresh_token' })).status).toBe(200);
  expect(await client.works(access_token)).toBe(401);
});

test('SEC-105: what belongs to another client is not revoked', async () => {
  const tokens = await client.tokens();
  for (const token of [tokens.access_token, tokens.refresh_token]) expect((await other.revoke(token)).status).toBe(200);
  expect(await client.works(tokens.access_token)).toBe(200);
  expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
});

test('SEC-106: /revoke without a token, twice a token, or by nobody', async () => {
  expect((await client.form('/revoke', { client_id: client.clientId })).body.error).toBe('invalid_request');
  expect(
    (
      await client.form(
        '/revoke',
        new URLSearchParams([
          ['client_id', client.clientId],
          ['token', 'a'],
          ['token', 'b'],
        ]),
      )
    ).body.error,
  ).toBe('invalid_request');
  expect((await client.form('/revoke', { client_id: 'nobody', token: 'a' })).status).toBe(401);
});

test(
  `fault 12: one code at two replicas: one winner, ${ROUNDS} rounds`,
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      client.headers = networkOf(round);
      const pair = pkce();
      const code = await client.code({ code_challenge: pair.challenge });
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) => client.redeem(code, pair, {}, i % 2 ? app.url : replica.url)),
      );
      const winners = answers.filter(({ status }) => status === 200);
      expect(winners).toHaveLength(1);
      expect(await client.works(winners[0]!.body.access_token)).toBe(200);
    }
  },
  ROUNDS_TIMEOUT_MS,
);

test(
  'fault 13: one refresh token at two replicas at once: all get the same pair, and with it again',
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      client.headers = networkOf(round);
      const first = await client.tokens();
      let tokens = [first.refresh_token as string];
      for (const generation of [1, 2]) {
        const answers = await Promise.all(
          Array.from({ length: 6 }, (_, i) => client.refresh(tokens[0]!, {}, i % 2 ? app.url : replica.url)),
        );
        expect(answers.map(({ status }) => [generation, status])).toEqual(answers.map(() => [generation, 200]));
        tokens = [...new Set(answers.map(({ body }) => body.refresh_token as string))];
        expect(tokens).toHaveLength(1);
        expect(new Set(answers.map(({ body }) => body.access_token as string)).size).toBe(1);
      }
      expect(await liveTokens(grantOf(first.access_token))).toBe(1);
    }
  },
  ROUNDS_TIMEOUT_MS,
);

test(
  'SEC-113, fault 13: revoked while a refresh is in flight: nothing of the session works afterwards',
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      client.headers = networkOf(round);
      const first = await client.tokens();
      const [refreshed] = await Promise.all([
        client.refresh(first.refresh_token, {}, replica.url),
        client.revoke(first.access_token),
      ]);
      if (refreshed.status === 200) expect(await client.works(refreshed.body.access_token)).toBe(401);
      expect(await liveTokens(grantOf(first.access_token))).toBe(0);
      if (refreshed.status === 200)
        expect((await client.refresh(refreshed.body.refresh_token)).body.error).toBe('invalid_grant');
    }
  },
  ROUNDS_TIMEOUT_MS,
);

test('a restart between any two steps loses nothing that was begun', async () => {
  const begun = await client.begin({ code_challenge: pkce().challenge });
  expect((await client.get(`/authorize/${begun.uid}`)).headers.get('location')).toBeNull();
  const pair = pkce();
  const started = await client.begin({ code_challenge: pair.challenge });
  const location = await client.approve(started);
  // The replica that was started anew knows only what the database holds of this flow.
  const { status, body } = await client.redeem(location.searchParams.get('code')!, pair, {}, replica.url);
  expect(status).toBe(200);
  expect(await client.works(body.access_token)).toBe(200);
  expect((await client.refresh(body.refresh_token, {}, app.url)).status).toBe(200);
});

test('a client that refreshes without end does not make its session heavy: the newest access tokens remain', async () => {
  const first = await client.tokens();
  let latest = first;
  for (let round = 0; round < 25; round += 1) latest = (await client.refresh(latest.refresh_token)).body;
  const [kept] = await query<{ n: number }>(
    app.databaseUrl,
    `SELECT count(*)::int AS n FROM oauth_artifacts WHERE model = 'AccessToken' AND grant_id = $1`,
    [grantOf(first.access_token)],
  );
  expect(kept).toEqual({ n: 20 });
  expect(await client.works(latest.access_token)).toBe(200);
  expect(await client.works(first.access_token)).toBe(401);
});
