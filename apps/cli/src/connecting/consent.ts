import { type Authorization } from './authorization.js';
import { FormBrowser } from './form-browser.js';

/** What the person of {@link consent} shows and chooses. */
export interface Choice {
  clickupKey: string;
  /** Id of the Workspace; absent: the first that the account reaches. */
  workspace?: string | undefined;
  /** Fields of the last form. */
  grant: Record<string, string>;
}

/**
 * Plays the person whom a client sends to the pages: shows a ClickUp key, takes a Workspace, says what may be done.
 * @param gateway its URL without a path
 * @returns the address that the client is called back at
 * @throws Error when a page is not the expected one
 */
export async function consent(gateway: string, { path, client }: Authorization, choice: Choice): Promise<URL> {
  const browser = new FormBrowser(gateway);
  const page = await browser.open(path);
  if (!page.startsWith('/connect/'))
    throw new Error(`the pages do not begin: ${page.startsWith('/') ? browser.words() : page}`);
  await browser.open(page);
  await browser.follow(await browser.open(`${page}/credential`, { clickup_key: choice.clickupKey }));
  // A key that is not taken leads back to the form that asks for one, which has no proof yet.
  if (!browser.field('proof')) throw new Error(`the ClickUp key is not taken: ${browser.words()}`);
  await takeWorkspace(browser, page, choice.workspace);
  const back = await browser.follow(await browser.open(`${page}/grant`, choice.grant));
  if (!back.startsWith(client.redirect_uri)) throw new Error(`not sent back to the client: ${back || browser.words()}`);
  return new URL(back);
}

/** Where the account reaches several Workspaces, the page asks for one. */
async function takeWorkspace(browser: FormBrowser, page: string, wanted: string | undefined): Promise<void> {
  const only = browser.field('workspace');
  const offered = only
    ? [only]
    : [...browser.html.matchAll(/type="radio" name="workspace" value="(\d+)"/g)].map(([, id = '']) => id);
  const taken = wanted ?? offered[0];
  if (taken === undefined || !offered.includes(taken))
    throw new Error(`the Workspace ${wanted ?? ''} is not offered, only ${offered.join(', ') || 'none'}`);
  if (only) return;
  const query = new URLSearchParams({ proof: browser.field('proof'), workspace: taken });
  await browser.follow(`${page}/access?${query.toString()}`);
}
