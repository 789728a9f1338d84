import { randomUUID } from 'node:crypto';
import { type Browser } from 'playwright-core';
import { withTenant } from '#libs/connections';
import { DataSource } from 'typeorm';
import { ADMIN_TOKEN } from '../support/administrators.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { describeWithBrowser, launch, openPage } from '../support/browser.js';
import { apiKey, OTHER, OWNER } from '../support/connect.js';
import { FormBrowser, type Seen } from '../support/form-browser.js';
import { type Spoil, TestIdentityProvider } from '../support/identity-provider.js';
import { execute, query } from '../support/postgres.js';

/** Signing in at the console through a company's identity provider: a real one on another port, and what it may do wrong. */
const [MINE, THEIRS] = ['12345', '67890'];
const START = '/console/sign-in';
let idp: TestIdentityProvider;
let app: TestApp;
beforeAll(async () => {
  idp = await TestIdentityProvider.start();
  idp.groups.set('olga', ['platform', 'everybody']);
  idp.groups.set('anna', ['team-a', 'everybody']);
  idp.groups.set('audrey', ['audit']);
  idp.groups.set('nobody', ['everybody']);
  const roles = `platform=operator,team-a=admin:${MINE},audit=auditor`;
  // The address that people come back to is one that the provider knows.
  app = await startTestApp({
    env: { ...idp.env, ADMIN_TOKEN, ADMIN_OIDC_ROLES: roles, ADMIN_OIDC_SESSION_MINUTES: '30' },
  });
  app.url = app.url.replace('127.0.0.1', 'localhost');
  await apiKey(app.gateway, OWNER);
  await apiKey(app.gateway, OTHER);
});
afterAll(async () => {
  await app?.close();
  await idp?.close();
});
afterEach(() => {
  idp.spoil = undefined;
  idp.tells = 'id_token';
  idp.down = false;
});

let networks = 0;
const newBrowser = () => new FormBrowser(app.url, { 'x-forwarded-for': `100.88.${(networks += 1)}.1` });

/** At the provider, to which the console has sent this browser. */
async function sent(browser = newBrowser()): Promise<{ browser: FormBrowser; there: URL }> {
  const { html } = await browser.get(START);
  expect(html).toContain('action="/console/sso"');
  const { location } = await browser.post('/console/sso', {});
  return { browser, there: new URL(location!) };
}

/** Says who one is there. @returns path and query of where the provider sends the browser back to */
async function agreed(there: URL, id: string): Promise<string> {
  const provider = new FormBrowser(idp.issuer);
  const asked = await provider.get(there.pathname + there.search);
  const said = await provider.get(`${asked.location!.replace(idp.issuer, '')}?id=${id}`);
  const { location } = await provider.get(said.location!.replace(idp.issuer, ''));
  return location!.replace(app.url, '');
}

async function signedOn(id: string): Promise<{ browser: FormBrowser; seen: Seen; back: string }> {
  const { browser, there } = await sent();
  const back = await agreed(there, id);
  return { browser, back, seen: await browser.get(back) };
}

const sessions = () =>
  query<{ kind: string; actor: string; groups: string[] }>(
    app.databaseUrl,
    `SELECT * FROM admin_sessions WHERE kind = 'sso'`,
  );

test('what is sent to the provider: code, PKCE, state, nonce, and one address to come back to', async () => {
  const { there } = await sent();
  const { state, nonce, code_challenge, ...rest } = Object.fromEntries(there.searchParams);
  expect(rest).toEqual({
    client_id: 'console',
    response_type: 'code',
    scope: 'openid profile',
    redirect_uri: `${app.url}/console/sso/callback`,
    code_challenge_method: 'S256',
  });
  for (const value of [state, nonce, code_challenge]) expect(value).toMatch(/^[\w-]{22,43}$/);
});

test.each([
  // Who, what they are in their own Workspace, whether they see the other one, and whether they may change something.
  ['olga', 200, 200, true],
  ['anna', 200, 404, true],
  ['audrey', 200, 200, false],
])('%s: their Workspace %d, another one %d, changes something: %s', async (id, own, other, changes) => {
  const { browser, seen } = await signedOn(id);
  expect([seen.status, seen.location]).toEqual([303, '/console']);
  expect((await browser.get(`/console/${MINE}`)).status).toBe(own);
  expect((await browser.get(`/console/${THEIRS}`)).status).toBe(other);
  const { html } = await browser.get(`/console/${MINE}/switches`);
  expect(html.includes('name="target"')).toBe(changes);
  const off = await browser.get(`/console/${MINE}/switches/off?kind=tool&target=get_task&reason=incident`);
  expect(off.status).toBe(changes ? 200 : 403);
  // What is one's own is a person's of ClickUp, which nobody is who comes this way.
  expect((await browser.get(`/console/-/switches`)).status).toBe(id === 'anna' ? 404 : 200);
  const waiting = `${app.url}/api/v1/workspaces/${MINE}/approvals`;
  expect((await fetch(waiting, { headers: cookiesOf(browser) })).status).toBe(200);
  const decided = await fetch(`${waiting}/${randomUUID()}/approve`, {
    method: 'POST',
    headers: { ...cookiesOf(browser), origin: app.url, 'x-csrf-token': browser.csrf },
  });
  expect([decided.status, await decided.text()]).toEqual([403, expect.stringContaining('approvals.decide')]);
  await browser.get('/console');
  await browser.post('/console/sign-out', {});
  expect((await browser.get(`/console/${MINE}`)).location).toMatch(/\/console\/sign-in$/);
  expect(await sessions()).toEqual([]);
});
const cookiesOf = ({ cookies }: FormBrowser) => ({
  cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
});

test('who has no group of the table is let in nowhere, reads why, and leaves a line for the operator', async () => {
  const { browser, seen } = await signedOn('nobody');
  expect([seen.status, seen.html]).toEqual([403, expect.stringContaining('None of your groups')]);
  expect((await browser.get('/console')).location).toMatch(/\/console\/sign-in$/);
  expect(app.log()).toMatch(/"security":"not_admitted".*ADMIN_OIDC_ROLES/);
  expect(app.log()).not.toContain('everybody');
  expect(await sessions()).toEqual([]);
});

test('groups that only the userinfo endpoint tells count as well, and what is no list of names counts as none', async () => {
  idp.tells = 'userinfo';
  expect((await signedOn('anna')).seen.location).toBe('/console');
  idp.groups.set('odd', { platform: true });
  expect((await signedOn('odd')).seen.status).toBe(403);
});

test('a group that was taken away ends with the session, which nothing prolongs', async () => {
  const { browser } = await signedOn('anna');
  const [row] = await query<{ minutes: number; groups: string[] }>(
    app.databaseUrl,
    `SELECT round(extract(epoch FROM expires_at - created_at) / 60)::int AS minutes, groups FROM admin_sessions WHERE kind = 'sso' ORDER BY created_at DESC LIMIT 1`,
  );
  expect(row).toEqual({ minutes: 30, groups: ['team-a'] });
  idp.groups.set('anna', []);
  expect((await browser.get(`/console/${MINE}`)).status).toBe(200);
  await execute(app.databaseUrl, `UPDATE admin_sessions SET expires_at = now() WHERE kind = 'sso'`);
  expect((await browser.get(`/console/${MINE}`)).location).toMatch(/\/console\/sign-in$/);
  expect((await signedOn('anna')).seen.status).toBe(403);
  idp.groups.set('anna', ['team-a', 'everybody']);
});

test('a table without the group ends it at once; so does a replica where nothing is set up, and the version before', async () => {
  const { browser } = await signedOn('anna');
  const cookie = browser.cookies.get('console')!;
  const others = await Promise.all(
    [{ ...idp.env, ADMIN_OIDC_ROLES: 'other=operator' }, {}].map((env) => startTestApp({ beside: app, env })),
  );
  for (const other of others) {
    const elsewhere = new FormBrowser(other.url);
    elsewhere.cookies.set('console', cookie);
    expect((await elsewhere.get(`/console/${MINE}`)).location).toMatch(/\/console\/sign-in$/);
    const { status, html } = await elsewhere.get(START);
    expect([status, html.includes('/console/sso')]).toEqual([200, other === others[0]]);
    if (other === others[1]) expect((await elsewhere.post('/console/sso', {})).status).toBe(404);
    await other.close();
  }
  // It looks for SHA-256 of the cookie, and takes whoever has no person for the operator.
  const [found] = await query<{ n: number }>(
    app.databaseUrl,
    `SELECT count(*)::int AS n FROM admin_sessions WHERE id_hash = sha256(convert_to('${cookie}', 'UTF8'))`,
  );
  expect(found).toEqual({ n: 0 });
});

describe('who comes back', () => {
  test('a second time: nothing, also with the code of before under a new state', async () => {
    const { browser, back, seen } = await signedOn('olga');
    expect(seen.status).toBe(303);
    const again = await browser.get(back);
    expect([again.status, again.html]).toEqual([400, expect.stringContaining('was used already')]);
    const { there } = await sent(browser);
    const replay = new URLSearchParams(back.split('?')[1]);
    replay.set('state', there.searchParams.get('state')!);
    const replayed = await browser.get(`/console/sso/callback?${replay.toString()}`);
    expect([replayed.status, replayed.html]).toEqual([400, expect.stringContaining('did not confirm')]);
  });

  test('in another browser, with a state of nobody, or without one: nothing, and the provider is not asked', async () => {
    const { browser, there } = await sent();
    const back = await agreed(there, 'olga');
    const asked = idp.asked.length;
    const stranger = newBrowser();
    await stranger.get(START);
    for (const [who, path] of [
      [stranger, back],
      [newBrowser(), back],
      [browser, back.replace(/state=[^&]+/, 'state=AAAAAAAAAAAAAAAAAAAAAA')],
      [browser, back.replace(/[?&]state=[^&]+/, '')],
      [browser, `${back}&state=x`],
    ] as const)
      expect([path, (await who.get(path)).status]).toEqual([path, 400]);
    expect(idp.asked.slice(asked).filter((path) => path === '/token')).toEqual([]);
  });

  test('from another issuer (RFC 9207), or by an address that leads elsewhere', async () => {
    const { browser, there } = await sent();
    const back = await agreed(there, 'olga');
    expect(back).toContain('iss=');
    const mixed = await browser.get(back.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example'));
    expect([mixed.status, mixed.html]).toEqual([400, expect.stringContaining('cannot be trusted')]);
    const next = await sent(browser);
    const led = await browser.get(
      `${await agreed(next.there, 'olga')}&redirect=https://evil.example&next=//evil.example`,
    );
    expect(led.location).toBe('/console');
  });

  test('after saying no there: said on a page of ours, without a word of the provider', async () => {
    const { seen } = await signedOn('unknown');
    expect([seen.status, seen.html]).toEqual([400, expect.stringContaining('was not completed')]);
    expect(seen.html).not.toContain('no such account');
  });
});

const past = () => Math.floor(Date.now() / 1000) - 120;
test.each<[string, Spoil]>([
  ['another nonce', (claims) => ({ ...claims, nonce: 'x' })],
  ['no nonce', ({ nonce: _, ...claims }) => claims],
  ['another issuer', (claims) => ({ ...claims, iss: 'https://evil.example' })],
  ['for another client', (claims) => ({ ...claims, aud: 'other' })],
  ['expired', (claims) => ({ ...claims, exp: past() })],
  ['not valid yet', (claims) => ({ ...claims, nbf: Math.floor(Date.now() / 1000) + 300 })],
  ['without a subject', ({ sub: _, ...claims }) => claims],
  ['alg none', (claims) => ({ unsigned: claims })],
  ['signed by somebody else', (claims) => ({ foreign: claims })],
])('an ID token with %s lets nobody in', async (_, spoil) => {
  idp.spoil = spoil;
  const before = (await sessions()).length;
  const { browser, seen } = await signedOn('olga');
  expect([seen.status, seen.html]).toEqual([400, expect.stringContaining('cannot be trusted')]);
  expect((await browser.get('/console')).location).toMatch(/\/console\/sign-in$/);
  expect((await sessions()).length).toBe(before);
});

test('a clock that is some seconds off does no harm', async () => {
  idp.spoil = (claims) => ({ ...claims, exp: Math.floor(Date.now() / 1000) - 5 });
  expect((await signedOn('olga')).seen.location).toBe('/console');
});

test('while the provider is away the button says so, the other ways in stay, and nothing hangs', async () => {
  const { browser, there } = await sent();
  const back = await agreed(there, 'olga');
  idp.down = true;
  const seen = await browser.get(back);
  expect([seen.status, seen.html]).toEqual([503, expect.stringContaining('cannot be reached')]);
  // A process that has started meanwhile knows nothing of it.
  const other = await startTestApp({
    beside: app,
    env: { ...idp.env, ADMIN_TOKEN, ADMIN_OIDC_ROLES: 'platform=operator' },
  });
  const late = new FormBrowser(other.url);
  const { status, html } = await late.get(START);
  expect(status).toBe(200);
  expect(html).toMatch(/<button[^>]*disabled[^>]*>[^<]*organisation/);
  expect(html).toContain('cannot be reached');
  expect((await late.post('/console/sso', {})).status).toBe(503);
  expect((await late.post('/console/token', { admin_token: ADMIN_TOKEN })).location).toBe('/console');
  await other.close();
});

test('the audit of the Workspace names who has signed in and what they changed by one pseudonym, and no name', async () => {
  const { browser } = await signedOn('anna');
  await browser.get(`/console/${MINE}/switches`);
  await browser.post(`/console/${MINE}/switches`, { kind: 'tool', target: 'get_task', reason: 'incident' });
  const events = await withTenant(app.gateway.app.get(DataSource), MINE, (manager) =>
    manager.query<Record<string, string>[]>(
      `SELECT event, actor, kind, detail FROM audit_events WHERE event IN ('signed_on', 'kill_switch_set') ORDER BY day DESC, seq DESC LIMIT 2`,
    ),
  );
  expect(events).toEqual([
    { event: 'kill_switch_set', kind: 'sso', actor: expect.any(String), detail: expect.any(String) },
    { event: 'signed_on', kind: 'sso', actor: events[0]!.actor, detail: expect.stringContaining('admin') },
  ]);
  expect(JSON.stringify(events)).not.toMatch(/anna|team-a/);
  expect(app.log()).not.toMatch(/console-secret|"anna"/);
});

describeWithBrowser('in a browser', () => {
  let chromium: Browser;
  beforeAll(async () => void (chromium = await launch()));
  afterAll(() => chromium?.close());

  test('from the sign-in page through the provider to the console, and out again', async () => {
    const { page, complaints } = await openPage(chromium);
    await page.goto(app.url + START);
    await page.getByRole('button', { name: 'Sign in with your organisation' }).click();
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
    await page.getByLabel('Name').fill('anna');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${app.url}/console/${MINE}`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(app.url + START);
    await page.goto(`${app.url}/console/${MINE}`);
    expect(page.url()).toBe(app.url + START);
    expect(complaints).toEqual([]);
  });
});
