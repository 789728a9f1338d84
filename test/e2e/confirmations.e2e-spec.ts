import { ClickUpTransport, credential, type Operation, operationById, OPERATIONS } from '#libs/clickup';
import { taskId } from '../../apps/sandbox/src/world/ids.js';
import { isRead } from '#libs/core';
import { MemoryBudget } from '#libs/limits';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';
import { type Arguments, type Ids, NOW, prepare, SAMPLES, SPRINT_42 } from '../support/samples/index.js';

let app: TestApp;
let client: TestClient;
let direct: ClickUpTransport;
/** Writes in ClickUp as somebody else does, past the gateway. */
let call: (row: Operation, args: Arguments) => Promise<unknown>;

beforeAll(async () => {
  app = await startTestApp({ sandbox: { tasks: 60, now: () => NOW } });
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
  direct = new ClickUpTransport(
    { CLICKUP_API_URL: app.sandbox.url, CLICKUP_TIMEOUT_MS: 10_000, CLICKUP_MAX_RESPONSE_BYTES: 50_000_000 },
    new MemoryBudget({ limit: 1_000_000 }),
  );
  call = (row, args) =>
    direct
      .client({
        credential: credential('pk_sandbox_owner'),
        person: 'test',
        priority: 'interactive',
        deadline: performance.now() + 30_000,
        authorize: () => Promise.resolve(),
      })
      .call(row, args as never);
});
afterAll(async () => {
  await client.close();
  await direct.close();
  await app.close();
});

function fresh(): Promise<Ids> {
  app.sandbox.reset();
  return prepare(call);
}

const row = (id: string): Operation => operationById(id) ?? fail(id);
const fail = (id: string): never => {
  throw new Error(`no operation ${id}`);
};

type Path = Readonly<Record<string, string>>;
/** What somebody else does meanwhile, by the path of the call that waits for its confirmation. */
type Change = (path: Path, ids: Ids) => [operation: string, args: Arguments];
const renamed =
  (operation: string, name: string): Change =>
  (path) => [operation, { path: { [name]: path[name] ?? '' }, body: { name: 'Renamed meanwhile' } }];
/** What the sample of another operation changes of the same object. */
const like =
  (operation: string): Change =>
  (path, ids) => [operation, { ...SAMPLES[operation]?.(ids), path }];
const task: Change = ({ task_id }) => [
  'UpdateTask',
  { path: { task_id: task_id ?? '' }, body: { name: 'Renamed meanwhile' } },
];
const member: Change = ({ team_id, user_id }) => [
  'EditUserOnWorkspace',
  {
    path: { team_id: team_id ?? '', user_id: user_id ?? '' },
    body: { username: 'Renamed Meanwhile', admin: false, custom_role_id: 2_957_195 },
  },
];
const guest: Change = ({ guest_id }) => [
  'EditGuestOnWorkspace',
  {
    path: { team_id: '12345', guest_id: guest_id ?? '' },
    body: {
      can_edit_tags: false,
      can_see_time_spent: false,
      can_see_time_estimated: false,
      can_create_views: false,
      can_see_points_estimated: false,
      custom_role_id: 4_547_089,
    },
  },
];
const webhook: Change = ({ webhook_id }) => [
  'UpdateWebhook',
  {
    path: { webhook_id: webhook_id ?? '' },
    body: { endpoint: 'http://127.0.0.1:9/other', events: '*', status: 'active' },
  },
];
const group: Change = ({ group_id }) => [
  'UpdateTeam',
  { path: { group_id: group_id ?? '' }, body: { name: 'Renamed meanwhile' } },
];

/** Every operation that always shows a preview, with what somebody else changes meanwhile: `nothing` where the object is not there yet. */
const CHANGES: Readonly<Record<string, Change | 'nothing'>> = {
  DeleteSpace: ({ space_id }) => [
    'CreateFolder',
    { path: { space_id: space_id ?? '' }, body: { name: 'New meanwhile' } },
  ],
  DeleteFolder: renamed('UpdateFolder', 'folder_id'),
  DeleteList: ({ list_id }) => ['CreateTask', { path: { list_id: list_id ?? '' }, body: { name: 'New meanwhile' } }],
  DeleteTask: task,
  DeleteComment: ({ comment_id }) => [
    'UpdateComment',
    { path: { comment_id: comment_id ?? '' }, body: { comment_text: 'Written meanwhile' } },
  ],
  DeleteatimeEntry: ({ team_id, timer_id }) => [
    'UpdateatimeEntry',
    {
      path: { team_id: team_id ?? '', timer_id: timer_id ?? '' },
      body: { tags: [], description: 'Written meanwhile' },
    },
  ],
  DeleteGoal: like('UpdateGoal'),
  DeleteKeyResult: like('EditKeyResult'),
  DeleteView: like('UpdateView'),
  DeleteChecklist: renamed('EditChecklist', 'checklist_id'),
  DeleteChecklistItem: (path) => ['EditChecklistItem', { path, body: { name: 'Renamed meanwhile' } }],
  mergeTasks: () => ['UpdateTask', { path: { task_id: SOURCE() }, body: { name: 'Renamed meanwhile' } }],
  DeleteSpaceTag: (path) => [
    'EditSpaceTag',
    { path, body: { tag: { name: 'bug', fg_color: '#010203', bg_color: '#040506' } } },
  ],
  Deletetimetracked: (path) => ['Edittimetracked', { path, body: { start: NOW - 120_000, end: NOW, time: 120_000 } }],
  deleteChatChannel: (path) => ['updateChatChannel', { path, body: { name: 'renamed meanwhile' } }],
  deleteChatMessage: (path) => ['patchChatMessage', { path, body: { content: 'Written meanwhile' } }],
  CreateWebhook: () => ['UpdateSpace', { ...(SAMPLES.UpdateSpace?.({} as Ids) as Arguments) }],
  DeleteWebhook: webhook,
  UpdateWebhook: webhook,
  GetAccessToken: 'nothing',
  EditUserOnWorkspace: member,
  RemoveUserFromWorkspace: member,
  InviteUserToWorkspace: 'nothing',
  InviteGuestToWorkspace: 'nothing',
  EditGuestOnWorkspace: guest,
  RemoveGuestFromWorkspace: guest,
  AddGuestToFolder: renamed('UpdateFolder', 'folder_id'),
  RemoveGuestFromFolder: guest,
  AddGuestToList: renamed('UpdateList', 'list_id'),
  RemoveGuestFromList: guest,
  AddGuestToTask: (_, { task: task_id }) => ['UpdateTask', { path: { task_id }, body: { name: 'Renamed meanwhile' } }],
  RemoveGuestFromTask: task,
  CreateUserGroup: 'nothing',
  UpdateTeam: group,
  DeleteTeam: group,
  publicPatchAcl: ({ object_id }) => [
    'UpdateList',
    { path: { list_id: object_id ?? '' }, body: { name: 'Renamed meanwhile' } },
  ],
};
const SOURCE = () => (SAMPLES.mergeTasks?.({} as Ids).body as { source_task_ids: string[] }).source_task_ids[0] ?? '';
/** The task with the checklist. */
const LEAK = taskId('86c', 0);
/** ClickUp finds these only through the object that they belong to, so the caller names it too. */
const PARENTS: Readonly<Record<string, (ids: Ids) => Record<string, string>>> = {
  DeleteComment: ({ task: task_id }) => ({ task_id }),
  DeleteChecklist: () => ({ task_id: LEAK }),
  DeleteChecklistItem: () => ({ task_id: LEAK }),
};

const SHOWN = OPERATIONS.filter(({ verb, risk }) => !isRead(verb) && risk !== 'normal').map(({ id }) => id);

test('every operation that shows a preview is in the table', () =>
  expect(Object.keys(CHANGES).sort()).toEqual([...SHOWN].sort()));

const writes = async (args: Record<string, unknown>) => client.call('call_write_operation', args);

describe('an object that was changed since its preview is previewed again', () => {
  test.each(SHOWN.filter((id) => CHANGES[id] !== 'nothing'))('%s', async (id) => {
    const ids = await fresh();
    const sample = SAMPLES[id]?.(ids);
    // The sample names a guest of a task by custom id; here somebody else changes that task.
    if (id === 'AddGuestToTask')
      ids.task = (
        (await call(row('GetTask'), {
          path: { task_id: 'ENG-123' },
          query: { custom_task_ids: true, team_id: '12345' },
        })) as { id: string }
      ).id;
    const args = { operation: id, ...sample, ...(PARENTS[id] && { parent: PARENTS[id](ids) }) };
    const shown = await writes(args);
    expect({
      id,
      touches: shown.structured?.preview?.current?.touches,
      error: shown.isError ? shown.text : '',
    }).toEqual({ id, touches: expect.stringMatching(/\w/), error: '' });
    const change = CHANGES[id] as Change;
    const [operation, changed] = change(sample?.path ?? {}, ids);
    await call(row(operation), changed);
    const again = await writes({ ...args, confirm_token: shown.structured.confirm_token });
    expect({ id, isError: again.isError, preview: again.structured?.preview?.summary }).toEqual({
      id,
      isError: false,
      preview: expect.stringContaining('It has changed since the last preview'),
    });
    const done = await writes({ ...args, confirm_token: again.structured.confirm_token });
    expect({
      id,
      isError: done.isError,
      error: done.isError ? done.text : '',
      preview: done.structured?.preview,
    }).toEqual({ id, isError: false, error: '', preview: undefined });
  });
});

describe('a task by its custom id', () => {
  const byCustomId: [string, Record<string, unknown>][] = [
    ['alone', { path: { task_id: 'ENG-123' } }],
    ['as ClickUp spells it', { path: { task_id: 'ENG-123' }, query: { custom_task_ids: true, team_id: '12345' } }],
  ];
  const own = async () =>
    (
      (await call(row('GetTask'), {
        path: { task_id: 'ENG-123' },
        query: { custom_task_ids: true, team_id: '12345' },
      })) as { id: string }
    ).id;

  test.each(byCustomId)('%s: a confirmation holds for exactly this task', async (_, named) => {
    await fresh();
    const id = await own();
    const args = { operation: 'DeleteTask', ...named };
    const shown = await writes(args);
    expect(shown.structured.preview.current).toMatchObject({
      path: { task_id: id },
      touches: expect.stringMatching(new RegExp(`^task ${id}, name .+, status `)),
    });
    await call(row('UpdateTask'), { path: { task_id: id }, body: { name: 'Changed meanwhile' } });
    const again = await writes({ ...args, confirm_token: shown.structured.confirm_token });
    expect(again.structured.preview.current.touches).toContain('Changed meanwhile');
    expect((await writes({ ...args, confirm_token: again.structured.confirm_token })).isError).toBe(false);
    await expect(call(row('GetTask'), { path: { task_id: id } })).rejects.toMatchObject({ code: 'clickup_not_found' });
  });

  test('a merge names its tasks by custom id, and notices a change of any of them, not only of the first few', async () => {
    await fresh();
    const tasks = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map(
        async (name) =>
          ((await call(row('CreateTask'), { path: { list_id: '90144360426' }, body: { name } })) as { id: string }).id,
      ),
    );
    const args = { operation: 'mergeTasks', path: { task_id: 'ENG-123' }, body: { source_task_ids: tasks } };
    const { structured } = await writes(args);
    await call(row('UpdateTask'), { path: { task_id: tasks[4] ?? '' }, body: { description: 'More' } });
    expect((await writes({ ...args, confirm_token: structured.confirm_token })).structured.preview.summary).toContain(
      'It has changed since',
    );
  });
});

test('a deletion is refused where the preview could not show it: too many objects, or not where the caller says', async () => {
  await fresh();
  const many = await writes({
    operation: 'mergeTasks',
    path: { task_id: LEAK },
    body: { source_task_ids: Array.from({ length: 51 }, (_, index) => `86c${index}`) },
  });
  expect(many).toMatchObject({
    isError: true,
    text: expect.stringContaining('50 at most'),
    meta: { error: { code: 'invalid_parameters' } },
  });
  const astray = await writes({
    operation: 'DeleteChecklist',
    ...SAMPLES.DeleteChecklist?.({} as Ids),
    parent: { task_id: 'ENG-123' },
  });
  expect(astray).toMatchObject({
    isError: true,
    text: expect.stringContaining('not on the task'),
    meta: { error: { code: 'invalid_parameters' } },
  });
});

describe('a credential that reaches two Workspaces, with neither TEAM_ID nor a grant for one', () => {
  let both: TestApp;
  let person: TestClient;
  beforeAll(async () => {
    both = await startTestApp({
      env: { CLICKUP_API_TOKEN: 'pk_sandbox_both' },
      sandbox: { tasks: 60, now: () => NOW },
    });
    person = await CLIENTS[0]![1](both.url, WRITE_KEY);
  });
  afterAll(async () => {
    await person.close();
    await both.close();
  });
  const made = async (name: string): Promise<string> =>
    (await person.call('create_task', { list_id: SPRINT_42, name })).structured.id;

  test.each([
    ['delete_task', (task_id: string) => ({ task_id })],
    ['call_write_operation', (task_id: string) => ({ operation: 'DeleteTask', path: { task_id } })],
  ])('%s is confirmed, once', async (tool, argsOf) => {
    const args = argsOf(await made(`For ${tool}`));
    const { structured } = await person.call(tool, args);
    const confirmed = { ...args, confirm_token: structured.confirm_token };
    expect(await person.call(tool, confirmed)).toMatchObject({ isError: false });
    expect((await person.call(tool, confirmed)).isError).toBe(true);
  });

  test('twenty confirmations of one bulk creation at once create the tasks once', async () => {
    const args = { list_id: SPRINT_42, tasks: Array.from({ length: 11 }, (_, index) => ({ name: `Bulk ${index}` })) };
    const { structured } = await person.call('bulk_create_tasks', args);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        person.call('bulk_create_tasks', { ...args, confirm_token: structured.confirm_token }),
      ),
    );
    expect(answers.filter(({ isError }) => !isError)).toHaveLength(1);
  });

  test('twenty confirmations of one deletion at once send it once, on two replicas, however often that is tried', async () => {
    const replica = await startTestApp({ beside: both, env: { CLICKUP_API_TOKEN: 'pk_sandbox_both' } });
    const elsewhere = await CLIENTS[0]![1](replica.url, WRITE_KEY);
    try {
      for (let nth = 1; nth <= 15; nth += 1) {
        const task_id = await made(`Deleted at once ${nth}`);
        const { structured } = await person.call('delete_task', { task_id });
        const confirmed = { task_id, confirm_token: structured.confirm_token };
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, index) => (index % 2 ? person : elsewhere).call('delete_task', confirmed)),
        );
        expect(answers.filter(({ isError }) => !isError)).toHaveLength(1);
        const sent = both.sandbox
          .requests()
          .filter(({ method, path }) => method === 'DELETE' && path.includes(task_id));
        expect([nth, sent.length]).toEqual([nth, 1]);
      }
    } finally {
      await elsewhere.close();
      await replica.close();
    }
  });

  test('errors advise an argument only to tools that have it', async () => {
    const task_id = await made('To be named');
    const asked: [string, Record<string, unknown>][] = [
      ['get_workspace_hierarchy', {}],
      ['find_objects', { kind: 'person' }],
      ['search', { query: 'leak' }],
      ['fetch', { id: 'ENG-123' }],
      ['find_tasks', { text: 'leak' }],
      ['get_list', { list_id: 'Engineering / Backend / Sprint 42' }],
      ['get_task', { task_id: 'ENG-123' }],
      ['create_task', { list_id: 'Sprint 42', name: 'x' }],
      ['create_task', { list_id: SPRINT_42, name: 'x', assignees: ['Sarah Chen'] }],
      ['bulk_create_tasks', { list_id: 'Sprint 42', tasks: [{ name: 'x' }] }],
      ['update_task', { task_id: 'ENG-123', name: 'x' }],
      ['bulk_update_tasks', { groups: [{ task_ids: ['ENG-123'], priority: 'low' }] }],
      ['delete_task', { task_id: 'ENG-123' }],
      ['copy_task', { task_id: 'ENG-123' }],
      ['link_tasks', { task_id: 'ENG-123', relation: 'linked', to: ['ENG-101'] }],
      ['edit_checklist', { task_id: 'ENG-123', checklist: 'x', add: ['y'] }],
      ['attach_file', { task_id: 'ENG-123', filename: 'x.txt', text: 'x' }],
      ['list_comments', { task_id: 'ENG-123' }],
      ['add_comment', { task_id: 'ENG-123', text: 'x' }],
      ['update_comment', { comment_id: '90140020000127', resolved: true }],
      ['write_doc', { doc: 'Q4 Architecture', mode: 'append', page: 'Overview', text: 'x' }],
      ['save_place', { kind: 'list', place: 'Sprint 42', description: 'x' }],
      ['update_goal', { goal: 'Reduce Churn', note: 'x' }],
      ['list_time_entries', {}],
      ['create_time_entry', { task_id, duration: '1m' }],
      ['update_time_entry', { entry_id: '4519000000000000001', duration: '2m' }],
      ['start_timer', { task_id }],
      ['stop_timer', {}],
      ['call_read_operation', { operation: 'GetSpaces' }],
      ['call_write_operation', { operation: 'CreateSpace', body: { name: 'x' } }],
    ];
    const { tools } = await person.listTools();
    // search_operations asks ClickUp nothing, and confirm_change is the call of another tool.
    expect(new Set(asked.map(([name]) => name)).size).toBe(tools.length - 2);
    const errors = await Promise.all(asked.map(async ([name, args]) => ({ name, ...(await person.call(name, args)) })));
    const several = errors.filter(({ isError, text }) => isError && text.includes('several Workspaces'));
    expect(several.length).toBeGreaterThanOrEqual(12);
    for (const { name, text, meta } of several) {
      const properties = (
        tools.find((tool) => tool.name === name)?.inputSchema as { properties: Record<string, unknown> }
      ).properties;
      const named = /Pass ((?:args\.)?team_\w+)/.exec(text)?.[1];
      expect([
        name,
        text.includes('TEAM_ID'),
        named === undefined || named.split('.')[0]! in properties,
        meta?.error.details?.parameter === 'team_id' && !('team_id' in properties),
      ]).toEqual([name, true, true, false]);
    }
    expect(several.find(({ name }) => name === 'get_workspace_hierarchy')?.text).toContain('Pass team_id');
    expect(several.find(({ name }) => name === 'call_read_operation')?.text).toContain('Pass args.team_id');
    // Following the advice works.
    expect((await person.call('get_task', { task_id: 'https://app.clickup.com/t/12345/ENG-123' })).isError).toBe(false);
  });
});

test('words such as "tomorrow" mean at the confirmation what they meant in the preview, also past midnight', async () => {
  await fresh();
  const clock = jest.spyOn(Date, 'now');
  try {
    const [before, after] = ['2026-11-25T22:58:00Z', '2026-11-25T23:02:00Z'].map((at) => Date.parse(at)) as [
      number,
      number,
    ];
    const args = {
      list_id: SPRINT_42,
      tasks: Array.from({ length: 11 }, (_, index) => ({
        name: `Midnight ${index}`,
        due_date: 'tomorrow',
        start_date: 'today 9am',
      })),
    };
    clock.mockReturnValue(before);
    const { structured } = await client.call('bulk_create_tasks', args);
    expect(structured.preview.current).toEqual({
      first: [0, 1, 2].map(
        (index) =>
          `Midnight ${index}, in Engineering / Backend / Sprint 42, due 2026-11-26 (Thu), start 2026-11-25T09:00+01:00 (Wed)`,
      ),
    });
    clock.mockReturnValue(after);
    const done = await client.call('bulk_create_tasks', { ...args, confirm_token: structured.confirm_token });
    expect(done).toMatchObject({ isError: false, structured: { created: 11 } });
    const { columns, rows } = done.structured as { columns: string[]; rows: string[][] };
    const task = (await call(row('GetTask'), {
      path: { task_id: rows[0]![columns.indexOf('ref')]! },
      query: { custom_task_ids: true, team_id: '12345' },
    })) as {
      due_date: string;
      start_date: string;
    };
    expect([task.due_date, task.start_date].map((ms) => new Date(Number(ms)).toISOString())).toEqual([
      '2026-11-26T03:00:00.000Z',
      '2026-11-25T08:00:00.000Z',
    ]);
    // The five minutes are those of the real clock.
    clock.mockReturnValue(before);
    const late = await client.call('bulk_create_tasks', args);
    clock.mockReturnValue(before + 300_001);
    expect(
      (await client.call('bulk_create_tasks', { ...args, confirm_token: late.structured.confirm_token })).text,
    ).toContain('has expired');
    // A new preview says what the words mean then.
    clock.mockReturnValue(after);
    expect((await client.call('bulk_create_tasks', args)).structured.preview.current.first[0]).toContain(
      'due 2026-11-27',
    );
  } finally {
    clock.mockRestore();
  }
});
