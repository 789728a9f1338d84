import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { describeIf } from './needs.js';

/** The same engine without the program around it costs a third of the CPU time, and is taken where it is there. */
const CHROMIUMS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const CHROMIUM = CHROMIUMS.find((path) => existsSync(path));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A `describe` for tests that need a real browser. */
export const describeWithBrowser = describeIf(
  CHROMIUM !== undefined,
  `a browser at ${CHROMIUMS.join(' or ')} (apt-get install chromium-headless-shell)`,
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

/** The rules of axe-core whose verdict depends on colours and the width of the window. */
const OF_LOOKS = ['color-contrast', 'scrollable-region-focusable', 'target-size'];

/**
 * What axe-core finds wrong with the page as it is shown: `rule: element`. The context needs `bypassCSP`, because our CSP keeps axe out, too.
 * @param again the page was checked before, with other colours or at another width
 */
async function axe(page: Page, again = false): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE);
  return page.evaluate(
    async (rules) => {
      const { axe: checker } = globalThis as unknown as {
        axe: {
          run(options: { runOnly?: string[]; resultTypes: string[] }): Promise<{
            violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
          }>;
        };
      };
      const { violations } = await checker.run({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
      );
    },
    again ? OF_LOOKS : undefined,
  );
}

/** What is wrong with the page at its width: what {@link axe} finds, and whether it has to be moved sideways. */
export async function faultsOf(page: Page, again = false): Promise<string[]> {
  const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  return [...(await axe(page, again)), ...(wide ? ['is wider than the window'] : [])];
}

/** The element that has the focus: what it is called, and whether one sees that it has it. It runs in the browser. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { width, height, top, bottom } = element.getBoundingClientRect();
  return {
    name: element.getAttribute('aria-label') ?? element.labels?.[0]?.innerText ?? element.innerText,
    seen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && width > 8 && height > 8 && bottom > 0 && top < innerHeight,
  };
})()`;

/** Goes on with the Tab key until something of this name has the focus. @throws Error when nothing has, or when on the way one cannot see where the focus is */
export async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let steps = 0; steps < 150; steps++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<{ name: string; seen: boolean }>(FOCUSED);
    const called = focused.name.replaceAll(/\s+/g, ' ').trim();
    if (!focused.seen && called !== '') throw new Error(`the focus on ${called} cannot be seen`);
    if (called.startsWith(name)) return;
    passed.push(called);
  }
  throw new Error(`the Tab key does not lead to ${name}, but to: ${passed.join(' | ')}`);
}
