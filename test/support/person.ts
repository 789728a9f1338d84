import { FormBrowser, type Seen } from './form-browser.js';

/** What a person types and clicks. */
export interface Choice {
  clickupKey?: string;
  mode?: 'read' | 'write';
  /** Name of an API key. */
  label?: string;
}

/** A person with a browser: opens links, fills in the forms that our pages really hold, and clicks. No scripts are needed for that. */
export class Person {
  readonly browser: FormBrowser;

  /**
   * @param site the gateway's public URL
   * @param headers of every request
   */
  constructor(site: string, headers: Record<string, string> = {}) {
    this.browser = new FormBrowser(site, headers);
  }

  /**
   * From a client's link to "Connect".
   * @returns the URL that the browser is sent to in the end: the client's callback
   * @throws Error with the page that was not expected
   */
  async approve(link: string | URL, choice: Choice = {}): Promise<URL> {
    const { pathname, search } = new URL(link);
    const { location, status, html } = await this.decide(await this.open(pathname + search), choice);
    if (!location) throw new Error(`not sent back to the client: ${status} ${titleOf(html)}`);
    return new URL(location);
  }

  /** From the start page to an API key of their own. @returns the key, from the one page that shows it */
  async makeKey(choice: Choice = {}): Promise<string> {
    const { status, html } = await this.decide(await this.open('/'), choice);
    const key = /cuk_[\w-]{22}:[\w-]{43}/.exec(html)?.[0];
    if (!key) throw new Error(`no key: ${status} ${titleOf(html)}`);
    return key;
  }

  /** Opens a page of ours, and whatever it leads to, as long as that is ours too. */
  async open(path: string): Promise<Seen> {
    return this.follow(await this.browser.get(path));
  }

  /** Shows the ClickUp credential on a page that asks for it. @returns the page behind */
  async show(path: string, clickupKey = 'pk_sandbox_owner'): Promise<Seen> {
    return this.submit(await this.open(path), { clickup_key: clickupKey });
  }

  /** Sends the hidden fields of a page's first form to some address, as a button with a `formaction` does. */
  async press(html: string, action: string, fields: Record<string, string>): Promise<Seen> {
    const [, content = ''] = /<form[^>]*>(.*?)<\/form>/s.exec(html.slice(html.indexOf('/sessions/revoke') - 100)) ?? [];
    return this.follow(await this.browser.post(action, { ...hidden(content), ...fields }));
  }

  private async decide(page: Seen, { clickupKey = 'pk_sandbox_owner', mode = 'write', label }: Choice): Promise<Seen> {
    const proved = await this.submit(page, { clickup_key: clickupKey, ...(label === undefined ? {} : { label }) });
    return this.submit(proved, { mode });
  }

  /** Fills in fields of the form that has the first of them, and leaves the others as they are. */
  async submit({ status, html }: Seen, fields: Record<string, string | string[]>): Promise<Seen> {
    const [field = ''] = Object.keys(fields);
    const form = [...html.matchAll(/<form[^>]* action="([^"]+)"[^>]*>(.*?)<\/form>/gs)].find(([, , content]) =>
      content!.includes(`name="${field}"`),
    );
    if (!form) throw new Error(`no form with ${field}: ${status} ${titleOf(html)}`);
    return this.follow(await this.browser.post(form[1]!, { ...hidden(form[2]!), ...fields }));
  }

  private async follow(seen: Seen): Promise<Seen> {
    let at = seen;
    while (at.location?.startsWith('/')) at = await this.browser.get(at.location);
    return at;
  }
}

const hidden = (form: string): Record<string, string> =>
  Object.fromEntries(
    [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name!,
      value!,
    ]),
  );
const titleOf = (html: string) => /<title>([^<]*)/.exec(html)?.[1] ?? html.slice(0, 200);
