/** A page may take so long: it asks ClickUp whose key it was shown. */
const TIMEOUT_MS = 30_000;

/** The part of a browser that the pages need: it keeps cookies and sends the hidden fields of the last form. */
export class FormBrowser {
  private readonly cookies = new Map<string, string>();
  private hidden: Record<string, string> = {};
  /** The page that was opened last. */
  html = '';

  constructor(private readonly base: string) {}

  /** @returns where the answer leads; '' for a page. @throws Error for a page that says what is wrong */
  async open(path: string, form?: Record<string, string>): Promise<string> {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(new URL(path, this.base), {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(form && { method: 'POST', body: new URLSearchParams({ ...this.hidden, ...form }) }),
    });
    for (const set of answer.headers.getSetCookie())
      this.cookies.set(set.slice(0, set.indexOf('=')), set.slice(set.indexOf('=') + 1).split(';')[0] ?? '');
    this.html = await answer.text();
    const location = answer.headers.get('location');
    if (!location && answer.status !== 200) throw new Error(`the page answers ${answer.status}: ${this.words()}`);
    this.hidden = Object.fromEntries(
      [...this.html.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    );
    return location ? new URL(location, this.base).href.replace(new URL(this.base).origin, '') : '';
  }

  /** Goes where an answer leads, as long as that is the same server. @returns the address of another server; '' for a page */
  async follow(location: string): Promise<string> {
    let next = location;
    while (next.startsWith('/')) next = await this.open(next);
    return next;
  }

  /** The value of a hidden field of the page. */
  field(name: string): string {
    return this.hidden[name] ?? '';
  }

  /** What the page says is wrong, or else its heading. */
  words(): string {
    const said = /role="alert"[^>]*>(.*?)<\/(?:p|div)>/s.exec(this.html) ?? /<h1>(.*?)<\/h1>/s.exec(this.html);
    return (said?.[1] ?? '')
      .replace(/<[^<>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  }
}
