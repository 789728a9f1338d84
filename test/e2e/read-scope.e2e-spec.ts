import {
  type Arguments,
  type ClickUpClient,
  DirectoryCache,
  type Operation,
  operationById,
  type Place,
  type Task,
} from '#libs/clickup';
import { type Policy } from '#libs/permissions';
import { ACME, L1, S1, scoped, type Scoped } from '../support/scoped.js';

/** Reading is granted in one Space or one List only: everything else must not appear, not even in a count. */
const IN_S1: Policy = { mode: 'write', read: { spaces: [S1], folders: [], lists: [] } };
const IN_L1: Policy = { mode: 'write', read: { spaces: [], folders: [], lists: [L1] } };
const S2 = '90140202';

let bench: Scoped;
let inside: Task, sibling: Task, outside: Task;
let L2: string, L3: string, F2: string;
const send = (client: ClickUpClient, id: string, args: Arguments = {}): Promise<any> =>
  client.call<any>(operationById(id) as Operation, args as never);
const god = (id: string, args?: Arguments) => send(bench.god, id, args);
const seeing = (...policies: Policy[]) => bench.client(policies);

beforeAll(async () => {
  bench = await scoped();
  const lists = async (space_id: string) => (await god('GetFolders', { path: { space_id } })).folders;
  L2 = (await lists(S1))[0].lists.find(({ id }: { id: string }) => id !== L1).id;
  const [folder] = await lists(S2);
  [F2, L3] = [folder.id, folder.lists[0].id];
  const create = (list_id: string) => god('CreateTask', { path: { list_id }, body: { name: 'needle' } });
  [inside, sibling, outside] = [await create(L1), await create(L2), await create(L3)];
  await god('AddDependency', { path: { task_id: inside.id }, body: { depends_on: outside.id } });
  await god('AddTaskToList', { path: { list_id: L1, task_id: outside.id } });
});
afterAll(() => bench.close());

const fails = (client: ClickUpClient, id: string, args: Arguments) =>
  send(client, id, args).then(
    () => ({ code: 'shown' }),
    ({ code, message, details }) => ({ code, message, details }),
  );

describe('an object outside is answered like one that does not exist', () => {
  it.each<[string, () => Arguments, () => Arguments]>([
    ['GetTask', () => ({ path: { task_id: outside.id } }), () => ({ path: { task_id: '86zzzzzzz' } })],
    [
      'GetTask',
      () => ({ path: { task_id: outside.custom_id! }, query: { custom_task_ids: true, team_id: ACME } }),
      () => ({ path: { task_id: 'PRD-99999' }, query: { custom_task_ids: true, team_id: ACME } }),
    ],
    ['GetTaskComments', () => ({ path: { task_id: outside.id } }), () => ({ path: { task_id: '86zzzzzzz' } })],
    ['GetList', () => ({ path: { list_id: L3 } }), () => ({ path: { list_id: '1' } })],
    ['GetTasks', () => ({ path: { list_id: L3 } }), () => ({ path: { list_id: '1' } })],
    ['GetFolder', () => ({ path: { folder_id: F2 } }), () => ({ path: { folder_id: '1' } })],
    ['GetSpace', () => ({ path: { space_id: S2 } }), () => ({ path: { space_id: '1' } })],
    ['GetFolders', () => ({ path: { space_id: S2 } }), () => ({ path: { space_id: '1' } })],
    [
      'UpdateTask',
      () => ({ path: { task_id: outside.id }, body: { name: 'x' } }),
      () => ({ path: { task_id: '86zzzzzzz' }, body: { name: 'x' } }),
    ],
    [
      'CreateTask',
      () => ({ path: { list_id: L1 }, body: { name: 'x', parent: outside.id } }),
      () => ({ path: { list_id: L1 }, body: { name: 'x', parent: '86zzzzzzz' } }),
    ],
    [
      "GetBulkTasks'TimeinStatus",
      () => ({ query: { task_ids: [inside.id, outside.id] } }),
      () => ({ query: { task_ids: [inside.id, '86zzzzzzz'] } }),
    ],
  ])('%s', async (id, hidden, missing) => {
    const client = seeing(IN_S1);
    const answers = [await fails(client, id, hidden()), await fails(client, id, missing())];
    expect(answers[0]).toMatchObject({ code: 'clickup_not_found' });
    expect(answers[0]).toEqual(answers[1]);
  });
});

describe('lists and searches', () => {
  it('hold no task from outside, whatever the request asks for', async () => {
    const search = (query: object, ...policies: Policy[]) =>
      send(seeing(...policies), 'GetFilteredTeamTasks', {
        path: { team_Id: ACME },
        query: { include_closed: true, subtasks: true, ...query },
      });
    for (const query of [{}, { space_ids: [S1] }, { list_ids: [L2] }]) {
      const { tasks } = await search(query, IN_S1);
      expect(new Set(tasks.map(({ space }: Task) => space.id))).toEqual(new Set([S1]));
    }
    for (const query of [
      { space_ids: [S2] },
      { list_ids: [L3] },
      { list_ids: [L2, L3] },
      { project_ids: [F2] },
      { list_ids: ['1'] },
    ])
      await expect(search(query, IN_S1)).rejects.toMatchObject({ code: 'clickup_not_found', details: {} });
    const { tasks } = await search({}, IN_S1, IN_L1);
    expect(new Set(tasks.map(({ list }: Task) => list.id))).toEqual(new Set([L1]));
  });
  it('hold no task from outside that a List inside shows', async () => {
    const { tasks } = await send(seeing(IN_L1), 'GetTasks', { path: { list_id: L1 }, query: { include_timl: true } });
    expect(tasks.map(({ id }: Task) => id)).toContain(inside.id);
    expect(tasks.map(({ id }: Task) => id)).not.toContain(outside.id);
  });
  it('no task names a task outside', async () => {
    const task = await send(seeing(IN_S1), 'GetTask', { path: { task_id: inside.id } });
    expect(JSON.stringify(task)).not.toContain(outside.id);
    expect(JSON.stringify(await god('GetTask', { path: { task_id: inside.id } }))).toContain(outside.id);
  });
  it('no subtask, no answer of a write and no answer that was found again names a task outside', async () => {
    const below = await god('CreateTask', { path: { list_id: L1 }, body: { name: 'below', parent: inside.id } });
    await god('AddTaskLink', { path: { task_id: below.id, links_to: outside.id } });
    await god('AddDependency', { path: { task_id: below.id }, body: { depends_on: outside.id } });
    const client = seeing(IN_S1);
    const shown = { GetTask: { query: { include_subtasks: true } }, UpdateTask: { body: { name: 'needle' } } };
    for (const [id, args] of Object.entries(shown)) {
      const [path, of] = [{ path: { task_id: inside.id } }, { path: { task_id: below.id } }];
      expect(JSON.stringify([await god(id, { ...path, ...args }), await god(id, { ...of, ...args })])).toContain(
        outside.id,
      );
      const answers = [await send(client, id, { ...path, ...args }), await send(client, id, { ...of, ...args })];
      expect(JSON.stringify(answers)).not.toContain(outside.id);
      expect(answers.map((task: Task) => [task.id, task.parent, task.top_level_parent])).toEqual([
        [inside.id, null, null],
        [below.id, inside.id, inside.id],
      ]);
    }
    expect(
      (await send(client, 'GetTask', { path: { task_id: inside.id }, query: { include_subtasks: true } })).subtasks.map(
        ({ id }: Task) => id,
      ),
    ).toEqual([below.id]);
    bench.sandbox.configure({ faults: [{ operation: 'UpdateTask', times: 1, kind: 'reset_after' }] });
    const found = await send(client, 'UpdateTask', { path: { task_id: below.id }, body: { name: 'again' } });
    expect([found.name, client.stats.retries]).toEqual(['again', 0]);
    expect(JSON.stringify(found)).not.toContain(outside.id);
    const { task } = await send(client, 'AddTaskLink', { path: { task_id: below.id, links_to: inside.id } });
    expect(JSON.stringify(task)).not.toContain(outside.id);
  });
  it('no field holds a task outside', async () => {
    const { fields } = await god('GetAccessibleCustomFields', { path: { list_id: L1 } });
    const { id: field_id } = fields.find(({ type }: { type: string }) => type === 'tasks');
    await god('SetCustomFieldValue', {
      path: { task_id: inside.id, field_id },
      body: { value: { add: [outside.id], rem: [] } },
    });
    const fieldsOf = async (client: ClickUpClient) =>
      JSON.stringify((await send(client, 'GetTask', { path: { task_id: inside.id } })).custom_fields);
    expect(await fieldsOf(bench.god)).toContain(outside.id);
    expect(await fieldsOf(seeing(IN_S1))).not.toContain(outside.id);
    expect(await fieldsOf(seeing(IN_S1))).toContain(field_id);
  });
  it('hold no time entry and no Doc from outside', async () => {
    for (const tid of [inside.id, outside.id])
      await god('Createatimeentry', {
        path: { team_Id: ACME },
        body: { start: Date.now() - 1000, duration: 500, tid },
      });
    const { data } = await send(seeing(IN_L1), 'Gettimeentrieswithinadaterange', { path: { team_Id: ACME } });
    expect([...new Set(data.map(({ task_location }: any) => String(task_location?.list_id)))]).toEqual([L1]);
    await god('createDocPublic', { path: { workspace_id: ACME }, body: { name: 'mine', parent: { id: L1, type: 6 } } });
    await god('createDocPublic', {
      path: { workspace_id: ACME },
      body: { name: 'theirs', parent: { id: L3, type: 6 } },
    });
    const { docs } = await send(seeing(IN_L1), 'searchDocsPublic', { path: { workspace_id: ACME } });
    expect(docs.map(({ name }: any) => name)).toContain('mine');
    expect(docs.map(({ parent }: any) => parent)).toEqual(docs.map(() => ({ id: L1, type: 6 })));
  });
  it.each([
    'GetGoals',
    'GetTeamViews',
    'GetWebhooks',
    'SharedHierarchy',
    'getChatChannels',
    'GetCustomItems',
    'GetTaskTemplates',
  ])('%s cannot be limited, and says so', async (id) => {
    const args = {
      path: { [id === 'getChatChannels' ? 'workspace_id' : 'team_id']: ACME },
      ...(id === 'GetTaskTemplates' && { query: { page: 0 } }),
    };
    const sent = await bench.sent(async () =>
      expect(await fails(seeing(IN_S1), id, args)).toMatchObject({ code: 'forbidden' }),
    );
    expect(sent).toEqual([]);
  });
});

describe('the tree', () => {
  const all = (places: readonly Place[]): Place[] => places.flatMap((place) => [place, ...all(place.children)]);
  it('shows what was granted and the way to it, and keeps callers apart', async () => {
    const directories = new DirectoryCache();
    const tree = (client: ClickUpClient) => directories.directory(client).tree();
    const everything = all(await tree(bench.god)).map(({ id }) => id);
    const ofList = all(await tree(seeing(IN_L1)));
    expect(ofList.map(({ kind }) => kind)).toEqual(['space', 'folder', 'list']);
    expect(ofList.at(-1)?.id).toBe(L1);
    const ofSpace = all(await tree(seeing(IN_S1))).map(({ id }) => id);
    expect(ofSpace).toContain(L2);
    expect(ofSpace).not.toContain(L3);
    expect(everything).toContain(L3);
    expect(all(await tree(bench.god)).map(({ id }) => id)).toEqual(everything);
  });
  it('the Spaces and Folders on the way are shown, but not what else lies in them', async () => {
    const client = seeing(IN_L1);
    expect((await send(client, 'GetList', { path: { list_id: L1 } })).id).toBe(L1);
    await expect(send(client, 'GetTask', { path: { task_id: sibling.id } })).rejects.toMatchObject({
      code: 'clickup_not_found',
    });
    await expect(send(client, 'GetSpace', { path: { space_id: S1 } })).rejects.toMatchObject({
      code: 'clickup_not_found',
    });
    const { folders } = await send(client, 'GetFolders', { path: { space_id: S1 } });
    expect(folders.map(({ task_count, lists }: any) => [task_count, lists.map(({ id }: any) => id)])).toEqual([
      [undefined, [L1]],
    ]);
  });
});

// This test comes last, because it fills the List.
it('pages are full, and say nothing of tasks that were left out', async () => {
  // A Space and a List are granted, which ClickUp's filters cannot express together. Newest first come 30 hidden tasks, then 120 visible ones, then those of the seed.
  const both: Policy = { mode: 'write', read: { spaces: [], folders: [F2], lists: [L1] } };
  const make = (list_id: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => god('CreateTask', { path: { list_id }, body: { name: 'many' } })));
  await make(L1, 120);
  await make(L2, 30);
  const page = (number: number) =>
    send(seeing(both), 'GetFilteredTeamTasks', {
      path: { team_Id: ACME },
      query: { include_closed: true, subtasks: true, page: number },
    });
  const [first, second] = [await page(0), await page(1)];
  expect([first.tasks.length, first.last_page, second.last_page]).toEqual([100, false, true]);
  const ids = [...first.tasks, ...second.tasks].map(({ id }: Task) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const everything = [];
  for (let number = 0; number < 5; number++)
    everything.push(
      ...(
        await god('GetFilteredTeamTasks', {
          path: { team_Id: ACME },
          query: { include_closed: true, subtasks: true, page: number },
        })
      ).tasks,
    );
  expect(ids).toEqual(
    everything.filter(({ list, folder }: Task) => list.id === L1 || folder.id === F2).map(({ id }: Task) => id),
  );
});
