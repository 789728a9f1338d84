import { loadConfig, makeFolder } from '#libs/core';
import { chromium } from 'playwright-core';
import { call } from '../demo/answer.js';
import { authorization } from '../connecting/authorization.js';
import { CLICKUP_KEY, setUp } from '../demo/stage.js';
import { conversation } from '../pictures/conversation.js';

const FOLDER = 'docs/pictures';
const CALLBACK = 'https://claude.ai/api/mcp/auth_callback';
const CHROMIUM = '/usr/bin/chromium';
/** What the person in the picture of an answer asks, and the call that a model makes of it. */
const QUESTION = 'Which of my tasks are due this week?';
const TOOL = 'find_tasks';
const ARGUMENTS = { assignees: ['me'], due: 'this week' };

/** Takes the pictures of the documents from the running product: the demo's gateway, and a real browser. */
export async function run(): Promise<number> {
  makeFolder(FOLDER);
  const stage = await setUp(loadConfig());
  // Chromium refuses to run its sandbox as root, which containers often are.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  try {
    const { write } = stage.doors;
    const viewport = { width: 640, height: 900 };
    const page = await browser.newPage({ locale: 'en-GB', viewport, deviceScaleFactor: 1.25 });
    const take = async (name: string) => {
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
    return 0;
  } finally {
    await browser.close();
    await stage.close();
  }
}
