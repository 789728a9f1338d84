import { authorization, post } from './authorization.js';

/** Loopback, where clients on the same machine wait; nobody listens, because only the address of the last redirect is read. */
const REDIRECT_URI = 'http://127.0.0.1/callback';

/**
 * Connects as a new client does: registers, sends a person to the consent page, and exchanges the code. The person is played here,
 * on the real pages: shows a ClickUp key and ticks one List.
 * @param gateway its URL without a path
 * @returns an access token
 * @throws Error when a page or an answer is not the expected one
 */
export async function consented(gateway: string, clickupKey: string, list: string): Promise<string> {
  const browser = new FormBrowser(gateway);
  const { client, verifier, path } = await authorization(gateway, 'OAuth demo', REDIRECT_URI);
  const page = await browser.open(path);
  await browser.open(page);
  await browser.open(await browser.open(`${page}/credential`, { clickup_key: clickupKey }));
  let next = await browser.open(`${page}/grant`, { mode: 'selective', places: 'shown', place: `list:${list}` });
  while (!next.startsWith(REDIRECT_URI)) next = await browser.open(next);
  const code = new URL(next).searchParams.get('code') ?? '';

  const { access_token: token } = await post(`${gateway}/token`, {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    ...client,
  });
  return String(token);
}

/** The part of a browser that the pages need: it keeps cookies and sends the hidden fields of the last form. */
class FormBrowser {
  private readonly cookies = new Map<string, string>();
  private hidden: Record<string, string> = {};

  constructor(private readonly base: string) {}

  /** @returns where the answer leads; '' for a page. @throws Error for a page that says what is wrong */
  async open(path: string, form?: Record<string, string>): Promise<string> {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(new URL(path, this.base), {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie },
      ...(form && { method: 'POST', body: new URLSearchParams({ ...this.hidden, ...form }) }),
    });
    for (const set of answer.headers.getSetCookie())
      this.cookies.set(set.slice(0, set.indexOf('=')), set.slice(set.indexOf('=') + 1).split(';')[0] ?? '');
    const html = await answer.text();
    const location = answer.headers.get('location');
    if (!location && answer.status !== 200)
      throw new Error(`${path}: ${answer.status} ${/<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? ''}`);
    this.hidden = Object.fromEntries(
      [...html.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    );
    return location ? new URL(location, this.base).href.replace(new URL(this.base).origin, '') : '';
  }
}
