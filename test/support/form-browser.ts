/** An answer as a browser without scripts sees it. */
export interface Seen {
  status: number;
  html: string;
  headers: Headers;
  /** Path and query, or URL of another server, of a redirect. */
  location?: string;
  /** Set-Cookie headers. */
  cookies: string[];
}

/** Keeps cookies, follows nothing, and sends forms with the token of the page it saw last. */
export class FormBrowser {
  readonly cookies = new Map<string, string>();
  /** Every URL that was opened, as the history would keep it. */
  readonly visited: string[] = [];
  csrf = '';
  /** The last request once more, as the reload button sends it. */
  again: () => Promise<Seen> = () => Promise.reject(new Error('nothing was opened yet'));

  constructor(
    readonly url: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  get(path: string): Promise<Seen> {
    return this.send(path, {});
  }

  /** A form that is to be filled in again leads to a page that shows it: that page is opened. */
  async post(
    path: string,
    fields: Record<string, string | string[]>,
    headers: Record<string, string> = {},
  ): Promise<Seen> {
    const body = new URLSearchParams({ csrf: this.csrf });
    for (const [name, values] of Object.entries(fields)) {
      body.delete(name);
      for (const value of [values].flat()) body.append(name, value);
    }
    const seen = await this.send(path, {
      method: 'POST',
      body: body.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
    return /^\/[^?]*\?(?:note=|proof=[^&]*&form=)/.test(seen.location ?? '') ? this.get(seen.location!) : seen;
  }

  private async send(path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Seen> {
    this.visited.push(path);
    this.again = () => this.send(path, init);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(new URL(path, this.url), {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html,*/*', ...(cookie ? { cookie } : {}), ...this.headers, ...init.headers },
    });
    const html = await answer.text();
    const cookies = answer.headers.getSetCookie();
    for (const set of cookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
      if (value) this.cookies.set(name!, value);
      else this.cookies.delete(name!);
    }
    this.csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? this.csrf;
    return {
      status: answer.status,
      html,
      headers: answer.headers,
      location: answer.headers.get('location')?.replace(this.url, ''),
      cookies,
    };
  }
}

/** The id of the proof in the URL of the next step. */
export const proofIn = ({ location }: Seen): string =>
  new URL(location ?? '', 'http://x').searchParams.get('proof') ?? '';
