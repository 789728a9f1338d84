import {
  Connections,
  Grants,
  newGrantId,
  newSecret,
  PersonGrants,
  type Vault,
  VAULT,
  withTenant,
} from '#libs/connections';
import { type AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { accessToken, apiKey, type Connected, OWNER, session } from '../support/connect.js';
import { execute, query } from '../support/postgres.js';
import { type RawAnswer, rawRequest } from '../support/raw-http.js';

const LIST_TOOLS = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
const tool = (name: string, args: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } });

let app: TestApp;
let key: Connected;
beforeAll(async () => {
  app = await startTestApp({ env: { BASE_URL: 'https://mcp.example.com' } });
  key = await apiKey(app.gateway);
});
afterAll(() => app.close());

type Headers = Record<string, string | string[]>;
const post = (
  headers: Headers,
  { body = LIST_TOOLS, path = '/mcp', url = portOf(app) }: { body?: string; path?: string; url?: string } = {},
): Promise<RawAnswer> =>
  rawRequest(url, 'POST', path, { 'Content-Type': 'application/json', Host: 'localhost', ...headers }, body);
/** Where the gateway really listens; its public URL leads elsewhere. */
const portOf = ({ gateway }: TestApp) =>
  `http://127.0.0.1:${(gateway.app.getHttpServer().address() as AddressInfo).port}`;
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const inTenant = (connectionId: string, change: string) =>
  withTenant(app.gateway.app.get(DataSource), OWNER.workspaceId, (manager) =>
    manager.query(`${change} WHERE id = $1`, [connectionId]),
  );
const METADATA =
  'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="read write"';

describe('no credential (SEC-117)', () => {
  const cases: [string, Headers][] = [
    ['nothing', {}],
    ['an empty header', { Authorization: '' }],
    ['an empty Bearer', { Authorization: 'Bearer ' }],
    ['Bearer alone', { Authorization: 'Bearer' }],
    ['an empty X-API-Key', { 'X-API-Key': '' }],
    ['a cookie', { Cookie: `key=${WRITE_KEY}; Authorization=${WRITE_KEY}` }],
    ['a key in another header', { 'Api-Key': WRITE_KEY }],
    ['a protocol session', { 'MCP-Session-ID': WRITE_KEY }],
    ['a ClickUp key where they are not taken', { 'X-ClickUp-Key': 'pk_sandbox_owner' }],
  ];
  test.each(cases)('%s: 401 that says where to get one, and no error', async (_, headers) => {
    const answer = await post(headers);
    expect(answer).toMatchObject({ status: 401, json: { error: { code: 'unauthorized' } } });
    expect(answer.headers['www-authenticate']).toBe(`Bearer ${METADATA}`);
  });

  test('a token as ?access_token= is none, however good', async () => {
    const { token } = await session(app.gateway, app.databaseUrl);
    expect(await post({}, { path: `/mcp?access_token=${encodeURIComponent(token)}` })).toMatchObject({
      status: 401,
      json: { error: { code: 'unauthorized' } },
    });
    expect(await post({}, { path: `/mcp?access_token=${WRITE_KEY}` })).toMatchObject({ status: 401 });
  });
});

describe('good credentials', () => {
  test('global key, API key and session get in, by either header', async () => {
    const { token } = await session(app.gateway, app.databaseUrl);
    for (const good of [WRITE_KEY, key.token, token]) {
      expect((await post(bearer(good))).status).toBe(200);
      expect((await post({ authorization: `bearer  ${good}` })).status).toBe(200);
      expect((await post({ 'X-API-Key': good })).status).toBe(200);
    }
  });

  test('an API key or global key in the URL gets in, and the log says that this is discouraged', async () => {
    for (const good of [WRITE_KEY, key.token])
      expect((await post({}, { path: `/mcp?apiKey=${encodeURIComponent(good)}` })).status).toBe(200);
    expect(app.log()).toContain('an API key was sent in the URL: discouraged');
    expect(app.log()).not.toContain(key.token.slice(27));
  });

  test('MCP-Session-ID changes nothing', async () => {
    const answer = await post({ ...bearer(key.token), 'MCP-Session-ID': 'anything' });
    expect(answer.status).toBe(200);
    expect(answer.headers['mcp-session-id']).toBeUndefined();
  });

  // The list shows writing tools, so that a client can ask for more scope (step-up); only calling them is refused.
  test.each([['read'], ['']])('a session is narrowed to what its token was issued for: %j', async (scope) => {
    const { token, grantId } = await session(app.gateway, app.databaseUrl, undefined, { scope });
    if (!scope)
      await execute(app.databaseUrl, `UPDATE oauth_artifacts SET payload = '{}' WHERE grant_id = $1`, [grantId]);
    const body = tool('create_task', { list_id: '90144360426', name: 'x' });
    expect(await post(bearer(token), { body })).toMatchObject({
      status: 403,
      json: { error: { code: 'insufficient_scope' } },
    });
    expect(await post(bearer(key.token), { body })).toMatchObject({
      status: 200,
      json: { result: { isError: false } },
    });
  });

  test('every access token of a session works until it ends, the one that was just issued at once', async () => {
    const { token, grantId } = await session(app.gateway, app.databaseUrl);
    expect((await post(bearer(token))).status).toBe(200);
    const second = await accessToken(app.databaseUrl, grantId);
    expect((await post(bearer(second))).status).toBe(200);
    expect((await post(bearer(token))).status).toBe(200);
    const ended = await accessToken(app.databaseUrl, grantId, { ttlSeconds: -1 });
    expect((await post(bearer(ended))).status).toBe(401);
  });
});

describe('bad credentials (SEC-121)', () => {
  const id = () => key.grantId;
  const secret = () => key.token.split(':')[1] ?? '';
  const swapped = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  const cases: [string, () => string][] = [
    ['a wrong secret', () => `cuk_${id()}:${swapped(secret())}`],
    ['a wrong id', () => `cuk_${swapped(id())}:${secret()}`],
    ['secret and id exchanged', () => `cuk_${secret()}:${id()}`],
    ['no secret', () => `cuk_${id()}:`],
    ['no id', () => `cuk_:${secret()}`],
    ['no colon', () => `cuk_${id()}`],
    ['a third part', () => `${key.token}:extra`],
    ['a part of the secret', () => key.token.slice(0, -1)],
    ['one character more', () => `${key.token}A`],
    ['no prefix', () => key.token.slice(4)],
    ['the prefix of a session', () => key.token.replace('cuk_', 'cus_')],
    ['the prefix in capitals', () => key.token.replace('cuk_', 'CUK_')],
    ['the id alone, as a session', () => `${id()}:`],
    ['colons', () => ':::'],
    ['a NUL that was escaped', () => `cuk_${id()}:%00${secret().slice(3)}`],
    ['a quote', () => `cuk_${id()}':${secret()}`],
    ['digits of another script', () => `cuk_${id().slice(0, -1)}\u0661:${secret()}`],
    ['the global key behind a prefix', () => `cuk_${WRITE_KEY}`],
    ['the global key as a secret', () => `x:${WRITE_KEY}`],
    ['a JWT', () => `${btoa('{"alg":"none"}')}.${btoa('{"sub":"1"}')}.`.replaceAll('=', '')],
    ['a signed JWT', () => 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
    ['ten thousand dots', () => '.'.repeat(8000)],
    ['undefined', () => 'undefined'],
    ['null', () => 'null'],
    ['a credential longer than any', () => `cuk_${id()}:${'A'.repeat(9000)}`],
  ];
  test.each(cases)('%s: the same 401, whatever is wrong', async (_, token) => {
    const answer = await post(bearer(token()));
    expect(answer).toMatchObject({
      status: 401,
      json: { error: { code: 'invalid_token', message: 'The credential is not valid', details: {} } },
    });
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer error="invalid_token", error_description="The credential is not valid", ${METADATA}`,
    );
    expect(answer.body).not.toContain(token().slice(-20));
  });

  test('Basic: 401', async () => {
    expect(await post({ Authorization: `Basic ${btoa(`x:${WRITE_KEY}`)}` })).toMatchObject({
      status: 401,
      json: { error: { code: 'invalid_token' } },
    });
  });

  test('two Authorization headers, one of them good: 400 (SEC-117)', async () => {
    expect((await post({ Authorization: [`Bearer ${WRITE_KEY}`, 'Bearer x'] })).status).toBe(400);
    expect((await post({ Authorization: ['Bearer x', `Bearer ${key.token}`] })).status).toBe(400);
  });

  test('a bad credential does not fall through to a good one of another kind or place', async () => {
    expect((await post(bearer('cuk_bad'), { path: `/mcp?apiKey=${WRITE_KEY}` })).status).toBe(400);
    expect((await post({ ...bearer('cuk_bad'), 'X-API-Key': WRITE_KEY })).status).toBe(400);
    expect((await post({ ...bearer('cuk_bad'), 'X-ClickUp-Key': 'pk_sandbox_owner' })).status).toBe(401);
  });

  test('a session token in the URL: 401, however good', async () => {
    const { token } = await session(app.gateway, app.databaseUrl);
    const answer = await post({}, { path: `/mcp?apiKey=${encodeURIComponent(token)}` });
    expect(answer).toMatchObject({ status: 401, json: { error: { code: 'invalid_token' } } });
    expect((await post(bearer(token))).status).toBe(200);
  });

  test('the id of one grant with the secret of another is refused', async () => {
    const other = await apiKey(app.gateway);
    expect((await post(bearer(`cuk_${key.grantId}:${other.token.split(':')[1]}`))).status).toBe(401);
    expect((await post(bearer(`cuk_${newGrantId()}:${newSecret()}`))).status).toBe(401);
  });

  test('a wrong secret opens no vault: whether the id exists, or its row is damaged, a stranger does not learn', async () => {
    const damaged = await apiKey(app.gateway);
    await inTenant(
      damaged.connectionId,
      `UPDATE connections SET sealed_credential = substring(sealed_credential FROM 1 FOR 40)`,
    );
    const ended = await session(app.gateway, app.databaseUrl);
    await inTenant(ended.connectionId, `UPDATE connections SET sealed_credential = '', state = 'needs_reauth'`);
    const opened = jest.spyOn(app.gateway.app.get<Vault>(VAULT), 'open');
    const answers: unknown[] = [];
    for (const token of [
      `cuk_${newGrantId()}:${newSecret()}`,
      `cuk_${damaged.grantId}:${newSecret()}`,
      `cus_${ended.grantId}:${newSecret()}`,
      `cus_${damaged.grantId}:${damaged.token.slice(27)}`,
    ]) {
      const { status, json, headers } = await post(bearer(token));
      answers.push([status, json, headers['www-authenticate']]);
    }
    expect(answers).toEqual(
      answers.map(() => [
        401,
        {
          error: expect.objectContaining({
            code: 'invalid_token',
            message: 'The credential is not valid',
            details: {},
          }),
        },
        expect.stringContaining('invalid_token'),
      ]),
    );
    expect(opened).not.toHaveBeenCalled();
    opened.mockRestore();
    // The owner gets an internal error: the fault is the gateway's.
    expect(await post(bearer(damaged.token))).toMatchObject({
      status: 500,
      json: { error: { code: 'internal_error' } },
    });
    await app.gateway.app.get(Grants).revoke(damaged.grantId);
  });

  test('a thousand bad secrets lock nobody out, and none of them is remembered (SEC-123)', async () => {
    const fresh = await apiKey(app.gateway);
    const grants = app.gateway.app.get(Grants);
    await grants.find('api_key', fresh.grantId, fresh.token.slice(27));
    const wrong = await Promise.all(
      Array.from({ length: 1000 }, async () => grants.find('api_key', fresh.grantId, newSecret())),
    );
    expect(wrong.every((caller) => caller === undefined)).toBe(true);
    expect((await post(bearer(fresh.token))).status).toBe(200);
  });
});

describe('the end of a grant', () => {
  test('a revoked grant is refused with the next request, and its tokens are gone', async () => {
    const { token, grantId } = await session(app.gateway, app.databaseUrl);
    expect((await post(bearer(token))).status).toBe(200);
    await app.gateway.app.get(Grants).revoke(grantId);
    expect((await post(bearer(token))).status).toBe(401);
    expect(await query(app.databaseUrl, 'SELECT FROM oauth_artifacts WHERE grant_id = $1', [grantId])).toEqual([]);
  });

  test('a grant is refused from the moment it expires by the clock of the database, cached or not', async () => {
    const { token } = await apiKey(app.gateway, undefined, { expiresInSeconds: 2 });
    expect((await post(bearer(token))).status).toBe(200);
    await query(app.databaseUrl, 'SELECT pg_sleep(2.1)');
    expect((await post(bearer(token))).status).toBe(401);
  });

  test('a revoked connection takes all its grants along', async () => {
    const { token, connectionId, grantId } = await apiKey(app.gateway);
    expect((await post(bearer(token))).status).toBe(200);
    await app.gateway.app.get(Connections).revokeConnection('12345', connectionId);
    expect((await post(bearer(token))).status).toBe(401);
    expect(
      await query(app.databaseUrl, 'SELECT FROM access_grants WHERE id = $1 AND revoked_at IS NULL', [grantId]),
    ).toEqual([]);
  });
});

describe('a ClickUp key that was revoked', () => {
  const refuse = () => app.sandbox.configure({ faults: [{ operation: '*', times: 2, kind: 'status', status: 401 }] });
  const requests = async (work: () => Promise<RawAnswer>) => {
    const before = app.sandbox.requests().length;
    const answer = await work();
    return { answer, sent: app.sandbox.requests().length - before };
  };

  test.each([
    ['session', () => session(app.gateway, app.databaseUrl), 'Connect again'],
    ['api_key', () => apiKey(app.gateway), 'https://mcp.example.com/'],
  ])('%s: after two requests nothing is sent any more, and the answer says what to do', async (_, connect, advice) => {
    const { token, connectionId } = await connect();
    refuse();
    const first = await requests(() => post(bearer(token), { body: tool('get_workspace_hierarchy') }));
    expect(first.answer.json.result._meta.error.code).toBe('invalid_credentials');
    expect(first.answer.json.result.content[0].text).toContain(advice);
    expect(first.sent).toBe(2);
    expect(await query(app.databaseUrl, 'SELECT state FROM connections WHERE id = $1', [connectionId])).toEqual([
      { state: 'needs_reauth' },
    ]);

    const second = await requests(() => post(bearer(token), { body: tool('get_workspace_hierarchy') }));
    expect(second.answer).toMatchObject({ status: 401, json: { error: { code: 'invalid_credentials' } } });
    expect(second.answer.json.error.message).toContain(advice);
    expect(second.answer.headers['www-authenticate']).toMatch(
      /^Bearer error="invalid_token", error_description="ClickUp no longer accepts [^"]*", resource_metadata=/,
    );
    expect(second.sent).toBe(0);
  });

  test('one 401 that is not confirmed changes nothing', async () => {
    const { token, connectionId } = await apiKey(app.gateway);
    app.sandbox.configure({ faults: [{ operation: '*', times: 1, kind: 'status', status: 401 }] });
    expect((await post(bearer(token), { body: tool('find_tasks') })).json.result._meta.error.code).toBe(
      'invalid_credentials',
    );
    expect(await query(app.databaseUrl, 'SELECT state FROM connections WHERE id = $1', [connectionId])).toEqual([
      { state: 'active' },
    ]);
    expect((await post(bearer(token), { body: tool('find_tasks') })).json.result.isError).toBe(false);
  });
});

test('people see and revoke only their own grants', async () => {
  const own = app.gateway.app.get(PersonGrants);
  const who = (id: string, workspaceId = '12345') => ({
    workspaceId,
    person: { id, name: id },
    credential: 'pk_sandbox_owner',
    policy: { mode: 'write' } as const,
  });
  const mine = await apiKey(app.gateway, who('500'), { label: 'laptop' });
  const elsewhere = await apiKey(app.gateway, who('500', '555'));
  const foreign = await apiKey(app.gateway, who('501'));
  expect(await own.ofPerson('500', ['12345'])).toEqual([
    {
      id: mine.grantId,
      kind: 'api_key',
      label: 'laptop',
      workspaceId: '12345',
      connectionId: mine.connectionId,
      clientId: null,
      address: null,
      asked: null,
      config: null,
      tokenRequired: false,
      madeBy: null,
      policy: { mode: 'write' },
      state: 'active',
      createdAt: expect.any(Date),
      lastUsedAt: null,
      expiresAt: null,
    },
  ]);
  expect((await own.ofPerson('500', ['12345', '555', '555'])).map(({ id }) => id)).toEqual([
    elsewhere.grantId,
    mine.grantId,
  ]);

  expect(await own.revoke(foreign.grantId, '500', ['12345', '555'])).toBe(false);
  expect(await own.revoke(elsewhere.grantId, '500', ['12345'])).toBe(false);
  expect((await post(bearer(foreign.token))).status).toBe(200);
  expect((await post(bearer(mine.token))).status).toBe(200);
  expect(await own.revoke(mine.grantId, '500', ['555', '12345'])).toBe(true);
  expect((await post(bearer(mine.token))).status).toBe(401);
  expect(await own.revoke(mine.grantId, '500', ['555', '12345'])).toBe(false);
  expect(await own.ofPerson('500', ['12345'])).toEqual([]);
});

test('the last use is stored to the hour, and a wrong secret does not count as use', async () => {
  const { token, grantId } = await apiKey(app.gateway);
  const used = async () =>
    (
      await query<{ last_used_at: Date | null }>(
        app.databaseUrl,
        'SELECT last_used_at FROM access_grants WHERE id = $1',
        [grantId],
      )
    )[0]?.last_used_at;
  await post(bearer(`cuk_${grantId}:${newSecret()}`));
  expect(await used()).toBeNull();
  await post(bearer(token));
  await until(async () => (await used()) !== null);
  await execute(
    app.databaseUrl,
    `UPDATE access_grants SET last_used_at = now() - interval '59 minutes' WHERE id = $1`,
    [grantId],
  );
  const before = await used();
  app.gateway.app.get(Grants).flush();
  await post(bearer(token));
  expect(await used()).toEqual(before);
});

describe('other settings', () => {
  const open = async (env: Record<string, string>, work: (url: string, other: TestApp) => Promise<void>) => {
    const other = await startTestApp({ beside: app, env: { BASE_URL: 'https://mcp.example.com', ...env } });
    await work(portOf(other), other).finally(() => other.close());
  };

  test('API_KEY_MODE=user_bound refuses global keys and takes API keys (SEC-119)', () =>
    open({ API_KEY_MODE: 'user_bound' }, async (url) => {
      expect(await post(bearer(WRITE_KEY), { url })).toMatchObject({
        status: 401,
        json: { error: { code: 'invalid_token' } },
      });
      expect((await post(bearer(key.token), { url })).status).toBe(200);
    }));

  test('MCP_API_KEY_IN_QUERY=false takes no key from the URL', () =>
    open({ MCP_API_KEY_IN_QUERY: 'false' }, async (url) => {
      for (const good of [WRITE_KEY, key.token])
        expect((await post({}, { url, path: `/mcp?apiKey=${encodeURIComponent(good)}` })).status).toBe(401);
    }));

  test.each(['', 'undefined', 'null', 'x'])('where no key is set, %j is refused like any other', (sent) =>
    open({ MCP_API_KEYS: '', MCP_API_KEY: '' }, async (url) =>
      expect((await post({ 'X-API-Key': sent }, { url })).status).toBe(401),
    ),
  );

  const upstream = () => app.sandbox.requests().at(-1);
  const hierarchy = { body: tool('get_workspace_hierarchy') };

  test('a ClickUp key alone gets in where no global key is set', () =>
    open(
      { ALLOW_CLIENT_CREDENTIALS: 'true', MCP_API_KEYS: '', CLICKUP_API_TOKEN: '', MCP_API_KEY_WRITE_MODE: 'read' },
      async (url, other) => {
        const counts = () =>
          query(
            app.databaseUrl,
            'SELECT (SELECT count(*) FROM connections) AS connections, (SELECT count(*) FROM access_grants) AS grants, (SELECT count(*) FROM people) AS people',
          );
        const before = await counts();
        const answer = await post({ 'X-ClickUp-Key': 'pk_sandbox_other' }, { ...hierarchy, url });
        expect(answer.json.result).toMatchObject({ isError: false, structuredContent: expect.objectContaining({}) });
        expect(answer.body).toContain('Globex');
        expect(
          (await post({ 'X-ClickUp-Key': 'pk_sandbox_other' }, { url })).json.result.tools.map(
            ({ name }: { name: string }) => name,
          ),
        ).not.toContain('create_task');
        expect(await counts()).toEqual(before);
        expect(other.log()).not.toContain('pk_sandbox_other');
        expect(upstream()).toBeDefined();
      },
    ));

  test('beside a global key it replaces the credential of the server, for this request only', () =>
    open({ ALLOW_CLIENT_CREDENTIALS: 'true' }, async (url) => {
      const own = { ...bearer(WRITE_KEY), 'X-ClickUp-Key': 'pk_sandbox_other', 'X-ClickUp-Team-Id': '67890' };
      expect((await post(own, { ...hierarchy, url })).body).toContain('Globex');
      expect((await post(bearer(WRITE_KEY), { ...hierarchy, url })).body).toContain('Engineering');
      expect((await post({ 'X-ClickUp-Key': 'pk_sandbox_owner' }, { url })).status).toBe(401);
      expect(
        (await post({ ...bearer('wrong-key-0123456789'), 'X-ClickUp-Key': 'pk_sandbox_owner' }, { url })).status,
      ).toBe(401);
      expect(
        (await post({ ...bearer(WRITE_KEY), 'X-ClickUp-Team-Id': '67890' }, { ...hierarchy, url })).json.result.isError,
      ).toBe(true);
    }));

  test('the ClickUp key of a header never replaces the key of a connection', () =>
    open({ ALLOW_CLIENT_CREDENTIALS: 'true' }, async (url) => {
      const answer = await post(
        { ...bearer(key.token), 'X-ClickUp-Key': 'pk_sandbox_other', 'X-ClickUp-Team-Id': '67890' },
        { ...hierarchy, url },
      );
      expect(answer.body).toContain('Engineering');
      expect(answer.body).not.toContain('Globex');
    }));

  test.each<[string, Headers]>([
    ['a scheme', { 'X-ClickUp-Key': 'Bearer pk_sandbox_owner' }],
    ['two', { 'X-ClickUp-Key': ['pk_sandbox_owner', 'pk_sandbox_other'] }],
    ['nothing', { 'X-ClickUp-Key': '' }],
    ['letters', { 'X-ClickUp-Key': 'pk_\u00e4\u00f6\u00fc_sandbox' }],
    ['very much', { 'X-ClickUp-Key': 'p'.repeat(2000) }],
    ['a name for a Workspace', { 'X-ClickUp-Key': 'pk_sandbox_owner', 'X-ClickUp-Team-Id': 'Acme' }],
    ['a path for a Workspace', { 'X-ClickUp-Key': 'pk_sandbox_owner', 'X-ClickUp-Team-Id': '../12345' }],
    ['two Workspaces', { 'X-ClickUp-Team-Id': ['12345', '67890'] }],
  ])('a header that holds %s: 400 that names it', (_, headers) =>
    open({ ALLOW_CLIENT_CREDENTIALS: 'true' }, async (url) => {
      expect(await post({ ...bearer(WRITE_KEY), ...headers }, { url })).toMatchObject({
        status: 400,
        json: { error: { code: 'invalid_parameters', message: expect.stringMatching(/^The header X-ClickUp-/) } },
      });
    }),
  );
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await query(app.databaseUrl, 'SELECT pg_sleep(0.02)');
}
