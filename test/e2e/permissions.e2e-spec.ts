import { Connections, newSecret } from '#libs/connections';
import { sha256 } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';
import { SPRINT_42 } from '../support/samples/index.js';

const ACME = '12345';
const BACKLOG = '90144360427';
const WRITE: Policy = { mode: 'write' };
const ONLY: Policy = { mode: 'selective', write: { spaces: [], folders: [], lists: [SPRINT_42] } };

let app: TestApp;
const clients: TestClient[] = [];

beforeAll(async () => {
  app = await startTestApp({ sandbox: { tasks: 60 } });
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await app.close();
});

const store = () => app.gateway.app.get(Connections);
const granting = (policy: Policy, kind: 'api_key' | 'session') =>
  store().connect({
    workspaceId: ACME,
    person: { id: '1', name: 'Owner' },
    credential: 'pk_sandbox_owner',
    policy,
    grant: { kind, label: 'test' },
  });

async function opened(key: string, url = app.url): Promise<TestClient> {
  const client = await CLIENTS[0]![1](url, key);
  clients.push(client);
  return client;
}

async function keyed(policy: Policy) {
  const { connectionId, grantId, secret } = await granting(policy, 'api_key');
  return { connectionId, client: await opened(`cuk_${grantId}:${secret}`) };
}

/** An access token as the authorization server leaves it. */
async function token(policy: Policy, scope: string): Promise<string> {
  const { grantId } = await granting(policy, 'session');
  const secret = newSecret();
  await app.gateway.app
    .get(DataSource)
    .query(
      `INSERT INTO oauth_artifacts (model, id_hash, grant_id, payload, expires_at) VALUES ('AccessToken', $1, $2, $3, now() + interval '1 hour')`,
      [sha256(secret), grantId, { scope }],
    );
  return `cus_${grantId}:${secret}`;
}

const post = (key: string, body: unknown, url = app.url) =>
  fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const calling = (name: string, args: object, id = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});
const writes = () => app.sandbox.stats().writes;
const created = { list_id: SPRINT_42, name: 'x' };

describe('a token that may only read, of a connection that may write', () => {
  test('lists the writing tools, and is asked for more scope before one starts', async () => {
    const key = await token(WRITE, 'read');
    const { result } = (await (await post(key, { jsonrpc: '2.0', id: 1, method: 'tools/list' })).json()) as {
      result: { tools: { name: string }[] };
    };
    expect(result.tools.map(({ name }) => name)).toContain('create_task');
    const before = app.sandbox.stats().requests;
    const response = await post(key, calling('create_task', created));
    const challenge = `Bearer error="insufficient_scope", error_description="The access token allows reading only", resource_metadata="${app.url.replace('127.0.0.1', 'localhost')}/.well-known/oauth-protected-resource/mcp", scope="read write"`;
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([403, challenge]);
    expect(await response.json()).toEqual({
      error: { code: 'insufficient_scope', message: 'The access token allows reading only', details: {} },
      _meta: { 'mcp/www_authenticate': [challenge] },
    });
    expect(app.sandbox.stats().requests).toBe(before);
  });

  test('in a batch one such call stops all', async () => {
    const key = await token(WRITE, 'read');
    const before = app.sandbox.stats().requests;
    const response = await post(key, [
      calling('find_members', {}),
      calling('call_write_operation', { operation: 'DeleteSpace', path: { space_id: '90140201' } }, 2),
    ]);
    expect([response.status, app.sandbox.stats().requests]).toEqual([403, before]);
  });

  test('reads without being asked for more; a writing tool that the connection does not allow is unknown', async () => {
    expect((await post(await token(WRITE, 'read'), calling('find_members', {}))).status).toBe(200);
    expect((await post(await token(WRITE, 'read write'), calling('create_task', created))).status).toBe(200);
    const unknown = await post(await token({ mode: 'read' }, 'read'), calling('create_task', created));
    expect([unknown.status, await unknown.json()]).toEqual([
      200,
      expect.objectContaining({
        error: expect.objectContaining({ code: -32_602, message: 'Unknown tool: create_task' }),
      }),
    ]);
  });
});

describe('reads of administration', () => {
  const path = { team_id: ACME };
  test('are not offered where the operator allows normal risks only', async () => {
    const bounded = await startTestApp({ sandbox: { tasks: 20 }, env: { ALLOWED_RISKS: 'normal' } });
    try {
      const client = await opened(WRITE_KEY, bounded.url);
      for (const [operation, at] of [
        ['GetWebhooks', path],
        ['queryAuditLog', { workspace_id: ACME }],
      ] as const) {
        const { requests } = bounded.sandbox.stats();
        expect(await client.call('call_read_operation', { operation, path: at })).toMatchObject({
          isError: true,
          meta: {
            error: {
              code: 'forbidden',
              details: { operation, reason: 'operations of the risk admin were not granted' },
            },
          },
        });
        expect(await client.call('search_operations', { query: operation })).toMatchObject({
          isError: false,
          text: expect.not.stringMatching(new RegExp(`\\b${operation}\\b`)),
        });
        expect(bounded.sandbox.stats().requests - requests).toBeLessThanOrEqual(1);
      }
      expect((await client.call('call_read_operation', { operation: 'GetSpaces', path })).isError).toBe(false);
    } finally {
      await bounded.close();
    }
  });

  test('operations that make webhooks and sign-ins answer without their secrets', async () => {
    const { client } = await keyed({ ...WRITE, confirm: 'never' });
    const direct = (method: string, at: string, body?: object) =>
      fetch(`${app.sandbox.url}/api/v2/${at}`, {
        method,
        headers: { authorization: 'pk_sandbox_owner', 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
      }).then((answer) => answer.json() as Promise<any>);
    const { webhook } = await direct('POST', `team/${ACME}/webhook`, {
      endpoint: 'https://example.com/a',
      events: ['*'],
    });
    expect(webhook.secret).toEqual(expect.any(String));
    const read = await client.call('call_read_operation', { operation: 'GetWebhooks', path });
    expect(read).toMatchObject({ isError: false, text: expect.stringContaining(webhook.id) });
    expect(read.text).toContain('[withheld: a credential]');
    const { webhooks } = await direct('GET', `team/${ACME}/webhook`);
    for (const { secret } of webhooks) expect(JSON.stringify(read)).not.toContain(secret);
  });
});

test('a write inside passes; one outside does nothing, nor does a request with a part outside', async () => {
  const { client } = await keyed(ONLY);
  expect(await client.call('create_task', created)).toMatchObject({ isError: false });
  const before = writes();
  expect(await client.call('create_task', { list_id: BACKLOG, name: 'x' })).toMatchObject({
    isError: true,
    text: expect.stringContaining('Not allowed'),
    meta: { error: { code: 'forbidden' } },
  });
  expect(
    await client.call('bulk_create_tasks', {
      tasks: [
        { list_id: SPRINT_42, name: 'a' },
        { list_id: BACKLOG, name: 'b' },
      ],
    }),
  ).toMatchObject({ isError: true });
  expect(
    await client.call('call_write_operation', { operation: 'DeleteList', path: { list_id: BACKLOG } }),
  ).toMatchObject({ isError: true, meta: { error: { code: 'forbidden' } } });
  expect(writes()).toBe(before);
});

test('objects outside the places that may be read do not appear', async () => {
  const other = await keyed(WRITE);
  const { structured: inside } = await other.client.call('create_task', created);
  const { structured: outside } = await other.client.call('create_task', { list_id: BACKLOG, name: 'Covert plan' });
  await other.client.call('get_workspace_hierarchy');
  const { client } = await keyed({ ...WRITE, read: { spaces: [], folders: [], lists: [SPRINT_42] } });
  expect(await client.call('get_task', { task_id: String(inside.id) })).toMatchObject({ isError: false });
  const missing = await client.call('get_task', { task_id: String(outside.id) });
  expect(missing).toMatchObject({ isError: true, meta: { error: { code: 'clickup_not_found' } } });
  for (const [name, args] of [
    ['get_workspace_hierarchy', {}],
    ['find_tasks', { text: 'covert' }],
    ['get_list', { list_id: BACKLOG }],
    ['call_read_operation', { operation: 'GetSpaces' }],
    ['call_read_operation', { operation: 'GetTasks', path: { list_id: BACKLOG } }],
  ] as const) {
    const { isError, text } = await client.call(name, args);
    expect([name, isError || !/Covert plan|Backlog/.test(text)]).toEqual([name, true]);
  }
  const before = writes();
  expect(await client.call('update_task', { task_id: String(outside.id), name: 'y' })).toMatchObject({ isError: true });
  expect(writes()).toBe(before);
});

test('a change of the policy is in force with the next call', async () => {
  const { client, connectionId } = await keyed(WRITE);
  expect(await client.call('create_task', created)).toMatchObject({ isError: false });
  await store().setPolicy(ACME, connectionId, { mode: 'read' });
  const before = writes();
  await expect(client.call('create_task', created)).rejects.toThrow(/Unknown tool/);
  expect(writes()).toBe(before);
  await store().setPolicy(ACME, connectionId, WRITE);
  expect(await client.call('create_task', created)).toMatchObject({ isError: false });
});

test('a change of the policy is in force on the other replica, which had the old one cached', async () => {
  const other = await startTestApp({ beside: app, sandbox: { tasks: 20 } });
  try {
    const { connectionId, grantId, secret } = await granting(WRITE, 'api_key');
    const lists = async () =>
      (
        await (
          await post(`cuk_${grantId}:${secret}`, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, other.url)
        ).text()
      ).includes('"create_task"');
    for (const policy of [{ mode: 'read' }, WRITE] satisfies Policy[]) {
      expect(await lists()).toBe(policy.mode === 'read');
      await store().setPolicy(ACME, connectionId, policy);
      // The notification to the other replica takes a moment; nothing else is waited for.
      for (let tries = 0; tries < 200 && (await lists()) !== (policy.mode === 'write'); tries++)
        await new Promise((done) => setTimeout(done, 10));
      expect(await lists()).toBe(policy.mode === 'write');
    }
  } finally {
    await other.close();
  }
});

test('a confirmation does not outlive the rights it was given under, nor the state it showed', async () => {
  const { client, connectionId } = await keyed(WRITE);
  const {
    structured: { id },
  } = await client.call('create_task', created);
  const args = { operation: 'DeleteTask', path: { task_id: String(id) } };
  const first = await client.call('call_write_operation', args);
  expect(first.structured.preview.current.touches).toContain(`task ${id}, name x`);
  await client.call('update_task', { task_id: String(id), name: 'y' });
  const second = await client.call('call_write_operation', { ...args, confirm_token: first.structured.confirm_token });
  expect(second.structured.preview.summary).toMatch(/^It has changed since the last preview/);
  await store().setPolicy(ACME, connectionId, { ...WRITE, disabledTools: ['add_comment'] });
  expect(
    await client.call('call_write_operation', { ...args, confirm_token: second.structured.confirm_token }),
  ).toMatchObject({ isError: true, meta: { error: { details: { parameter: 'confirm_token' } } } });
  const third = await client.call('call_write_operation', args);
  expect(
    await client.call('call_write_operation', { ...args, confirm_token: third.structured.confirm_token }),
  ).toMatchObject({ isError: false, structured: { done: expect.stringContaining('Done') } });
});

describe('the operator', () => {
  const running = async (env: Record<string, string>, work: (url: string) => Promise<void>) => {
    const other = await startTestApp({ env, sandbox: { tasks: 20 } });
    try {
      await work(other.url);
    } finally {
      await other.close();
    }
  };

  test('limits everybody, also by names of tools', () =>
    running({ WRITE_MODE: 'selective', WRITE_ALLOWED_LISTS: 'Engineering / Backend / Sprint 42' }, async (url) => {
      const client = await opened(WRITE_KEY, url);
      expect(await client.call('create_task', created)).toMatchObject({ isError: false });
      expect(await client.call('create_task', { list_id: BACKLOG, name: 'x' })).toMatchObject({
        isError: true,
        meta: { error: { code: 'forbidden' } },
      });
    }));

  test('may make it read-only with the old name', () =>
    running({ READ_ONLY_MODE: 'true' }, async (url) => {
      const { tools } = await (await opened(WRITE_KEY, url)).listTools();
      expect(tools.map(({ name }) => name)).not.toContain('create_task');
    }));

  test.each<[Record<string, string>, RegExp]>([
    [{ DISABLED_TOOLS: 'delete_tasks' }, /DISABLED_TOOLS: there is no tool "delete_tasks"/],
    [{ ENABLED_TOOLS: 'create_task,Find_Tasks' }, /ENABLED_TOOLS: there is no tool "Find_Tasks"/],
    [{ ENABLED_TOOLSETS: 'task*' }, /ENABLED_TOOLSETS: there is no toolset "task\*"/],
    [{ WRITE_MODE: 'selective', WRITE_ALLOWED_SPACES: 'Nowhere' }, /WRITE_ALLOWED_SPACES: "Nowhere"/],
  ])('is told of a name that nothing has: %j', async (env, message) => {
    await expect(running(env, () => Promise.resolve())).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(message),
    });
  });

  test('may switch confirmation off, and a connection may still demand it', async () => {
    await running({ CONFIRM_DESTRUCTIVE: 'never' }, async (url) => {
      const client = await opened(WRITE_KEY, url);
      const {
        structured: { id },
      } = await client.call('create_task', created);
      expect(await client.call('delete_task', { task_id: String(id) })).toMatchObject({ structured: { deleted: 1 } });
    });
    const { client } = await keyed({ ...WRITE, confirm: 'never' });
    const {
      structured: { id },
    } = await client.call('create_task', created);
    expect((await client.call('delete_task', { task_id: String(id) })).structured).toHaveProperty('confirm_token');
  });
});
