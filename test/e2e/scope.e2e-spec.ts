import { type Arguments, type ClickUpClient, type Operation, operationById, type Task } from '#libs/clickup';
import { type AppError, isRead } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { SAMPLES } from '../support/samples/index.js';
import { ACME, L1, ONLY_L1, S1, scoped, type Scoped } from '../support/scoped.js';

/** Writing only in List L1 was granted. What counts is what arrived at ClickUp. */
let bench: Scoped;
/** Tasks: two in L1, one in L2 (same Folder), one in another Space; the last has a custom id. */
let t1: Task, t1b: Task, t2: Task, t3: Task;
let L2: string, L3: string;
/** Comments and checklists on t1 and t2. */
let c1: string, c2: string, k1: string, k2: string, e1: string, e2: string;

const row = (id: string) => operationById(id) as Operation;
const send = (client: ClickUpClient, id: string, args: Arguments): Promise<any> =>
  client.call<any>(row(id), args as never);
const god = (id: string, args: Arguments = {}) => send(bench.god, id, args);
const selective = (policy: Policy = ONLY_L1) => bench.client([policy]);

beforeAll(async () => (bench = await scoped()));
afterAll(() => bench.close());

beforeEach(async () => {
  bench.sandbox.reset();
  bench.cache.forget(bench.god.credential.hash, '');
  const { folders } = await god('GetFolders', { path: { space_id: S1 } });
  L2 = folders[0].lists.find(({ id }: { id: string }) => id !== L1).id;
  const others = await god('GetFolders', { path: { space_id: '90140202' } });
  L3 = others.folders[0].lists[0].id;
  const create = (list_id: string, name: string) => god('CreateTask', { path: { list_id }, body: { name } });
  [t1, t1b, t2, t3] = [
    await create(L1, 'one'),
    await create(L1, 'one b'),
    await create(L2, 'two'),
    await create(L3, 'three'),
  ];
  const hang = async (task_id: string) => {
    const comment = await god('CreateTaskComment', {
      path: { task_id },
      body: { comment_text: 'x', notify_all: false },
    });
    const { checklist } = await god('CreateChecklist', { path: { task_id }, body: { name: 'x' } });
    await god('Createatimeentry', {
      path: { team_Id: ACME },
      body: { start: Date.now() - 1000, duration: 500, tid: task_id },
    });
    const { data } = await god('Gettimeentrieswithinadaterange', { path: { team_Id: ACME }, query: { task_id } });
    return [String(comment.id), checklist.id, data[0].id] as const;
  };
  [c1, k1, e1] = await hang(t1.id);
  [c2, k2, e2] = await hang(t2.id);
});

const writes = () => bench.sandbox.stats().writes;
/** Expects a refusal, and that ClickUp was sent no write. */
async function refused(id: string, args: Arguments, client = selective()): Promise<AppError> {
  const before = writes();
  const error = await send(client, id, args).then(
    () => undefined,
    (thrown: AppError) => thrown,
  );
  expect({ id, code: error?.code, writes: writes() - before }).toEqual({ id, code: 'forbidden', writes: 0 });
  return error!;
}
async function allowed(id: string, args: Arguments, client = selective()): Promise<any> {
  const before = writes();
  const answer = await send(client, id, args);
  expect({ id, writes: writes() - before }).toEqual({ id, writes: 1 });
  return answer;
}

describe('SEC-183: a task is created', () => {
  it('works in L1, and nowhere else', async () => {
    await allowed('CreateTask', { path: { list_id: L1 }, body: { name: 'x' } });
    await refused('CreateTask', { path: { list_id: L2 }, body: { name: 'x' } });
  });
  it.each(['parent', 'links_to'])('is refused with a %s outside', async (name) => {
    await refused('CreateTask', { path: { list_id: L1 }, body: { name: 'x', [name]: t2.id } });
    await allowed('CreateTask', { path: { list_id: L1 }, body: { name: 'x', [name]: t1.id } });
  });
  it('is refused with a field that holds a task outside', () =>
    refused('CreateTask', {
      path: { list_id: L1 },
      body: { name: 'x', custom_fields: [{ id: 'f', value: { add: [t2.id], rem: [] } }] },
    }));
});

it('SEC-185: a foreign task cannot be laundered into L1', async () => {
  await refused('AddTaskToList', { path: { list_id: L1, task_id: t2.id } });
  await god('AddTaskToList', { path: { list_id: L1, task_id: t2.id } });
  bench.cache.forget(bench.god.credential.hash, '');
  await refused('UpdateTask', { path: { task_id: t2.id }, body: { name: 'mine now' } });
  await refused('RemoveTaskFromList', { path: { list_id: L1, task_id: t2.id } });
  await refused('AddTaskToList', { path: { list_id: L2, task_id: t1.id } });
});

it('SEC-187: both ends of a move must be in scope', async () => {
  const move = (task_id: string, list_id: string) => ({ path: { workspace_id: ACME, task_id, list_id }, body: {} });
  await refused('moveTask', move(t1.id, L2));
  await refused('moveTask', move(t2.id, L1));
  await allowed(
    'moveTask',
    move(t1.id, L2),
    selective({ mode: 'selective', write: { spaces: [], folders: [], lists: [L1, L2] } }),
  );
});

describe('SEC-189: many at once', () => {
  const items = (foreign: number) =>
    Array.from({ length: 50 }, (_, index) => ({
      path: { list_id: index === foreign ? L2 : L1 },
      body: { name: `n${index}` },
    }));
  it('with number 37 outside do nothing', async () => {
    const before = writes();
    const client = selective();
    await expect(client.judge(row('CreateTask'), items(37) as never)).rejects.toMatchObject({ code: 'forbidden' });
    expect(writes()).toBe(before);
  });
  it('all inside cost one look-up for the List, and none once it is known', async () => {
    const client = selective();
    expect(await bench.sent(() => client.judge(row('CreateTask'), items(-1) as never))).toEqual([
      `GET /api/v2/list/${L1}`,
    ]);
    expect(await bench.sent(() => Promise.all(items(-1).map((item) => send(client, 'CreateTask', item))))).toEqual(
      Array(50).fill(`POST /api/v2/list/${L1}/task`),
    );
  });
  it('100 of one List cost one look-up for the first and one for all others', async () => {
    const { tasks } = await god('GetTasks', { path: { list_id: L1 }, query: { include_closed: true, subtasks: true } });
    const source_task_ids = tasks.map(({ id }: Task) => id).filter((id: string) => id !== t1.id);
    expect(source_task_ids.length).toBeGreaterThan(5);
    const client = selective();
    const ids = [t1.id, ...source_task_ids];
    expect(
      await bench.sent(() =>
        client.judge(row('UpdateTask'), ids.map((task_id) => ({ path: { task_id }, body: { name: 'x' } })) as never),
      ),
    ).toEqual([`GET /api/v2/task/${t1.id}`, `GET /api/v2/list/${L1}/task`]);
    // Subtasks that a write takes along are read too: each task once, which also tells where it lies.
    bench.cache.forget(bench.god.credential.hash, '');
    const sent = await bench.sent(() => allowed('mergeTasks', { path: { task_id: t1.id }, body: { source_task_ids } }));
    const merge = `POST /api/v2/task/${t1.id}/merge`;
    const looked = sent.filter((each) => each !== merge);
    expect([sent.at(-1), new Set(looked).size]).toEqual([merge, looked.length]);
    expect(looked).toEqual(expect.arrayContaining(ids.map((id) => `GET /api/v2/task/${id}`)));
    expect(looked.every((each) => each.startsWith('GET /api/v2/task/'))).toBe(true);
  });
});

describe('SEC-191: the task moves between check and write', () => {
  it('is noticed in the answer, and remembered', async () => {
    const client = selective();
    await allowed('UpdateTask', { path: { task_id: t1.id }, body: { name: 'a' } }, client);
    await god('moveTask', { path: { workspace_id: ACME, task_id: t1.id, list_id: L2 }, body: {} });
    await allowed('UpdateTask', { path: { task_id: t1.id }, body: { name: 'b' } }, client);
    expect(client.stats.scopeViolations).toBe(1);
    await refused('UpdateTask', { path: { task_id: t1.id }, body: { name: 'c' } }, client);
  });
  it('is noticed when it happens while the write is on its way', async () => {
    // The sandbox works at once and answers late: the task moves while the answer to the look-up is on its way.
    bench.sandbox.configure({ latencyMs: 250 });
    const client = selective();
    const write = send(client, 'UpdateTask', { path: { task_id: t1.id }, body: { name: 'a' } });
    while (bench.sandbox.requests().at(-1)?.path !== `/api/v2/task/${t1.id}`)
      await new Promise((done) => setImmediate(done));
    await Promise.all([
      god('moveTask', { path: { workspace_id: ACME, task_id: t1.id, list_id: L2 }, body: {} }),
      write,
    ]);
    expect(client.stats.scopeViolations).toBe(1);
  });
  it('by the gateway itself is known at once', async () => {
    const both: Policy = { mode: 'selective', write: { spaces: [], folders: [], lists: [L1, L2] } };
    await allowed('UpdateTask', { path: { task_id: t1.id }, body: { name: 'a' } });
    await allowed('moveTask', { path: { workspace_id: ACME, task_id: t1.id, list_id: L2 }, body: {} }, selective(both));
    await refused('UpdateTask', { path: { task_id: t1.id }, body: { name: 'b' } });
  });
});

it('SEC-193: a merge needs all of them in scope', async () => {
  await refused('mergeTasks', { path: { task_id: t1.id }, body: { source_task_ids: [t2.id] } });
  await refused('mergeTasks', { path: { task_id: t2.id }, body: { source_task_ids: [t1.id] } });
  await allowed('mergeTasks', { path: { task_id: t1.id }, body: { source_task_ids: [t1b.id] } });
});

describe('SEC-195: what ClickUp does not look up', () => {
  const text = { comment_text: 'y', notify_all: false };
  it.each(['UpdateComment', 'DeleteComment', 'CreateThreadedComment'])(
    '%s needs a parent on which the comment is found',
    async (id) => {
      const body = id === 'UpdateComment' ? { comment_text: 'y' } : id === 'DeleteComment' ? undefined : text;
      const on = (comment_id: string, task?: string) => ({
        path: { comment_id },
        ...(body && { body }),
        ...(task && { parent: { task } }),
      });
      await refused(id, on(c2));
      await refused(id, on(c1));
      await refused(id, on(c2, t1.id));
      await refused(id, on(c2, t2.id));
      await allowed(id, on(c1, t1.id));
    },
  );
  it('a reply is found in its thread', async () => {
    const { id: reply } = await god('CreateThreadedComment', { path: { comment_id: c1 }, body: text });
    const { id: foreign } = await god('CreateThreadedComment', { path: { comment_id: c2 }, body: text });
    await refused('DeleteComment', { path: { comment_id: String(foreign) }, parent: { task: t1.id, comment: c1 } });
    await refused('DeleteComment', { path: { comment_id: String(foreign) }, parent: { task: t1.id, comment: c2 } });
    await allowed('DeleteComment', { path: { comment_id: String(reply) }, parent: { task: t1.id, comment: c1 } });
  });
  it('a comment is looked for on four pages and no more', async () => {
    const sent = await bench.sent(() => refused('DeleteComment', { path: { comment_id: '1' }, parent: { list: L1 } }));
    expect(sent.length).toBeLessThanOrEqual(4);
  });
  it('checklists', async () => {
    for (const [id, path] of [
      ['EditChecklist', {}],
      ['CreateChecklistItem', {}],
    ] as const) {
      await refused(id, { path: { checklist_id: k1, ...path }, body: { name: 'y' } });
      await refused(id, { path: { checklist_id: k2 }, body: { name: 'y' }, parent: { task: t1.id } });
      await refused(id, { path: { checklist_id: k2 }, body: { name: 'y' }, parent: { task: t2.id } });
      await allowed(id, { path: { checklist_id: k1 }, body: { name: 'y' }, parent: { task: t1.id } });
    }
  });
});

it('SEC-197: time follows its task', async () => {
  const time = { start: Date.now() - 1000, duration: 500 };
  await refused('Createatimeentry', { path: { team_Id: ACME }, body: { ...time, tid: t2.id } });
  await refused('Createatimeentry', { path: { team_Id: ACME }, body: time });
  await allowed('Createatimeentry', { path: { team_Id: ACME }, body: { ...time, tid: t1.id } });
  await refused('UpdateatimeEntry', { path: { team_id: ACME, timer_id: e1 }, body: { tags: [], tid: t2.id } });
  await refused('UpdateatimeEntry', { path: { team_id: ACME, timer_id: e2 }, body: { tags: [], tid: t1.id } });
  await allowed('UpdateatimeEntry', { path: { team_id: ACME, timer_id: e1 }, body: { tags: [], description: 'y' } });
  await refused('Removetagsfromtimeentries', {
    path: { team_id: ACME },
    body: { time_entry_ids: [e1, e2], tags: [{ name: 'x' }] },
  });
  await allowed('Removetagsfromtimeentries', {
    path: { team_id: ACME },
    body: { time_entry_ids: [e1], tags: [{ name: 'x' }] },
  });
  await refused('Changetagnamesfromtimeentries', {
    path: { team_id: ACME },
    body: { name: 'a', new_name: 'b', tag_bg: '#000000', tag_fg: '#ffffff' },
  });
  await refused('DeleteatimeEntry', { path: { team_id: ACME, timer_id: e2 } });
  await refused('Edittimetracked', { path: { task_id: t1.id, interval_id: e2 }, body: { start: 1, end: 2, time: 1 } });
  await refused('StartatimeEntry', { path: { team_Id: ACME }, body: { tid: t2.id } });
  await refused('StartatimeEntry', { path: { team_Id: ACME }, body: {} });
  await allowed('StartatimeEntry', { path: { team_Id: ACME }, body: { tid: t1.id } });
  await allowed('StartatimeEntry', { path: { team_Id: ACME }, body: { tid: t1b.id } });
  await refused('StartatimeEntry', { path: { team_Id: ACME }, body: {} });
  await allowed('StopatimeEntry', { path: { team_id: ACME } });
  // Starting a timer stops the running one, which is a write to the task of that one.
  await god('StartatimeEntry', { path: { team_Id: ACME }, body: { tid: t2.id } });
  await refused('StopatimeEntry', { path: { team_id: ACME } });
  await refused('StartatimeEntry', { path: { team_Id: ACME }, body: { tid: t1.id } });
});

it('SEC-197: the tracked time of the older interface', async () => {
  const { data } = await god('Gettrackedtime', { path: { task_id: t1.id } });
  const { id: interval_id } = data[0].intervals[0];
  await allowed('Edittimetracked', { path: { task_id: t1.id, interval_id }, body: { start: 1, end: 2, time: 1 } });
});

it('SEC-199: views follow their parent, chat belongs to nobody', async () => {
  const { body } = SAMPLES.CreateListView!({} as never) as { body: object };
  const { view: own } = await god('CreateListView', { path: { list_id: L1 }, body });
  const { view: ofSpace } = await god('CreateSpaceView', { path: { space_id: S1 }, body });
  const { view: everything } = await god('CreateTeamView', { path: { team_id: ACME }, body });
  const parent = { id: L1, type: 6 };
  for (const { id } of [ofSpace, everything])
    await refused('UpdateView', { path: { view_id: id }, body: { ...body, parent } });
  await refused('UpdateView', { path: { view_id: own.id }, body: { ...body, parent: { id: S1, type: 4 } } });
  await allowed('UpdateView', { path: { view_id: own.id }, body: { ...body, name: 'y', parent } });
  await refused('CreateTeamView', { path: { team_id: ACME }, body });
  const { view: chat } = await god('CreateListView', {
    path: { list_id: L1 },
    body: { ...body, type: 'conversation' },
  });
  await refused('CreateChatViewComment', {
    path: { view_id: chat.id },
    body: { comment_text: 'x', notify_all: false },
  });
});

it.each([
  'CreateWebhook',
  'UpdateWebhook',
  'publicPatchAcl',
  'InviteGuestToWorkspace',
  'AddGuestToTask',
  'CreateUserGroup',
  'EditUserOnWorkspace',
  'CreateSpace',
  'DeleteSpace',
  'CreateGoal',
  'createChatChannel',
  'CreateSpaceTag',
  'CreateTaskFromTemplate',
  'GetAccessToken',
])('SEC-201: %s is beyond any place', async (id) => {
  await refused(
    id,
    SAMPLES[id]!({ task: t1.id, comment: c1, entry: e1, owner: '1' }),
    selective({ mode: 'selective', write: { spaces: [S1], folders: [], lists: [L1] } }),
  );
});

it('SEC-203: no place is no place', async () => {
  const create = { path: { list_id: L1 }, body: { name: 'x' } };
  await refused('CreateTask', create, selective({ mode: 'selective', write: { spaces: [], folders: [], lists: [] } }));
  await refused('CreateTask', create, selective({ mode: 'selective' }));
  await refused(
    'CreateTask',
    create,
    selective({ mode: 'selective', write: { spaces: [` ${S1}`], folders: ['*'], lists: ['', `${L1} `] } }),
  );
});

describe('subfolders', () => {
  let F1: string, sub: string, deep: string, L4: string, L5: string, t5: Task;
  const inFolder = (folder: string): Policy => ({
    mode: 'selective',
    write: { spaces: [], folders: [folder], lists: [] },
  });
  beforeEach(async () => {
    F1 = (await god('GetList', { path: { list_id: L1 } })).folder.id;
    sub = (await god('CreateFolder', { path: { space_id: S1 }, body: { name: 'sub', parent_folder_id: F1 } })).id;
    deep = (await god('CreateFolder', { path: { space_id: S1 }, body: { name: 'deep', parent_folder_id: sub } })).id;
    [L4, L5] = [
      (await god('CreateList', { path: { folder_id: sub }, body: { name: 'l4' } })).id,
      (await god('CreateList', { path: { folder_id: deep }, body: { name: 'l5' } })).id,
    ];
    t5 = await god('CreateTask', { path: { list_id: L5 }, body: { name: 'five' } });
  });
  it('are granted with the Folder above, at any depth, but a subfolder does not grant the Folder above', async () => {
    for (const list_id of [L1, L4, L5])
      await allowed('CreateTask', { path: { list_id }, body: { name: 'x' } }, selective(inFolder(F1)));
    for (const list_id of [L1, L3])
      await refused('CreateTask', { path: { list_id }, body: { name: 'x' } }, selective(inFolder(sub)));
    await allowed('UpdateFolder', { path: { folder_id: deep }, body: { name: 'x' } }, selective(inFolder(sub)));
    await refused('UpdateFolder', { path: { folder_id: F1 }, body: { name: 'x' } }, selective(inFolder(sub)));
    const client = selective(inFolder(F1));
    await allowed('UpdateTask', { path: { task_id: t5.id }, body: { name: 'x' } }, client);
    expect(client.stats.scopeViolations).toBeUndefined();
  });
  it('move only from a place that was granted into one that was', async () => {
    const S2 = '90140202';
    const [here, there] = [
      { spaces: [S1], folders: [], lists: [] },
      { spaces: [S1, S2], folders: [], lists: [] },
    ];
    const into = (body: object) => ({ path: { folder_id: sub }, body });
    await refused('MoveFolder', into({ space_id: S2 }), selective({ mode: 'selective', write: here }));
    await refused('MoveFolder', into({ parent_folder_id: F1, space_id: S2 }), selective(inFolder(F1)));
    await refused(
      'MoveFolder',
      { path: { folder_id: F1 }, body: { parent_folder_id: deep } },
      selective(inFolder(deep)),
    );
    await allowed('MoveFolder', into({ space_id: S2 }), selective({ mode: 'selective', write: there }));
    expect((await god('GetFolder', { path: { folder_id: deep } })).space.id).toBe(S2);
    expect((await god('GetList', { path: { list_id: L5 } })).space.id).toBe(S2);
    // What was known of it is known no longer: the Lists in it lie elsewhere now.
    await refused(
      'UpdateTask',
      { path: { task_id: t5.id }, body: { name: 'x' } },
      selective({ mode: 'selective', write: here }),
    );
  });
  it('cost one look-up for the Space, and nothing where the nearest Folder was granted', async () => {
    const update = { path: { task_id: t5.id }, body: { name: 'x' } };
    const write = `PUT /api/v2/task/${t5.id}`;
    expect(await bench.sent(() => allowed('UpdateTask', update, selective(inFolder(deep))))).toEqual([
      `GET /api/v2/task/${t5.id}`,
      write,
    ]);
    expect(await bench.sent(() => allowed('UpdateTask', update, selective(inFolder(F1))))).toEqual([
      `GET /api/v2/space/${S1}/folder`,
      write,
    ]);
    expect(await bench.sent(() => allowed('UpdateTask', update, selective(inFolder(F1))))).toEqual([write]);
  });
  it('can be read where the Folder above can', async () => {
    const reader = (folder: string) =>
      bench.client([{ mode: 'write', read: { spaces: [], folders: [folder], lists: [] } }]);
    expect((await send(reader(F1), 'GetTask', { path: { task_id: t5.id } })).id).toBe(t5.id);
    const { tasks } = await send(reader(sub), 'GetFilteredTeamTasks', { path: { team_Id: ACME } });
    expect(tasks.map(({ id }: Task) => id)).toEqual([t5.id]);
    await expect(send(reader(sub), 'GetTask', { path: { task_id: t1.id } })).rejects.toMatchObject({
      code: 'clickup_not_found',
    });
    const { folders } = await send(reader(deep), 'GetFolders', { path: { space_id: S1 } });
    expect(folders.map(({ id }: { id: string }) => id)).toEqual([F1, sub, deep]);
    await allowed('UpdateTask', { path: { task_id: t5.id }, body: { name: 'x' } }, reader(F1));
  });
});

it('a grant for one Space does not reach into another', async () => {
  const whole: Policy = { mode: 'selective', write: { spaces: [S1], folders: [], lists: [] } };
  await allowed('UpdateTask', { path: { task_id: t2.id }, body: { name: 'x' } }, selective(whole));
  await refused('UpdateTask', { path: { task_id: t3.id }, body: { name: 'x' } }, selective(whole));
});

describe('one task, however it is spelled', () => {
  const inCustom = { custom_task_ids: true, team_id: ACME };
  it.each([
    ['upper case', (id: string) => id.toUpperCase()],
    ['as on the screen', (id: string) => `CU-${id}`],
  ])('%s', async (_, spell) => {
    await refused('UpdateTask', { path: { task_id: spell(t2.id) }, body: { name: 'x' } });
    const sent = await bench.sent(() =>
      allowed('UpdateTask', { path: { task_id: spell(t1.id) }, body: { name: 'x' } }),
    );
    expect(sent.at(-1)).toBe(`PUT /api/v2/task/${t1.id}`);
    await refused('CreateTask', { path: { list_id: L1 }, body: { name: 'x', parent: spell(t2.id) } });
  });
  it('a custom id is judged as the task that is sent', async () => {
    const custom = t1.custom_id!;
    expect(custom).toMatch(/^ENG-\d+$/);
    await refused('UpdateTask', { path: { task_id: t2.custom_id! }, query: inCustom, body: { name: 'x' } });
    for (const spelled of [custom, custom.toLowerCase()]) {
      const sent = await bench.sent(() =>
        send(selective(), 'UpdateTask', { path: { task_id: spelled }, query: inCustom, body: { name: 'x' } }),
      );
      expect(sent.at(-1)).toBe(`PUT /api/v2/task/${t1.id}`);
    }
    expect(bench.sandbox.requests().at(-1)?.query).toEqual({});
    await refused('AddDependency', { path: { task_id: custom }, query: inCustom, body: { depends_on: t2.custom_id! } });
    const sent = await bench.sent(() =>
      allowed('AddDependency', { path: { task_id: custom }, query: inCustom, body: { depends_on: t1b.custom_id! } }),
    );
    expect(sent.at(-1)).toBe(`POST /api/v2/task/${t1.id}/dependency`);
  });
  it('API v3, which takes custom ids without a parameter for them', async () => {
    await refused('moveTask', { path: { workspace_id: ACME, task_id: t2.custom_id!, list_id: L1 }, body: {} });
    await refused('updateTimeEstimatesByUser', {
      path: { workspace_id: ACME, task_id: t2.custom_id! },
      body: [{ assignee: 61_234_501, time: 1 }],
    });
  });
  it('a plain id that is sent as a custom one', async () => {
    const sent = await bench.sent(() =>
      allowed('UpdateTask', { path: { task_id: t1.id }, query: inCustom, body: { name: 'x' } }),
    );
    expect(sent.at(-1)).toBe(`PUT /api/v2/task/${t1.id}`);
    await refused('UpdateTask', { path: { task_id: t2.id }, query: inCustom, body: { name: 'x' } });
  });
  it('a custom id of another Workspace', async () => {
    await refused('UpdateTask', {
      path: { task_id: t1.custom_id! },
      query: { custom_task_ids: true, team_id: '67890' },
      body: { name: 'x' },
    });
    await refused('UpdateTask', {
      path: { task_id: t1.custom_id! },
      query: { custom_task_ids: true },
      body: { name: 'x' },
    });
  });
});

describe('what it costs', () => {
  it('a task: one look-up, then none', async () => {
    const client = selective();
    const update = () => allowed('UpdateTask', { path: { task_id: t1.id }, body: { name: 'x' } }, client);
    expect(await bench.sent(update)).toEqual([`GET /api/v2/task/${t1.id}`, `PUT /api/v2/task/${t1.id}`]);
    expect(await bench.sent(update)).toEqual([`PUT /api/v2/task/${t1.id}`]);
    expect(client.stats.requests).toBe(3);
    await allowed('AddTagToTask', { path: { task_id: t1.id, tag_name: 'bug' } });
    expect(await bench.sent(update)).toEqual([`PUT /api/v2/task/${t1.id}`]);
  });
  it('a task that was just made is known', async () => {
    const client = selective();
    const { id } = await allowed('CreateTask', { path: { list_id: L1 }, body: { name: 'x' } }, client);
    expect(
      await bench.sent(() => allowed('UpdateTask', { path: { task_id: id }, body: { name: 'y' } }, client)),
    ).toHaveLength(1);
  });
  it('a request that no place could allow costs nothing', async () => {
    expect(await bench.sent(() => refused('CreateGoal', SAMPLES.CreateGoal!({ owner: '1' } as never)))).toEqual([]);
  });
  it('nothing that one credential learned is used under another', async () => {
    const update = (token: string) =>
      send(bench.client([ONLY_L1], token), 'UpdateTask', { path: { task_id: t1.id }, body: { name: 'x' } });
    await update('pk_sandbox_owner');
    expect(await bench.sent(() => update('pk_sandbox_admin'))).toHaveLength(2);
  });
});

describe('hostile values under a selective policy', () => {
  const HOSTILE = [
    '..',
    '.',
    '%2e%2e',
    '..;/',
    'a/b',
    'a?custom_task_ids=true',
    'a#x',
    'a&x=1',
    '\\..\\team',
    '..\t',
    '',
    '0',
    'constructor',
    '__proto__',
    '1'.repeat(128),
    '\ud800',
  ];
  const positions = Object.keys(SAMPLES)
    .map((id) => row(id))
    .flatMap((each) =>
      [...String(each.path).matchAll(/\{([^}]+)\}/g)].map(
        ([, name = '']) => [`${each.id} {${name}}`, each, name] as const,
      ),
    );
  it('all of them', async () => {
    expect(positions).toHaveLength(237);
    const before = writes();
    for (const [, each, name] of positions) {
      if (isRead(each.verb)) continue;
      for (const value of HOSTILE) {
        const { path = {}, ...args } = SAMPLES[each.id]!({ task: t2.id, comment: c2, entry: e2, owner: '1' });
        await expect(send(selective(), each.id, { ...args, path: { ...path, [name]: value } })).rejects.toMatchObject({
          code: expect.stringMatching(/^(forbidden|invalid_parameters)$/),
        });
      }
    }
    expect(writes()).toBe(before);
  });
  it('query and body', async () => {
    for (const value of ['..', `${t1.id}?x`, `${t1.id},${t2.id}`, `${t1.id}/../${t2.id}`, ` ${t2.id}`, `${t2.id}\0`]) {
      await refused('AddDependency', { path: { task_id: t1.id }, body: { depends_on: value } });
      await refused('DeleteDependency', { path: { task_id: t1.id }, query: { depends_on: value } });
      await refused('mergeTasks', { path: { task_id: t1.id }, body: { source_task_ids: [value] } });
    }
  });
});
