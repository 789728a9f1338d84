import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { describeIf } from './needs.js';

const CHROMIUM = '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A `describe` for tests that need a real browser. */
export const describeWithBrowser = describeIf(
  existsSync(CHROMIUM),
  `a browser at ${CHROMIUM} (apt-get install chromium)`,
);

export function launch(): Promise<Browser> {
  // Chromium refuses to run its sandbox as root, which containers of CI often are.
  return chromium.launch({ executablePath: CHROMIUM, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

let profiles = 0;

/** A page of a fresh profile. Warnings and errors of its console are collected; a violation of the CSP is one. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  // Each profile comes from a network of its own, so that no ceiling per network gets in the way.
  profiles += 1;
  const context = await browser.newContext({
    locale: 'en-GB',
    extraHTTPHeaders: { 'x-forwarded-for': `100.64.${profiles % 256}.1` },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  const complaints: string[] = [];
  // A status of 4xx is what some pages are for; Chromium reports it as an error of the network.
  page.on(
    'console',
    (message) =>
      message.type() === 'error' &&
      !message.text().startsWith('Failed to load resource') &&
      complaints.push(message.text()),
  );
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints };
}

/** What axe-core finds wrong with the page as it is shown: `rule: element`. The context needs `bypassCSP`, because our CSP keeps axe out, too. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> };
    };
    const { violations } = await checker.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
    );
  });
}

/** What is wrong with the page at its width: what {@link axe} finds, and whether it has to be moved sideways. */
export async function faultsOf(page: Page): Promise<string[]> {
  const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  return [...(await axe(page)), ...(wide ? ['is wider than the window'] : [])].map((fault) => `${page.url()} ${fault}`);
}
