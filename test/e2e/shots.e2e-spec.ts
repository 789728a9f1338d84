import { launch, openPage, axe } from '../support/browser.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Browser, type Page } from 'playwright-core';
let app: TestApp; let plain: TestApp; let browser: Browser;
beforeAll(async () => {
  [app, plain] = await Promise.all([startTestApp({ env: { API_KEY_MODE: 'user_bound', CLICKUP_CLIENT_ID: 'sandbox_client', CLICKUP_CLIENT_SECRET: 'sandbox_secret' } }), startTestApp()]);
  browser = await launch();
});
afterAll(async () => { await browser?.close(); await app?.close(); await plain?.close(); });
const look = async (page: Page, name: string) => { await page.screenshot({ path: `/tmp/shots/${name}.png`, fullPage: true }); const found = await axe(page); if (found.length) console.log(name, found); };
test.each([['light', 'en-GB', { width: 1100, height: 800 }], ['dark', 'de-DE', { width: 390, height: 800 }]] as const)('%s', async (colorScheme, locale, viewport) => {
  const { page, complaints } = await openPage(browser, { bypassCSP: true, colorScheme, locale, viewport });
  const n = colorScheme;
  await page.goto(`${plain.url}/`); await look(page, `${n}-home`);
  await page.goto(`${app.url}/nope`); await look(page, `${n}-404`);
  await page.goto(`${app.url}/`); await look(page, `${n}-key-1`);
  await page.fill('#clickup_key', 'pk_wrong_0123456789'); await page.click('button.primary'); await look(page, `${n}-key-1-wrong`);
  await page.fill('#clickup_key', 'pk_sandbox_owner'); await page.click('button.primary'); await look(page, `${n}-key-2`);
  if (await page.$('input[name=workspace][type=radio]')) { await page.click('button.primary'); await look(page, `${n}-key-2b`); }
  await page.click('input[value=selective]'); await look(page, `${n}-key-2c`);
  await page.click('button.primary'); await look(page, `${n}-key-3`);
  await page.click('button.primary'); await look(page, `${n}-key-3-nothing`);
  await page.click('#tree input >> nth=0'); await page.screenshot({ path: `/tmp/shots/${n}-key-3-ticked.png` });
  await page.click('button.primary'); await look(page, `${n}-key-4`);
  console.log(page.url(), complaints);
}, 60000);
