import { allGrants, Connections, Grants, PersonGrants, revokeGrants } from '#libs/connections';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { DataSource } from 'typeorm';
import { Reaper } from '../../apps/gateway/src/reaper/reaper.service.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { asking } from '../support/ask.js';
import { documented, filledIn } from '../support/documented.js';
import { Shell } from '../support/shell.js';
import { apiKey, type Connected, OTHER, OWNER, session } from '../support/connect.js';
import { Person } from '../support/person.js';
import { execute, query } from '../support/postgres.js';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { ACME } from '../support/scoped.js';

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

/** As programs that know this kind of address from elsewhere send them (contract item 20); the year moves on with ours, because theirs passes. */
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
  test.each(SEEDS)('the body that others document succeeds unchanged: $name', async (body) => {
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
      await older.connect(new OlderTransport(url));
      for (const client of [modern, older]) {
        expect((await client.listTools()).tools.length).toBeGreaterThan(20);
        await client.close();
      }
      expect(await status(app, `/mcp/${secret.replace(':', '%3A')}`)).toBe(200);
    }
  });

  test('the commands of docs/connecting.md do what they say', async () => {
    const key = await apiKey(first.gateway, { ...OWNER, person: { id: '778', name: 'Reader' } });
    const shell = new Shell();
    const run = async (nth: number) => {
      const block = documented('docs/connecting.md', 'Server URLs', nth);
      const { output } = await shell.run(
        filledIn(block, { 'https://clickup.example.com': first.url, 'curl ': 'curl --silent ' }),
      );
      return JSON.parse(output);
    };
    try {
      shell.env.CLICKUP_MCP_KEY = key.token;
      const [{ id }] = (await run(0)).connections;
      shell.env.CONNECTION = id;
      expect(await names(new URL((await run(1)).url).pathname)).not.toContain('create_task');
    } finally {
      shell.remove();
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
    [
      'an unknown word for upstream_retry',
      { name: 'x', config: { upstream_retry: 'never' } },
      400,
      /Known are on, off/,
    ],
    ['a flag for upstream_retry', { name: 'x', config: { upstream_retry: false } }, 400, /string/],
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
    const tail = await call(path, 'call_read_operation', { operation: 'CreateTask', path: { list_id: '1' } });
    expect(tail.result.isError).toBe(true);
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } };
    const begun = await sent(first, `POST ${path}`, undefined, { ...LIST, method: 'initialize', params });
    expect(begun.json.result.instructions).toContain('was set when it was made');
  });

  test('single methods: what is not named is refused, through the long tail too', async () => {
    const { path } = await made(await apiKey(first.gateway), { name: 'c', config: { methods: ['read', 'create'] } });
    const tools = await names(path);
    expect(tools).toEqual(expect.arrayContaining(['create_task', 'find_tasks', 'call_write_operation']));
    expect(tools).not.toContain('update_task');
    const before = first.sandbox.requests().length;
    const { result } = await call(path, 'call_write_operation', {
      operation: 'DeleteComment',
      path: { comment_id: '1' },
    });
    expect(result).toMatchObject({ isError: true, _meta: { error: { code: 'forbidden' } } });
    expect(result.content[0].text).toContain('the method delete was not granted');
    expect(
      first.sandbox
        .requests()
        .slice(before)
        .filter(({ method }) => method !== 'GET'),
    ).toEqual([]);
  });

  test('tags: other toolsets are not there, and the long tail refuses', async () => {
    const { path } = await made(await apiKey(first.gateway), { name: 'd', config: { tags: ['docs'] } });
    const tools = await names(path);
    expect(tools).toContain('write_doc');
    expect(tools.filter((name) => /task|time|goal/.test(name))).toEqual([]);
    const { result } = await call(path, 'call_read_operation', { operation: 'GetTask', path: { task_id: '1' } });
    expect(result._meta.error).toMatchObject({ code: 'forbidden' });
    expect(result.content[0].text).toContain('the toolset tasks was not granted');
  });

  test('upstream_retry off: what ClickUp says of its rate limit is told at once; without it the same call waits', async () => {
    const app = await startTestApp({ beside: first });
    try {
      const key = await apiKey(app.gateway);
      const asking = async (config: object) => {
        const answer = await ask(key, { name: 'p', config }, app);
        expect(answer.json.config).toEqual(config);
        return madeIn(answer).path;
      };
      const paths = { off: await asking({ upstream_retry: 'off' }), on: await asking({ upstream_retry: 'on' }) };
      const called = async (path: string, task_id: string) => {
        app.sandbox.configure({
          faults: [{ operation: 'GetTask', kind: 'throttle', limit: 100, reset: 1, retryAfter: 'missing', times: 1 }],
        });
        // Not over a raw socket, which is given up after five seconds.
        const body = JSON.stringify({
          ...LIST,
          method: 'tools/call',
          params: { name: 'get_task', arguments: { task_id } },
        });
        const headers = { 'content-type': 'application/json', accept: 'application/json' };
        const answer = await fetch(app.url + path, { method: 'POST', headers, body });
        return ((await answer.json()) as { result: Record<string, any> }).result;
      };
      const told = await called(paths.off, 'ENG-123');
      expect(told['_meta'].error).toMatchObject({ code: 'clickup_rate_limit', details: { limit: 100, remaining: 0 } });
      expect(app.sandbox.stats().operations.GetTask).toBe(1);
      expect(await called(paths.on, 'ENG-124')).toMatchObject({ isError: false });
      expect(app.sandbox.stats().operations.GetTask).toBe(3);
    } finally {
      await app.close();
    }
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

  test('one on another connection is narrowed with the connection of its maker, also where it is remembered', async () => {
    const [key, target] = [await apiKey(first.gateway), await apiKey(first.gateway)];
    const { path } = madeIn(await sent(first, `POST ${servers(target)}`, key.token, ALL));
    expect(await names(path)).toContain('create_task');
    await first.gateway.app.get(Connections).setPolicy('12345', key.connectionId, { mode: 'read' });
    expect(await names(path)).not.toContain('create_task');
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

describe('looking after them', () => {
  test('one finds the connection, lists, reads, renames, rotates and deletes; only what makes a URL shows it', async () => {
    const key = await apiKey(first.gateway, { ...OWNER, person: { id: '777', name: 'Keeper' } });
    expect((await sent(first, 'GET /api/v1/connections', key.token)).json).toEqual({
      connections: [{ id: key.connectionId, workspace_id: '12345', mode: 'write' }],
    });
    const body = { name: 'Un', config: { methods: ['get', 'list'], tags: ['tasks'] } };
    const { url, ...shown } = (await ask(key, body)).json;
    expect(shown).toMatchObject({ ...body, expires_at: null, require_api_token_auth: false });
    const one = `${servers(key)}/${shown.id}`;
    expect(await sent(second, `GET ${servers(key)}`, key.token)).toMatchObject({ status: 200 });
    expect((await sent(second, `GET ${servers(key)}`, key.token)).json).toEqual({ servers: [shown] });
    expect((await sent(second, `GET ${one}`, key.token)).json).toEqual(shown);
    const renamed = { ...shown, name: 'Deux \u{1f600}' };
    expect((await sent(first, `PATCH ${one}`, key.token, { name: renamed.name })).json).toEqual(renamed);
    expect(await sent(first, `PATCH ${one}`, key.token, { config: {} })).toMatchObject({ status: 400 });
    const rotated = (await sent(first, `POST ${one}/rotate`, key.token)).json;
    expect(rotated).toEqual({ ...renamed, url: expect.any(String) });
    expect(rotated.url).not.toBe(url);
    expect(await status(first, new URL(url).pathname)).toBe(404);
    expect(await names(new URL(rotated.url).pathname)).not.toContain('create_task');
    expect(await sent(first, `DELETE ${one}`, key.token)).toMatchObject({ status: 204 });
    expect(await sent(first, `DELETE ${one}`, key.token)).toMatchObject({ status: 404 });
    expect((await sent(second, `GET ${servers(key)}`, key.token)).json).toEqual({ servers: [] });
  });

  test('another key of the person sees and ends it, but gets no secret of it: its rights may be wider', async () => {
    const wide = await apiKey(first.gateway);
    const narrow = await apiKey(first.gateway, { ...OWNER, policy: { mode: 'read' } });
    const { id, path } = await made(wide);
    expect(await sent(first, `GET ${servers(wide)}/${id}`, narrow.token)).toMatchObject({ status: 200 });
    expect(await sent(first, `POST ${servers(wide)}/${id}/rotate`, narrow.token)).toMatchObject({
      status: 403,
      json: { error: { details: { reason: 'made by another key' } } },
    });
    expect(await status(first, path)).toBe(200);
    expect(await sent(first, `DELETE ${servers(wide)}/${id}`, narrow.token)).toMatchObject({ status: 204 });
  });

  test('what is of others, is no server URL, or has no connection any more is not there', async () => {
    const key = await apiKey(first.gateway);
    const ended = await apiKey(first.gateway);
    await first.gateway.app.get(Grants).revoke(ended.grantId);
    const foreign = await apiKey(first.gateway, OTHER);
    const colleague = await apiKey(first.gateway, { ...OWNER, person: { id: '184', name: 'Colleague' } });
    const [own, theirs] = [await made(key), await made(foreign)];
    const bodies = new Set<string>();
    for (const line of [
      ...[foreign, colleague, ended].flatMap((other) => [
        `POST ${servers(other)}`,
        `GET ${servers(other)}`,
        `GET ${servers(other)}/${theirs.id}`,
      ]),
      `GET /api/v1/connections/nothing/mcp-servers`,
      `GET ${servers(key)}/${theirs.id}`,
      `GET ${servers(key)}/${key.grantId}`,
      `DELETE ${servers(key)}/${key.grantId}`,
      `DELETE ${servers(foreign)}/${theirs.id}`,
      `POST ${servers(foreign)}/${theirs.id}/rotate`,
      `GET ${servers(await apiKey(first.gateway))}/${own.id}`,
    ]) {
      const answer = await sent(first, line, key.token, line.startsWith('POST') ? ALL : undefined);
      expect([line, answer.status]).toEqual([line, 404]);
      bodies.add(answer.body);
    }
    expect(bodies.size).toBe(1);
    expect(await status(first, theirs.path)).toBe(200);
  });

  test('the operator sees it among the grants, with the mode that is left, and ends it with the key that made it', async () => {
    const wide = await apiKey(first.gateway);
    const narrow = await apiKey(first.gateway, { ...OWNER, policy: { mode: 'read' } });
    const { id, path } = madeIn(await sent(first, `POST ${servers(wide)}`, narrow.token, ALL));
    const database = first.gateway.app.get(DataSource);
    const overseen = async () => (await allGrants(database)).find((grant) => grant.id === id);
    expect(await overseen()).toMatchObject({ kind: 'server_url', label: 'All', mode: 'read', state: 'active' });
    expect(await status(second, path)).toBe(200);
    expect(await revokeGrants(database, [narrow.grantId], undefined)).toEqual([]);
    expect(await overseen()).toMatchObject({ state: 'revoked' });
    await until(async () => (await status(second, path)) === 404);
  });

  test('/sessions shows what it may do and until when, ends it, and offers no change of its rights', async () => {
    const app = await startTestApp({ env: { API_KEY_MODE: 'user_bound' } });
    try {
      const { user } = (await asking(() => app.sandbox.url, '/api/v2')('GET /user')).body;
      const me = { ...OWNER, workspaceId: ACME, person: { id: String(user.id), name: user.username } };
      const key = await apiKey(app.gateway, me, { label: 'Script' });
      const narrowed = { methods: ['read', 'create'], tags: ['tasks', 'docs'] };
      const body = {
        name: 'CI <b>',
        config: narrowed,
        expires_at: '2999-05-06T12:00:00Z',
        require_api_token_auth: true,
      };
      const { id, path } = madeIn(await ask(key, body, app));
      const person = new Person(app.url.replace('127.0.0.1', 'localhost'));
      const { html } = await person.show('/sessions');
      expect(html).toContain('CI &lt;b&gt;');
      for (const text of ['server URL', 'Only these methods: read, create', 'Tasks, Docs', '2999', 'works only beside'])
        expect(html).toContain(text);
      expect(html).not.toContain(`/sessions/${id}/begin`);
      expect(html).toContain(`/sessions/${key.grantId}/begin`);
      expect((await person.press(html, `/sessions/${id}/begin`, {})).status).toBe(404);
      expect(await status(app, path, key.token)).toBe(200);
      expect((await person.press(html, '/sessions/revoke', { grant: id })).html).not.toContain('CI &lt;b&gt;');
      expect(await status(app, path, key.token)).toBe(404);
    } finally {
      await app.close();
    }
  });
});

/** Whom each kind of credential lets in, and where: 401 and 403 by what is known of it. */
describe('kinds of credentials and places where they are sent', () => {
  const kinds = {
    'a global key': () => Promise.resolve(WRITE_KEY),
    'an API key': async () => (await apiKey(first.gateway)).token,
    'a session token': async () => (await session(first.gateway, first.databaseUrl)).token,
    'a server URL': async () => (await made(await apiKey(first.gateway))).secret,
    'a JWT': () => Promise.resolve('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'),
  };
  type Kind = keyof typeof kinds;
  const places: [string, (token: string) => Promise<RawAnswer>, Record<Kind, number>][] = [
    [
      'Authorization of /mcp',
      (token) => listed(first, '/mcp', token),
      { 'a global key': 200, 'an API key': 200, 'a session token': 200, 'a server URL': 401, 'a JWT': 401 },
    ],
    [
      'X-API-Key of /mcp',
      (token) =>
        rawRequest(
          first.url,
          'POST',
          '/mcp',
          { 'X-API-Key': token, 'Content-Type': 'application/json' },
          JSON.stringify(LIST),
        ),
      { 'a global key': 200, 'an API key': 200, 'a session token': 200, 'a server URL': 401, 'a JWT': 401 },
    ],
    [
      '?apiKey= of /mcp',
      (token) => listed(first, `/mcp?apiKey=${token}`),
      { 'a global key': 200, 'an API key': 200, 'a session token': 401, 'a server URL': 401, 'a JWT': 401 },
    ],
    [
      'the path',
      (token) => listed(first, `/mcp/${token}`),
      { 'a global key': 404, 'an API key': 401, 'a session token': 401, 'a server URL': 200, 'a JWT': 404 },
    ],
    [
      'Authorization of /api/v1',
      (token) => sent(first, 'GET /api/v1/connections', token),
      { 'a global key': 403, 'an API key': 200, 'a session token': 403, 'a server URL': 401, 'a JWT': 401 },
    ],
  ];
  test.each(places)('%s', async (_, send, expected) => {
    const seen: Record<string, number> = {};
    for (const [kind, make] of Object.entries(kinds)) {
      const { status: code, json } = await send(await make());
      seen[kind] = code;
      if (code === 401 && kind === 'a server URL') expect(json.error.message).toContain('as the address of the server');
      if (code === 401 && kind === 'an API key') expect(json.error.message).toContain('The URL is no place for');
      if (code === 403) expect(json.error.message).toContain('API key of your own');
    }
    expect(seen).toEqual(expected);
  });

  test('a ClickUp credential that a client brings along makes none, and does not replace that of a URL', async () => {
    const app = await startTestApp({ env: { ALLOW_CLIENT_CREDENTIALS: 'true', MCP_API_KEYS: '' } });
    try {
      const brought = { 'X-ClickUp-Key': 'pk_sandbox_other', 'Content-Type': 'application/json' };
      expect(await rawRequest(app.url, 'GET', '/api/v1/connections', brought)).toMatchObject({ status: 403 });
      const { path } = madeIn(await ask(await apiKey(app.gateway), ALL, app));
      const body = { ...LIST, method: 'tools/call', params: { name: 'whoami', arguments: {} } };
      await rawRequest(app.url, 'POST', path, brought, JSON.stringify(body));
      expect(JSON.stringify(app.sandbox.requests())).not.toContain('pk_sandbox_other');
    } finally {
      await app.close();
    }
  });
});

describe('its secret', () => {
  test('is in no log, metric, error, redirect or stored row, whatever goes wrong', async () => {
    const app = await startTestApp();
    try {
      const key = await apiKey(app.gateway);
      const asked = [await ask(key, ALL, app), await ask(key, { ...ALL, expires_at: END }, app)];
      const [{ path, secret }, old] = asked.map(madeIn) as [Made, Made];
      await execute(
        app.databaseUrl,
        `UPDATE access_grants SET expires_at = now() - interval '1 second' WHERE id = $1`,
        [old.id],
      );
      const json = { 'Content-Type': 'application/json' };
      const html = { Accept: 'text/html' };
      const answers: [string, RawAnswer][] = [];
      const send = async (method: string, target: string, headers = {}, body = '') =>
        answers.push([`${method} ${target}`, await rawRequest(app.url, method, target, headers, body)]);
      for (const at of [path, old.path, `${path}x`, path.replace(':', '%3A')]) {
        await send('POST', at, json, JSON.stringify(LIST));
        await send('POST', at, json, '{');
        await send('POST', at, { 'Content-Type': 'text/plain' }, 'x');
        await send('POST', at, json, JSON.stringify({ ...LIST, method: 'nothing' }));
        await send('POST', at, { ...json, Origin: 'https://evil.example' }, JSON.stringify(LIST));
        await send('POST', at, { ...json, Host: 'evil.example' }, JSON.stringify(LIST));
        for (const method of ['GET', 'HEAD', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'TRACE', 'QUERY'])
          await send(method, at);
        await send('GET', at, html);
        await send('GET', at, { ...html, Authorization: 'Bearer nothing-at-all-0123456789' });
        for (const behind of [
          '/',
          '/x',
          '/../x',
          '%',
          '%zz',
          '/%ff',
          `/${'x'.repeat(300)}`,
          'x'.repeat(300),
          '?a=%zz',
        ]) {
          await send('POST', at + behind, json, JSON.stringify(LIST));
          await send('GET', at + behind, html);
        }
      }
      await send('GET', '/', { Referer: app.url + path });
      await app.gateway.app.get(Grants).revoke(key.grantId);
      await send('POST', path, json, JSON.stringify(LIST));
      const hidden = [secret, old.secret].map((each) => each.split(':')[1]!);
      for (const [line, { status: code, headers, body }] of answers) {
        expect([line, hidden.some((each) => JSON.stringify(headers).includes(each) || body.includes(each))]).toEqual([
          line,
          false,
        ]);
        expect([line, code >= 500 && code !== 501 ? body : '']).toEqual([line, '']);
        if (line.startsWith('GET / ') || line === 'GET /') continue;
        // Node answers what is no HTTP by itself.
        if (headers['x-request-id'] === undefined) continue;
        expect([line, headers['referrer-policy'], headers['cache-control']]).toEqual([line, 'no-referrer', 'no-store']);
      }
      const stored = await query<{ rows: string }>(
        app.databaseUrl,
        `SELECT query_to_xml('SELECT * FROM ' || quote_ident(table_name), true, false, '')::text AS rows
         FROM information_schema.tables WHERE table_schema = 'public'`,
      );
      for (const text of [app.log(), ...stored.map(({ rows }) => rows)])
        for (const each of hidden) expect(text.includes(each)).toBe(false);
      expect(app.log()).toContain('credential_refused');
      // Asked of the log: were it looked for with the level off, this test would prove nothing.
      expect(app.log()).toContain('/mcp/:secret');
    } finally {
      await app.close();
    }
  });

  test('guessing it counts as guessing any other credential does', async () => {
    const app = await startTestApp({ beside: first });
    try {
      const { id, path } = await made(await apiKey(first.gateway));
      const guess = async (at: number) => status(app, `/mcp/cuu_${id}:${String(at).padStart(43, 'x')}`);
      const codes: number[] = [];
      for (let at = 0; at < 22; at += 1) codes.push(await guess(at));
      expect(codes.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 404));
      expect(codes.at(-1)).toBe(429);
      expect(await status(first, path)).toBe(200);
    } finally {
      await app.close();
    }
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
