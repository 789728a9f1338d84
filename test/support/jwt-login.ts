import { type TestApp } from './app.js';
import { FormBrowser, proofIn, type Seen } from './form-browser.js';

/** An installation where people sign in with ClickUp; replicas answer under one address. */
export const SIGN_IN = { CLICKUP_CLIENT_ID: 'sandbox_client', CLICKUP_CLIENT_SECRET: 'sandbox_secret' };
const OWNER = { user: 'anna.fischer@acme.example', workspaces: ['12345'] };
/** Of two Workspaces. */
export const BOTH = { user: 'chloe.bennett@acme.example', workspaces: ['12345', '67890'] };

let networks = 0;

/** One attempt to sign in for a JWT: a browser, or a program that asks for no pages, and ClickUp's page. */
export class JwtLogin {
  readonly browser: FormBrowser;
  /** What ClickUp was asked with. */
  asked = new URLSearchParams();

  /** @param accept a program's, unless said otherwise */
  constructor(
    readonly app: Pick<TestApp, 'url' | 'sandbox'>,
    accept = '*/*',
  ) {
    this.browser = new FormBrowser(app.url, {
      accept,
      'x-forwarded-for': `100.${100 + (networks >> 8)}.${(networks += 1) & 255}.1`,
    });
  }

  /** Begins at `/auth/login`. */
  async begin(query: Record<string, string> = {}): Promise<Seen> {
    const seen = await this.browser.get(`/auth/login?${new URLSearchParams(query).toString()}`);
    if (seen.location?.startsWith('http')) this.asked = new URL(seen.location).searchParams;
    return seen;
  }

  /** Agrees at ClickUp. @returns path and query of where ClickUp sends the browser back to */
  async agree({ user, workspaces }: { user: string; workspaces: readonly string[] } = OWNER): Promise<string> {
    // The page names people by ids of its own; the form is sent as the browser would.
    const html = await (await fetch(`${this.app.sandbox.url}/api?${this.asked.toString()}`)).text();
    const field = new RegExp(`value="${user}".*?name="(workspace_[^"]+)"`, 's').exec(html)![1]!;
    const form = new URLSearchParams(this.asked);
    form.append('user', user);
    for (const id of workspaces) form.append(field, id);
    const answer = await fetch(`${this.app.sandbox.url}/api`, { method: 'POST', body: form, redirect: 'manual' });
    const { pathname, search } = new URL(answer.headers.get('location')!);
    return pathname + search;
  }

  /** The whole way of a program that wants a code: where the person is sent in the end. */
  async code(query: Record<string, string>): Promise<URL> {
    await this.begin(query);
    const back = await this.browser.get(await this.agree());
    await this.browser.get(back.location!);
    const base = back.location!.replace(/\/access.*/, '');
    const form = { proof: proofIn(back), workspace: '12345', mode: 'write' };
    return new URL((await this.browser.post(`${base}/grant`, form)).location!);
  }

  /** The whole way, where nothing has to be decided. */
  async signIn(query: Record<string, string> = {}, who = OWNER): Promise<Session> {
    await this.begin(query);
    const seen = await this.browser.get(await this.agree(who));
    if (seen.status !== 200) throw new Error(`not signed in: ${seen.status} ${seen.html}`);
    return JSON.parse(seen.html) as Session;
  }
}

/** S3's answer of `/auth/callback`. */
export interface Session {
  success: boolean;
  jwt_token: string;
  expires_in: number;
  user: { id: string; email: string; team_id: string };
}
