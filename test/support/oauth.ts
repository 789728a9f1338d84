import { Authorizations } from '#libs/auth';
import { type FastifyRequest } from 'fastify';
import { createHash, randomBytes } from 'node:crypto';
import { type TestApp } from './app.js';

export const CALLBACK = 'http://127.0.0.1:9/callback';
export const PERSON = { id: '81', name: 'Ada' };

export interface Pair {
  verifier: string;
  challenge: string;
}

export function pkce(): Pair {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export interface TokenAnswer {
  status: number;
  headers: Headers;
  body: Record<string, any>;
}

/** A client, and the browser of the person who uses it, without any help from a library: what is sent is what is tested. */
export class OAuthTester {
  clientId = '';
  /** Of every request; with another X-Forwarded-For it comes from another network, which has a limit of its own. */
  headers: Record<string, string> = {};

  private constructor(readonly app: TestApp) {}

  static async registered(app: TestApp, metadata: Record<string, unknown> = {}): Promise<OAuthTester> {
    const tester = new OAuthTester(app);
    const answer = await tester.json('/register', {
      client_name: 'Test client',
      redirect_uris: [CALLBACK],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      ...metadata,
    });
    if (answer.status !== 201) throw new Error(`registration failed: ${JSON.stringify(answer.body)}`);
    tester.clientId = answer.body.client_id as string;
    return tester;
  }

  static unregistered(app: TestApp): OAuthTester {
    return new OAuthTester(app);
  }

  /** Sends the browser to /authorize; undefined drops a parameter. */
  authorize(
    parameters: Record<string, string | undefined> = {},
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const query = {
      response_type: 'code',
      client_id: this.clientId,
      redirect_uri: CALLBACK,
      state: 'st',
      code_challenge_method: 'S256',
      ...parameters,
    };
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return this.get(`/authorize?${new URLSearchParams(given).toString()}`, headers);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.app.url}${path}`, {
      redirect: 'manual',
      headers: { accept: 'text/html', ...this.headers, ...headers },
    });
  }

  /** Begins an authorization: the uid in the page's URL, and the cookie of the browser. */
  async begin(parameters: Record<string, string | undefined> = {}): Promise<{ uid: string; cookie: string }> {
    return begunBy(await this.authorize(parameters));
  }

  /** What the consent page does when the person clicks Connect; then the redirect to the client. */
  async approve({ uid, cookie }: { uid: string; cookie: string }, mode: 'read' | 'write' = 'write'): Promise<URL> {
    const authorizations = this.app.gateway.app.get(Authorizations);
    const returnTo = await authorizations.approve(uid, browser(cookie), {
      workspaceId: '12345',
      person: PERSON,
      credential: 'pk_sandbox_owner',
      policy: { mode },
    });
    return this.follow(returnTo, cookie);
  }

  async follow(returnTo: string, cookie: string): Promise<URL> {
    const { pathname, search } = new URL(returnTo);
    const answer = await this.get(pathname + search, { cookie });
    const location = answer.headers.get('location');
    if (!location) throw new Error(`no redirect: ${answer.status} ${await answer.text()}`);
    return new URL(location);
  }

  /** From the client's link to its code. */
  async code(parameters: Record<string, string | undefined> = {}, mode: 'read' | 'write' = 'write'): Promise<string> {
    const answer = await this.approve(await this.begin(parameters), mode);
    const code = answer.searchParams.get('code');
    if (!code) throw new Error(`no code: ${answer.href}`);
    return code;
  }

  token(parameters: Record<string, string>, app: TestApp['url'] = this.app.url): Promise<TokenAnswer> {
    return this.form('/token', { client_id: this.clientId, ...parameters }, app);
  }

  redeem(
    code: string,
    { verifier }: Pair,
    parameters: Record<string, string> = {},
    app: TestApp['url'] = this.app.url,
  ): Promise<TokenAnswer> {
    return this.token(
      { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier, ...parameters },
      app,
    );
  }

  refresh(
    refreshToken: string,
    parameters: Record<string, string> = {},
    app: TestApp['url'] = this.app.url,
  ): Promise<TokenAnswer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...parameters }, app);
  }

  revoke(token: string, parameters: Record<string, string> = {}): Promise<TokenAnswer> {
    return this.form('/revoke', { client_id: this.clientId, token, ...parameters });
  }

  /** The whole way to a token. */
  async tokens(
    mode: 'read' | 'write' = 'write',
    parameters: Record<string, string> = {},
  ): Promise<Record<string, any>> {
    const pair = pkce();
    const { status, body } = await this.redeem(
      await this.code({ code_challenge: pair.challenge, ...parameters }, mode),
      pair,
    );
    if (status !== 200) throw new Error(`no token: ${JSON.stringify(body)}`);
    return body;
  }

  /** Status of a call with a token: 200 or 401. */
  async works(token: string, app: TestApp['url'] = this.app.url): Promise<number> {
    const answer = await fetch(`${app}/mcp`, {
      method: 'POST',
      headers: { ...this.headers, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    await answer.text();
    return answer.status;
  }

  async form(
    path: string,
    parameters: Record<string, string> | URLSearchParams,
    app: TestApp['url'] = this.app.url,
  ): Promise<TokenAnswer> {
    return read(
      await fetch(app + path, { method: 'POST', headers: this.headers, body: new URLSearchParams(parameters) }),
    );
  }

  async json(path: string, body: unknown): Promise<TokenAnswer> {
    return read(
      await fetch(this.app.url + path, {
        method: 'POST',
        headers: { ...this.headers, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
  }
}

export function begunBy(answer: Response): { uid: string; cookie: string } {
  const uid = /\/connect\/([\w-]+)$/.exec(answer.headers.get('location') ?? '')?.[1];
  if (answer.status !== 303 || !uid) throw new Error(`not begun: ${answer.status} ${answer.headers.get('location')}`);
  return {
    uid,
    cookie: answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  };
}

/** The part of a request that shows which browser sent it. */
export const browser = (cookie: string) => ({ headers: { cookie } }) as FastifyRequest;

async function read(answer: Response): Promise<TokenAnswer> {
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: text.startsWith('{') ? (JSON.parse(text) as Record<string, any>) : { text },
  };
}
