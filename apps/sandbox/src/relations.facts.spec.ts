import { asking } from '../../../test/support/ask.js';
import { type RunningSandbox, startSandbox } from './index.js';

const NOW = 1_780_000_000_000;
const HOUR = 3_600_000;
const ANNA = 61_234_501;
const DAVID = ANNA + 37;
const SPRINT = '90144360426';
const BUGS = '90144360435';

let now = NOW;
let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 400, now: () => now });
});
beforeEach(() => {
  now = NOW;
  sandbox.reset();
});
afterAll(() => sandbox.close());

const ask = asking(() => sandbox.url, '/api/v2');
/** Status and ClickUp's code. */
const outcome = async (line: string, body?: unknown, authorization?: string) => {
  const answer = await ask(line, body, authorization);
  return [answer.status, answer.body?.ECODE];
};
const newTask = async (body: object = {}, list = SPRINT) =>
  (await ask(`POST /list/${list}/task`, { name: 'T', ...body })).body;
const read = async (id: string) => (await ask(`GET /task/${id}`)).body;
const namesIn = async (list: string, query = '') =>
  (await ask(`GET /list/${list}/task?include_closed=true&subtasks=true${query}`)).body.tasks.map(
    ({ name }: { name: string }) => name,
  );
const spaceLists = async (space: string) => {
  const { folders } = (await ask(`GET /space/${space}/folder`)).body;
  return folders.flatMap(
    ({ lists }: { lists: { id: string; name: string; statuses: { id: string; status: string }[] }[] }) => lists,
  );
};
const listNamed = async (space: string, name: string) =>
  (await spaceLists(space)).find((list: { name: string }) => list.name === name);
const otherTask = async () => (await ask('GET /team/67890/task', undefined, 'pk_sandbox_other')).body.tasks[0];

describe('checklists', () => {
  const made = async () => {
    const task = await newTask();
    const { checklist } = (await ask(`POST /task/${task.id}/checklist`, { name: 'Steps' })).body;
    return { task, checklist };
  };

  it('count what is resolved, and nest by parent', async () => {
    const { task, checklist } = await made();
    const first = (await ask(`POST /checklist/${checklist.id}/checklist_item`, { name: 'a', assignee: ANNA })).body
      .checklist.items[0];
    const second = (await ask(`POST /checklist/${checklist.id}/checklist_item`, { name: 'b' })).body.checklist.items[1];
    await ask(`PUT /checklist/${checklist.id}/checklist_item/${second.id}`, { resolved: true, parent: first.id });
    const [seen] = (await read(task.id)).checklists;
    expect(seen).toMatchObject({
      id: checklist.id,
      task_id: task.id,
      resolved: 1,
      unresolved: 1,
      items: [
        { name: 'a', assignee: { id: ANNA }, children: [second.id] },
        { name: 'b', parent: first.id, resolved: true },
      ],
    });
    expect(await outcome(`PUT /checklist/${checklist.id}/checklist_item/${first.id}`, { parent: second.id })).toEqual([
      400,
      'ITEM_138',
    ]);
    expect(
      (await ask(`PUT /checklist/${checklist.id}/checklist_item/${first.id}`, { assignee: null })).body.checklist
        .items[0].assignee,
    ).toBeNull();
    expect((await ask(`DELETE /checklist/${checklist.id}/checklist_item/${first.id}`)).body).toEqual({});
    expect((await read(task.id)).checklists[0].items).toEqual([]);
  });

  it('are renamed and put on top', async () => {
    const { task, checklist } = await made();
    const { checklist: second } = (await ask(`POST /task/${task.id}/checklist`, { name: 'Later' })).body;
    expect([checklist.orderindex, second.orderindex]).toEqual([0, 1]);
    await ask(`PUT /checklist/${second.id}`, { name: 'Sooner', position: 0 });
    expect(
      (await read(task.id)).checklists.map(({ name, orderindex }: { name: string; orderindex: number }) => [
        name,
        orderindex,
      ]),
    ).toEqual([
      ['Sooner', 0],
      ['Steps', 1],
    ]);
    await ask(`DELETE /checklist/${second.id}`);
    expect((await read(task.id)).checklists).toHaveLength(1);
  });

  it('are refused by name', async () => {
    const { task, checklist } = await made();
    const items = `/checklist/${checklist.id}/checklist_item`;
    expect(await outcome(`POST /task/${task.id}/checklist`, { name: ' ' })).toEqual([400, 'CHK_005']);
    expect(await outcome(`POST ${items}`, {})).toEqual([400, 'CHK_005']);
    expect(await outcome('PUT /checklist/nothing', { name: 'x' })).toEqual([404, 'CHK_021']);
    expect(await outcome(`DELETE ${items}/nothing`)).toEqual([404, 'CHK_022']);
    expect(await outcome(`POST ${items}`, { name: 'x' }, 'pk_sandbox_other')).toEqual([401, 'OAUTH_027']);
    await ask(`DELETE /task/${task.id}`);
    expect(await outcome(`POST ${items}`, { name: 'x' })).toEqual([404, 'CHK_021']);
  });
});

describe('dependencies', () => {
  it('are type 1 on both sides: the ids say the direction', async () => {
    const [a, b, c] = [await newTask(), await newTask(), await newTask()];
    await ask(`POST /task/${a.id}/dependency`, { depends_on: b.id });
    await ask(`POST /task/${a.id}/dependency`, { depends_on: b.id });
    await ask(`POST /task/${a.id}/dependency`, { dependency_of: c.id });
    const seen = ({ dependencies }: { dependencies: { task_id: string; depends_on: string; type: number }[] }) =>
      dependencies.map(({ task_id, depends_on, type }) => [task_id, depends_on, type]);
    expect(seen(await read(a.id))).toEqual([
      [a.id, b.id, 1],
      [c.id, a.id, 1],
    ]);
    expect(seen(await read(b.id))).toEqual([[a.id, b.id, 1]]);
    expect(seen(await read(c.id))).toEqual([[c.id, a.id, 1]]);
  });

  it('end by query, and again with 200', async () => {
    const [a, b] = [await newTask(), await newTask()];
    await ask(`POST /task/${a.id}/dependency`, { depends_on: b.id });
    expect(await ask(`DELETE /task/${a.id}/dependency?dependency_of=${b.id}`)).toEqual({ status: 200, body: {} });
    expect((await read(a.id)).dependencies).toHaveLength(1);
    for (let again = 0; again < 2; again++)
      expect(await ask(`DELETE /task/${a.id}/dependency?depends_on=${b.id}`)).toEqual({ status: 200, body: {} });
    expect([(await read(a.id)).dependencies, (await read(b.id)).dependencies]).toEqual([[], []]);
  });

  it('take exactly one end, and not the task itself', async () => {
    const [a, b] = [await newTask(), await newTask()];
    const foreign = await otherTask();
    const line = `POST /task/${a.id}/dependency`;
    expect(await outcome(line, {})).toEqual([400, 'DEPS_001']);
    expect(await outcome(line, { depends_on: b.id, dependency_of: b.id })).toEqual([400, 'DEPS_001']);
    expect(await outcome(line, { depends_on: a.id })).toEqual([400, 'DEPS_002']);
    expect(await outcome(line, { depends_on: foreign.id })).toEqual([401, 'OAUTH_027']);
    expect(await outcome(`DELETE /task/${a.id}/dependency`, { depends_on: b.id })).toEqual([400, 'DEPS_001']);
  });

  it('and links go with a deleted task', async () => {
    const [a, b] = [await newTask(), await newTask()];
    await ask(`POST /task/${a.id}/dependency`, { depends_on: b.id });
    await ask(`POST /task/${a.id}/link/${b.id}`);
    await ask(`DELETE /task/${a.id}`);
    expect(await read(b.id)).toMatchObject({ dependencies: [], linked_tasks: [] });
  });
});

describe('links', () => {
  it('are seen from both ends, once', async () => {
    const [a, b] = [await newTask(), await newTask()];
    await ask(`POST /task/${a.id}/link/${b.id}`);
    const { task } = (await ask(`POST /task/${b.id}/link/${a.id}`)).body;
    expect(task).toMatchObject({
      id: b.id,
      linked_tasks: [{ task_id: a.id, link_id: b.id, userid: String(ANNA), workspace_id: '12345' }],
    });
    expect((await ask(`DELETE /task/${b.id}/link/${a.id}`)).body.task.linked_tasks).toEqual([]);
    expect((await read(a.id)).linked_tasks).toEqual([]);
    expect((await ask(`DELETE /task/${b.id}/link/${a.id}`)).status).toBe(200);
    expect(await outcome(`POST /task/${a.id}/link/${a.id}`)).toEqual([400, 'DEPS_002']);
  });

  it('take custom ids at both ends', async () => {
    const task = await newTask();
    const line = `/task/${task.custom_id}/link/ENG-123`;
    expect((await ask(`POST ${line}?custom_task_ids=true&team_id=12345`)).body.task.linked_tasks).toHaveLength(1);
    expect(await outcome(`POST ${line}`)).toEqual([401, 'OAUTH_027']);
  });

  it('come with a new task', async () => {
    const a = await newTask();
    expect((await newTask({ links_to: a.id })).linked_tasks).toMatchObject([{ link_id: a.id }]);
  });
});

describe('multiple Lists', () => {
  it('show a task elsewhere only when asked for', async () => {
    const task = await newTask({ name: 'Guest' });
    expect(await ask(`POST /list/${BUGS}/task/${task.id}`)).toEqual({ status: 200, body: {} });
    expect((await read(task.id)).locations).toEqual([{ id: BUGS, name: 'Incoming Bugs' }]);
    expect(await namesIn(BUGS)).not.toContain('Guest');
    expect(await namesIn(BUGS, '&include_timl=true')).toContain('Guest');
    expect(await namesIn(SPRINT)).toContain('Guest');
    await ask(`DELETE /list/${BUGS}/task/${task.id}`);
    expect(await namesIn(BUGS, '&include_timl=true')).not.toContain('Guest');
    expect(await outcome(`DELETE /list/${SPRINT}/task/${task.id}`)).toEqual([400, 'TIML_001']);
  });

  it('do nothing, with 200, where the ClickApp is off', async () => {
    const [first] = await spaceLists('90140204');
    const task = await newTask({}, first.id);
    expect(await ask(`POST /list/${BUGS}/task/${task.id}`)).toEqual({ status: 200, body: {} });
    expect((await read(task.id)).locations).toEqual([]);
  });

  it('let those see a task who see one of its Lists', async () => {
    const task = await newTask();
    const current = await listNamed('90140201', 'Current Sprint');
    expect(await outcome(`GET /task/${task.id}`, undefined, 'pk_sandbox_guest')).toEqual([401, 'OAUTH_027']);
    await ask(`POST /list/${current.id}/task/${task.id}`);
    expect(await outcome(`GET /task/${task.id}`, undefined, 'pk_sandbox_guest')).toEqual([200, undefined]);
  });
});

describe('moving', () => {
  const move = (task: string, list: string) => `PUT /api/v3/workspaces/12345/tasks/${task}/home_list/${list}`;

  it('takes subtasks along, and keeps a status of the same name', async () => {
    const list = (await listNamed('90140201', 'API')).id;
    const parent = await newTask({ name: 'Mover', status: 'in review' });
    const child = await newTask({ name: 'Below', parent: parent.id });
    expect((await ask(move(parent.id, list), {})).body).toEqual({ data: { task_id: parent.id, new_list_id: list } });
    expect(await read(parent.id)).toMatchObject({ list: { id: list }, status: { status: 'in review' } });
    expect(await read(child.id)).toMatchObject({ list: { id: list }, parent: parent.id });
    expect(await namesIn(SPRINT)).not.toContain('Mover');
    expect(await namesIn(list)).toEqual(expect.arrayContaining(['Mover', 'Below']));
  });

  it('needs a mapping for a status that is not there, and leaves no half', async () => {
    const parent = await newTask();
    const child = await newTask({ parent: parent.id, status: 'blocked' });
    const { statuses } = (await ask(`GET /list/${BUGS}`)).body;
    const id = (name: string) => statuses.find(({ status }: { status: string }) => status === name).id;
    const mapping = (task: { status: { id: string } }, to: string) => ({
      source_status_id: task.status.id,
      destination_status_id: to,
    });
    expect(await outcome(move(parent.id, BUGS), {})).toEqual([400, 'ITEM_114']);
    expect(await outcome(move(parent.id, BUGS), { status_mappings: [mapping(parent, id('new'))] })).toEqual([
      400,
      'ITEM_114',
    ]);
    expect(
      await outcome(move(parent.id, BUGS), {
        status_mappings: [mapping(parent, 'nothing'), mapping(child, id('fixed'))],
      }),
    ).toEqual([400, 'ITEM_114']);
    expect((await read(parent.id)).list.id).toBe(SPRINT);
    expect(
      (await ask(move(parent.id, BUGS), { status_mappings: [mapping(parent, id('new')), mapping(child, id('fixed'))] }))
        .status,
    ).toBe(200);
    expect([(await read(parent.id)).status.status, (await read(child.id)).status.status]).toEqual(['new', 'fixed']);
  });

  it('a subtask alone makes it a task of its own', async () => {
    const parent = await newTask();
    const child = await newTask({ parent: parent.id });
    const list = (await listNamed('90140201', 'API')).id;
    await ask(move(child.id, list), {});
    expect(await read(child.id)).toMatchObject({ parent: null, list: { id: list } });
    expect((await ask(`GET /task/${parent.id}?include_subtasks=true`)).body.subtasks).toEqual([]);
  });

  it('changes the home List only', async () => {
    const task = await newTask();
    const api = (await listNamed('90140201', 'API')).id;
    const web = (await listNamed('90140201', 'Web')).id;
    await ask(`POST /list/${api}/task/${task.id}`);
    await ask(`POST /list/${web}/task/${task.id}`);
    await ask(move(task.id, web), {});
    expect(await read(task.id)).toMatchObject({ list: { id: web }, locations: [{ id: api }] });
  });

  it('stays inside the Workspace, and takes no custom id', async () => {
    const task = await newTask();
    expect(await outcome(move('ENG-123', BUGS), {})).toEqual([401, 'OAUTH_027']);
    expect(await outcome(move(task.id, '90154400001'), {})).toEqual([401, 'OAUTH_027']);
    expect(await outcome(`PUT /api/v3/workspaces/67890/tasks/${task.id}/home_list/${BUGS}`, {})).toEqual([
      401,
      'OAUTH_027',
    ]);
  });
});

describe('merging', () => {
  it('brings everything along, and the source is gone', async () => {
    const [target, source, blocked] = [
      await newTask({ tags: ['one'] }),
      await newTask({ tags: ['two'], assignees: [DAVID] }, BUGS),
      await newTask(),
    ];
    const child = await newTask({ parent: source.id, status: 'triaged' }, BUGS);
    await ask(`POST /task/${source.id}/comment`, { comment_text: 'Heard', notify_all: false });
    await ask(`POST /task/${source.id}/checklist`, { name: 'Steps' });
    await ask(`POST /task/${blocked.id}/dependency`, { depends_on: source.id });
    await ask(`POST /team/12345/time_entries`, { start: NOW - HOUR, duration: HOUR, tid: source.id });
    expect(await ask(`POST /task/${target.id}/merge`, { source_task_ids: [source.id] })).toEqual({
      status: 200,
      body: {},
    });
    const merged = (await ask(`GET /task/${target.id}?include_subtasks=true`)).body;
    expect(merged).toMatchObject({
      assignees: [{ id: DAVID }],
      checklists: [{ name: 'Steps', task_id: target.id }],
      time_spent: HOUR,
      dependencies: [{ task_id: blocked.id, depends_on: target.id }],
      subtasks: [{ id: child.id, list: { id: SPRINT }, status: { status: 'to do' } }],
    });
    expect(merged.tags.map(({ name }: { name: string }) => name)).toEqual(['one', 'two']);
    expect((await ask(`GET /task/${target.id}/comment`)).body.comments[0].comment_text).toBe('Heard');
    expect(await outcome(`GET /task/${source.id}`)).toEqual([404, 'ITEM_013']);
    expect((await ask(`PUT /checklist/${merged.checklists[0].id}`, { name: 'Still there' })).status).toBe(200);
  });

  it('refuses itself, nothing, custom ids and what lies elsewhere, and then merges none', async () => {
    const [target, source] = [await newTask(), await newTask()];
    const foreign = await otherTask();
    const merge = (source_task_ids: string[]) => outcome(`POST /task/${target.id}/merge`, { source_task_ids });
    expect(await merge([])).toEqual([400, 'MERGE_001']);
    expect(await merge([source.id, target.id])).toEqual([400, 'MERGE_002']);
    expect(await merge([source.id, 'ENG-123'])).toEqual([401, 'OAUTH_027']);
    expect(await merge([source.id, foreign.id])).toEqual([401, 'OAUTH_027']);
    expect((await read(source.id)).id).toBe(source.id);
  });
});

describe('estimates by person', () => {
  const line = (verb: string, id: string) => `${verb} /api/v3/workspaces/12345/tasks/${id}/time_estimates_by_user`;

  it('are patched one by one, on top of what was estimated for all', async () => {
    const task = await newTask({ assignees: [ANNA, DAVID], time_estimate: HOUR });
    expect((await ask(line('PATCH', task.id), [{ assignee: ANNA, time: 2 * HOUR }])).body).toEqual({
      data: { total_time_estimate: 3 * HOUR, updated_estimates: { [ANNA]: 2 * HOUR } },
    });
    expect(
      (
        await ask(line('PATCH', task.id), [
          { assignee: 'unassigned', time: 0 },
          { assignee: DAVID, time: HOUR },
        ])
      ).body.data.total_time_estimate,
    ).toBe(3 * HOUR);
    expect((await read(task.id)).time_estimate).toBe(String(3 * HOUR));
  });

  it('are replaced as a whole', async () => {
    const task = await newTask({ assignees: [ANNA, DAVID], time_estimate: 9 * HOUR });
    await ask(line('PATCH', task.id), [{ assignee: ANNA, time: HOUR }]);
    expect((await ask(line('PUT', task.custom_id), [{ assignee: DAVID, time: HOUR }])).body).toEqual({
      data: { total_time_estimate: HOUR, assignee_estimates: { [DAVID]: HOUR } },
    });
    expect((await read(task.id)).time_estimate).toBe(String(HOUR));
  });

  it('are forgotten when the whole task is estimated', async () => {
    const task = await newTask({ assignees: [ANNA] });
    await ask(line('PUT', task.id), [{ assignee: ANNA, time: HOUR }]);
    await ask(`PUT /task/${task.id}`, { time_estimate: 5 * HOUR });
    expect((await ask(line('PATCH', task.id), [])).body.data.total_time_estimate).toBe(5 * HOUR);
  });

  it('are for assignees only, ten at most', async () => {
    const task = await newTask({ assignees: [ANNA] });
    expect(await outcome(line('PATCH', task.id), [{ assignee: DAVID, time: 1 }])).toEqual([400, 'ESTIMATE_002']);
    expect(await outcome(line('PATCH', task.id), [{ assignee: ANNA, time: -1 }])).toEqual([400, 'ESTIMATE_001']);
    expect(await outcome(line('PUT', task.id), Array(11).fill({ assignee: ANNA, time: 1 }))).toEqual([
      400,
      'ESTIMATE_001',
    ]);
    expect(await outcome(line('PUT', task.id), { assignee: ANNA, time: 1 })).toEqual([400, 'ESTIMATE_001']);
  });
});

describe('time in status', () => {
  it('adds up in minutes, with the newest entry', async () => {
    const task = await newTask();
    const steps = [
      ['in progress', 1],
      ['to do', 2],
      ['in progress', 3],
    ] as const;
    for (const [status, hours] of steps) {
      now += hours * HOUR;
      await ask(`PUT /task/${task.id}`, { status });
    }
    now += 90_000;
    const { body } = await ask(`GET /task/${task.id}/time_in_status`);
    expect(body.current_status).toMatchObject({
      status: 'in progress',
      total_time: { by_minute: 1, since: String(NOW + 6 * HOUR) },
    });
    expect(body.status_history).toMatchObject([
      { status: 'to do', orderindex: 0, total_time: { by_minute: 60 + 180, since: String(NOW + 3 * HOUR) } },
      { status: 'in progress', orderindex: 1, total_time: { by_minute: 120 + 1, since: String(NOW + 6 * HOUR) } },
    ]);
  });

  it('of many tasks is keyed by id; the key is repeated without brackets, up to 100 times', async () => {
    const [a, b] = [await newTask(), await newTask()];
    const bulk = (ids: string[]) =>
      `GET /task/bulk_time_in_status/task_ids?${ids.map((id) => `task_ids=${id}`).join('&')}`;
    expect(Object.keys((await ask(bulk([a.id, b.id]))).body).sort()).toEqual([a.id, b.id].sort());
    expect(await outcome(bulk(Array<string>(101).fill(a.id)))).toEqual([400, 'TIS_002']);
    expect(await outcome(`GET /task/bulk_time_in_status/task_ids?task_ids[]=${a.id}`)).toEqual([400, 'TIS_002']);
    expect(await outcome(bulk([a.id, 'zzzzzz']))).toEqual([401, 'OAUTH_027']);
  });

  it('needs the ClickApp', async () => {
    const task = await otherTask();
    expect(await outcome(`GET /task/${task.id}/time_in_status`, undefined, 'pk_sandbox_other')).toEqual([
      400,
      'TIS_001',
    ]);
  });
});

describe('files', () => {
  const form = (...names: string[]) => {
    const data = new FormData();
    for (const name of names)
      data.append('attachment', new Blob(['abc'], { type: name.endsWith('png') ? 'image/png' : 'text/plain' }), name);
    return data;
  };

  it('go to a task by API v2, one at a time', async () => {
    const task = await newTask();
    const { body } = await ask(`POST /task/${task.id}/attachment`, form('a b.png', 'second.txt'));
    expect(body).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}\.png$/),
      version: '0',
      date: NOW,
      title: 'a b.png',
      extension: 'png',
      thumbnail_small: expect.stringContaining('a%20b.png'),
    });
    expect((await read(task.id)).attachments).toMatchObject([
      { id: body.id, title: 'a b.png', size: 3, mimetype: 'image/png', parent_id: task.id },
    ]);
  });

  it('are paged by API v3 up to an empty cursor', async () => {
    const task = await newTask();
    const line = `/api/v3/workspaces/12345/attachments/${task.id}/attachments`;
    for (const name of ['1.txt', '2.txt', '3.txt']) await ask(`POST ${line}`, form(name));
    const first = (await ask(`GET ${line}?limit=2`)).body;
    const second = (await ask(`GET ${line}?limit=2&cursor=${first.next_cursor}`)).body;
    expect(
      [...first.data, ...second.data].map(({ title, parent_entity_type, thumbnail_small }) => [
        title,
        parent_entity_type,
        thumbnail_small,
      ]),
    ).toEqual([
      ['1.txt', 'tasks', null],
      ['2.txt', 'tasks', null],
      ['3.txt', 'tasks', null],
    ]);
    expect(second.next_cursor).toBe('');
    expect(await outcome(`GET ${line}?limit=101`)).toEqual([400, 'INPUT_011']);
    expect(await outcome(`GET ${line}?cursor=x`)).toEqual([400, 'PAGE_001']);
  });

  it('for a field are kept per field, under the name that is sent', async () => {
    const data = form('x.txt');
    data.append('filename', 'Shown');
    const line = '/api/v3/workspaces/12345/custom_fields/f1/attachments';
    expect((await ask(`POST ${line}`, data)).body).toMatchObject({
      title: 'Shown',
      extension: '',
      parent_entity_type: 'custom_fields',
      parent_id: 'f1',
      user_id: ANNA,
    });
    expect((await ask(`GET ${line}`)).body.data).toHaveLength(1);
    expect((await ask('GET /api/v3/workspaces/12345/custom_fields/f2/attachments')).body.data).toEqual([]);
  });

  it('are refused without a file, elsewhere, and for what is no entity', async () => {
    const task = await newTask();
    const wrong = new FormData();
    wrong.append('file', new Blob(['abc']), 'a.txt');
    expect(await outcome(`POST /task/${task.id}/attachment`, { attachment: ['abc'] })).toEqual([400, 'UPLOAD_002']);
    expect(await outcome(`POST /task/${task.id}/attachment`, wrong)).toEqual([400, 'UPLOAD_002']);
    expect(await outcome(`POST /api/v3/workspaces/12345/tasks/${task.id}/attachments`, form('a'))).toEqual([
      400,
      'UPLOAD_003',
    ]);
    expect(await outcome(`POST /task/${task.id}/attachment`, form('a'), 'pk_sandbox_other')).toEqual([
      401,
      'OAUTH_027',
    ]);
    expect(await outcome(`GET /api/v3/workspaces/67890/attachments/${task.id}/attachments`)).toEqual([
      401,
      'OAUTH_027',
    ]);
    const broken = await fetch(`${sandbox.url}/api/v2/task/${task.id}/attachment`, {
      method: 'POST',
      headers: { authorization: 'pk_sandbox_owner', 'content-type': 'multipart/form-data; boundary=x' },
      body: 'nonsense',
    });
    expect([broken.status, ((await broken.json()) as { ECODE: string }).ECODE]).toEqual([400, 'UPLOAD_004']);
  });
});

it('a lived-in Workspace has relations, the same after each start', async () => {
  const login = (await ask('GET /task/ENG-123?custom_task_ids=true&team_id=12345')).body;
  expect(login).toMatchObject({
    checklists: [{ name: 'Definition of done', resolved: 1, unresolved: 2 }],
    dependencies: [{ depends_on: login.id }],
  });
  expect(await namesIn(SPRINT, '&include_timl=true')).toContain('Backend: login slow after deploy');
  sandbox.reset();
  expect((await ask('GET /task/ENG-123?custom_task_ids=true&team_id=12345')).body).toEqual(login);
});
