import { type AddressInfo } from 'node:net';
import { GuardedFetch } from '../../libs/auth/src/oauth/clients/guarded-fetch.js';
import { Reaper } from '../../apps/gateway/src/reaper/reaper.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { CALLBACK, OAuthTester, pkce } from '../support/oauth.js';
import { execute, query } from '../support/postgres.js';

const { verifier, challenge } = pkce();
const LISTED = 'https://app.example.com/oauth/callback';
const SENTENCE = "This client isn't in the redirect allow list";

/** The documents that publishers have, by URL; without one their site is down. Everything behind the fetch is the real thing. */
const documents = new Map<string, object>();
class Internet extends GuardedFetch {
  override get(address: string) {
    const document = documents.get(address);
    return document
      ? Promise.resolve({ text: JSON.stringify(document), caching: {} })
      : Promise.reject(new Error('no JSON document: status 503'));
  }
}
const INTERNET = [{ provide: GuardedFetch, useValue: new Internet() }];

let app: TestApp;
beforeAll(async () => void (app = await startTestApp({ env: { REDIRECT_URI_ALLOWLIST: LISTED }, extras: INTERNET })));
afterAll(() => app.close());

/** The same installation after the operator has changed the list. */
async function restarted(env: Record<string, string>, work: (later: TestApp) => Promise<void>): Promise<void> {
  const later = await startTestApp({
    beside: app,
    extras: INTERNET,
    env: { BASE_URL: app.url.replace('127.0.0.1', 'localhost'), ...env },
  });
  try {
    await work(later);
  } finally {
    await later.close();
  }
}
/** The same client before another gateway, where that really listens. */
function at(gateway: TestApp, client: OAuthTester): OAuthTester {
  const { port } = gateway.gateway.app.getHttpServer().address() as AddressInfo;
  gateway.url = `http://127.0.0.1:${port}`;
  const there = OAuthTester.unregistered(gateway);
  there.clientId = client.clientId;
  return there;
}
const emptied = { REDIRECT_URI_DEFAULTS: 'false' };

describe('the allow list is asked whenever a code may go out', () => {
  test.each<[string, string, Record<string, string>]>([
    ['emptied', CALLBACK, emptied],
    ['without what it had', LISTED, {}],
    ['changed to another path', LISTED, { REDIRECT_URI_ALLOWLIST: 'https://app.example.com/oauth/callback2' }],
  ])(
    '/authorize: a list that was %s denies who registered before, by a page, and with a line in the security log',
    async (_, uri, env) => {
      const client = await OAuthTester.registered(app, { client_name: `before ${uri}`, redirect_uris: [uri] });
      expect((await client.authorize({ code_challenge: challenge, redirect_uri: uri })).status).toBe(303);
      await restarted(env, async (later) => {
        const answer = await at(later, client).authorize({ code_challenge: challenge, redirect_uri: uri });
        expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
        expect((await answer.text()).replaceAll('&#39;', "'")).toContain(SENTENCE);
        expect(later.log()).toMatch(/"security":"redirect_refused"/);
      });
    },
  );

  test('of a client with several redirects, those that are still listed go on', async () => {
    const client = await OAuthTester.registered(app, { client_name: 'several', redirect_uris: [CALLBACK, LISTED] });
    await restarted({}, async (later) => {
      expect((await at(later, client).authorize({ code_challenge: challenge })).status).toBe(303);
      expect((await at(later, client).authorize({ code_challenge: challenge, redirect_uri: LISTED })).status).toBe(400);
    });
  });

  test('a loopback redirect may have another port, as long as one that was registered is listed', async () => {
    const client = await OAuthTester.registered(app, { client_name: 'ports' });
    const other = CALLBACK.replace(':9/', ':4711/');
    await restarted({ ...emptied, REDIRECT_URI_ALLOWLIST: CALLBACK }, async (later) => {
      expect((await at(later, client).authorize({ code_challenge: challenge, redirect_uri: other })).status).toBe(303);
      expect(
        (
          await at(later, client).authorize({
            code_challenge: challenge,
            redirect_uri: other.replace('callback', 'elsewhere'),
          })
        ).status,
      ).toBe(400);
    });
    await restarted(
      { ...emptied, REDIRECT_URI_ALLOWLIST: CALLBACK.replace('callback', 'elsewhere') },
      async (later) => {
        expect((await at(later, client).authorize({ code_challenge: challenge, redirect_uri: other })).status).toBe(
          400,
        );
      },
    );
  });

  test('changed while the person decides: no code, no redirect', async () => {
    const client = await OAuthTester.registered(app, { client_name: 'deciding', redirect_uris: [LISTED] });
    const begun = await client.begin({ code_challenge: challenge, redirect_uri: LISTED });
    await restarted({}, async (later) => {
      const there = at(later, client);
      await expect(there.approve(begun)).rejects.toThrow(/no redirect: 400/);
      expect(
        await query(
          app.databaseUrl,
          `SELECT 1 FROM oauth_artifacts WHERE model = 'AuthorizationCode' AND payload ->> 'clientId' = $1`,
          [client.clientId],
        ),
      ).toEqual([]);
      expect(later.log()).toMatch(/"security":"redirect_refused".*app\.example\.com/);
      const answer = await there.get(`/authorize/${begun.uid}`, { cookie: begun.cookie });
      expect((await answer.text()).replaceAll('&#39;', "'")).toContain(SENTENCE);
    });
  });

  test('changed before the code is redeemed: no token; put back, the code is still good', async () => {
    const client = await OAuthTester.registered(app, { client_name: 'redeeming', redirect_uris: [LISTED] });
    const code = await client.code({ code_challenge: challenge, redirect_uri: LISTED });
    const redeem = (from: OAuthTester) => from.redeem(code, { verifier, challenge }, { redirect_uri: LISTED });
    await restarted({}, async (later) =>
      expect(await redeem(at(later, client))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } }),
    );
    expect((await redeem(client)).status).toBe(200);
  });

  test('what people have granted goes on, and can be ended', async () => {
    const client = await OAuthTester.registered(app, { client_name: 'granted' });
    const tokens = await client.tokens();
    await restarted(emptied, async (later) => {
      const { status, body } = await at(later, client).refresh(tokens.refresh_token);
      expect(status).toBe(200);
      expect((await at(later, client).revoke(body.access_token)).status).toBe(200);
      expect(await at(later, client).works(body.access_token)).toBe(401);
    });
  });
});

describe('a client that is used is not forgotten', () => {
  const aged = (client: OAuthTester, interval: string) =>
    execute(
      app.databaseUrl,
      `UPDATE oauth_clients SET created_at = now() - interval '40 days', last_used_at = now() - $2::interval WHERE id = $1`,
      [client.clientId, interval],
    );
  const hoursUnused = async (client: OAuthTester) =>
    (
      await query<{ hours: number }>(
        app.databaseUrl,
        'SELECT round(extract(epoch FROM now() - last_used_at) / 3600)::int AS hours FROM oauth_clients WHERE id = $1',
        [client.clientId],
      )
    ).map(({ hours }) => hours);
  const reap = () => app.gateway.app.get(Reaper).run();

  test('/authorize and /token count as use, written once a day at most', async () => {
    const client = await OAuthTester.registered(app, { client_name: 'used' });
    await aged(client, '30 hours');
    await client.authorize({ code_challenge: challenge });
    expect(await hoursUnused(client)).toEqual([0]);
    const { refresh_token } = await client.tokens();
    await aged(client, '30 hours');
    const { body } = await client.refresh(refresh_token);
    expect(await hoursUnused(client)).toEqual([0]);
    await aged(client, '20 hours');
    await client.refresh(body.refresh_token);
    await client.authorize({ code_challenge: challenge });
    expect(await hoursUnused(client)).toEqual([20]);
  });

  test('its days count from the end of its last grant, of which nothing is left a day later', async () => {
    const client = await OAuthTester.registered(app, { client_name: 'ended' });
    const { access_token } = await client.tokens();
    await client.revoke(access_token);
    const ended = (interval: string) =>
      execute(app.databaseUrl, 'UPDATE access_grants SET revoked_at = now() - $2::interval WHERE client_id = $1', [
        client.clientId,
        interval,
      ]);
    await aged(client, '30 days');
    await ended('5 minutes');
    await reap();
    expect(await hoursUnused(client)).toHaveLength(1);
    await ended('100 hours');
    await reap();
    expect(await query(app.databaseUrl, 'SELECT 1 FROM access_grants WHERE client_id = $1', [client.clientId])).toEqual(
      [],
    );
    expect(await hoursUnused(client)).toEqual([100]);
    await aged(client, '169 hours');
    await reap();
    expect(await hoursUnused(client)).toEqual([]);
  });

  test('a grant that ran out while nothing was reaped counts from its end, too', async () => {
    const [kept, gone] = [
      await OAuthTester.registered(app, { client_name: 'six days' }),
      await OAuthTester.registered(app, { client_name: 'eight days' }),
    ];
    for (const [client, interval] of [
      [kept, '6 days'],
      [gone, '8 days'],
    ] as const) {
      await client.tokens();
      await aged(client, '30 days');
      await execute(
        app.databaseUrl,
        'UPDATE access_grants SET expires_at = now() - $2::interval WHERE client_id = $1',
        [client.clientId, interval],
      );
    }
    await reap();
    expect([await hoursUnused(kept), await hoursUnused(gone)]).toEqual([[144], []]);
  });
});

describe('a client whose id is its document', () => {
  const listed = { REDIRECT_URI_ALLOWLIST: LISTED };
  let number = 0;
  function published(...redirect_uris: string[]): OAuthTester {
    const client = OAuthTester.unregistered(app);
    client.clientId = `https://publisher.example/${(number += 1)}.json`;
    documents.set(client.clientId, {
      client_id: client.clientId,
      client_name: 'Published',
      redirect_uris,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    });
    return client;
  }
  const days = (interval: string) =>
    execute(
      app.databaseUrl,
      `UPDATE oauth_artifacts SET expires_at = expires_at - $1::interval WHERE model = 'ClientDocument'`,
      [interval],
    );

  test('its publisher is down, and the gateway restarts: refreshing and revoking go on for a week, nothing new is granted', async () => {
    const client = published(CALLBACK);
    const { refresh_token } = await client.tokens();
    const { refresh_token: idle } = await client.tokens();
    documents.delete(client.clientId);
    await restarted(listed, async (later) => {
      expect((await at(later, client).authorize({ code_challenge: challenge })).status).toBe(303);
    });
    await days('3 days');
    await restarted(listed, async (later) => {
      const there = at(later, client);
      expect((await there.authorize({ code_challenge: challenge })).status).toBe(400);
      const { status, body } = await there.refresh(refresh_token);
      expect(status).toBe(200);
      expect(await there.works(body.access_token)).toBe(200);
      // The client that was made from the copy a moment ago is granted nothing new either.
      expect((await there.authorize({ code_challenge: challenge })).status).toBe(400);
      expect((await there.revoke(body.access_token)).status).toBe(200);
      expect(await there.works(body.access_token)).toBe(401);
    });
    await days('4 days');
    await restarted(listed, async (later) =>
      expect((await at(later, client).refresh(idle)).body.error).toBe('invalid_client'),
    );
  });

  test('the authorization request of a stranger stores no copy of the document', async () => {
    const client = published(CALLBACK);
    await client.begin({ code_challenge: challenge });
    documents.delete(client.clientId);
    await restarted(listed, async (later) =>
      expect((await at(later, client).authorize({ code_challenge: challenge })).status).toBe(400),
    );
  });

  test('a redirect that was dropped from the document meanwhile gets no code, nor a token for one', async () => {
    const client = published(CALLBACK, LISTED);
    const code = await client.code({ code_challenge: challenge, redirect_uri: LISTED });
    const begun = await client.begin({ code_challenge: challenge, redirect_uri: LISTED });
    const other = await client.begin({ code_challenge: challenge });
    documents.set(client.clientId, { ...documents.get(client.clientId), redirect_uris: [CALLBACK] });
    await restarted(listed, async (later) => {
      const there = at(later, client);
      await expect(there.approve(begun)).rejects.toThrow(/no redirect: 400/);
      expect(await there.redeem(code, { verifier, challenge }, { redirect_uri: LISTED })).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      });
      expect((await there.approve(other)).searchParams.get('code')).toEqual(expect.any(String));
    });
  });

  test('a document with a private key is that of no client', async () => {
    const client = published(CALLBACK);
    documents.set(client.clientId, {
      ...documents.get(client.clientId),
      jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] },
    });
    const answer = await client.authorize({ code_challenge: challenge });
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });
});
