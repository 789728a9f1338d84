import { type Arguments, type ClickUpClient, type Operation, operationById, type Task } from '#libs/clickup';
import { type AppError } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { SAMPLES } from '../support/samples/index.js';
import { ACME, L1, ONLY_L1, S1, scoped, type Scoped } from '../support/scoped.js';

/** Ways to bring into scope what lies outside, or to reach out from inside: the neighbours of the cases in scope.e2e-spec.ts. */
let bench: Scoped;
let t1: Task, t1b: Task, t2: Task;
let L2: string, L3: string;

const row = (id: string) => operationById(id) as Operation;
const send = (client: ClickUpClient, id: string, args: Arguments): Promise<any> =>
  client.call<any>(row(id), args as never);
const god = (id: string, args: Arguments = {}) => send(bench.god, id, args);
const writes = () => bench.sandbox.stats().writes;
const within = (...lists: string[]): Policy => ({ mode: 'selective', write: { spaces: [], folders: [], lists } });

beforeAll(async () => (bench = await scoped()));
afterAll(() => bench.close());

beforeEach(async () => {
  bench.sandbox.reset();
  bench.cache.forget(bench.god.credential.hash, '');
  const lists = async (space_id: string) =>
    (await god('GetFolders', { path: { space_id } })).folders[0].lists.map(({ id }: { id: string }) => id);
  L2 = (await lists(S1)).find((id: string) => id !== L1);
  [L3] = await lists('90140202');
  const create = (list_id: string) => god('CreateTask', { path: { list_id }, body: { name: 'x' } });
  [t1, t1b, t2] = [await create(L1), await create(L1), await create(L2)];
});

async function refused(id: string, args: Arguments, policy = ONLY_L1): Promise<void> {
  const before = writes();
  const error = await send(bench.client([policy]), id, args).then(
    () => undefined,
    (thrown: AppError) => thrown,
  );
  expect({ id, args, code: error?.code, writes: writes() - before }).toEqual({
    id,
    args,
    code: 'forbidden',
    writes: 0,
  });
}
async function allowed(id: string, args: Arguments, policy = ONLY_L1): Promise<any> {
  const before = writes();
  const answer = await send(bench.client([policy]), id, args);
  expect({ id, writes: writes() - before }).toEqual({ id, writes: 1 });
  return answer;
}
const move = (task: Task, list_id: string): [string, Arguments] => [
  'moveTask',
  { path: { workspace_id: ACME, task_id: task.id, list_id }, body: {} },
];

describe('Lists of a task', () => {
  it('a task outside that is also shown in a granted List cannot be changed, moved there or taken out', async () => {
    await god('AddTaskToList', { path: { list_id: L1, task_id: t2.id } });
    for (const [id, args] of [
      move(t2, L1),
      ['RemoveTaskFromList', { path: { list_id: L1, task_id: t2.id } }],
      ['UpdateTask', { path: { task_id: t2.id }, body: { name: 'y' } }],
      ['DeleteTask', { path: { task_id: t2.id } }],
    ] as const)
      await refused(id, args);
  });
  it('a task inside cannot be put into a List outside, nor taken out of one', async () => {
    await refused('AddTaskToList', { path: { list_id: L2, task_id: t1.id } });
    await god('AddTaskToList', { path: { list_id: L2, task_id: t1.id } });
    await refused('RemoveTaskFromList', { path: { list_id: L2, task_id: t1.id } });
    // Its home stays inside, wherever else it is shown.
    await allowed('UpdateTask', { path: { task_id: t1.id }, body: { name: 'y' } });
  });
  it('a chain of moves is refused where it leaves the granted places', async () => {
    const both = within(L1, L2);
    await allowed(...move(t1, L2), both);
    await refused(...move(t1, L3), both);
    await refused(...move(t1, L1));
    await allowed(...move(t1, L1), both);
    await allowed('UpdateTask', { path: { task_id: t1.id }, body: { name: 'y' } });
  });
});

describe('objects that a task is joined to', () => {
  it('a parent outside is refused', async () => {
    await refused('UpdateTask', { path: { task_id: t1.id }, body: { parent: t2.id } });
    await refused('CreateTask', { path: { list_id: L1 }, body: { name: 'x', parent: t2.id } });
    await refused('UpdateTask', { path: { task_id: t2.id }, body: { parent: t1.id } });
    await allowed('UpdateTask', { path: { task_id: t1.id }, body: { parent: t1b.id } });
  });
  it('dependencies and links to tasks outside are refused, made or removed, in both directions', async () => {
    await god('AddDependency', { path: { task_id: t1.id }, body: { depends_on: t2.id } });
    await god('AddTaskLink', { path: { task_id: t1.id, links_to: t2.id } });
    for (const [from, to] of [
      [t1, t2],
      [t2, t1],
    ] as const) {
      await refused('AddDependency', { path: { task_id: from.id }, body: { dependency_of: to.id } });
      await refused('DeleteDependency', { path: { task_id: from.id }, query: { depends_on: to.id } });
      await refused('AddTaskLink', { path: { task_id: from.id, links_to: to.id } });
      await refused('DeleteTaskLink', { path: { task_id: from.id, links_to: to.id } });
    }
  });
  it('fields that hold tasks take none from outside', async () => {
    const { fields } = await god('GetAccessibleCustomFields', { path: { list_id: L1 } });
    const { id: field_id } = fields.find(({ type }: { type: string }) => type === 'tasks');
    const path = { task_id: t1.id, field_id };
    for (const value of [
      { add: [t2.id], rem: [] },
      { add: [t1b.id], rem: [t2.id] },
      { add: [t1b.id, t2.id.toUpperCase()] },
    ])
      await refused('SetCustomFieldValue', { path, body: { value } });
    await allowed('SetCustomFieldValue', { path, body: { value: { add: [t1b.id], rem: [] } } });
  });
  it('merging with tasks outside is refused, also with duplicates and other spellings', async () => {
    for (const sources of [
      [t1b.id, t2.id],
      [t1b.id, t1b.id, `CU-${t2.id}`],
      [t2.id.toUpperCase(), t2.id],
    ])
      await refused('mergeTasks', { path: { task_id: t1.id }, body: { source_task_ids: sources } });
    await refused('mergeTasks', { path: { task_id: t2.id }, body: { source_task_ids: [t1.id] } });
    await allowed('mergeTasks', {
      path: { task_id: t1.id },
      body: { source_task_ids: [t1b.id, t1b.id.toUpperCase()] },
    });
  });
  it('a bulk request is refused for one task outside, also when a task comes twice and spelled differently', async () => {
    const judged = (...ids: string[]) =>
      bench.client([ONLY_L1]).judge(
        row('UpdateTask'),
        ids.map((task_id) => ({ path: { task_id }, body: { name: 'x' } })),
      );
    await expect(judged(t1.id, t1.id.toUpperCase(), `CU-${t1b.id}`)).resolves.toBeUndefined();
    for (const foreign of [t2.id, t2.id.toUpperCase(), `CU-${t2.id}`])
      await expect(judged(t1.id, t1.id, foreign)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('objects that belong to a task', () => {
  const checklist = async (task: Task): Promise<{ checklist_id: string; item: string }> => {
    const {
      checklist: { id },
    } = await god('CreateChecklist', { path: { task_id: task.id }, body: { name: 'x' } });
    const {
      checklist: { items },
    } = await god('CreateChecklistItem', { path: { checklist_id: id }, body: { name: 'x' } });
    return { checklist_id: id, item: items[0].id };
  };
  it('an item belongs to the checklist that is named, and stays there', async () => {
    const [mine, theirs, other] = [await checklist(t1), await checklist(t2), await checklist(t1)];
    const edit = (checklist_item_id: string, body: object): [string, Arguments] => [
      'EditChecklistItem',
      { path: { checklist_id: mine.checklist_id, checklist_item_id }, body, parent: { task: t1.id } },
    ];
    await refused(...edit(theirs.item, { name: 'y' }));
    await refused(...edit(mine.item, { parent: theirs.item }));
    await refused(...edit(other.item, { name: 'y' }));
    await refused('DeleteChecklistItem', {
      path: { checklist_id: mine.checklist_id, checklist_item_id: theirs.item },
      parent: { task: t1.id },
    });
    await allowed(...edit(mine.item, { name: 'y', parent: null }));
    await allowed('DeleteChecklistItem', {
      path: { checklist_id: mine.checklist_id, checklist_item_id: mine.item },
      parent: { task: t1.id },
    });
  });
  it('files by custom id', async () => {
    const attachment = [
      { filename: 'a.txt', content: Buffer.from('x').toString('base64'), content_type: 'text/plain' },
    ];
    const v2 = (task: Task): Arguments => ({
      path: { task_id: task.custom_id! },
      query: { custom_task_ids: true, team_id: ACME },
      body: { attachment },
    });
    const v3 = (entity_id: string): Arguments => ({
      path: { workspace_id: ACME, entity_type: 'attachments', entity_id },
      body: { attachment },
    });
    await refused('CreateTaskAttachment', v2(t2));
    await allowed('CreateTaskAttachment', v2(t1));
    for (const id of [t2.id, t2.custom_id!, t2.id.toUpperCase()]) await refused('postEntityAttachment', v3(id));
    expect(await bench.sent(() => allowed('postEntityAttachment', v3(t1.custom_id!)))).toContain(
      `POST /api/v3/workspaces/${ACME}/attachments/${t1.id}/attachments`,
    );
  });
  it('time goes from an inside task to an inside task only', async () => {
    const time = { start: Date.now() - 1000, duration: 500 };
    for (const { id: tid } of [t1, t2])
      await god('Createatimeentry', { path: { team_Id: ACME }, body: { ...time, tid } });
    const entry = async ({ id }: Task) =>
      (await god('Gettimeentrieswithinadaterange', { path: { team_Id: ACME }, query: { task_id: id } })).data[0]
        .id as string;
    const [mine, theirs] = [await entry(t1), await entry(t2)];
    const change = (timer_id: string, tid: string, query?: object): [string, Arguments] => [
      'UpdateatimeEntry',
      { path: { team_id: ACME, timer_id }, ...(query && { query: query }), body: { tags: [], tid } },
    ];
    const custom = { custom_task_ids: true, team_id: ACME };
    await refused(...change(mine, t2.id));
    await refused(...change(mine, t2.custom_id!, custom));
    await refused(...change(theirs, t1.id));
    await allowed(...change(mine, t1b.id));
  });
});

describe('what holds tasks', () => {
  it('templates may hold anything', () =>
    refused(
      'CreateTaskFromTemplate',
      { path: { list_id: L1, template_id: 't-1' }, body: { name: 'x' } },
      { mode: 'selective', write: { spaces: [S1], folders: [], lists: [L1] } },
    ));
  it('a List does not grant the Folder around it, nor a Folder its Space', async () => {
    const { folder } = await god('GetList', { path: { list_id: L1 } });
    await refused('DeleteFolder', { path: { folder_id: folder.id } });
    await refused('CreateList', { path: { folder_id: folder.id }, body: { name: 'x' } });
    const inFolder: Policy = { mode: 'selective', write: { spaces: [], folders: [folder.id], lists: [] } };
    await refused('CreateFolder', { path: { space_id: S1 }, body: { name: 'x' } }, inFolder);
    await refused('UpdateSpace', { ...SAMPLES.UpdateSpace!({} as never), path: { space_id: S1 } }, inFolder);
    await allowed('CreateList', { path: { folder_id: folder.id }, body: { name: 'x' } }, inFolder);
  });
  it('a Doc lies in its parent, and a page in its Doc', async () => {
    const doc = async (id: string) =>
      (await god('createDocPublic', { path: { workspace_id: ACME }, body: { name: 'x', parent: { id, type: 6 } } }))
        .id as string;
    const [mine, theirs] = [await doc(L1), await doc(L2)];
    const page = async (doc_id: string) =>
      (await god('createPagePublic', { path: { workspace_id: ACME, doc_id }, body: { name: 'x' } })).id as string;
    const foreign = await page(theirs);
    await refused('createDocPublic', {
      path: { workspace_id: ACME },
      body: { name: 'x', parent: { id: L2, type: 6 } },
    });
    await refused('createDocPublic', { path: { workspace_id: ACME }, body: { name: 'x' } });
    await refused('createPagePublic', {
      path: { workspace_id: ACME, doc_id: mine },
      body: { name: 'x', parent_page_id: foreign },
    });
    await refused('editPagePublic', {
      path: { workspace_id: ACME, doc_id: mine, page_id: foreign },
      body: { content: 'x' },
    });
    await allowed('createPagePublic', {
      path: { workspace_id: ACME, doc_id: mine },
      body: { name: 'x', parent_page_id: await page(mine) },
    });
  });
});
