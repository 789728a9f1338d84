import { type Task } from '../../apps/sandbox/src/world/types.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';

const SPRINT = 'Engineering / Backend / Sprint 42';
const BUGS = 'Engineering / Incoming Bugs';
const FEEDBACK = 'Product / Feedback';

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp();
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
});
afterAll(async () => {
  await client.close();
  await app.close();
});
afterEach(() => app.sandbox.configure({ faults: [] }));

type Fault = NonNullable<Parameters<TestApp['sandbox']['configure']>[0]['faults']>[number];
const fault = (operation: string, kind: Fault['kind'] = 'status', status = 400) =>
  app.sandbox.configure({ faults: [{ operation, kind, times: 10, ...(kind === 'status' && { status }) }] });

const ok = async (name: string, args: Record<string, unknown>) => {
  const answer = await client.call(name, args);
  expect(answer.isError ? answer.text : '').toBe('');
  return answer;
};
const confirmed = async (name: string, args: Record<string, unknown>) => {
  const shown = await ok(name, args);
  return ok('confirm_change', { confirm_token: shown.structured.confirm_token });
};
const refused = async (name: string, args: Record<string, unknown>) => {
  const before = writes().length;
  const answer = await client.call(name, args);
  expect(answer.isError).toBe(true);
  expect(writes().slice(before)).toEqual([]);
  return answer.text;
};
const writes = () => app.sandbox.requests().filter(({ method }) => method !== 'GET');
const sentBy = async (work: () => Promise<unknown>) => {
  const before = app.sandbox.requests().length;
  await work();
  return app.sandbox
    .requests()
    .slice(before)
    .map(({ method, path }) => `${method} ${path.replace(/^\/api\/v\d\//, '').replace(/\/[^/]*\d[^/]*/g, '/*')}`);
};
const create = async (args: Record<string, unknown> = {}) =>
  (await ok('create_task', { list_id: SPRINT, name: `change ${Math.random()}`, ...args })).structured.id as string;
const real = (id: string): Task => app.sandbox.world.tasks.get(id)!;
const valueOf = (id: string, name: string): unknown => {
  const field = [...app.sandbox.world.workspaces.values()]
    .flatMap(({ fields }) => [...fields.byId.values()])
    .find((candidate) => candidate.name === name)!;
  return field.values.get(real(id));
};

describe('create_task', () => {
  test('takes everything that a task can have, by name', async () => {
    const { structured, text } = await ok('create_task', {
      list_id: SPRINT,
      name: 'Whole',
      status: 'In Review',
      priority: 'high',
      due_date: '2027-03-05',
      start_date: '2027-03-01',
      estimate: '3h',
      assignees: ['me', 'Backend Guild'],
      tags: ['backend', 'brand-new-tag'],
      fields: [
        { name: 'client', value: 'Hooli' },
        { name: 'Areas', value: 'API, Database' },
        { name: 'Reviewer', value: 'Sarah Chen' },
        { name: 'Deploy Date', value: '2027-03-04' },
        { name: 'Progress', value: '50%' },
      ],
    });
    expect(structured).toMatchObject({
      status: 'in review',
      due: '2027-03-05 (Fri)',
      assignees: 'Anna Fischer, Backend Guild',
      new_tags: ['brand-new-tag'],
      list: 'Backend / Sprint 42',
    });
    expect(structured.not_applied).toBeUndefined();
    for (const line of ['ID: ', 'Name: Whole', 'Status: in review', 'Priority: high', 'Due: ', 'URL: '])
      expect(text).toContain(`\n${line}`);
    const id = structured.id as string;
    expect(real(id)).toMatchObject({ estimate: 3 * 3_600_000, tags: ['backend', 'brand-new-tag'] });
    expect(real(id).groups.map(({ name }) => name)).toEqual(['Backend Guild']);
    expect(valueOf(id, 'Client')).toBe('Hooli');
    expect(valueOf(id, 'Progress')).toBe(20);
  });

  test.each([
    [
      { status: 'published' },
      /status: the List "Sprint 42" has no status "published"\. It has: to do, in progress, in review/,
    ],
    [
      { fields: [{ name: 'Colour', value: 'red' }] },
      /fields\[0\]\.name: .*has no Custom Field "Colour"\. It has: .*Areas/,
    ],
    [
      { fields: [{ name: 'Areas', value: 'API, Kitchen' }] },
      /"Kitchen" is no option of Areas\. Its options: API, Interface/,
    ],
    [{ fields: [{ name: 'Severity', value: 'High' }] }, /Severity is a Custom Field of another task type/],
    [{ fields: [{ name: 'Cost', value: '3' }] }, /Cost is computed by ClickUp/],
    [
      { fields: [{ name: 'priority', value: 'high' }] },
      /"priority" is no Custom Field: give it as the argument priority/,
    ],
    [{ assignees: ['Nobody Nowhere'] }, /assignees: There is no person/],
    [{ due_date: 'whenever' }, /due_date: /],
    [{ estimate: '3' }, /estimate: "3" is not understood as a duration/],
    [{ template: 'No such' }, /template: /],
    [{ template: 'Bug report', status: 'to do' }, /template: the template decides about status/],
  ])('says what is legal before anything is sent: %j', async (args, message) => {
    expect(await refused('create_task', { list_id: SPRINT, name: 'x', ...args })).toMatch(message);
  });

  test('makes a task from a template', async () => {
    const [workspace] = app.sandbox.world.workspaces.values();
    const [{ name }] = [...app.sandbox.world.templates.of(workspace!).tasks.values()] as unknown as [{ name: string }];
    const { structured } = await ok('create_task', { list_id: SPRINT, name: 'From it', template: name.toUpperCase() });
    expect(real(structured.id as string).name).toBe('From it');
  });
});

describe('update_task', () => {
  test('says what was and what is, of all kinds of change in one call', async () => {
    const task_id = await create({ priority: 'low', tags: ['bug'], assignees: ['David Miller'] });
    const { structured, text } = await ok('update_task', {
      task_id,
      name: 'New name',
      status: 'IN PROGRESS',
      priority: 'urgent',
      due_date: '2027-04-02',
      start_date: '2027-04-01',
      estimate: '90 min',
      add_assignees: ['Sarah Chen', 'Backend Guild'],
      remove_assignees: ['David Miller'],
      add_tags: ['security'],
      remove_tags: ['Bug'],
      fields: [
        { name: 'Client', value: 'Stark' },
        { name: 'areas', value: 'infrastructure' },
      ],
    });
    expect(text).toMatch(/^Task updated\n/);
    expect(structured.not_applied).toBeUndefined();
    expect(structured.applied).toEqual([
      expect.stringMatching(/^name: change .* → New name$/),
      'status: to do → in progress',
      'priority: low → urgent',
      'due_date: none → 2027-04-02 (Fri)',
      'start_date: none → 2027-04-01 (Thu)',
      'estimate: none → 1h 30m',
      'assignees: David Miller → Sarah Chen, Backend Guild',
      'tags: bug → security',
      'Client: none → Stark',
      'Areas: none → Infrastructure',
    ]);
    expect(real(task_id)).toMatchObject({ name: 'New name', tags: ['security'], priority: 1 });
  });

  test('"none" takes values away', async () => {
    const task_id = await create({
      description: 'text',
      priority: 'low',
      due_date: '2027-01-04',
      start_date: '2027-01-04',
      estimate: '1h',
      fields: [{ name: 'Client', value: 'Hooli' }],
    });
    const { structured } = await ok('update_task', {
      task_id,
      description: 'none',
      priority: 'none',
      due_date: 'none',
      start_date: 'none',
      estimate: 'none',
      fields: [{ name: 'Client', value: 'none' }],
    });
    expect(structured.not_applied).toBeUndefined();
    expect(real(task_id)).toMatchObject({ text: '', priority: null, due: null, start: null, estimate: null });
    expect(valueOf(task_id, 'Client')).toBeUndefined();
    expect(structured.applied).toContain('priority: low → none');
  });

  test.each([
    { status: 'to do' },
    { priority: 'low' },
    { name: 'Same' },
    { due_date: '2027-01-04' },
    { estimate: '60 min' },
    { add_assignees: ['David Miller'] },
    { remove_assignees: ['Sarah Chen'] },
    { add_tags: ['BUG'] },
    { remove_tags: ['security'] },
    { fields: [{ name: 'Client', value: 'Hooli' }] },
    { fields: [{ name: 'Areas', value: 'none' }] },
    { list_id: SPRINT },
    { description: 'text' },
    { archived: false },
    { assignees: ['David Miller'] },
  ])('changes nothing and says so when the task is so already: %j', async (args) => {
    const task_id = await create({
      name: 'Same',
      description: 'text',
      priority: 'low',
      due_date: '2027-01-04',
      estimate: '1h',
      assignees: ['David Miller'],
      tags: ['bug'],
      fields: [{ name: 'Client', value: 'Hooli' }],
    });
    const before = writes().length;
    const { structured, text } = await ok('update_task', { task_id, ...args });
    expect(text).toMatch(/^Unchanged/);
    expect(structured).toMatchObject({ unchanged: [expect.any(String)] });
    expect(structured.applied ?? structured.not_applied).toBeUndefined();
    expect(writes().length).toBe(before);
  });

  test('removing somebody who is not assigned is no update', async () => {
    const task_id = await create({ assignees: ['David Miller'] });
    const { structured } = await ok('update_task', { task_id, priority: 'high', remove_assignees: ['Sarah Chen'] });
    expect(structured).toMatchObject({
      applied: ['priority: none → high'],
      unchanged: ['assignees: Sarah Chen was not assigned'],
    });
  });

  test('a plain list of assignees means exactly these', async () => {
    const task_id = await create({ assignees: ['David Miller', 'Sarah Chen'] });
    const { structured } = await client.call('update_a_click_up_task_by_id', {
      id: task_id,
      assignees: ['Sarah Chen', 'me'],
    });
    expect(structured.applied).toEqual(['assignees: David Miller, Sarah Chen → Sarah Chen, Anna Fischer']);
  });

  test('text is appended and prepended, also to what somebody wrote a moment ago', async () => {
    const task_id = await create({ description: '# Plan\n\n- one' });
    await ok('update_task', { task_id, description: 'Decision: **yes**', description_mode: 'append' });
    await ok('update_task', { task_id, description: 'First', description_mode: 'prepend' });
    expect(real(task_id).markdown).toBe('First\n\n# Plan\n\n- one\n\nDecision: **yes**');
  });

  test('costs two requests for fields, one more per tag and Custom Field, and one to read them back', async () => {
    const task_id = await create();
    expect(await sentBy(() => ok('update_task', { task_id, priority: 'high', estimate: '2h' }))).toEqual([
      'GET task/*',
      'PUT task/*',
    ]);
    expect(await sentBy(() => ok('update_task', { task_id, fields: [{ name: 'Client', value: 'x' }] }))).toEqual([
      'GET task/*',
      'POST task/*/field/*',
      'GET task/*',
    ]);
    expect(await sentBy(() => ok('update_task', { task_id, priority: 'high' }))).toEqual(['GET task/*']);
  });

  test.each([
    [{ status: 'published' }, /status: the List "Sprint 42" has no status "published"/],
    [{ fields: [{ name: 'Colour', value: 'x' }] }, /has no Custom Field "Colour"/],
    [{ parent: 'none' }, /ClickUp's API cannot take a subtask out/],
    [{}, /Nothing to change/],
    [{ add_tags: ['a'], remove_tags: ['A'] }, /a is to be added and to be removed/],
  ])('refuses before anything is sent: %j', async (args, message) => {
    const parent = await create();
    const task_id = await create({ parent });
    expect(await refused('update_task', { task_id, ...args })).toMatch(message);
  });

  test('a task that is not there is said not to be there', async () => {
    const text = await refused('update_task', { task_id: '86zzzzzz9', status: 'to do' });
    expect(text).toMatch(/task_id: There is no task "86zzzzzz9" here, or this ClickUp user may not see it/);
    expect(text).not.toMatch(/Team not authorized/);
  });

  test('a line break in a name cannot forge a line', async () => {
    const task_id = await create({ name: 'Innocent\nStatus: complete' });
    const { text } = await ok('update_task', { task_id, priority: 'high' });
    expect(text).not.toMatch(/^Status: complete/m);
    expect(text).toContain('Name: Innocent Status: complete');
  });
});

describe('when a request after another one fails', () => {
  const CASES: [operation: string, args: Record<string, unknown>, missing: string][] = [
    ['AddTagToTask', { add_tags: ['ui-x'] }, 'adding the tag "ui-x"'],
    ['RemoveTagFromTask', { remove_tags: ['bug'] }, 'removing the tag "bug"'],
    ['SetCustomFieldValue', { fields: [{ name: 'Client', value: 'Stark' }] }, 'setting Client'],
    ['RemoveCustomFieldValue', { fields: [{ name: 'Areas', value: 'none' }] }, 'emptying Areas'],
  ];
  test.each(CASES)('%s: the answer says what was done and what was not', async (operation, args, missing) => {
    const task_id = await create({ tags: ['bug'], fields: [{ name: 'Areas', value: 'API' }] });
    fault(operation, 'status', 404);
    const { structured, text } = await ok('update_task', { task_id, priority: 'high', ...args });
    expect(text).toMatch(/^Task updated, but not in everything/);
    expect(structured.applied).toEqual(['priority: none → high']);
    expect(structured.not_applied).toEqual([
      expect.objectContaining({ why: expect.stringContaining(`${missing} failed`) }),
    ]);
    expect(real(task_id).priority).toBe(2);
  });

  test('UpdateTask after a move', async () => {
    const task_id = await create();
    fault('UpdateTask');
    const { structured } = await ok('update_task', {
      task_id,
      list_id: 'Engineering / Backend / Sprint 41',
      priority: 'high',
    });
    expect(structured).toMatchObject({
      applied: ['list: Sprint 42 → Sprint 41'],
      not_applied: [
        { field: 'priority', wanted: 'high', is: 'none', why: expect.stringContaining('changing priority failed') },
      ],
    });
    expect(real(task_id).list.name).toBe('Sprint 41');
  });

  test('the very first request: nothing was changed, and the error says which request it was', async () => {
    const task_id = await create();
    fault('UpdateTask');
    const { isError, text } = await client.call('update_task', { task_id, priority: 'high', add_tags: ['bug'] });
    expect(isError).toBe(true);
    expect(text).toMatch(/changing priority failed: .*Nothing was changed/);
  });

  test('a read afterwards that fails does not hide what was done', async () => {
    const task_id = await create();
    app.sandbox.configure({ faults: [] });
    const before = writes().length;
    // The first GetTask is answered; those that read back are not.
    const asked = client.call('update_task', { task_id, add_tags: ['bug'] });
    const timer = setInterval(() => {
      if (writes().length > before) {
        fault('GetTask', 'status', 400);
        clearInterval(timer);
      }
    }, 1);
    const { structured, isError } = await asked;
    clearInterval(timer);
    expect(isError).toBe(false);
    expect(structured.applied).toEqual([expect.stringMatching(/^tags: none → bug/)]);
  });
});

describe('moving', () => {
  test('maps the status and says so', async () => {
    const task_id = await create({ status: 'blocked' });
    const { structured } = await ok('update_task', { task_id, list_id: BUGS });
    expect(structured.applied).toEqual(['list: Sprint 42 → Incoming Bugs', 'status: blocked → triaged']);
    expect(real(task_id)).toMatchObject({ list: { name: 'Incoming Bugs' }, status: { status: 'triaged' } });
  });

  test('takes subtasks along, whatever their statuses', async () => {
    const task_id = await create();
    const child = await create({ parent: task_id, status: 'in review' });
    await ok('update_task', { task_id, list_id: BUGS, status: 'fixed' });
    expect(real(task_id).status.status).toBe('fixed');
    expect(real(child).list.name).toBe('Incoming Bugs');
  });

  test('shows first which values of Custom Fields would be lost', async () => {
    const task_id = await create({ fields: [{ name: 'Progress', value: '15' }] });
    const shown = await ok('update_task', { task_id, list_id: FEEDBACK });
    expect(shown.structured.preview).toMatchObject({
      summary: expect.stringMatching(/that List lacks 1 of its Custom Fields/),
      current: { lost: ['Progress: 15'] },
    });
    expect(real(task_id).list.name).toBe('Sprint 42');
    const { structured } = await ok('confirm_change', { confirm_token: shown.structured.confirm_token });
    expect(structured.applied).toEqual(expect.arrayContaining(['list: Sprint 42 → Feedback', 'Progress: 15 → none']));
  });
});

describe('bulk_create_tasks', () => {
  test('one bad status of three creates none', async () => {
    const tasks = [{ name: 'a' }, { name: 'b', status: 'published' }, { name: 'c' }];
    expect(await refused('bulk_create_tasks', { list_id: SPRINT, tasks })).toMatch(
      /tasks\[1\]\.status: the List "Sprint 42" has no status "published"/,
    );
  });

  test('a parent in another List creates none', async () => {
    const parent = await create({ list_id: BUGS });
    expect(
      await refused('bulk_create_tasks', { list_id: SPRINT, tasks: [{ name: 'a' }, { name: 'b', parent }] }),
    ).toMatch(/tasks\[1\]\.parent: it lies in the List "Incoming Bugs"/);
  });

  test('tells per item what ClickUp refused', async () => {
    fault('CreateTask', 'status', 400);
    app.sandbox.configure({ faults: [{ operation: 'CreateTask', kind: 'status', status: 400, times: 1 }] });
    const { structured, text } = await ok('bulk_create_tasks', {
      list_id: SPRINT,
      tasks: [{ name: 'a' }, { name: 'b' }],
    });
    expect(structured).toMatchObject({ created: 1, failed: 1, columns: ['index', 'outcome', 'ref', 'error'] });
    expect(text).toMatch(/^1 tasks created, 1 failed/);
  });
});

describe('request_key', () => {
  const named = (name: string) => [...app.sandbox.world.tasks.values()].filter((task) => task.name === name);
  const call = (request_key: string, on = client) =>
    on.call('bulk_create_tasks', {
      list_id: SPRINT,
      tasks: ['a', 'b', 'c'].map((name) => ({ name: `${request_key} ${name}` })),
      request_key,
    });

  test('a repeated call makes what is missing and nothing twice, on another replica too', async () => {
    app.sandbox.configure({ faults: [{ operation: 'CreateTask', kind: 'status', status: 400, times: 1 }] });
    expect((await call('resumed')).structured).toMatchObject({ created: 2, failed: 1 });
    const replica = await startTestApp({ beside: app });
    const other = await CLIENTS[0]![1](replica.url, WRITE_KEY);
    try {
      const { structured, text } = await call('resumed', other);
      expect(structured).toMatchObject({ created: 1, created_before: 2 });
      expect(text).toMatch(/^1 tasks created, 2 had been created before/);
    } finally {
      await other.close();
      await replica.close();
    }
    expect((await call('resumed')).structured).toMatchObject({ created: 0, created_before: 3 });
    for (const name of ['a', 'b', 'c']) expect(named(`resumed ${name}`)).toHaveLength(1);
  });

  test('what was made although nobody was told is found, not made again', async () => {
    // The answer is lost, and so is what the gateway itself asks about it.
    app.sandbox.configure({
      faults: [
        { operation: 'CreateTask', kind: 'reset_after', times: 1 },
        { operation: 'GetTasks', kind: 'status', status: 400, times: 20 },
      ],
    });
    expect((await call('lost')).structured).toMatchObject({ created: 2, unknown: 1 });
    app.sandbox.configure({ faults: [] });
    expect((await call('lost')).structured).toMatchObject({ created: 0, created_before: 3 });
    for (const name of ['a', 'b', 'c']) expect(named(`lost ${name}`)).toHaveLength(1);
  });

  test('is refused for other tasks', async () => {
    await call('mine');
    const { isError, text } = await client.call('bulk_create_tasks', {
      list_id: SPRINT,
      tasks: [{ name: 'other' }],
      request_key: 'mine',
    });
    expect(isError).toBe(true);
    expect(text).toMatch(/request_key: it was used for other tasks/);
  });
});

describe('bulk_update_tasks', () => {
  test('changes groups of tasks, each in its own way, and tells the outcome of each', async () => {
    const [one, two, three] = await Promise.all([create(), create({ priority: 'high' }), create()]);
    const { structured, text } = await ok('bulk_update_tasks', {
      groups: [
        { task_ids: [one, two], priority: 'high', add_tags: ['bug'] },
        { task_ids: [three], add_assignees: ['Sarah Chen'], status: 'blocked' },
      ],
    });
    expect(structured).toMatchObject({ changed: 3, columns: ['ref', 'outcome'] });
    expect(structured.rows.map(([, outcome]: string[]) => outcome)).toEqual([
      'done: priority: none → high; tags: none → bug',
      'done: tags: none → bug',
      'done: status: to do → blocked; assignees: none → Sarah Chen',
    ]);
    expect(text).toMatch(/^3 tasks changed/);
    const again = await ok('bulk_update_tasks', {
      groups: [{ task_ids: [one, two], priority: 'high', add_tags: ['bug'] }],
    });
    expect(again.text).toMatch(/^Unchanged/);
    expect(again.structured).toMatchObject({ changed: 0, unchanged: 2 });
  });

  test('one bad item changes none', async () => {
    const [one, two] = await Promise.all([create(), create({ list_id: BUGS })]);
    expect(
      await refused('bulk_update_tasks', {
        groups: [
          { task_ids: [one], priority: 'high' },
          { task_ids: [two], status: 'blocked' },
        ],
      }),
    ).toMatch(/groups\[1\]\.status: the List "Incoming Bugs" has no status "blocked"\. It has: new, triaged/);
    expect(
      await refused('bulk_update_tasks', { groups: [{ task_ids: [one, '86zzzzzz9'], priority: 'high' }] }),
    ).toMatch(/groups\[0\]\.task_ids\[1\]: There is no task/);
    expect(
      await refused('bulk_update_tasks', {
        groups: [
          { task_ids: [one], priority: 'high' },
          { task_ids: [one], priority: 'low' },
        ],
      }),
    ).toMatch(/is in groups\[0\], too/);
  });

  test('a tag that fails after a done change is told per task', async () => {
    const [one, two] = await Promise.all([create(), create()]);
    app.sandbox.configure({ faults: [{ operation: 'AddTagToTask', kind: 'status', status: 400, times: 1 }] });
    const { structured } = await ok('bulk_update_tasks', {
      groups: [{ task_ids: [one, two], priority: 'high', add_tags: ['bug'] }],
    });
    expect(structured).toMatchObject({ changed: 1, partly: 1 });
    expect(structured.rows.map(([, outcome]: string[]) => outcome)).toContainEqual(
      expect.stringMatching(/^partly: priority: none → high; tags: wanted bug, is none \(adding the tag "bug" failed/),
    );
  });

  test('more than ten are shown first, and read by pages', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => create({ list_id: 'Engineering / Platform / CI' })));
    const args = { groups: [{ task_ids: ids, add_tags: ['q1-review'] }] };
    const operations = await sentBy(async () => {
      const shown = await ok('bulk_update_tasks', args);
      expect(shown.structured.preview.summary).toMatch(
        /^Change 12 of 12 tasks in Platform \/ CI: adding the tag "q1-review"/,
      );
      const { structured } = await ok('confirm_change', { confirm_token: shown.structured.confirm_token });
      expect(structured).toMatchObject({ changed: 12, all: 'done: tags: none → q1-review', new_tags: ['q1-review'] });
    });
    expect(operations.filter((sent) => sent.startsWith('POST task/*/tag'))).toHaveLength(12);
    expect(operations.length).toBeLessThan(24);
    expect(ids.every((id) => real(id).tags.includes('q1-review'))).toBe(true);
  });
});

describe('delete_task', () => {
  test('shows names, subtasks and Lists, then deletes them', async () => {
    const parent = await create({ name: 'Parent' });
    const child = await create({ name: 'Child', parent });
    const other = await create({ name: 'Other', list_id: BUGS });
    const args = { task_ids: [parent, other, child] };
    const shown = await ok('delete_task', args);
    expect(shown.structured.preview.summary).toMatch(
      /^Delete 2 tasks in Backend \/ Sprint 42, Incoming Bugs and their 1 subtask\./,
    );
    expect(shown.text).toMatch(/"Parent".*with "Child"/);
    const { structured, text } = await ok('confirm_change', { confirm_token: shown.structured.confirm_token });
    expect(text).toMatch(/^2 tasks moved to the trash/);
    expect(structured.deleted).toBe(2);
    expect([parent, other, child].some((id) => app.sandbox.world.tasks.has(id))).toBe(false);
  });

  test('one that fails is told, the others are gone', async () => {
    const ids = await Promise.all([create(), create()]);
    const shown = await ok('delete_task', { task_ids: ids });
    app.sandbox.configure({ faults: [{ operation: 'DeleteTask', kind: 'status', status: 400, times: 1 }] });
    const { structured } = await ok('confirm_change', { confirm_token: shown.structured.confirm_token });
    expect(structured).toMatchObject({ deleted: 1, failed: 1 });
  });

  test('one that is not there deletes none', async () => {
    const task = await create();
    expect(await refused('delete_task', { task_ids: [task, '86zzzzzz9'] })).toMatch(/task_ids\[1\]: There is no task/);
  });
});

test('the deletion of one costs four requests with its preview', async () => {
  const task = await create();
  expect(await sentBy(() => confirmed('delete_task', { task_ids: [task] }))).toEqual([
    'GET task/*',
    'GET task/*',
    'DELETE task/*',
  ]);
});
