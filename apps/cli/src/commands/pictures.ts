import { loadConfig, makeFolder } from '#libs/core';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { call } from '../demo/answer.js';
import { authorization } from '../connecting/authorization.js';
import { CLICKUP_KEY, setUp } from '../demo/stage.js';
import { PROMETHEUS } from '../dashboards/prometheus.js';
import { conversation } from '../pictures/conversation.js';
import { dashboardRun } from '../pictures/dashboard-run.js';
import { panelsPage } from '../pictures/panels-page.js';

const FOLDER = 'docs/pictures';
const CALLBACK = 'https://claude.ai/api/mcp/auth_callback';
const CHROMIUM = '/usr/bin/chromium';
/** Of Prometheus, while the dashboards are taken. */
const PROMETHEUS_PORT = 9_390;
/** What the person in the picture of an answer asks, and the call that a model makes of it. */
const QUESTION = 'Which of my tasks are due this week?';
const TOOL = 'find_tasks';
const ARGUMENTS = { assignees: ['me'], due: 'this week' };

/** Takes the pictures of the documents from the running product: the demo's gateway, one at work for the dashboards, and a real browser. */
export async function run(): Promise<number> {
  makeFolder(FOLDER);
  const config = loadConfig();
  const stage = await setUp(config);
  // Chromium refuses to run its sandbox as root, which containers often are.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  try {
    const { write } = stage.doors;
    const viewport = { width: 640, height: 900 };
    const page = await browser.newPage({ locale: 'en-GB', viewport, deviceScaleFactor: 1.25 });
    const broken: Error[] = [];
    page.on('pageerror', (error) => broken.push(error));
    const take = async (name: string) => {
      if (broken[0]) throw broken[0];
      await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage: true });
      console.log(`${FOLDER}/${name}.png`);
    };
    const gateway = new URL(write.url).origin;
    await page.goto(gateway + (await authorization(gateway, 'Claude', CALLBACK)).path);
    await page.getByLabel('ClickUp API key').fill(CLICKUP_KEY);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Selective write').check();
    await take('consent');
    await page.getByRole('button', { name: 'Choose Spaces and Lists' }).click();
    await page.getByRole('button', { name: 'Inside Engineering', exact: true }).click();
    await page.locator('li.folder', { hasText: 'Backend' }).locator('> .row input').check();
    await page.locator('li.space', { hasText: 'Marketing' }).locator('> .row input').check();
    await take('places');
    const { text } = await call(write.client, TOOL, ARGUMENTS, AbortSignal.timeout(30_000));
    // Away from the gateway's page, whose policy allows no style of another.
    await page.goto('about:blank');
    await page.setViewportSize({ width: 900, height: 200 });
    await page.setContent(conversation({ question: QUESTION, tool: TOOL, args: ARGUMENTS, answer: text }));
    await take('answer');
    if (!existsSync(PROMETHEUS)) {
      console.log(`The dashboards need ${PROMETHEUS} (apt-get install prometheus): their pictures stay as they are.`);
      return 0;
    }
    await page.setViewportSize({ width: 1_216, height: 600 });
    for (const [name, { title, drawn }] of await dashboardRun(PROMETHEUS_PORT, join(config.DATA_DIR, 'pictures'))) {
      await page.setContent(panelsPage(title, drawn));
      await take(`dashboard-${name}`);
    }
    return 0;
  } finally {
    await browser.close();
    await stage.close();
  }
}
