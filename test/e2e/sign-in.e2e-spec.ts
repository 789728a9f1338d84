import { startTestApp, type TestApp } from '../support/app.js';
import { FormBrowser, proofIn, type Seen } from '../support/form-browser.js';
import {
  type Behaviour,
  cut,
  empty,
  hang,
  html,
  json,
  MisbehavingServer,
  resetAfterBody,
  text,
} from '../support/misbehaving-server.js';
import { query } from '../support/postgres.js';

/** "Sign in with ClickUp" under attack, and with unexpected answers of ClickUp. */
const SIGN_IN = {
  API_KEY_MODE: 'user_bound',
  CLICKUP_CLIENT_ID: 'sandbox_client',
  CLICKUP_CLIENT_SECRET: 'sandbox_secret',
};
const TEAM = { id: '12345', name: 'Acme', members: [] };

/** A ClickUp whose answers are chosen by path; everything else is as it should be. */
class Upstream {
  readonly server = new MisbehavingServer();
  private odd: Record<string, Behaviour> = {};

  async listen(): Promise<this> {
    await this.server.listen();
    const good: Record<string, Behaviour> = {
      '/api/v2/oauth/token': json({ access_token: 'oauth_0123456789' }),
      '/api/v2/user': json({ user: { id: 7, username: 'Ada', email: 'ada@example.com' } }),
      '/api/v2/team': json({ teams: [TEAM] }),
      '/api/v2/team/12345/space': json({ spaces: [] }),
    };
    this.server.play((request, response) => {
      const path = request.url!.replace(/\?.*/, '');
      return (this.odd[path] ?? good[path] ?? json({}))(request, response);
    });
    return this;
  }

  answers(odd: Record<string, Behaviour>): void {
    this.odd = odd;
    this.server.received.length = 0;
  }

  asked(path: string): number {
    return this.server.received.filter(({ url }) => url.startsWith(path)).length;
  }
}
const TOKEN_PATH = '/api/v2/oauth/token';
const deep = (levels: number) =>
  text(`{"user":${'['.repeat(levels)}${']'.repeat(levels)}}`, 200, { 'content-type': 'application/json' });

let networks = 0;
const newNetwork = () => `100.${80 + (networks >> 8)}.${(networks += 1) & 255}.1`;

/** Sends a browser to ClickUp from the page for keys; `back` brings it back with a code. */
async function left(
  app: TestApp,
  browser = new FormBrowser(app.url, { 'x-forwarded-for': newNetwork() }),
  base = '/key',
  start = '/',
) {
  if (!browser.csrf) await browser.get(start);
  const { location } = await browser.post(`${base}/clickup`, { label: 'Signed in' });
  const state = new URL(location!).searchParams.get('state')!;
  const cookie = browser.cookies.get('signin')!;
  /** May be called often, also side by side with other sign-ins of the same browser. */
  const back = (code: string): Promise<Seen> => {
    browser.cookies.set('signin', cookie);
    return browser.get(`/connect/clickup/callback?${new URLSearchParams({ state, code }).toString()}`);
  };
  return { browser, back };
}

describe('invented codes', () => {
  let app: TestApp;
  let upstream: Upstream;
  beforeAll(async () => {
    upstream = await new Upstream().listen();
    app = await startTestApp({ env: { ...SIGN_IN, CLICKUP_API_URL: upstream.server.url, CLICKUP_RATE_LIMIT: '40' } });
  });
  afterAll(async () => {
    await app?.close();
    await upstream?.server.close();
  });
  const refuseInvented: Behaviour = (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on(
      'end',
      () =>
        void (
          body.includes('INVENTED')
            ? json({ err: 'Code not found', ECODE: 'OAUTH_014' }, 400)
            : json({ access_token: 'oauth_0123456789' })
        )(request, response),
    );
  };

  test('60 at once from one network: a few reach ClickUp, the others are told to wait; an honest person in another network is signed in meanwhile', async () => {
    upstream.answers({ [TOKEN_PATH]: refuseInvented });
    const stranger = new FormBrowser(app.url, { 'x-forwarded-for': newNetwork() });
    const prepared = [];
    for (let index = 0; index < 60; index += 1) prepared.push(await left(app, stranger));
    const honest = await left(app);
    const flood = Promise.all(prepared.map(({ back }, index) => back(`INVENTED${index}`)));
    const signedIn = await honest.back('GOOD');
    expect(signedIn.location).toMatch(/^\/key\/access\?proof=/);
    const answers = await flood;
    expect(upstream.asked(TOKEN_PATH)).toBeLessThanOrEqual(1 + 10);
    expect(answers.filter(({ status }) => status === 400).length).toBeLessThanOrEqual(10);
    const told = answers.filter(({ status }) => status === 429);
    expect(told.length).toBeGreaterThanOrEqual(50);
    expect(told[0]!.html).toContain('Wait a minute');
    // ClickUp is asked nothing more for the flooded network, but still for any other.
    const before = upstream.asked(TOKEN_PATH);
    expect([(await (await left(app, stranger)).back('INVENTED')).status, upstream.asked(TOKEN_PATH)]).toEqual([
      429,
      before,
    ]);
    expect((await (await left(app)).back('GOOD')).status).toBe(303);
  });

  test('one flow from changing networks: three attempts at most', async () => {
    upstream.answers({ [TOKEN_PATH]: refuseInvented });
    const headers = { 'x-forwarded-for': '' };
    const browser = new FormBrowser(app.url, headers);
    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1) {
      headers['x-forwarded-for'] = newNetwork();
      statuses.push((await (await left(app, browser)).back('INVENTED')).status);
    }
    expect(statuses).toEqual([400, 400, 400, 429, 429, 429]);
    expect(upstream.asked(TOKEN_PATH)).toBe(3);
  });

  test('successful sign-ins do not count towards the limit: 25 people sign in from one office', async () => {
    const office = await startTestApp({ env: { ...SIGN_IN, CLICKUP_API_URL: upstream.server.url }, beside: app });
    upstream.answers({ [TOKEN_PATH]: refuseInvented });
    const headers = { 'x-forwarded-for': newNetwork() };
    try {
      const people = await Promise.all(
        Array.from({ length: 25 }, () => left(office, new FormBrowser(office.url, headers))),
      );
      const statuses = await Promise.all(people.map(({ back }) => back('GOOD')));
      expect(statuses.map(({ status }) => status)).toEqual(Array(25).fill(303));
    } finally {
      await office.close();
    }
  });

  test('codes that keep ClickUp busy do not slow down another network', async () => {
    const other = await startTestApp({ env: { ...SIGN_IN, CLICKUP_API_URL: upstream.server.url }, beside: app });
    try {
      upstream.answers({
        [TOKEN_PATH]: (request, response) => {
          let body = '';
          request.on('data', (chunk: Buffer) => (body += chunk.toString()));
          request.on(
            'end',
            () => void (body.includes('INVENTED') || json({ access_token: 'oauth_0123456789' })(request, response)),
          );
        },
      });
      const stranger = new FormBrowser(other.url, { 'x-forwarded-for': newNetwork() });
      const prepared = [];
      for (let index = 0; index < 20; index += 1) prepared.push(await left(other, stranger));
      const honest = await left(other);
      let over = false;
      const flood = Promise.all(prepared.map(({ back }) => back('INVENTED'))).then(
        (answers) => ((over = true), answers),
      );
      await upstream.server.until(() => upstream.asked(TOKEN_PATH) > 0);
      expect((await honest.back('GOOD')).status).toBe(303);
      expect(over).toBe(false);
      // A caller that waited behind them in vain is told that it took too long.
      for (const { status } of await flood) expect([429, 502, 504]).toContain(status);
      expect(upstream.asked(TOKEN_PATH)).toBeLessThanOrEqual(1 + 10);
    } finally {
      await other.close();
    }
  });
});

describe('a ClickUp with unexpected answers', () => {
  let app: TestApp;
  let upstream: Upstream;
  beforeEach(async () => {
    upstream = await new Upstream().listen();
    app = await startTestApp({ env: { ...SIGN_IN, CLICKUP_API_URL: upstream.server.url } });
  });
  afterEach(async () => {
    await app?.close();
    await upstream?.server.close();
  });
  const stored = async () =>
    (await query(app.databaseUrl, 'SELECT 1 FROM proofs UNION ALL SELECT 1 FROM connections')).length;

  test.each<[string, Behaviour]>([
    ['200 without a token', json({})],
    ['200 with nothing', empty(200)],
    ['204', empty()],
    ['null', json(null)],
    ['an array', json([])],
    ['a string', json('token')],
    ['a token that is null', json({ access_token: null })],
    ['a token that is empty', json({ access_token: '' })],
    ['a token that no header can carry', json({ access_token: 'a\r\nb: c' })],
    ['a token that is an object', json({ access_token: { toString: 'x' } })],
    ['HTML with 200', html(200)],
    ['HTML with 502', html(502)],
    ['a redirect', text('', 302, { location: 'https://evil.example/' })],
    ['500', json({}, 500)],
    ['half an answer', cut()],
    ['a broken connection', resetAfterBody],
    ['10,000 levels', deep(10_000)],
  ])('the token endpoint: %s is 502, once, with what to do, and nothing is stored', async (_name, behaviour) => {
    const { back } = await left(app);
    upstream.answers({ [TOKEN_PATH]: behaviour });
    const { status, html: page, location } = await back('CODE');
    expect([status, location]).toEqual([502, undefined]);
    expect(page).toContain('Nothing was stored');
    expect(page).toContain('href="/"');
    expect(upstream.asked(TOKEN_PATH)).toBe(1);
    expect(await stored()).toBe(0);
  });

  test('HEAD on the callback asks ClickUp nothing and uses nothing up', async () => {
    const { browser } = await left(app);
    const state = new URL((await browser.post('/key/clickup', { label: 'x' })).location!).searchParams.get('state')!;
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    const path = `/connect/clickup/callback?${new URLSearchParams({ state, code: 'CODE' }).toString()}`;
    upstream.answers({});
    await fetch(app.url + path, { method: 'HEAD', redirect: 'manual', headers: { cookie } });
    expect(upstream.asked(TOKEN_PATH)).toBe(0);
    expect((await browser.get(path)).status).toBe(303);
  });

  test('the token endpoint: no answer is 502 before a person gives up', async () => {
    const { back } = await left(app);
    upstream.answers({ [TOKEN_PATH]: hang });
    const { status, html: page } = await back('CODE');
    expect([status, upstream.asked(TOKEN_PATH), await stored()]).toEqual([502, 1, 0]);
    expect(page).toContain('Nothing was stored');
  });

  const SHAPES: [string, Behaviour][] = [
    ['nothing', empty(200)],
    ['null', json(null)],
    ['an array', json([])],
    ['a number', json(7)],
    ['other names', json({ person: {}, groups: [] })],
    ['null inside', json({ user: null, teams: null })],
    ['objects for ids', json({ user: { id: {}, username: [] }, teams: [{ id: {}, name: 7 }] })],
    ['null for a Workspace', json({ user: { id: null }, teams: [null] })],
    ['HTML', html(200)],
    ['404', json({ err: 'x' }, 404)],
    ['10,000 levels', deep(10_000)],
    [
      '10,000 levels of Workspaces',
      text(`{"teams":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 200, { 'content-type': 'application/json' }),
    ],
  ];
  describe.each(['/api/v2/user', '/api/v2/team'])('%s', (path) => {
    test.each(SHAPES)(
      '%s is 502 on the page where the key was typed, and after signing in; nothing is stored',
      async (_name, behaviour) => {
        const browser = new FormBrowser(app.url, { 'x-forwarded-for': newNetwork() });
        await browser.get('/');
        upstream.answers({ [path]: behaviour });
        const typed = await browser.post('/key/credential', { clickup_key: 'pk_0123456789', label: 'x' });
        expect([typed.status, typed.html]).toEqual([502, expect.stringContaining('Nothing was stored')]);
        expect(typed.html).toContain('name="clickup_key"');
        // The note of why the key was not taken, which the page is made from.
        const notes = await stored();
        expect(notes).toBe(1);
        const signedIn = await (await left(app)).back('CODE');
        expect([signedIn.status, signedIn.html]).toEqual([502, expect.stringContaining('Nothing was stored')]);
        expect(await stored()).toBe(notes);
      },
    );
  });

  test('a person whose name holds characters that no column can, and whose ids are numbers, can connect all the same', async () => {
    upstream.answers({
      '/api/v2/user': json({ user: { id: 7, username: 'A\0d\u2028a\ud800' } }),
      '/api/v2/team': json({ teams: [{ id: 12345, name: 'Ac\0me', members: [] }] }),
    });
    const browser = new FormBrowser(app.url, { 'x-forwarded-for': newNetwork() });
    await browser.get('/');
    const proof = proofIn(await browser.post('/key/credential', { clickup_key: 'pk_0123456789', label: 'x' }));
    expect((await browser.get(`/key/access?proof=${proof}`)).status).toBe(200);
    const made = await browser.post('/key/grant', { proof, workspace: '12345', mode: 'read' });
    expect((await browser.get(made.location!)).html).toMatch(/cuk_[\w-]{22}:[\w-]{43}/);
  });

  test.each([
    ...SHAPES,
    ['null for a Space', json({ spaces: [null] })],
    ['objects for ids', json({ spaces: [{ id: {}, name: [] }] })],
  ] as [string, Behaviour][])(
    'the Spaces to choose from: %s is a page that leads back, never a 500',
    async (_name, behaviour) => {
      const browser = new FormBrowser(app.url, { 'x-forwarded-for': newNetwork() });
      await browser.get('/');
      const proof = proofIn(await browser.post('/key/credential', { clickup_key: 'pk_0123456789', label: 'x' }));
      upstream.answers({ '/api/v2/team/12345/space': behaviour });
      const { status, html: page } = await browser.get(`/key/access?proof=${proof}&workspace=12345&mode=selective`);
      expect(status).toBe(502);
      expect(page).toContain(`href="/key/access?proof=${proof}&amp;workspace=12345&amp;mode=selective"`);
    },
  );
});
