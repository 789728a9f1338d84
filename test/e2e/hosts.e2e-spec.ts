import { GuardedFetch } from '../../libs/auth/src/oauth/clients/guarded-fetch.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Connection, Host } from '../support/host.js';
import { execute } from '../support/postgres.js';
import { SPRINT_42 } from '../support/samples/index.js';

/** Stands for the internet: the documents that hosts publish, by URL. Everything behind the fetch is the real thing. */
class Internet extends GuardedFetch {
  readonly documents = new Map<string, object>();
  readonly asked: string[] = [];

  override get(address: string) {
    this.asked.push(address);
    const document = this.documents.get(address);
    return document
      ? Promise.resolve({ text: JSON.stringify(document), caching: { 'cache-control': 'max-age=300' } })
      : Promise.reject(new Error('no JSON document: status 403'));
  }
}

const internet = new Internet();
let app: TestApp;
let site: string;
beforeAll(async () => {
  app = await startTestApp({ extras: [{ provide: GuardedFetch, useValue: internet }] });
  site = app.url.replace('127.0.0.1', 'localhost');
});
afterAll(() => app.close());

const CREATE = { name: 'create_task', arguments: { list_id: SPRINT_42, name: 'by a host' } };

describe('ChatGPT', () => {
  const chatgpt = (network: string) =>
    new Host(site, {
      'user-agent': 'openai-mcp/1.0.0',
      'x-openai-session': 'v1/session',
      'x-openai-subject': 'v1/subject',
      'x-forwarded-for': network,
    });
  const documentOf = (client_id: string, ...redirect_uris: string[]) =>
    internet.documents.set(client_id, {
      client_id,
      client_name: 'ChatGPT',
      client_uri: 'https://chatgpt.com',
      redirect_uris,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    });
  /** It asks for every scope that is advertised. */
  const everything = ({ metadata }: Connection) => (metadata.scopes_supported as string[]).join(' ');

  test.each([
    ['of the connector', 'https://chatgpt.com/connector/oauth/Ab3dE6gH9jK'],
    ['that is stable', 'https://chatgpt.com/connector_platform_oauth_redirect'],
  ])('with its metadata document and the callback %s: discover, list, call, refresh', async (_, redirect_uri) => {
    const host = chatgpt('203.0.113.1');
    const client_id = `https://chatgpt.com/oauth/${redirect_uri.length}/client.json`;
    documentOf(client_id, redirect_uri);
    const connection = await host.discover();
    expect(connection).toMatchObject({ resource: `${site}/mcp`, issuer: site });
    expect(connection.metadata).toMatchObject({
      client_id_metadata_document_supported: true,
      token_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
    });

    const tokens = await host.connect(connection, { client_id, redirect_uri, scope: everything(connection) });
    expect(internet.asked).toContain(client_id);
    expect(tokens).toMatchObject({ token_type: 'Bearer', scope: 'read write', refresh_token: expect.any(String) });
    const found = await host.mcp(tokens.access_token, 'server/discover');
    expect(found.body.result.supportedVersions).toEqual(['2026-07-28']);
    expect(found.body.result.instructions).toEqual(expect.any(String));
    const { body: listed } = await host.mcp(tokens.access_token, 'tools/list');
    for (const { annotations } of listed.result.tools)
      expect(annotations).toMatchObject({
        readOnlyHint: expect.any(Boolean),
        destructiveHint: expect.any(Boolean),
        openWorldHint: expect.any(Boolean),
      });
    expect((await host.mcp(tokens.access_token, 'tools/call', CREATE)).body.result).toMatchObject({
      isError: false,
      resultType: 'complete',
    });

    const { status, body: fresh } = await host.token(connection, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
      client_id,
    });
    expect(status).toBe(200);
    expect(
      (await host.mcp(fresh.access_token, 'tools/call', { name: 'get_workspace_hierarchy', arguments: {} })).body.result
        .isError,
    ).toBe(false);
  });

  test('where its document cannot be fetched: a page says so without a redirect, and registration takes its place', async () => {
    const host = chatgpt('203.0.114.1');
    const connection = await host.discover();
    const redirect_uri = 'https://chatgpt.com/connector/oauth/Zz9';
    const request = { redirect_uri, scope: everything(connection) };
    await expect(
      host.authorize(connection, { ...request, client_id: 'https://chatgpt.com/oauth/unreachable/client.json' }),
    ).rejects.toThrow(/no form with clickup_key: 400/);
    const { status, body } = await host.register(connection, {
      client_name: 'ChatGPT',
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    });
    expect(status).toBe(201);
    const tokens = await host.connect(connection, { ...request, client_id: body.client_id as string });
    expect((await host.mcp(tokens.access_token, 'tools/list')).status).toBe(200);
  });

  test('step-up: a tool that needs more is refused with the scopes to ask for, and works after asking', async () => {
    const host = chatgpt('203.0.115.1');
    const redirect_uri = 'https://chatgpt.com/connector/oauth/StepUp1';
    const client_id = 'https://chatgpt.com/oauth/stepup/client.json';
    documentOf(client_id, redirect_uri);
    const connection = await host.discover();
    const all = await host.connect(connection, { client_id, redirect_uri, scope: everything(connection) });
    const { body: little } = await host.token(connection, {
      grant_type: 'refresh_token',
      refresh_token: all.refresh_token as string,
      client_id,
      scope: 'read',
    });
    expect(little.scope).toBe('read');
    const refused = await host.mcp(little.access_token, 'tools/call', CREATE);
    expect(refused.status).toBe(403);
    const challenge = refused.headers.get('www-authenticate')!;
    expect(challenge).toContain('error="insufficient_scope"');
    expect(refused.body._meta['mcp/www_authenticate']).toEqual([challenge]);
    const scope = /scope="([^"]+)"/.exec(challenge)![1]!;
    const more = await host.connect(connection, { client_id, redirect_uri, scope });
    expect((await host.mcp(more.access_token, 'tools/call', CREATE)).body.result.isError).toBe(false);
    expect((await host.mcp(little.access_token, 'tools/call', CREATE)).status).toBe(403);
  });

  test('a client that asks for reading only is shown no writing tool; once it asks for more, it is', async () => {
    const host = chatgpt('203.0.116.1');
    const redirect_uri = 'https://chatgpt.com/connector/oauth/Later1';
    const client_id = 'https://chatgpt.com/oauth/later/client.json';
    documentOf(client_id, redirect_uri);
    const connection = await host.discover();
    const names = async (token: string) =>
      (await host.mcp(token, 'tools/list')).body.result.tools.map(({ name }: { name: string }) => name) as string[];
    const little = await host.connect(connection, { client_id, redirect_uri, scope: 'read' }, 'read');
    expect(little.scope).toBe('read');
    expect(await names(little.access_token as string)).not.toContain('create_task');
    const before = app.sandbox.stats().writes;
    await host.mcp(little.access_token, 'tools/call', CREATE);
    expect(app.sandbox.stats().writes).toBe(before);
    const more = await host.connect(connection, { client_id, redirect_uri, scope: everything(connection) });
    expect(await names(more.access_token as string)).toContain('create_task');
  });
});

describe('Claude', () => {
  const claude = (network: string) => new Host(site, { 'user-agent': 'Claude-User', 'x-forwarded-for': network });
  /** It asks for what the challenge names, and offline_access where the authorization server has it. */
  const wanted = ({ challengeScope, metadata }: Connection) =>
    [challengeScope, ...(metadata.scopes_supported as string[]).filter((scope) => scope === 'offline_access')].join(
      ' ',
    );
  const WEB = 'https://claude.ai/oauth/mcp-oauth-client-metadata';
  const CODE = 'https://claude.ai/oauth/claude-code-client-metadata';
  const CALLBACK = 'https://claude.ai/api/mcp/auth_callback';
  const initialize = {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'claude-ai', version: '0.1.0' } },
  };

  test('finds the same metadata at both paths', async () => {
    const host = claude('198.51.100.1');
    const [root, path] = [
      await host.get(`${site}/.well-known/oauth-protected-resource`),
      await host.get(`${site}/.well-known/oauth-protected-resource/mcp`),
    ];
    expect(root.status).toBe(200);
    expect(root.body).toEqual(path.body);
    expect(root.body.scopes_supported).not.toContain('offline_access');
  });

  test.each([
    ['claude.ai', WEB, CALLBACK],
    ['claude.com', WEB, 'https://claude.com/api/mcp/auth_callback'],
    ['Claude Code on localhost, any port', CODE, 'http://localhost:54545/callback'],
    ['Claude Code on 127.0.0.1, another port', CODE, 'http://127.0.0.1:3118/callback'],
  ])(
    '%s: its document is known without being fetched; initialize, no session id, list, call',
    async (_, client_id, redirect_uri) => {
      const host = claude('198.51.101.1');
      const connection = await host.discover();
      expect(wanted(connection)).toBe('read write offline_access');
      const { access_token } = await host.connect(connection, { client_id, redirect_uri, scope: wanted(connection) });
      expect(internet.asked.filter((url) => url.startsWith('https://claude.ai'))).toEqual([]);
      const opened = await host.rpc(access_token, initialize);
      expect([opened.status, opened.body.result.protocolVersion, opened.headers.get('mcp-session-id')]).toEqual([
        200,
        '2025-11-25',
        null,
      ]);
      expect((await host.rpc(access_token, { jsonrpc: '2.0', method: 'notifications/initialized' })).status).toBe(202);
      expect(
        (await host.rpc(access_token, { jsonrpc: '2.0', id: 1, method: 'tools/list' })).body.result.tools.length,
      ).toBeGreaterThan(0);
      expect(
        (await host.rpc(access_token, { jsonrpc: '2.0', id: 2, method: 'tools/call', params: CREATE })).body.result
          .isError,
      ).toBe(false);
      // This client has also been seen to begin with the other request.
      expect((await host.mcp(access_token, 'server/discover')).status).toBe(200);
    },
  );

  test('another path, scheme or host of the known documents is refused', async () => {
    const host = claude('198.51.102.1');
    const connection = await host.discover();
    for (const [client_id, redirect_uri] of [
      [WEB, 'https://claude.ai/api/mcp/auth_callback2'],
      [WEB, 'http://localhost:1/callback'],
      [CODE, 'http://localhost:1/other'],
      [CODE, 'https://localhost:1/callback'],
      [CODE, CALLBACK],
    ] as const) {
      await expect(host.authorize(connection, { client_id, redirect_uri, scope: 'read' })).rejects.toThrow(
        /no form with clickup_key: 400/,
      );
    }
  });

  test('registered: refresh before expiry, refresh on 401, a dead refresh token, and a client that was removed', async () => {
    const host = claude('198.51.103.1');
    const connection = await host.discover();
    const metadata = {
      client_name: 'Claude',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'read write offline_access',
    };
    const client_id = (await host.register(connection, metadata)).body.client_id as string;
    const scope = wanted(connection);
    const first = await host.connect(connection, { client_id, redirect_uri: CALLBACK, scope });
    const refresh = (refresh_token: string) =>
      host.token(connection, { grant_type: 'refresh_token', refresh_token, client_id });

    const early = await refresh(first.refresh_token as string);
    expect(early.status).toBe(200);
    // It was never used, so no cache holds it.
    await execute(
      app.databaseUrl,
      `UPDATE oauth_artifacts SET expires_at = now() WHERE model = 'AccessToken' AND grant_id = $1`,
      [early.body.access_token.slice(4, 26)],
    );
    const refused = await host.mcp(early.body.access_token, 'tools/list');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('error="invalid_token"'),
    ]);
    const onRefusal = await refresh(early.body.refresh_token as string);
    expect((await host.mcp(onRefusal.body.access_token, 'tools/list')).status).toBe(200);

    await execute(
      app.databaseUrl,
      `UPDATE oauth_artifacts SET expires_at = now() WHERE model = 'RefreshToken' AND grant_id = $1`,
      [early.body.access_token.slice(4, 26)],
    );
    expect(await refresh(onRefusal.body.refresh_token as string)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });

    await execute(app.databaseUrl, 'DELETE FROM oauth_clients WHERE id = $1', [client_id]);
    expect(await refresh(onRefusal.body.refresh_token as string)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    const again = await host.register(connection, metadata);
    expect(again.status).toBe(201);
    const tokens = await host.connect(connection, {
      client_id: again.body.client_id as string,
      redirect_uri: CALLBACK,
      scope,
    });
    expect((await host.mcp(tokens.access_token, 'tools/list')).status).toBe(200);
  });
});
