import { type AddressInfo } from 'node:net';
import { startTestApp, type TestApp } from '../support/app.js';
import { FormBrowser, proofIn, type Seen } from '../support/form-browser.js';
import { CALLBACK, OAuthTester, pkce } from '../support/oauth.js';
import { execute, query } from '../support/postgres.js';
import { ACME, L1 } from '../support/scoped.js';

/** An approval is stored once and completely, however often it is asked for and whatever the database does meanwhile. */
let app: TestApp;
let replica: TestApp;
let client: OAuthTester;
beforeAll(async () => {
  const env = { API_KEY_MODE: 'user_bound', BASE_URL: 'https://gateway.example' };
  app = reachable(await startTestApp({ env }));
  replica = reachable(await startTestApp({ env, beside: app }));
  client = await OAuthTester.registered(app);
});
afterAll(async () => {
  await replica?.close();
  await app?.close();
});

/** Replicas share one public URL; the tests ask each of them directly, without the load balancer. */
const reachable = (started: TestApp): TestApp => ({
  ...started,
  url: `http://127.0.0.1:${(started.gateway.app.getHttpServer().address() as AddressInfo).port}`,
});

let networks = 0;
/** A browser in a network of its own, so that the limits per network do not disturb the test. */
const newBrowser = () => new FormBrowser(app.url, { 'x-forwarded-for': `100.70.${(networks += 1)}.1` });
const authorizeUrl = (challenge = pkce().challenge) =>
  `/authorize?${new URLSearchParams({ response_type: 'code', client_id: client.clientId, redirect_uri: CALLBACK, state: 'st', code_challenge: challenge, code_challenge_method: 'S256' }).toString()}`;
const pathOf = (url: string) => new URL(url, 'http://x').pathname;

/** Goes on to the last form of an authorization. */
async function proved(browser = newBrowser(), challenge?: string) {
  const base = pathOf((await browser.get(authorizeUrl(challenge))).location!);
  await browser.get(base);
  const proof = proofIn(await browser.post(`${base}/credential`, { clickup_key: 'pk_sandbox_owner' }));
  await browser.get(`${base}/access?proof=${proof}`);
  return { browser, base, form: { proof, workspace: ACME, mode: 'write' } };
}

/** The same browser at the other replica. */
function atReplica(browser: FormBrowser): FormBrowser {
  const other = new FormBrowser(replica.url, { 'x-forwarded-for': '100.71.1.1' });
  browser.cookies.forEach((value, name) => other.cookies.set(name, value));
  other.csrf = browser.csrf;
  return other;
}

const count = async (table: string, where = 'true') =>
  (await query(app.databaseUrl, `SELECT 1 FROM ${table} WHERE ${where}`)).length;
const codesIn = (seen: Seen[]) =>
  seen.flatMap(({ location }) => (location?.startsWith(CALLBACK) ? [new URL(location).searchParams.get('code')] : []));
const saysEnded = ({ status, html, location }: Seen) =>
  status === 400 && location === undefined && html.includes('is finished already');

describe('an approval is good for one code', () => {
  test('ten openings of the URL back to the client, on two replicas at once: one code, and pages that say why there is no other', async () => {
    const { browser, base, form } = await proved();
    const { location } = await browser.post(`${base}/grant`, form);
    const other = atReplica(browser);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? browser : other).get(pathOf(location!))),
    );
    expect(codesIn(answers)).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
    expect(answers.filter(saysEnded)).toHaveLength(9);
    expect(saysEnded(await browser.get(pathOf(location!)))).toBe(true);
  });

  test('HEAD on the URL back to the client uses nothing up', async () => {
    const { browser, base, form } = await proved();
    const path = pathOf((await browser.post(`${base}/grant`, form)).location!);
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    expect(
      (await fetch(app.url + path, { method: 'HEAD', redirect: 'manual', headers: { cookie } })).headers.get(
        'location',
      ),
    ).toBeNull();
    expect(codesIn([await browser.get(path)])).toHaveLength(1);
  });

  test('ten clicks on the last button, on two replicas at once: one connection, and all lead to the same place', async () => {
    const { browser, base, form } = await proved();
    const [other, before] = [atReplica(browser), await count('connections')];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? browser : other).post(`${base}/grant`, form)),
    );
    expect(answers.map(({ status, location }) => [status, pathOf(location!)])).toEqual(
      Array(10).fill([303, pathOf(`/authorize${base.slice('/connect'.length)}`)]),
    );
    expect(await count('connections')).toBe(before + 1);
    expect(codesIn(await Promise.all(answers.map(({ location }) => browser.get(pathOf(location!)))))).toHaveLength(1);
  });

  test('yes in one tab and no in the other at once: the client hears one of them, once', async () => {
    const { browser, base, form } = await proved();
    const [yes, no] = await Promise.all([browser.post(`${base}/grant`, form), browser.post(`${base}/cancel`, {})]);
    const answers = await Promise.all([yes, no].map(({ location }) => browser.get(pathOf(location!))));
    const sent = answers.flatMap(({ location }) => (location ? [new URL(location).searchParams] : []));
    expect(sent).toHaveLength(1);
    expect(sent[0]!.has('code')).not.toBe(sent[0]!.has('error'));
  });

  test('ten openings before anything was decided begin the authorization anew once', async () => {
    const { browser, base } = await proved();
    const back = `/authorize${base.slice('/connect'.length)}`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => browser.get(back)));
    expect(answers.filter(({ location }) => location?.includes('/connect/'))).toHaveLength(1);
    expect(answers.filter(saysEnded)).toHaveLength(9);
  });
});

describe('300 authorizations that wait in one browser', () => {
  test('its cookies stay small, every page opens, and the oldest still ends with a code', async () => {
    const headers: Record<string, string> = {};
    const browser = new FormBrowser(app.url, headers);
    const begun: string[] = [];
    for (let index = 0; index < 300; index += 1) {
      headers['x-forwarded-for'] = `100.72.${index % 50}.1`;
      begun.push(pathOf((await browser.get(authorizeUrl())).location!));
    }
    expect([...browser.cookies].join('; ').length).toBeLessThan(1000);
    for (const path of ['/', '/sessions', '/connect', begun[0]!, begun[299]!])
      expect([path, (await browser.get(path)).status]).toEqual([path, 200]);
    const { location } = await browser.post(`${begun[0]!}/cancel`, {});
    expect(new URL((await browser.get(pathOf(location!))).location!).searchParams.get('error')).toBe('access_denied');
  });

  test('another browser, with a cookie of its own, opens none of them', async () => {
    const { base, form } = await proved();
    const stranger = newBrowser();
    await stranger.get(authorizeUrl());
    await stranger.get('/');
    for (const seen of [
      await stranger.get(base),
      await stranger.post(`${base}/grant`, form),
      await stranger.post(`${base}/cancel`, {}),
      await stranger.get(`/authorize${base.slice('/connect'.length)}`),
    ]) {
      expect([seen.status, seen.location]).toEqual([403, undefined]);
      expect(seen.html).toContain('begun in another browser');
    }
  });

  test('what a client writes into the parameter that names the browser counts for nothing', async () => {
    const victim = newBrowser();
    const left = await victim.get(`${authorizeUrl()}&flow_browser=x&flow_browser=y`);
    expect((await victim.get(pathOf(left.location!))).status).toBe(200);
  });
});

describe('a database that fails while consent is stored', () => {
  /** Lets a table refuse at commit, as a database does that is shut down. */
  async function broken(table: string, event: string, work: () => Promise<void>): Promise<void> {
    await execute(
      app.databaseUrl,
      `CREATE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'terminating connection' USING ERRCODE = '57P01'; END $$`,
    );
    await execute(
      app.databaseUrl,
      `CREATE CONSTRAINT TRIGGER refuse_commit AFTER ${event} ON ${table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_commit()`,
    );
    try {
      await work();
    } finally {
      await execute(app.databaseUrl, 'DROP FUNCTION refuse_commit CASCADE');
    }
  }
  const stored = async () => [
    await count('connections'),
    await count('access_grants'),
    await count('oauth_artifacts', `model = 'Grant'`),
  ];

  test.each([
    ['connections', 'INSERT'],
    ['access_grants', 'INSERT'],
    ['oauth_artifacts', 'INSERT OR UPDATE'],
    ['proofs', 'UPDATE'],
  ])('%s: nothing is stored, the page says so, and the same form works afterwards', async (table, event) => {
    const { browser, base, form } = await proved();
    const before = await stored();
    await broken(table, event, async () => {
      const { status, html } = await browser.post(`${base}/grant`, form);
      expect([status, html]).toEqual([503, expect.stringContaining('once at most')]);
      for (const [name, value] of Object.entries(form))
        expect(html).toMatch(new RegExp(`name="${name}" value="${value}"`));
      expect(html).toMatch(/value="write" required checked/);
    });
    expect(await stored()).toEqual(before);
    const { location } = await browser.post(`${base}/grant`, form);
    expect(codesIn([await browser.get(pathOf(location!))])).toHaveLength(1);
    expect(await stored()).toEqual(before.map((rows) => rows + 1));
  });

  test('a selection stays ticked', async () => {
    const { browser, base, form } = await proved();
    const selection = { ...form, mode: 'selective', places: 'shown', place: [`list:${L1}`] };
    await broken('connections', 'INSERT', async () => {
      const { status, html } = await browser.post(`${base}/grant`, selection);
      expect([status, html.match(/value="[^"]+" checked/g)]).toEqual([503, [`value="list:${L1}" checked`]]);
    });
    expect((await browser.post(`${base}/grant`, selection)).location).toContain('/authorize/');
  });

  test('an API key: the same', async () => {
    const browser = newBrowser();
    await browser.get('/');
    const proof = proofIn(await browser.post('/key/credential', { clickup_key: 'pk_sandbox_owner', label: 'Broken' }));
    const form = { proof, workspace: ACME, mode: 'read' };
    await broken('access_grants', 'INSERT', async () => {
      const { status, html } = await browser.post('/key/grant', form);
      expect([status, html]).toEqual([503, expect.stringContaining('once at most')]);
    });
    expect(await count('access_grants', `label = 'Broken'`)).toBe(0);
    const { location } = await browser.post('/key/grant', form);
    expect((await browser.get(location!)).html).toMatch(/cuk_[\w-]{22}:[\w-]{43}/);
  });

  test('the code cannot be stored: the URL back to the client can be opened again', async () => {
    const pair = pkce();
    const { browser, base, form } = await proved(undefined, pair.challenge);
    const { location } = await browser.post(`${base}/grant`, form);
    await broken('oauth_artifacts', 'INSERT', async () => {
      const { status, html } = await browser.get(pathOf(location!));
      expect([status, html]).toEqual([503, expect.stringContaining(`href="${pathOf(location!)}"`)]);
    });
    const [code] = codesIn([await browser.get(pathOf(location!))]);
    expect((await client.redeem(code!, pair)).status).toBe(200);
  });

  test.each([
    ['https://gateway.example/sessions?from=mail', '/sessions?from=mail'],
    ['https://evil.example/sessions', '/'],
    ['nonsense', '/'],
  ])('any other form leads back to its page: from %s to %s', async (referer, href) => {
    const browser = newBrowser();
    await browser.get('/sessions');
    await broken('proofs', 'INSERT', async () => {
      const { status, html } = await browser.post(
        '/sessions/credential',
        { clickup_key: 'pk_sandbox_owner' },
        { referer },
      );
      expect([status, html]).toEqual([503, expect.stringContaining(`class="button" href="${href}"`)]);
    });
  });

  test('declining cannot be stored: it can be repeated', async () => {
    const { browser, base } = await proved();
    await broken('oauth_artifacts', 'UPDATE', async () =>
      expect((await browser.post(`${base}/cancel`, {})).status).toBe(503),
    );
    const { location } = await browser.post(`${base}/cancel`, {});
    expect(new URL((await browser.get(pathOf(location!))).location!).searchParams.get('error')).toBe('access_denied');
  });
});
