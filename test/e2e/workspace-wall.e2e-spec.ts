import { Connections } from '#libs/connections';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';

/** One credential reaches two Workspaces; the caller is bound to the second. */
const [ACME, GLOBEX] = ['12345', '67890'];
const [SPRINT_42, MAINTENANCE] = ['90144360426', '90154400001'];
const CREDENTIAL = 'pk_sandbox_owner';

let app: TestApp;
let bound: TestClient;
let acme: TestClient;
/** A task of the other Workspace, and one of the caller's own. */
let [theirs, ours] = ['', ''];

async function connect(workspaceId: string, policy: object = { mode: 'write' }): Promise<TestClient> {
  const { grantId, secret } = await app.gateway.app.get(Connections).connect({
    workspaceId,
    person: { id: '1', name: 'Owner' },
    credential: CREDENTIAL,
    policy: policy as never,
    grant: { kind: 'api_key', label: 'wall' },
  });
  return CLIENTS[0]![1](app.url, `cuk_${grantId}:${secret}`);
}

beforeAll(async () => {
  app = await startTestApp({
    sandbox: { ownsBoth: true },
    env: { ALLOW_CLIENT_CREDENTIALS: 'true', TEAM_ID: GLOBEX, CONFIRM_DESTRUCTIVE: 'never' },
  });
  [bound, acme] = await Promise.all([connect(GLOBEX), connect(ACME)]);
  theirs = (await acme.call('create_task', { list_id: SPRINT_42, name: 'Canary of Acme' })).structured.id;
  ours = (await bound.call('create_task', { list_id: MAINTENANCE, name: 'Own of Globex' })).structured.id;
});
afterAll(async () => {
  await Promise.all([bound.close(), acme.close()]);
  await app.close();
});

const attempts = (): [string, string, object][] => [
  ['a task by id', 'get_task', { task_id: theirs }],
  ['a task by URL', 'get_task', { task_id: `https://app.clickup.com/t/${theirs}` }],
  ['a task by the URL of its Workspace', 'get_task', { task_id: `https://app.clickup.com/t/${ACME}/ENG-123` }],
  ['a task by custom id', 'get_task', { task_id: 'ENG-123' }],
  ['a task with its comments', 'get_task', { task_id: theirs, include: ['comments'] }],
  ['the name of a task', 'update_task', { task_id: theirs, name: 'Taken over' }],
  ['a task to delete', 'delete_task', { task_id: theirs }],
  ['a List by id', 'create_task', { list_id: SPRINT_42, name: 'Smuggled' }],
  ['a List by path', 'create_task', { list_id: 'Engineering / Backend / Sprint 42', name: 'Smuggled' }],
  ['a List to read', 'get_list', { list_id: SPRINT_42 }],
  ['a List to search in', 'find_tasks', { list_ids: [SPRINT_42] }],
  ['a comment', 'add_comment', { task_id: theirs, text: 'Smuggled' }],
  ['comments', 'list_comments', { task_id: theirs }],
  [
    'many tasks, one of them elsewhere',
    'bulk_create_tasks',
    {
      tasks: [
        { list_id: MAINTENANCE, name: 'Smuggled a' },
        { list_id: SPRINT_42, name: 'Smuggled b' },
      ],
    },
  ],
  ['a parent', 'create_task', { list_id: MAINTENANCE, name: 'Smuggled', parent: theirs }],
  ['time', 'create_time_entry', { task_id: theirs, duration: '1h' }],
  ['the timer', 'start_timer', { task_id: theirs }],
  ['a Workspace by id', 'get_workspace_hierarchy', { team_id: ACME }],
  [
    'the long tail, with a custom id there',
    'call_write_operation',
    {
      operation: 'UpdateTask',
      path: { task_id: 'ENG-123' },
      query: { custom_task_ids: true, team_id: ACME },
      body: { name: 'Taken over' },
    },
  ],
  [
    'the long tail, with the custom id of API v3',
    'call_write_operation',
    { operation: 'moveTask', path: { workspace_id: ACME, task_id: 'ENG-123', list_id: SPRINT_42 }, body: {} },
  ],
  ['a link', 'call_write_operation', { operation: 'AddTaskLink', path: { task_id: ours, links_to: theirs } }],
  [
    'a merge',
    'call_write_operation',
    { operation: 'mergeTasks', path: { task_id: ours }, body: { source_task_ids: [theirs] } },
  ],
  [
    'a List as a filter',
    'call_read_operation',
    { operation: 'GetFilteredTeamTasks', path: { team_Id: GLOBEX }, query: { list_ids: [SPRINT_42] } },
  ],
  [
    'the time in a List',
    'call_read_operation',
    { operation: 'Gettimeentrieswithinadaterange', path: { team_Id: GLOBEX }, query: { list_id: SPRINT_42 } },
  ],
  [
    'below a task',
    'call_read_operation',
    { operation: 'GetFilteredTeamTasks', path: { team_Id: GLOBEX }, query: { parent: theirs } },
  ],
];

test.each(attempts().map(([what], index) => [what, index] as const))('%s', async (_, index) => {
  const [, tool, args] = attempts()[index]!;
  const { writes } = app.sandbox.stats();
  const { isError, text } = await bound
    .call(tool, args as Record<string, unknown>)
    .catch(({ message }: Error) => ({ isError: true, text: message }));
  expect([tool, isError, app.sandbox.stats().writes - writes]).toEqual([tool, true, 0]);
  expect(text).not.toMatch(/Canary of Acme|memory leak/);
});

test('names, people, hierarchy and Workspaces are those of the own Workspace', async () => {
  for (const [tool, args] of [
    ['get_workspace_hierarchy', {}],
    ['find_tasks', {}],
    ['find_members', {}],
    ['call_read_operation', { operation: 'GetAuthorizedTeams' }],
  ] as const) {
    const { isError, text } = await bound.call(tool, args);
    expect([tool, isError]).toEqual([tool, false]);
    expect([tool, /Acme|\b12345\b|Engineering/.test(text.replaceAll('@acme.example', ''))]).toEqual([tool, false]);
  }
});

test('two callers of one credential, each in its Workspace, keep their directories apart', async () => {
  for (const _ of [1, 2]) {
    expect((await acme.call('get_workspace_hierarchy')).text).toContain('Sprint 42');
    expect((await bound.call('get_workspace_hierarchy')).text).not.toContain('Sprint 42');
  }
});

test('that a task exists in the other Workspace is not told: an id that never existed is answered alike', async () => {
  const never = '86zzzzzzz';
  for (const tool of ['get_task', 'update_task', 'list_comments', 'add_comment', 'call_read_operation'] as const) {
    const args = {
      get_task: {},
      update_task: { name: 'x' },
      list_comments: {},
      add_comment: { text: 'x' },
      call_read_operation: { operation: 'GetTask' },
    }[tool];
    const said = async (task_id: string) => {
      const { text, meta } = await bound.call(tool, { ...args, task_id });
      // It moves with the time and with each request.
      delete meta.ratelimit;
      return JSON.stringify([text, meta]).replaceAll(task_id, 'ID');
    };
    expect([tool, await said(theirs)]).toEqual([tool, await said(never)]);
  }
});

test('a Workspace of the configuration or of a header binds in the same way', async () => {
  const ask = async (headers: Record<string, string>, task_id: string) => {
    const response = await fetch(`${app.url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${WRITE_KEY}`, ...headers },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'get_task', arguments: { task_id } },
      }),
    });
    return ((await response.json()) as { result: { isError: boolean } }).result.isError;
  };
  expect([await ask({}, theirs), await ask({}, ours)]).toEqual([true, false]);
  const header = { 'x-clickup-key': CREDENTIAL, 'x-clickup-team-id': ACME };
  expect([await ask(header, theirs), await ask(header, ours)]).toEqual([false, true]);
});

test('a selective grant is bound, too: a place of the other Workspace in it grants nothing', async () => {
  const client = await connect(GLOBEX, {
    mode: 'selective',
    write: { spaces: [], folders: [], lists: [SPRINT_42, MAINTENANCE] },
  });
  const { writes } = app.sandbox.stats();
  expect((await client.call('update_task', { task_id: theirs, name: 'Taken over' })).isError).toBe(true);
  expect(app.sandbox.stats().writes).toBe(writes);
  expect((await client.call('update_task', { task_id: ours, name: 'Own of Globex' })).isError).toBe(false);
  await client.close();
});

test('objects shared one by one, out of a Space that the person does not see, count as inside', async () => {
  const share = (object_type: string, object_id: string, body: object) =>
    acme.call('call_write_operation', {
      operation: 'publicPatchAcl',
      path: { workspace_id: ACME, object_type, object_id },
      body,
    });
  const { structured } = await acme.call('call_read_operation', { operation: 'GetList', path: { list_id: SPRINT_42 } });
  const members = await acme.call('find_members', { query: 'Sarah Chen' });
  const sarah = String(members.structured.rows[0][members.structured.columns.indexOf('ref')]);
  expect(
    (await share('list', SPRINT_42, { entries: [{ kind: 'user', id: sarah, permission_level: 5 }] })).isError,
  ).toBe(false);
  expect(
    (
      await share('space', (structured as any).answer.space.id, {
        private: true,
        entries: [{ kind: 'user', id: sarah, permission_level: null }],
      })
    ).isError,
  ).toBe(false);
  const { grantId, secret } = await app.gateway.app.get(Connections).connect({
    workspaceId: ACME,
    person: { id: '3', name: 'Sarah' },
    credential: 'pk_sandbox_member',
    policy: { mode: 'write' },
    grant: { kind: 'api_key', label: 'shared' },
  });
  const client = await CLIENTS[0]![1](app.url, `cuk_${grantId}:${secret}`);
  expect((await client.call('get_workspace_hierarchy')).text).not.toContain('Engineering');
  expect((await client.call('create_task', { list_id: SPRINT_42, name: 'Shared' })).isError).toBe(false);
  await client.close();
});

test('on a second replica, while ClickUp does not say what the Workspace holds, nothing is changed, and afterwards it works', async () => {
  const replica = await startTestApp({ beside: app });
  const { grantId, secret } = await app.gateway.app.get(Connections).connect({
    workspaceId: GLOBEX,
    person: { id: '4', name: 'Owner' },
    credential: CREDENTIAL,
    policy: { mode: 'write' },
    grant: { kind: 'api_key', label: 'replica' },
  });
  const client = await CLIENTS[0]![1](replica.url, `cuk_${grantId}:${secret}`);
  const create = (list_id: string) =>
    client.call('call_write_operation', { operation: 'CreateTask', path: { list_id }, body: { name: 'In doubt' } });
  for (const operation of ['GetList', 'GetSpaces']) {
    app.sandbox.configure({ faults: [{ operation, times: 50, kind: 'html', status: 502 }] });
    const { writes } = app.sandbox.stats();
    // Each waits for ClickUp to come back.
    for (const refused of await Promise.all([MAINTENANCE, SPRINT_42].map(create)))
      expect([operation, refused.meta.error?.code]).toEqual([operation, 'clickup_server_error']);
    expect([operation, app.sandbox.stats().writes]).toEqual([operation, writes]);
    app.sandbox.configure({ faults: [] });
    // After a moment the circuit of the token lets one request through.
    while ((await client.call('call_read_operation', { operation: 'GetAuthorizedUser' })).isError)
      await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect((await create(SPRINT_42)).meta.error?.code).toBe('clickup_not_found');
  expect((await create(MAINTENANCE)).isError).toBe(false);
  await client.close();
  await replica.close();
});

describe('what it costs', () => {
  const requests = async (client: TestClient, tool: string, args: Record<string, unknown>) => {
    const before = app.sandbox.requests().length;
    const said = await client.call(tool, args);
    expect([said.isError, said.text]).toEqual([false, expect.any(String)]);
    return app.sandbox
      .requests()
      .slice(before)
      .map(({ method, path }) => `${method} ${path}`);
  };

  test('a task that is not known yet: no request more for reading, one for writing; a known one: none', async () => {
    const created = await acme.call('create_task', { list_id: SPRINT_42, name: 'Cold' });
    const fresh = await startTestApp({ beside: app });
    const { grantId, secret } = await fresh.gateway.app.get(Connections).connect({
      workspaceId: ACME,
      person: { id: '2', name: 'Other' },
      credential: CREDENTIAL,
      policy: { mode: 'write' },
      grant: { kind: 'api_key', label: 'cold' },
    });
    const client = await CLIENTS[0]![1](fresh.url, `cuk_${grantId}:${secret}`);
    const task_id = created.structured.id;
    // Who somebody is, is read once for each credential.
    await client.call('find_members', {});
    expect(
      await requests(client, 'call_write_operation', {
        operation: 'UpdateTask',
        path: { task_id },
        body: { name: 'a' },
      }),
    ).toEqual([`GET /api/v2/task/${task_id}`, `PUT /api/v2/task/${task_id}`]);
    expect(
      await requests(client, 'call_write_operation', {
        operation: 'UpdateTask',
        path: { task_id },
        body: { name: 'b' },
      }),
    ).toEqual([`PUT /api/v2/task/${task_id}`]);
    expect(await requests(client, 'call_read_operation', { operation: 'GetTask', path: { task_id } })).toEqual([
      `GET /api/v2/task/${task_id}`,
    ]);
    expect(await requests(client, 'call_read_operation', { operation: 'GetTaskComments', path: { task_id } })).toEqual([
      `GET /api/v2/task/${task_id}/comment`,
    ]);
    // The Spaces of the Workspace are read with the first place.
    expect(
      await requests(client, 'call_read_operation', { operation: 'GetList', path: { list_id: SPRINT_42 } }),
    ).toEqual([`GET /api/v2/list/${SPRINT_42}`, `GET /api/v2/team/${ACME}/space`]);
    expect(
      await requests(client, 'call_write_operation', {
        operation: 'CreateTask',
        path: { list_id: SPRINT_42 },
        body: { name: 'c' },
      }),
    ).toEqual([`POST /api/v2/list/${SPRINT_42}/task`]);
    expect(
      await requests(client, 'call_read_operation', { operation: 'GetList', path: { list_id: '90144360445' } }),
    ).toEqual(['GET /api/v2/list/90144360445']);
    await client.close();
    await fresh.close();
  });

  test('objects that were just found or made need no look-up', async () => {
    const { structured } = await acme.call('create_task', { list_id: SPRINT_42, name: 'Made here' });
    expect(
      await requests(acme, 'call_write_operation', {
        operation: 'UpdateTask',
        path: { task_id: structured.id },
        body: { name: 'a' },
      }),
    ).toEqual([`PUT /api/v2/task/${structured.id}`]);
    const comment = await acme.call('add_comment', { task_id: structured.id, text: 'Hello' });
    const comment_id = String(comment.structured.rows[0][comment.structured.columns.indexOf('id')]);
    expect(
      await requests(acme, 'call_write_operation', {
        operation: 'UpdateComment',
        path: { comment_id },
        body: { comment_text: 'Hello again', assignee: 1, resolved: false },
      }),
    ).toEqual([`PUT /api/v2/comment/${comment_id}`]);
  });
});
