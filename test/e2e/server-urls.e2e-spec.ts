import { Connections, Grants, PersonGrants } from '#libs/connections';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { DataSource } from 'typeorm';
import { Reaper } from '../../apps/gateway/src/reaper/reaper.service.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { apiKey, type Connected, OTHER, OWNER, session } from '../support/connect.js';
import { execute, query } from '../support/postgres.js';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';

let first: TestApp;
let second: TestApp;
beforeAll(async () => {
  first = await startTestApp();
  second = await startTestApp({ beside: first });
});
afterAll(async () => {
  await second.close();
  await first.close();
});

const sent = async (app: TestApp, line: string, token: string | undefined, body?: unknown): Promise<RawAnswer> => {
  const [method = '', path = ''] = line.split(' ');
  return rawRequest(
    app.url,
    method,
    path,
    {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    body === undefined ? '' : JSON.stringify(body),
  );
};
const servers = ({ connectionId }: Connected) => `/api/v1/connections/${connectionId}/mcp-servers`;
const ask = (key: Connected, body: unknown, app = first) => sent(app, `POST ${servers(key)}`, key.token, body);
const ALL = { name: 'All', config: {} };

interface Made {
  id: string;
  /** What stands in the path. */
  secret: string;
  path: string;
}
const madeIn = ({ status, body, json }: RawAnswer): Made => {
  if (!json?.url) throw new Error(`no URL: ${status} ${body}`);
  const { pathname } = new URL(json.url);
  return { id: json.id, secret: pathname.slice('/mcp/'.length), path: pathname };
};
const made = async (key: Connected, body: unknown = ALL): Promise<Made> => madeIn(await ask(key, body));

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const listed = (app: TestApp, path: string, token?: string) => sent(app, `POST ${path}`, token, LIST);
const status = async (app: TestApp, path: string, token?: string) => (await listed(app, path, token)).status;
const names = async (path: string): Promise<string[]> =>
  (await listed(first, path)).json.result.tools.map(({ name }: { name: string }) => name);
const call = async (path: string, name: string, args: object, app = first) =>
  (await sent(app, `POST ${path}`, undefined, { ...LIST, method: 'tools/call', params: { name, arguments: args } }))
    .json;
/** Waits for what the other replica is told, without asking how long that takes. */
const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await query(first.databaseUrl, 'SELECT pg_sleep(0.02)');
};

/** As the reference texts have them (S2, S4); only the year moves on with ours, because theirs will have passed. */
const END = `${new Date().getUTCFullYear() + 1}-12-31T23:59:59Z`;
const SEEDS = [
  {
    name: 'ClickUp Engineering Workspace',
    config: { methods: ['read', 'write'], tags: ['tasks', 'spaces', 'docs'] },
    expires_at: END,
  },
  {
    name: 'ClickUp Engineering Workspace MCP',
    config: { methods: ['read', 'write'], tags: ['tasks', 'docs'] },
    expires_at: END,
  },
];

describe('making one', () => {
  test.each(SEEDS)('the body of the reference text succeeds unchanged: $name', async (body) => {
    const key = await apiKey(first.gateway);
    for (const path of [servers(key), `/integrated-account/${key.connectionId}/mcp`]) {
      const answer = await sent(first, `POST ${path}`, key.token, body);
      expect(answer).toMatchObject({ status: 201, headers: { 'cache-control': 'no-store' } });
      expect(answer.json).toEqual({
        id: expect.stringMatching(/^[\w-]{22}$/),
        ...body,
        require_api_token_auth: false,
        created_at: expect.any(String),
        url: expect.stringMatching(/^http:\/\/localhost:\d+\/mcp\/cuu_[\w-]{22}:[\w-]{43}$/),
      });
      const tools = await names(madeIn(answer).path);
      expect(tools).toEqual(expect.arrayContaining(['create_task', 'update_task', 'write_doc']));
      expect(tools).not.toContain('log_time');
    }
  });

  test('the URL alone connects clients of both generations, on any replica; it may be percent-encoded', async () => {
    const { path, secret } = await made(await apiKey(first.gateway));
    for (const app of [first, second]) {
      const url = new URL(app.url + path);
      const modern = new ModernClient({ name: 't', version: '1' }, { versionNegotiation: { mode: 'auto' } });
      await modern.connect(new ModernTransport(url));
      const older = new OlderClient({ name: 't', version: '1' });
      await older.connect(new OlderTransport(url) as Transport);
      for (const client of [modern, older]) {
        expect((await client.listTools()).tools.length).toBeGreaterThan(20);
        await client.close();
      }
      expect(await status(app, `/mcp/${secret.replace(':', '%3A')}`)).toBe(200);
    }
  });

  test('its secret is stored as a hash only', async () => {
    const { id, secret } = await made(await apiKey(first.gateway));
    const [row] = await query<{ text: string }>(
      first.databaseUrl,
      'SELECT to_jsonb(g)::text AS text FROM access_grants g WHERE id = $1',
      [id],
    );
    expect(row?.text).toContain(id);
    expect(row?.text).not.toContain(secret.split(':')[1]);
  });

  test.each<[string, unknown, number, string | RegExp, string?]>([
    ['no name', { config: {} }, 400, /name/, 'name'],
    ['an empty name', { name: '', config: {} }, 400, /name/, 'name'],
    ['a blank name', { name: '   ', config: {} }, 400, /name/, 'name'],
    ['a name with a line break', { name: 'a\nb', config: {} }, 400, /control/, 'name'],
    ['a name of 101 characters', { name: 'a'.repeat(101), config: {} }, 400, /name/, 'name'],
    ['no config', { name: 'x' }, 400, /config/, 'config'],
    ['a config that is a list', { name: 'x', config: [] }, 400, /config/, 'config'],
    ['an unknown property', { ...ALL, readonly: true }, 400, /`readonly` is not known/, 'readonly'],
    ['an unknown limit', { name: 'x', config: { method: ['read'] } }, 400, /`config.method` is not/, 'config.method'],
    ['methods that are no list', { name: 'x', config: { methods: 'read' } }, 400, /methods/, 'config.methods'],
    ['null methods', { name: 'x', config: { methods: null } }, 400, /methods/, 'config.methods'],
    ['a number for a method', { name: 'x', config: { methods: [1] } }, 400, /methods/, 'config.methods'],
    ['an unknown method', { name: 'x', config: { methods: ['readonly'] } }, 400, /read, write, get, list, search/],
    ['an unknown tag', { name: 'x', config: { tags: ['Tasks'] } }, 400, /attachments, audit.*billing.*workspace/],
    ['no method', { name: 'x', config: { methods: [] } }, 400, /No tool is left/, 'config'],
    ['a tag that holds nothing', { name: 'x', config: { tags: ['billing'] } }, 400, /No tool is left/, 'config'],
    ['nothing in common', { name: 'x', config: { methods: ['merge'], tags: ['docs'] } }, 400, /No tool is left/],
    ['an end in the past', { ...ALL, expires_at: '2020-01-01T00:00:00Z' }, 400, /passed/, 'expires_at'],
    ['an end without a zone', { ...ALL, expires_at: '2999-01-01T00:00:00' }, 400, /zone/, 'expires_at'],
    ['an end that no calendar has', { ...ALL, expires_at: '2999-02-30T00:00:00Z' }, 400, /exist/, 'expires_at'],
    ['a date', { ...ALL, expires_at: '2999-01-01' }, 400, /zone/, 'expires_at'],
    ['a number for an end', { ...ALL, expires_at: 1 }, 400, /expires_at/, 'expires_at'],
    ['a word for a flag', { ...ALL, require_api_token_auth: 'yes' }, 400, /boolean/, 'require_api_token_auth'],
    ['a list', [ALL], 400, /./],
    ['a word', 'x', 400, /./],
    ['null', null, 400, /./],
  ])('%s is refused with what to do', async (...[, body, code, message, parameter]) => {
    const answer = await ask(await apiKey(first.gateway), body);
    expect(answer).toMatchObject({
      status: code,
      json: { error: { code: 'invalid_parameters', message: expect.stringMatching(message) } },
    });
    if (parameter) expect(answer.json.error.details.parameter).toBe(parameter);
  });

  test('without a body it is refused too', async () => {
    const key = await apiKey(first.gateway);
    expect(await sent(first, `POST ${servers(key)}`, key.token)).toMatchObject({ status: 400 });
  });

  test('every method and tag that the contract names is known', async () => {
    const key = await apiKey(first.gateway);
    for (const method of ['read', 'write', 'get', 'list', 'search', 'create', 'update', 'delete'])
      expect(await ask(key, { name: 'x', config: { methods: [method] } })).toMatchObject({ status: 201 });
    for (const tag of ['tasks', 'spaces', 'folders', 'lists', 'docs', 'users', 'time_tracking', 'key_results'])
      expect(await ask(key, { name: 'x', config: { tags: [tag] } })).toMatchObject({ status: 201 });
  });

  test('MAX_GRANTS_PER_PERSON counts them', async () => {
    const few = await startTestApp({ beside: first, env: { MAX_GRANTS_PER_PERSON: '2' } });
    try {
      const person = { ...OWNER, person: { id: '555', name: 'Few' } };
      const key = await apiKey(few.gateway, person);
      const answers = await Promise.all([ask(key, ALL, few), ask(key, ALL, few), ask(key, ALL, few)]);
      expect(answers.map((answer) => answer.status).sort()).toEqual([201, 429, 429]);
    } finally {
      await few.close();
    }
  });
});

describe('what it may do', () => {
  test('reading only: other tools are not there, and the long tail refuses', async () => {
    const { path } = await made(await apiKey(first.gateway), { name: 'r', config: { methods: ['read'] } });
    const tools = await names(path);
    expect(tools).toContain('find_tasks');
    expect(tools).not.toContain('create_task');
    expect(tools).not.toContain('call_write_operation');
    expect(await call(path, 'create_task', { list_id: '1', name: 'x' })).toMatchObject({ error: { code: -32602 } });
    const tail = await call(path, 'call_read_operation', { operation: 'CreateTask', arguments: {} });
    expect(tail.result.isError).toBe(true);
  });

  test('single methods: what is not named is refused, through the long tail too', async () => {
    const { path } = await made(await apiKey(first.gateway), { name: 'c', config: { methods: ['read', 'create'] } });
    const tools = await names(path);
    expect(tools).toEqual(expect.arrayContaining(['create_task', 'find_tasks', 'call_write_operation']));
    expect(tools).not.toContain('update_task');
    const before = first.sandbox.requests.length;
    const { result } = await call(path, 'call_write_operation', {
      operation: 'DeleteComment',
      arguments: { comment_id: '1' },
    });
    expect(result).toMatchObject({ isError: true, _meta: { error: { code: 'forbidden' } } });
    expect(result.content[0].text).toContain('the method delete was not granted');
    expect(first.sandbox.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('tags: other toolsets are not there, and the long tail refuses', async () => {
    const { path } = await made(await apiKey(first.gateway), { name: 'd', config: { tags: ['docs'] } });
    const tools = await names(path);
    expect(tools).toContain('write_doc');
    expect(tools.filter((name) => /task|time|goal/.test(name))).toEqual([]);
    const { result } = await call(path, 'call_read_operation', { operation: 'GetTask', arguments: { task_id: '1' } });
    expect(result._meta.error).toMatchObject({ code: 'forbidden' });
    expect(result.content[0].text).toContain('the toolset tasks was not granted');
  });

  test('a read-only connection gives no URL that writes, and says why', async () => {
    const key = await apiKey(first.gateway, { ...OWNER, policy: { mode: 'read' } });
    for (const methods of [['write'], ['read', 'write'], ['read', 'delete']])
      expect(await ask(key, { name: 'w', config: { methods } })).toMatchObject({
        status: 403,
        json: { error: { code: 'forbidden', details: { reason: expect.stringContaining('read-only') } } },
      });
    expect(await names((await made(key)).path)).not.toContain('create_task');
  });

  test('a read-only key makes none that writes, on a connection that may write', async () => {
    const wide = await apiKey(first.gateway);
    const narrow = await apiKey(first.gateway, {
      ...OWNER,
      policy: { mode: 'read', toolsets: ['tasks', 'workspace'] },
    });
    const on = (body: unknown) => sent(first, `POST ${servers(wide)}`, narrow.token, body);
    expect(await on({ name: 'w', config: { methods: ['write'] } })).toMatchObject({ status: 403 });
    expect(await on({ name: 'w', config: { tags: ['docs'] } })).toMatchObject({
      status: 403,
      json: { error: { details: { reason: 'the toolset docs was not granted' } } },
    });
    const tools = await names(madeIn(await on(ALL)).path);
    expect(tools).toContain('find_tasks');
    expect(tools.filter((name) => /create|doc|update/.test(name))).toEqual([]);
  });

  test('what its maker loses it loses, at once and everywhere; what the maker gains does not widen its own limits', async () => {
    const key = await apiKey(first.gateway);
    const all = await made(key);
    const reader = await made(key, { name: 'r', config: { methods: ['read'] } });
    expect(await names(all.path)).toContain('create_task');
    expect(await status(second, all.path)).toBe(200);
    const change = (policy: { mode: 'read' | 'write' }) =>
      first.gateway.app
        .get(PersonGrants)
        .changeRights({ id: key.grantId, workspaceId: '12345' }, '183', policy, () => Promise.resolve(true));
    await change({ mode: 'read' });
    expect(await names(all.path)).not.toContain('create_task');
    await until(async () => !(await listed(second, all.path)).body.includes('"create_task"'));
    await change({ mode: 'write' });
    expect(await names(all.path)).toContain('create_task');
    expect(await names(reader.path)).not.toContain('create_task');
  });

  test('its rights are not changed at all by the pages that change those of sessions and keys', async () => {
    const key = await apiKey(first.gateway);
    const { id, path } = await made(key, { name: 'r', config: { methods: ['read'] } });
    await expect(
      first.gateway.app
        .get(PersonGrants)
        .changeRights({ id, workspaceId: '12345' }, '183', { mode: 'write' }, () => Promise.resolve(true)),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect(await names(path)).not.toContain('create_task');
  });
});

describe('a further credential', () => {
  test.each([
    ['top-level', { ...ALL, require_api_token_auth: true }],
    ['in config', { name: 'x', config: { require_api_token_auth: true } }],
  ])('is required where that was asked for %s', async (_, body) => {
    const key = await apiKey(first.gateway);
    const answer = await ask(key, body);
    expect(answer.json).toMatchObject({ require_api_token_auth: true });
    const { path } = madeIn(answer);
    const alone = await listed(first, path);
    expect(alone).toMatchObject({ status: 401, json: { error: { code: 'unauthorized' } } });
    expect(alone.headers['www-authenticate']).toContain('resource_metadata=');
    const other = await apiKey(first.gateway);
    const signedIn = await session(first.gateway, first.databaseUrl);
    for (const token of [key.token, other.token, signedIn.token])
      for (const app of [first, second]) expect(await status(app, path, token)).toBe(200);
  });

  test.each([true, false])('of another person is refused (required: %s)', async (required) => {
    const { path } = await made(await apiKey(first.gateway), { ...ALL, require_api_token_auth: required });
    const others = [
      await apiKey(first.gateway, OTHER),
      await session(first.gateway, first.databaseUrl, OTHER),
      await apiKey(first.gateway, { ...OWNER, person: { id: '184', name: 'Colleague' } }),
      await apiKey(first.gateway, { ...OWNER, workspaceId: '67890' }),
      { token: WRITE_KEY },
    ];
    // Twice: the second time everything is remembered.
    for (const { token } of [...others, ...others])
      expect(await listed(first, path, token)).toMatchObject({
        status: 403,
        json: { error: { code: 'forbidden', details: { reason: 'another person' } } },
      });
  });

  test.each([true, false])('that is not live is refused (required: %s)', async (required) => {
    const key = await apiKey(first.gateway);
    const { path, secret } = await made(key, { ...ALL, require_api_token_auth: required });
    const ended = await apiKey(first.gateway);
    await first.gateway.app.get(Grants).revoke(ended.grantId);
    for (const token of [ended.token, `cuk_${'a'.repeat(22)}:${'b'.repeat(43)}`, secret]) {
      const answer = await listed(first, path, token);
      expect(answer).toMatchObject({ status: 401, json: { error: { code: 'invalid_token' } } });
      expect(answer.headers['www-authenticate']).toContain('resource_metadata=');
    }
  });

  test('lends it no rights', async () => {
    const key = await apiKey(first.gateway);
    const { path } = await made(key, { name: 'r', config: { methods: ['read'] }, require_api_token_auth: true });
    expect((await listed(first, path, key.token)).body).not.toContain('"create_task"');
  });
});

describe('its end', () => {
  const expire = (id: string) =>
    execute(first.databaseUrl, `UPDATE access_grants SET expires_at = now() - interval '1 second' WHERE id = $1`, [id]);

  test('expired: 401 that leads nowhere, while the row is known; then 404, once it is purged', async () => {
    const { id, path, secret } = await made(await apiKey(first.gateway), { ...ALL, expires_at: END });
    await expire(id);
    for (let time = 0; time < 3; time += 1) {
      const answer = await listed(first, path);
      expect(answer).toMatchObject({ status: 401, json: { error: { code: 'invalid_token' } } });
      expect(answer.json.error.message).toContain('expired');
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer error="invalid_token"/);
      expect(answer.headers['www-authenticate']).not.toContain('resource_metadata');
    }
    const guessed = `/mcp/${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
    expect(await listed(first, guessed)).toMatchObject({ status: 404 });
    await execute(first.databaseUrl, `UPDATE access_grants SET expires_at = now() - interval '2 days' WHERE id = $1`, [
      id,
    ]);
    expect(await status(second, path)).toBe(401);
    await first.gateway.app.get(Reaper).run();
    expect(await query(first.databaseUrl, 'SELECT 1 FROM access_grants WHERE id = $1', [id])).toEqual([]);
    for (const app of [first, second]) expect(await status(app, path)).toBe(404);
  });

  test('it ends by the clock of the database where it is remembered, too', async () => {
    const { id, path } = await made(await apiKey(first.gateway), { ...ALL, expires_at: END });
    await execute(
      first.databaseUrl,
      `UPDATE access_grants SET expires_at = now() + interval '2 seconds' WHERE id = $1`,
      [id],
    );
    expect([await status(first, path), await status(second, path)]).toEqual([200, 200]);
    await query(
      first.databaseUrl,
      `SELECT pg_sleep(greatest(0, extract(epoch FROM expires_at - clock_timestamp())) + 0.01) FROM access_grants WHERE id = $1`,
      [id],
    );
    expect([await status(first, path), await status(second, path)]).toEqual([401, 401]);
  });

  test('unknown, wrong, in another spelling, deleted: 404, all alike', async () => {
    const key = await apiKey(first.gateway);
    const { id, path, secret } = await made(key);
    const live = await made(key);
    expect(await sent(first, `DELETE ${servers(key)}/${id}`, key.token)).toMatchObject({ status: 204, body: '' });
    const [head = '', tail = ''] = live.secret.split(':');
    const bodies = new Set<string>();
    for (const wrong of [
      path,
      `/mcp/cuu_${'a'.repeat(22)}:${'b'.repeat(43)}`,
      `/mcp/${head}:${tail.slice(0, -1)}${tail.endsWith('A') ? 'E' : 'A'}`,
      `/mcp/${head}:${secret.split(':')[1]}`,
      `/mcp/${live.secret.toUpperCase()}`,
      `/mcp/${head}`,
      '/mcp/cuu_',
      '/mcp/%00',
      '/mcp/__proto__',
      '/mcp/nothing',
      `/mcp/${'x'.repeat(200)}`,
    ])
      for (const app of [first, second]) {
        const answer = await listed(app, wrong);
        expect([wrong, answer.status]).toEqual([wrong, 404]);
        expect(answer.headers['www-authenticate']).toBeUndefined();
        bodies.add(answer.body);
      }
    expect([...bodies]).toEqual(['{"error":{"code":"not_found","message":"Not found","details":{}}}']);
    expect(await status(first, live.path)).toBe(200);
  });

  test.each<[string, (key: Connected, id: string) => Promise<unknown>]>([
    ['it is deleted', (key, id) => sent(first, `DELETE ${servers(key)}/${id}`, key.token)],
    ['it is rotated', (key, id) => sent(first, `POST ${servers(key)}/${id}/rotate`, key.token)],
    ['its person ends it', (_, id) => first.gateway.app.get(PersonGrants).revoke(id, '183', ['12345'])],
    [
      'its person ends the key that made it',
      (key) => first.gateway.app.get(PersonGrants).revoke(key.grantId, '183', ['12345']),
    ],
    ['that key is revoked', (key) => first.gateway.app.get(Grants).revoke(key.grantId)],
    [
      'its connection is revoked',
      (key) => first.gateway.app.get(Connections).revokeConnection('12345', key.connectionId),
    ],
  ])('the other replica, which has it remembered, refuses it when %s', async (_, end) => {
    const key = await apiKey(first.gateway);
    const { id, path, secret } = await made(key);
    expect([await status(first, path), await status(second, path)]).toEqual([200, 200]);
    // Remembered: without a message the other replica would let it in for 30 more seconds.
    expect(second.gateway.app.get(Grants).remembered('server_url', id, secret.split(':')[1]!)).toBeDefined();
    await end(key, id);
    expect(await status(first, path)).toBe(404);
    await until(async () => (await status(second, path)) === 404);
  });

  test('one on another connection ends with the connection of the key that made it', async () => {
    const [key, target] = [await apiKey(first.gateway), await apiKey(first.gateway)];
    const { path } = madeIn(await sent(first, `POST ${servers(target)}`, key.token, ALL));
    expect([await status(first, path), await status(second, path)]).toEqual([200, 200]);
    await first.gateway.app.get(Connections).revokeConnection('12345', key.connectionId);
    expect(await status(first, path)).toBe(404);
    await until(async () => (await status(second, path)) === 404);
  });

  test('a key that ends takes its URLs along even where nobody says so, and they are purged with it', async () => {
    const key = await apiKey(first.gateway);
    const { id, path } = await made(key);
    await execute(first.databaseUrl, `UPDATE access_grants SET revoked_at = now() - interval '2 days' WHERE id = $1`, [
      key.grantId,
    ]);
    expect(await status(first, path)).toBe(404);
    await first.gateway.app.get(Reaper).run();
    expect(await query(first.databaseUrl, 'SELECT 1 FROM access_grants WHERE id = $1', [id])).toEqual([]);
  });

  test('a URL ends with its key at the latest, and its answer says when', async () => {
    const key = await apiKey(first.gateway, OWNER, { expiresInSeconds: 3600 });
    const [row] = await query<{ at: Date }>(
      first.databaseUrl,
      'SELECT expires_at AS at FROM access_grants WHERE id = $1',
      [key.grantId],
    );
    for (const body of [ALL, { ...ALL, expires_at: END }, { ...ALL, expires_at: null }])
      expect(new Date((await ask(key, body)).json.expires_at)).toEqual(row?.at);
  });

  test('where ClickUp refuses the credential, it says so and leads nowhere', async () => {
    const key = await apiKey(first.gateway);
    const { path } = await made(key);
    await first.gateway.app.get(Connections).needsReauth('12345', key.connectionId);
    const answer = await listed(first, path);
    expect(answer).toMatchObject({ status: 401, json: { error: { code: 'invalid_credentials' } } });
    expect(answer.headers['www-authenticate']).not.toContain('resource_metadata');
    const spare = await apiKey(first.gateway);
    expect(await sent(first, `POST ${servers(key)}`, spare.token, ALL)).toMatchObject({ status: 403 });
  });
});
