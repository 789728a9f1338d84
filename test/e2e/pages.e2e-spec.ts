import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Browser, type Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/app.js';
import { describeWithBrowser, launch, openPage } from '../support/browser.js';
import { query } from '../support/postgres.js';

const HOSTILE = '<img src=x onerror=alert(1)>';
/** An address on the operator's list that is no vendor's. */
const ELSEWHERE = 'https://agent.example/callback';
const VERIFIER = 'v'.repeat(50);

/** How the page shows a name, compared with the host. It runs in the browser. */
const MEASURE = `(wanted) => {
  const host = document.querySelector('.host');
  const style = (element) => getComputedStyle(element);
  const size = (element) => parseFloat(style(element).fontSize);
  const box = (element) => element.getBoundingClientRect();
  const holders = [...document.querySelectorAll('body *')].filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.includes(wanted)));
  return {
    title: document.title.includes(wanted),
    names: holders.map((element) => ({
      after: (host.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,
      below: box(element.parentElement).top >= box(host).bottom,
      smaller: size(element) <= 0.7 * size(host),
      lighter: Number(style(element).fontWeight) <= Number(style(host).fontWeight),
      painted: style(element.parentElement).overflow,
    })),
    visible: box(host).height > 0 && box(host).bottom < innerHeight,
  };
}`;

describeWithBrowser('the pages in a browser', () => {
  let app: TestApp;
  let browser: Browser;
  let client: Server;
  let callback: string;

  beforeAll(async () => {
    client = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>client</title>back at the client'),
    ).listen(0, '127.0.0.1');
    app = await startTestApp({
      env: {
        API_KEY_MODE: 'user_bound',
        CLICKUP_CLIENT_ID: 'sandbox_client',
        CLICKUP_CLIENT_SECRET: 'sandbox_secret',
        OPERATOR_NAME: 'Acme IT',
        OPERATOR_CONTACT_URL: 'mailto:it@acme.example',
        PRIVACY_URL: 'https://acme.example/privacy',
        REDIRECT_URI_ALLOWLIST: ELSEWHERE,
      },
    });
    app.url = app.url.replace('127.0.0.1', 'localhost');
    callback = `http://127.0.0.1:${(client.address() as AddressInfo).port}/callback`;
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    client?.close();
  });

  async function register(name: string, redirectUri: string): Promise<string> {
    const metadata = { client_name: name, redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' };
    const answer = await fetch(`${app.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(metadata),
    });
    return ((await answer.json()) as { client_id: string }).client_id;
  }

  async function authorizeUrl(name = 'Test client', more: Record<string, string> = {}): Promise<string> {
    const challenge = createHash('sha256').update(VERIFIER).digest('base64url');
    const parameters = {
      response_type: 'code',
      client_id: await register(name, more.redirect_uri ?? callback),
      redirect_uri: callback,
      state: 'st',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      scope: 'read write',
      ...more,
    };
    return `${app.url}/authorize?${new URLSearchParams(parameters).toString()}`;
  }

  async function showKey(page: Page, key = 'pk_sandbox_owner') {
    await page.getByLabel('ClickUp API key').fill(key);
    await page.getByRole('button', { name: 'Continue' }).click();
  }

  const backAtClient = async (page: Page) => {
    // A second click ends the navigation of the first.
    while (!page.url().startsWith(`${callback}?`)) await page.waitForURL(`${callback}?*`).catch(() => undefined);
    return new URL(page.url()).searchParams;
  };

  async function toolsListed(authorizeUrl: string, answer: URLSearchParams): Promise<string[]> {
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code: answer.get('code')!,
      redirect_uri: callback,
      client_id: new URL(authorizeUrl).searchParams.get('client_id')!,
      code_verifier: VERIFIER,
    });
    const { access_token } = (await (await fetch(`${app.url}/token`, { method: 'POST', body: form })).json()) as {
      access_token: string;
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    const listed = await fetch(`${app.url}/mcp`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body,
    });
    return ((await listed.json()) as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name);
  }

  test('from /authorize to the first call with the keyboard only; nothing breaks the CSP', async () => {
    const { page, complaints } = await openPage(browser);
    const url = await authorizeUrl('By keyboard', { scope: '' });
    await page.goto(url);
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    // Brand link, signing in with ClickUp, then the key.
    await press('Tab', 'Tab', 'Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('clickup_key');
    await page.keyboard.type('pk_sandbox_owner');
    await press('Enter');
    await page.waitForURL('**/access?**');
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
    // Brand link, then the group of radio buttons, where nothing is chosen yet: two down is "Full write".
    await press('Tab', 'Tab', 'ArrowDown', 'ArrowDown');
    expect(await page.getByLabel('Full write').isChecked()).toBe(true);
    // The limit, the folded choice of areas, then the button.
    await press('Tab', 'Tab', 'Tab', 'Enter');
    const answer = await backAtClient(page);
    expect(answer.get('state')).toBe('st');
    expect((await toolsListed(url, answer)).length).toBeGreaterThan(10);
    expect(complaints).toEqual([]);
  });

  test('who wants only some tools ticks their areas, which last over the choice of places', async () => {
    const { page, complaints } = await openPage(browser);
    const url = await authorizeUrl();
    await page.goto(url);
    await showKey(page);
    await page.getByLabel('Selective write').check();
    await page.getByText('what it works with').click();
    await page.getByLabel('Time tracking', { exact: true }).check();
    await page.getByRole('button', { name: 'Choose' }).click();
    await page.waitForURL('**mode=selective**');
    expect(await page.getByLabel('Time tracking', { exact: true }).isChecked()).toBe(true);
    await page.locator('li.space', { hasText: 'Engineering' }).getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Connect' }).click();
    const names = await toolsListed(url, await backAtClient(page));
    expect(names).toContain('create_time_entry');
    expect(names).not.toContain('create_task');
    expect(complaints).toEqual([]);
  });

  test('shows who asks and where to, and that nobody has checked it', async () => {
    const { page } = await openPage(browser);
    await page.goto(await authorizeUrl('Somebody'));
    await page.getByRole('heading', { name: 'An app wants to work in ClickUp for you' }).waitFor();
    expect(await page.getByRole('region', { name: 'Who asks' }).textContent()).toMatch(
      /sent to\s+127\.0\.0\.1:\d+\s+your own computer\s+It calls itself Somebody/,
    );
    expect(await page.locator('.host').textContent()).toBe(new URL(callback).host);
    expect(await page.locator('.asking .notice').allTextContents()).toEqual([
      expect.stringContaining('any program can wait for it'),
    ]);
  });

  test.each([
    ['Claude', 'https://claude.ai/api/mcp/auth_callback', 'the known address of Claude', undefined],
    ['Agent', ELSEWHERE, 'unknown address', 'Nobody has checked this app'],
    ['Cl\u0430ude', ELSEWHERE, 'unknown address', 'uses the name Claude, but'],
    ['Claude', 'http://localhost:1234/callback', 'your own computer', 'any program can wait'],
  ])('%s at %s: %s, and one warning at most', async (name, redirectUri, badge, warning) => {
    const { page } = await openPage(browser);
    await page.goto(await authorizeUrl(name, { redirect_uri: redirectUri }));
    const asking = page.getByRole('region', { name: 'Who asks' });
    expect(await asking.locator('.badge').allTextContents()).toEqual([badge]);
    expect(await asking.locator('.notice').allTextContents()).toEqual(
      warning === undefined ? [] : [expect.stringContaining(warning)],
    );
  });

  test('says who runs the server, what reading covers, what is previewed, how long it lasts and where it ends', async () => {
    const { page } = await openPage(browser);
    await page.goto(await authorizeUrl());
    expect(await page.getByRole('link', { name: 'Open that page in ClickUp' }).getAttribute('href')).toBe(
      'https://app.clickup.com/settings/apps',
    );
    await showKey(page);
    const facts = page.getByRole('region', { name: 'What this means' });
    expect(await facts.innerText()).toMatch(
      /Docs, chat, time entries[^]*goes to the AI provider[^]*has to confirm[^]*at most 90 days[^]*run by Acme IT/,
    );
    const links = await facts.getByRole('link').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    expect(links).toEqual(['/sessions', 'mailto:it@acme.example', 'https://acme.example/privacy']);
  });

  test.each([
    ['', undefined, 3],
    ['write', 'Full write', 3],
    ['read write offline_access', 'Full write', 3],
    ['read', 'Read only', 1],
  ])('a client that asks for "%s": %s is chosen, of %d', async (scope, chosen, offered) => {
    const { page } = await openPage(browser);
    await page.goto(await authorizeUrl('Asks', { scope }));
    await showKey(page);
    await page.getByText('Permission', { exact: true }).waitFor();
    expect(await page.getByRole('radio').count()).toBe(offered);
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(chosen ? 1 : 0);
    if (chosen) expect(await page.getByLabel(chosen).isChecked()).toBe(true);
  });

  test.each(['en-US', 'de-DE'])('on a phone the decision fits one and a half screens: %s', async (locale) => {
    const { page } = await openPage(browser, { locale, viewport: { width: 360, height: 800 } });
    await page.goto(await authorizeUrl('Claude', { redirect_uri: 'https://claude.ai/api/mcp/auth_callback' }));
    await page.locator('#clickup_key').fill('pk_sandbox_owner');
    await page.locator('#clickup_key').press('Enter');
    await page.waitForURL('**/access?**');
    const end = await page.evaluate(
      `document.querySelector('button.primary').getBoundingClientRect().bottom + scrollY`,
    );
    expect(end).toBeLessThanOrEqual(1200);
  });

  test.each([true, false])(
    'what may be seen is limited to places, which are named with their paths and taken away again (scripts: %p)',
    async (javaScriptEnabled) => {
      const { page, complaints } = await openPage(browser, { javaScriptEnabled });
      const name = `Limited ${javaScriptEnabled}`;
      await page.goto(await authorizeUrl(name));
      await showKey(page);
      expect(await page.locator('.steps li:visible').count()).toBe(2);
      await page.getByLabel('Read only').check();
      await page.getByLabel('It may see only').check();
      expect(await page.locator('.steps li:visible').count()).toBe(3);
      await page.getByRole('button', { name: 'Choose Spaces and Lists' }).click();
      await page.getByRole('heading', { name: 'Choose what it may see' }).waitFor();
      const chosen = () => page.locator('#chosen li > bdi').allTextContents();
      const engineering = page.locator('li.space', { hasText: 'Engineering' });
      if (javaScriptEnabled) await page.getByRole('button', { name: 'Inside Engineering', exact: true }).click();
      if (javaScriptEnabled)
        await page.getByRole('button', { name: 'Inside Engineering / Backend', exact: true }).click();
      for (const list of ['Sprint 42', 'Sprint 41']) await engineering.getByLabel(list).check();
      if (!javaScriptEnabled) await page.getByRole('button', { name: 'Show what is ticked' }).click();
      expect(await chosen()).toEqual(['Engineering / Backend / Sprint 42', 'Engineering / Backend / Sprint 41']);
      if (javaScriptEnabled) {
        const half = (space: string) =>
          page
            .locator('li.space', { hasText: space })
            .locator('> .row input')
            .evaluate((box) => (box as { indeterminate?: boolean }).indeterminate);
        expect([await half('Engineering'), await half('Product')]).toEqual([true, false]);
      }
      await page.getByRole('button', { name: 'Remove: Engineering / Backend / Sprint 41' }).click();
      await page.getByText('1 place chosen').waitFor();
      expect(await chosen()).toEqual(['Engineering / Backend / Sprint 42']);
      await page.getByRole('button', { name: 'Connect' }).click();
      await backAtClient(page);
      const [row] = await query<{ policy: { mode: string; read: { lists: string[] } } }>(
        app.databaseUrl,
        'SELECT c.policy FROM connections c JOIN access_grants g ON g.connection_id = c.id WHERE g.label = $1',
        [name],
      );
      expect(row!.policy).toEqual({
        mode: 'read',
        read: { spaces: [], folders: [], lists: [expect.stringMatching(/^\d+$/)] },
      });
      expect(complaints).toEqual([]);
    },
  );

  test('who declined, lost the cookie or took another browser reads exactly that', async () => {
    const { page } = await openPage(browser);
    const heading = (text: string) => page.getByText(text).waitFor();
    await page.goto(await authorizeUrl());
    const here = page.url();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await backAtClient(page);
    await page.goto(here);
    await heading('You have declined');

    await page.goto(await authorizeUrl());
    const [other, form] = [(await openPage(browser)).page, page.url()];
    await other.goto(app.url);
    await other.goto(form);
    await other.getByText('was begun in another browser').waitFor();
    await page.context().clearCookies();
    await showKey(page);
    await heading("did not send this server's cookie");
  });

  describe.each([
    ['light', 1200],
    ['light', 360],
    ['dark', 1200],
    ['dark', 360],
  ] as const)('a name that a client chose stands below the host and is smaller: %s, %d px', (colorScheme, width) => {
    test.each([
      ['an address', 'claude.ai'],
      ['a sentence', 'ClickUp Security. You will be sent to app.clickup.com, which is safe. Continue.'],
      ['wide and tall signs', `${'\ufdfd'.repeat(3)}A${'\u0300\u0316'.repeat(20)}W`],
      ['the other direction', 'ia.edualc \u05d0\u05d1\u05d2 evil'],
    ])('%s', async (_kind, name) => {
      const { page } = await openPage(browser, { colorScheme, viewport: { width, height: 800 } });
      const check = async () => {
        const seen = await page.evaluate(`(${MEASURE})(${JSON.stringify(name)})`);
        expect([page.url(), seen]).toEqual([
          page.url(),
          {
            title: false,
            names: [{ after: true, below: true, smaller: true, lighter: true, painted: 'hidden' }],
            visible: true,
          },
        ]);
      };
      await page.goto(await authorizeUrl(name));
      await check();
      await showKey(page, 'pk_sandbox_both');
      await page.waitForURL('**/access?**');
      await check();
      await page.getByLabel('Acme').check();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByLabel('Selective write').check();
      await check();
      await page.getByRole('button', { name: 'Choose Spaces and Lists' }).click();
      await page.waitForURL('**mode=selective**');
      await check();
    });
  });

  test('for a wrong key the page shows an error at the field, and it can be corrected', async () => {
    const { page } = await openPage(browser);
    await page.goto(await authorizeUrl());
    await showKey(page, 'pk_wrong_0123456789');
    expect(await page.getByRole('alert').textContent()).toContain('does not accept this key');
    expect(await page.getByLabel('ClickUp API key').inputValue()).toBe('');
    expect(await page.getByLabel('ClickUp API key').getAttribute('aria-describedby')).toContain('problem');
    await showKey(page);
    await page.getByRole('button', { name: 'Connect' }).click();
    expect((await backAtClient(page)).get('code')).toBeTruthy();
  });

  test.each(['at once', 'after the key', 'at the tree'])('Cancel %s tells the client', async (when) => {
    const { page, complaints } = await openPage(browser);
    await page.goto(await authorizeUrl());
    if (when !== 'at once') await showKey(page);
    if (when === 'at the tree') {
      await page.getByLabel('Selective write').check();
      await page.getByRole('button', { name: 'Choose Spaces and Lists' }).click();
      await page.waitForURL('**mode=selective**');
    }
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(Object.fromEntries(await backAtClient(page))).toMatchObject({
      error: 'access_denied',
      state: 'st',
      iss: app.url,
    });
    expect(complaints).toEqual([]);
  });

  test('the back button after the end leads to a clear page', async () => {
    const { page } = await openPage(browser);
    await page.goto(await authorizeUrl());
    await showKey(page);
    await page.getByRole('button', { name: 'Connect' }).click();
    await backAtClient(page);
    await page.goBack();
    await page.getByRole('heading', { name: 'You are already connected' }).waitFor();
    // The first page of the same request says so, too, and a reload changes nothing.
    await page.goBack();
    await page.getByRole('heading', { name: 'You are already connected' }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'your sessions and keys' }).click();
    await page.waitForURL('**/sessions');
  });

  test.each([true, false])('a double click connects once (scripts: %p)', async (javaScriptEnabled) => {
    const { page } = await openPage(browser, { javaScriptEnabled });
    const name = `Twice ${javaScriptEnabled}`;
    await page.goto(await authorizeUrl(name));
    await showKey(page);
    await page.getByRole('button', { name: 'Connect' }).dblclick();
    expect((await backAtClient(page)).get('code')).toBeTruthy();
    expect(await query(app.databaseUrl, 'SELECT 1 FROM access_grants WHERE label = $1', [name])).toHaveLength(1);
  });

  test('two tabs: each authorization keeps its own proof and ends at its own client', async () => {
    const { page } = await openPage(browser);
    const second = await page.context().newPage();
    await page.goto(await authorizeUrl('First tab', { state: 'one' }));
    await second.goto(await authorizeUrl('Second tab', { state: 'two' }));
    await showKey(page);
    await showKey(second);
    await page.getByRole('button', { name: 'Connect' }).click();
    await second.getByRole('button', { name: 'Connect' }).click();
    expect([(await backAtClient(page)).get('state'), (await backAtClient(second)).get('state')]).toEqual([
      'one',
      'two',
    ]);
  });

  test('read only is all that is offered to a client that asks for no more', async () => {
    const { page } = await openPage(browser);
    await page.goto(await authorizeUrl('Reader', { scope: 'read' }));
    await showKey(page);
    await page.getByLabel('Read only').waitFor();
    expect(await page.getByRole('radio').count()).toBe(1);
  });

  test('the tree: a Space covers its Lists, the filter finds, names are text and nothing else (SEC-237)', async () => {
    const headers = { authorization: 'pk_sandbox_owner', 'content-type': 'application/json' };
    const { teams } = (await (await fetch(`${app.sandbox.url}/api/v2/team`, { headers })).json()) as {
      teams: { id: string }[];
    };
    const made = await fetch(`${app.sandbox.url}/api/v2/team/${teams[0]!.id}/space`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ name: HOSTILE, multiple_assignees: true, features: {} }),
    });
    const { id } = (await made.json()) as { id: string };
    await fetch(`${app.sandbox.url}/api/v2/space/${id}/list`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ name: `${HOSTILE} List` }),
    });

    const { page, complaints } = await openPage(browser);
    await page.goto(await authorizeUrl(HOSTILE));
    await page.getByText(HOSTILE, { exact: true }).waitFor();
    await page.getByLabel('ClickUp API key').fill('oauth_sandbox_owner');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Selective write').check();
    await page.getByRole('button', { name: 'Choose Spaces and Lists' }).click();
    // 63 Lists in 18 Folders and 7 Spaces: what one sees first are the Spaces.
    expect(await page.locator('.tree li').count()).toBeGreaterThan(80);
    expect(await page.locator('.tree li:visible').count()).toBe(7);
    await page.getByRole('button', { name: `Inside ${HOSTILE}` }).click();
    await page.getByText(`${HOSTILE} List`).waitFor();
    await page.getByLabel('Filter by name').fill('onerror');
    expect(await page.locator('.tree li:visible').count()).toBe(2);
    const list = page.locator('.tree .list:visible input');
    await page.locator('.tree .space:visible > .row input').check();
    expect([await list.isChecked(), await list.isDisabled()]).toEqual([true, true]);
    expect(await page.locator('#chosen').innerText()).toMatch(
      new RegExp(`^1 place chosen:\\s+${HOSTILE.replaceAll(/[()]/g, '\\$&')}\\s+Remove`),
    );
    await page.getByLabel('Filter by name').fill('no such name');
    await page.getByText('Nothing has this name').waitFor();
    await page.getByRole('button', { name: 'Connect' }).click();
    await backAtClient(page);
    const [row] = await query<{ policy: unknown }>(
      app.databaseUrl,
      'SELECT c.policy FROM connections c JOIN access_grants g ON g.connection_id = c.id WHERE g.label = $1',
      [HOSTILE],
    );
    expect(row!.policy).toEqual({ mode: 'selective', write: { spaces: [id], folders: [], lists: [] } });
    expect(complaints).toEqual([]);
  });

  test('who is in two Workspaces chooses one, with the keyboard too', async () => {
    const { page, complaints } = await openPage(browser);
    const name = 'In Globex';
    await page.goto(await authorizeUrl(name));
    await showKey(page, 'pk_sandbox_both');
    await page.getByRole('heading', { name: 'Choose a Workspace' }).waitFor();
    // Brand link, then the group: one down is Globex.
    for (const key of ['Tab', 'Tab', 'ArrowDown']) await page.keyboard.press(key);
    expect(await page.getByLabel('Globex').isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByText('in the Workspace Globex').waitFor();
    await page.getByLabel('Selective write').check();
    await page.getByRole('button', { name: 'Choose Spaces and Lists' }).click();
    // A guest who was given one Folder.
    await page.getByRole('checkbox', { name: 'Reactor' }).check();
    await page.getByRole('button', { name: 'Connect' }).click();
    expect((await backAtClient(page)).get('code')).toBeTruthy();
    const [row] = await query(
      app.databaseUrl,
      'SELECT c.tenant_id, c.policy FROM connections c JOIN access_grants g ON g.connection_id = c.id WHERE g.label = $1',
      [name],
    );
    expect(row).toEqual({
      tenant_id: '67890',
      policy: { mode: 'selective', write: { spaces: [], folders: ['901590302'], lists: [] } },
    });
    expect(complaints).toEqual([]);
  });

  test('Sign in with ClickUp: of two Workspaces the one that was let in there; the way back works once', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(await authorizeUrl());
    await page.getByRole('button', { name: 'Sign in with ClickUp' }).click();
    await page.getByLabel('Chloe Bennett').check();
    await page.locator('fieldset', { hasText: 'Chloe Bennett' }).getByLabel('Acme').uncheck();
    const [back] = await Promise.all([
      page.waitForRequest('**/connect/clickup/callback?*'),
      page.getByRole('button', { name: 'Connect' }).click(),
    ]);
    await page.getByText('You are Chloe Bennett, in the Workspace Globex').waitFor();
    const exchanged = () => app.sandbox.stats().operations.GetAccessToken;
    const before = exchanged();
    await page.goto(back.url());
    await page.getByText('was used already').waitFor();
    expect(exchanged()).toBe(before);
    expect(complaints).toEqual([]);
  });

  test('Sign in with ClickUp: who declines there can try again here', async () => {
    const { page } = await openPage(browser);
    const url = await authorizeUrl();
    await page.goto(url);
    await page.getByRole('button', { name: 'Sign in with ClickUp' }).click();
    await page.getByRole('heading', { name: 'Connect to ClickUp' }).waitFor();
    const there = new URL(page.url()).searchParams;
    await page.goto(
      `${there.get('redirect_uri')}?${new URLSearchParams({ error: 'access_denied', state: there.get('state')! }).toString()}`,
    );
    await page.getByText('was not completed').waitFor();
    await page.getByRole('link', { name: 'Try again' }).click();
    await showKey(page);
    await page.getByRole('button', { name: 'Connect' }).click();
    expect((await backAtClient(page)).get('code')).toBeTruthy();
  });

  test('Sign in with ClickUp, without scripts, in German', async () => {
    const { page, complaints } = await openPage(browser, { locale: 'de-DE', javaScriptEnabled: false });
    await page.goto(await authorizeUrl());
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await page.getByRole('button', { name: 'Mit ClickUp anmelden' }).click();
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('button', { name: 'Verbinden' }).click();
    expect((await backAtClient(page)).get('code')).toBeTruthy();
    expect(complaints).toEqual([]);
  });
});
