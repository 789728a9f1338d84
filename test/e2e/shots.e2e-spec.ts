import { launch, openPage, axe } from '../support/browser.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Browser, type Page } from 'playwright-core';
let app: TestApp; let plain: TestApp; let none: TestApp; let browser: Browser;
beforeAll(async () => {
  [app, plain] = await Promise.all([startTestApp({ env: { API_KEY_MODE: 'user_bound', CLICKUP_CLIENT_ID: 'sandbox_client', CLICKUP_CLIENT_SECRET: 'sandbox_secret' } }), startTestApp()]);
  app.sandbox.configure({} as never);
  app.url = app.url.replace('127.0.0.1', 'localhost');
  browser = await launch();
}, 60000);
afterAll(async () => { await browser?.close(); await app?.close(); await plain?.close(); });
const look = async (page: Page, name: string) => { await page.screenshot({ path: `/tmp/shots/${name}.png`, fullPage: true }); const found = await axe(page); if (found.length) console.log(name, found); };
test.each([['light', 'en-GB', { width: 1100, height: 800 }], ['dark', 'de-DE', { width: 390, height: 800 }]] as const)('%s', async (colorScheme, locale, viewport) => {
  const { page, complaints } = await openPage(browser, { bypassCSP: true, colorScheme, locale, viewport });
  const n = colorScheme;
  await page.goto(`${plain.url}/connect`); await look(page, `${n}-connect`);
  const client = await (await fetch(`${app.url}/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ client_name: 'Cursor <b>', redirect_uris: ['http://127.0.0.1:9/callback'], token_endpoint_auth_method: 'none', application_type: 'native' }) })).json();
  const url = `${app.url}/authorize?response_type=code&client_id=${client.client_id}&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcallback&state=s&code_challenge=${'a'.repeat(43)}&code_challenge_method=S256`;
  await page.goto(url); await look(page, `${n}-auth-1`);
  await page.click('text=/Sign in with ClickUp|Mit ClickUp anmelden/'); console.log(page.url());
  await page.click('button'); console.log(page.url()); await look(page, `${n}-auth-2`);
  await page.click('input[value=write]');
  await page.click('button.primary').catch(String); console.log(page.url());
  await page.goto(`${app.url}/sessions`); await look(page, `${n}-sessions-1`);
  await page.fill('#clickup_key', 'pk_sandbox_owner'); await page.click('button.primary'); await look(page, `${n}-sessions-2`);
  await page.click('.danger'); await look(page, `${n}-sessions-3`);
  await page.goto(`${app.url}/authorize?response_type=code&client_id=${client.client_id}&redirect_uri=https://evil.com/`); await look(page, `${n}-refused`);
  console.log(page.url(), complaints);
}, 60000);
