import { type Browser, type Page } from 'playwright-core';
import { type NewConnection } from '#libs/connections';
import { startTestApp, type TestApp } from '../support/app.js';
import { asking } from '../support/ask.js';
import { describeWithBrowser, launch, openPage, tabTo } from '../support/browser.js';
import { apiKey, OWNER, session } from '../support/connect.js';
import { execute } from '../support/postgres.js';
import { ACME, L1, S1 } from '../support/scoped.js';

const LONG = 'A client with a rather long name that has to wrap somewhere on a phone';

describeWithBrowser('/sessions in a browser', () => {
  let app: TestApp;
  let browser: Browser;
  let me: Omit<NewConnection, 'grant'>;

  beforeAll(async () => {
    app = await startTestApp({ env: { API_KEY_MODE: 'user_bound' } });
    app.url = app.url.replace('127.0.0.1', 'localhost');
    browser = await launch();
    const { user } = (await asking(() => app.sandbox.url, '/api/v2')('GET /user')).body;
    me = { ...OWNER, workspaceId: ACME, person: { id: String(user.id), name: user.username } };
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  afterEach(() => execute(app.databaseUrl, 'UPDATE access_grants SET revoked_at = now() WHERE revoked_at IS NULL'));

  /** A session that is limited in every way, one that asked for reading only, and a key. */
  async function connected() {
    const places = { spaces: ['17'], folders: [], lists: [L1] };
    const seen = { ...places, spaces: [S1] };
    const policy = { mode: 'selective', write: places, read: seen, toolsets: ['tasks', 'docs', 'time'] } as const;
    const asked = 'read';
    await session(app.gateway, app.databaseUrl, { ...me, policy }, { label: 'Claude', address: 'claude.ai' });
    await session(
      app.gateway,
      app.databaseUrl,
      { ...me, policy: { mode: 'read' } },
      { label: LONG, address: '127.0.0.1', asked },
    );
    await apiKey(app.gateway, me, { label: 'Script', expiresInSeconds: 86_400 });
  }

  async function showKey(page: Page, [label, button]: [string, string]) {
    await page.goto(`${app.url}/sessions`);
    await page.getByLabel(label).fill('pk_sandbox_owner');
    await page.getByRole('button', { name: button }).click();
    await page.waitForURL('**/sessions/access?**');
  }

  test('with the keyboard only: rights are narrowed to a place, one is ended, then all; one always sees where one is', async () => {
    await connected();
    const { page, complaints } = await openPage(browser);
    const press = async (name: string, key = 'Enter') => {
      await tabTo(page, name);
      await page.keyboard.press(key);
    };
    await page.goto(`${app.url}/sessions`);
    await tabTo(page, 'ClickUp API key');
    await page.keyboard.type('pk_sandbox_owner');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sessions/access?**');
    await press('Change rights: Script');
    await page.getByRole('heading', { name: 'Choose what it may do' }).waitFor();
    await tabTo(page, 'Full write');
    await page.keyboard.press('ArrowUp');
    expect(await page.getByLabel('Selective write').isChecked()).toBe(true);
    await press('Choose Spaces and Lists');
    await page.getByRole('heading', { name: 'Choose where it may write' }).waitFor();
    await press('Inside Engineering');
    await press('Inside Engineering / Backend');
    await press('Sprint 42', 'Space');
    await press('Sprint 41', 'Space');
    await press('Remove: Engineering / Backend / Sprint 41');
    await press('Change rights');
    await page.getByText('Changed: in force from the next call.').waitFor();
    expect(await page.getByText('Engineering / Backend / Sprint 42').count()).toBeGreaterThan(0);
    await press('End: Script');
    await page.getByText('Ended. It no longer works').waitFor();
    await press('End all of them');
    await page.getByRole('heading', { name: 'End everything?' }).waitFor();
    await press('End all 2');
    await page.getByText('Nothing is connected to your account.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('in German, without scripts: rights are narrowed, Back is explained, and everything is ended', async () => {
    await connected();
    const { page, complaints } = await openPage(browser, {
      locale: 'de-DE',
      javaScriptEnabled: false,
      viewport: { width: 360, height: 800 },
    });
    await showKey(page, ['ClickUp-API-Schlüssel', 'Weiter']);
    await page.getByText('Alle Zeiten in der Zeitzone Europe/Berlin').waitFor();
    await page.getByRole('button', { name: 'Rechte ändern: Script' }).click();
    await page.getByLabel('Nur lesen').check();
    await page.getByRole('button', { name: 'Rechte ändern' }).click();
    await page.getByText('Das gilt ab dem nächsten Aufruf').waitFor();
    await page.goBack();
    await page.reload();
    await page.getByRole('link', { name: 'Sitzungen' }).waitFor();
    await page.goForward();
    await page.getByRole('button', { name: 'Alle beenden' }).click();
    await page.getByRole('link', { name: 'Behalten' }).click();
    await page.getByRole('button', { name: 'Alle beenden' }).click();
    await page.getByRole('button', { name: 'Alle 3 beenden' }).click();
    await page.getByText('Mit Ihrem Konto ist nichts verbunden.').waitFor();
    expect(complaints).toEqual([]);
  });
});
