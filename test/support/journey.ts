import { pkce } from './oauth.js';
import { Person } from './person.js';

export interface Pair {
  access_token: string;
  refresh_token: string;
}

interface Answered {
  status: number;
  body: Record<string, any>;
}

let journeys = 0;
const CALLBACK = 'http://127.0.0.1:9/callback';

/**
 * Everything that writes, once, as a client and a person with a browser do it: registration, authorization, pages, code, token,
 * a call, refresh, revocation, and an API key. Remembers what each of them holds, also when it was interrupted.
 */
export class Journey {
  clientId = '';
  code = '';
  /** How many attempts to redeem the code were answered with a token; more than one would be a mistake. */
  redeemed = 0;
  pairs: Pair[] = [];
  /** Revoking has begun; when it was interrupted, whether it was done is not known. */
  revoking = false;
  revoked = false;
  key = '';
  /** Sends the request that was interrupted once more, and resolves to its status. */
  again: () => Promise<number> = () => Promise.resolve(0);
  private sent = this.again;
  /** Each journey comes from a network of its own, so that no ceiling per network gets in the way. */
  private readonly headers = { 'x-forwarded-for': `100.${64 + (journeys >> 8)}.${(journeys += 1) & 255}.1` };
  private readonly pkce = pkce();
  readonly person: Person;

  /** @param name of the client and of the key */
  constructor(
    readonly site: string,
    readonly name: string,
  ) {
    this.person = new Person(site, this.headers);
  }

  /** The same person goes the same way with the same browser. */
  anew(): Journey {
    const next = new Journey(this.site, `${this.name} anew`);
    this.person.browser.cookies.forEach((value, name) => next.person.browser.cookies.set(name, value));
    return next;
  }

  /** @throws Error at the first answer that is none or not the expected one */
  async go(): Promise<void> {
    try {
      await this.all();
    } finally {
      this.again = this.sent;
    }
  }

  private async all(): Promise<void> {
    await this.register();
    await this.authorize();
    expectStatus(200, await this.redeem());
    if ((await this.works(this.pairs[0]!.access_token)) !== 200) throw new Error('the token does not work');
    expectStatus(200, await this.refresh(this.pairs[0]!.refresh_token));
    expectStatus(200, await this.revoke());
    await this.makeKey();
  }

  private async register(): Promise<Answered> {
    this.sent = async () => (await this.register()).status;
    const answer = await this.post(
      '/register',
      JSON.stringify({
        client_name: this.name,
        redirect_uris: [CALLBACK],
        application_type: 'native',
        token_endpoint_auth_method: 'none',
      }),
    );
    this.clientId = expectStatus(201, answer).body.client_id as string;
    return answer;
  }

  private async authorize(): Promise<void> {
    const query = {
      response_type: 'code',
      client_id: this.clientId,
      redirect_uri: CALLBACK,
      state: 'state',
      scope: 'read write offline_access',
      code_challenge: this.pkce.challenge,
      code_challenge_method: 'S256',
    };
    this.sent = async () => (await this.person.browser.again()).status;
    const back = await this.person.approve(`${this.site}/authorize?${new URLSearchParams(query).toString()}`);
    this.code = back.searchParams.get('code') ?? '';
    if (!this.code) throw new Error(`no code: ${back.href}`);
  }

  async redeem(): Promise<Answered> {
    this.sent = async () => (await this.redeem()).status;
    const answer = await this.form('/token', {
      grant_type: 'authorization_code',
      code: this.code,
      redirect_uri: CALLBACK,
      code_verifier: this.pkce.verifier,
    });
    if (answer.status === 200) this.redeemed += 1;
    return this.kept(answer);
  }

  async refresh(refreshToken: string): Promise<Answered> {
    this.sent = async () => (await this.refresh(refreshToken)).status;
    return this.kept(await this.form('/token', { grant_type: 'refresh_token', refresh_token: refreshToken }));
  }

  async revoke(): Promise<Answered> {
    this.sent = async () => (await this.revoke()).status;
    this.revoking = true;
    const answer = await this.form('/revoke', { token: this.pairs[0]!.access_token });
    this.revoked = answer.status === 200;
    return answer;
  }

  /** Status of a call with a token or key. */
  async works(token: string): Promise<number> {
    this.sent = () => this.works(token);
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    return (
      await this.post('/mcp', body, 'application/json', {
        authorization: `Bearer ${token}`,
        accept: 'application/json, text/event-stream',
      })
    ).status;
  }

  private async makeKey(): Promise<void> {
    this.sent = async () => (await this.person.browser.again()).status;
    this.key = await this.person.makeKey({ label: this.name });
    if ((await this.works(this.key)) !== 200) throw new Error('the key does not work');
  }

  private kept(answer: Answered): Answered {
    if (answer.status === 200) this.pairs.push(answer.body as Pair);
    return answer;
  }

  private form(path: string, fields: Record<string, string>): Promise<Answered> {
    return this.post(
      path,
      new URLSearchParams({ client_id: this.clientId, ...fields }).toString(),
      'application/x-www-form-urlencoded',
    );
  }

  private async post(
    path: string,
    body: string,
    type = 'application/json',
    headers: Record<string, string> = {},
  ): Promise<Answered> {
    const answer = await fetch(this.site + path, {
      method: 'POST',
      headers: { 'content-type': type, ...this.headers, ...headers },
      body,
    });
    const text = await answer.text();
    return { status: answer.status, body: text.startsWith('{') ? (JSON.parse(text) as Record<string, any>) : {} };
  }
}

function expectStatus(status: number, answer: Answered): Answered {
  if (answer.status !== status) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}
