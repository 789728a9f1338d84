import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
  UnauthorizedError as ModernUnauthorized,
} from '@modelcontextprotocol/client';
import { UnauthorizedError as OlderUnauthorized } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { begunBy, CALLBACK, OAuthTester } from '../support/oauth.js';
import { execute, query } from '../support/postgres.js';

let app: TestApp;
let server: URL;
beforeAll(async () => {
  app = await startTestApp();
  server = new URL('/mcp', app.url.replace('127.0.0.1', 'localhost'));
});
afterAll(() => app.close());

/** What a host remembers of a connector, and the browser that it opens. */
class Host {
  opened?: URL;
  private client?: any;
  private saved?: any;
  private verifier = '';
  private discovered?: any;
  readonly clientMetadata = {
    client_name: 'SDK host',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  };
  readonly redirectUrl = CALLBACK;

  state = () => 'sdk-state';
  clientInformation = () => this.client;
  saveClientInformation = (client: unknown) => void (this.client = client);
  tokens = () => this.saved;
  saveTokens = (tokens: unknown) => void (this.saved = tokens);
  redirectToAuthorization = (url: URL) => void (this.opened = url);
  saveCodeVerifier = (verifier: string) => void (this.verifier = verifier);
  codeVerifier = () => this.verifier;
  discoveryState = () => this.discovered;
  saveDiscoveryState = (state: unknown) => void (this.discovered = state);

  /** The person approves in the browser; what the host's callback then receives. */
  async approve(mode: 'read' | 'write' = 'write'): Promise<URLSearchParams> {
    const tester = OAuthTester.unregistered(app);
    const answer = await tester.get(this.opened!.pathname + this.opened!.search);
    return (await tester.approve(begunBy(answer), mode)).searchParams;
  }
}

interface Generation {
  name: string;
  connect: (host: Host) => Promise<{
    call(name: string, args: Record<string, unknown>): Promise<{ isError?: unknown; content: { text: string }[] }>;
    close(): Promise<void>;
  }>;
  finish: (host: Host, callback: URLSearchParams) => Promise<void>;
  unauthorized: new (...args: any[]) => Error;
}

const modern = (mode: 'auto' | { pin: string }): Omit<Generation, 'name'> => ({
  connect: async (host) => {
    const client = new ModernClient({ name: 'host', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new ModernTransport(server, { authProvider: host as never }));
    return { call: (name, args) => client.callTool({ name, arguments: args }) as never, close: () => client.close() };
  },
  finish: (host, callback) => new ModernTransport(server, { authProvider: host as never }).finishAuth(callback),
  unauthorized: ModernUnauthorized,
});

const GENERATIONS: Generation[] = [
  { name: 'SDK v2, 2026-07-28', ...modern({ pin: '2026-07-28' }) },
  { name: 'SDK v2, negotiated', ...modern('auto') },
  {
    name: 'SDK v1, 2025-11-25',
    connect: async (host) => {
      const client = new OlderClient({ name: 'host', version: '1' });
      await client.connect(new OlderTransport(server, { authProvider: host }));
      return { call: (name, args) => client.callTool({ name, arguments: args }) as never, close: () => client.close() };
    },
    finish: (host, callback) => new OlderTransport(server, { authProvider: host }).finishAuth(callback.get('code')!),
    unauthorized: OlderUnauthorized,
  },
];

describe.each(GENERATIONS)('$name', ({ connect, finish, unauthorized }) => {
  test('from "add connector" to a tool call, and on after the access token has expired', async () => {
    const host = new Host();
    await expect(connect(host)).rejects.toThrow(unauthorized);
    expect(Object.fromEntries(host.opened!.searchParams)).toMatchObject({
      resource: server.href,
      code_challenge_method: 'S256',
      state: 'sdk-state',
    });
    await finish(host, await host.approve());
    const first = host.tokens() as { access_token: string; refresh_token: string };
    const client = await connect(host);
    const answer = await client.call('get_workspace_hierarchy', {});
    expect([answer.isError ?? false, answer.content[0]?.text]).toEqual([false, expect.any(String)]);

    const grant = first.access_token.slice(4, 26);
    await execute(
      app.databaseUrl,
      `UPDATE oauth_artifacts SET expires_at = now() WHERE model = 'AccessToken' AND grant_id = $1`,
      [grant],
    );
    await execute(app.databaseUrl, `SELECT pg_notify('clickup_mcp_invalidations', $1)`, [`grant:${grant}`]);
    for (
      let tries = 0;
      tries < 100 && (await OAuthTester.unregistered(app).works(first.access_token)) === 200;
      tries += 1
    )
      await new Promise((done) => setTimeout(done, 10));
    expect((await client.call('get_workspace_hierarchy', {})).isError ?? false).toBe(false);
    expect((host.tokens() as typeof first).access_token).not.toBe(first.access_token);
    await client.close();
  });

  test('where the person allows reading only, no writing tool is offered', async () => {
    const host = new Host();
    await expect(connect(host)).rejects.toThrow(unauthorized);
    await finish(host, await host.approve('read'));
    const client = await connect(host);
    const refused = await client.call('create_task', { list_id: '1', name: 'x' }).then(
      (answer) => answer.isError,
      () => true,
    );
    expect(refused).toBe(true);
    await client.close();
  });
});

test('a host that registers on every connection is one client (incident 25)', async () => {
  expect(
    await query(app.databaseUrl, `SELECT 1 FROM oauth_clients WHERE metadata ->> 'client_name' = 'SDK host'`),
  ).toHaveLength(1);
});
