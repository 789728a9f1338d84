import { type Pair, pkce } from './oauth.js';
import { Person } from './person.js';

export interface HostAnswer {
  status: number;
  headers: Headers;
  body: Record<string, any>;
}

/** What a host found out about a connector, and what it was given. */
export interface Connection {
  resource: string;
  issuer: string;
  metadata: Record<string, any>;
  /** The scope that the first refusal named: what to ask for. */
  challengeScope: string;
}

/** A host as it looks from outside: discovers, asks, exchanges. Nothing is taken from any SDK: what is sent is what is tested. */
export class Host {
  constructor(
    readonly site: string,
    private readonly headers: Record<string, string>,
  ) {}

  /** Finds the metadata of both servers from a 401, by the URLs in the answers alone (RFC 9728, RFC 8414). */
  async discover(): Promise<Connection> {
    const refused = await this.mcp(undefined, 'server/discover');
    const challenge = refused.headers.get('www-authenticate') ?? '';
    const named = (parameter: string) => new RegExp(`[ ,]${parameter}="([^"]+)"`).exec(challenge)?.[1] ?? '';
    if (refused.status !== 401) throw new Error(`not refused: ${refused.status}`);
    const { body: resource } = await this.get(named('resource_metadata'));
    const issuer = resource.authorization_servers[0] as string;
    const { body: metadata } = await this.get(`${issuer}/.well-known/oauth-authorization-server`);
    return { resource: resource.resource as string, issuer, metadata, challengeScope: named('scope') };
  }

  /** The browser part, with PKCE and the resource; gives the code after state and iss were compared (RFC 9207). */
  async authorize(
    { metadata, issuer, resource }: Connection,
    request: { client_id: string; redirect_uri: string; scope: string },
    mode: 'read' | 'write' = 'write',
  ): Promise<{ code: string; pair: Pair }> {
    const pair = pkce();
    const query = {
      response_type: 'code',
      ...request,
      state: pair.verifier.slice(0, 22),
      code_challenge: pair.challenge,
      code_challenge_method: 'S256',
      resource,
    };
    const back = await new Person(this.site).approve(
      `${metadata.authorization_endpoint}?${new URLSearchParams(query).toString()}`,
      { mode },
    );
    const { code, state, iss } = Object.fromEntries(back.searchParams) as Record<string, string>;
    if (back.origin + back.pathname !== request.redirect_uri || state !== query.state || iss !== issuer || !code)
      throw new Error(`not the answer to what was asked: ${back.href}`);
    return { code, pair };
  }

  /** All the way to tokens. */
  async connect(
    connection: Connection,
    request: { client_id: string; redirect_uri: string; scope: string },
    mode: 'read' | 'write' = 'write',
  ): Promise<Record<string, any>> {
    const { code, pair } = await this.authorize(connection, request, mode);
    const { client_id, redirect_uri } = request;
    const { status, body } = await this.token(connection, {
      grant_type: 'authorization_code',
      code,
      redirect_uri,
      client_id,
      code_verifier: pair.verifier,
    });
    if (status !== 200) throw new Error(`no tokens: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  token({ metadata, resource }: Connection, form: Record<string, string>): Promise<HostAnswer> {
    return this.send(metadata.token_endpoint as string, {
      method: 'POST',
      body: new URLSearchParams({ ...form, resource }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  }

  register({ metadata }: Connection, body: object): Promise<HostAnswer> {
    return this.send(metadata.registration_endpoint as string, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  }

  get(url: string): Promise<HostAnswer> {
    return this.send(url, {});
  }

  /** A request of revision 2026-07-28: everything is said in each of them. */
  mcp(token: string | undefined, method: string, params: Record<string, unknown> = {}): Promise<HostAnswer> {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'host', version: '1.0.0' },
    };
    const name: Record<string, string> = typeof params.name === 'string' ? { 'mcp-name': params.name } : {};
    return this.rpc(
      token,
      { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...name },
    );
  }

  rpc(token: string | undefined, message: object, headers: Record<string, string> = {}): Promise<HostAnswer> {
    const credential: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return this.send(`${this.site}/mcp`, {
      method: 'POST',
      body: JSON.stringify(message),
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...credential,
        ...headers,
      },
    });
  }

  private async send(
    url: string,
    init: { method?: string; body?: string; headers?: Record<string, string> },
  ): Promise<HostAnswer> {
    const answer = await fetch(url, { ...init, headers: { ...this.headers, ...init.headers } });
    const text = await answer.text();
    const json = /^data: (.+)$/m.exec(text)?.[1] ?? text;
    return {
      status: answer.status,
      headers: answer.headers,
      body: json.startsWith('{') ? (JSON.parse(json) as Record<string, any>) : { text },
    };
  }
}
