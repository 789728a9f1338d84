import { type Asked, asking } from '../../../test/support/ask.js';
import { type RunningSandbox, startSandbox } from './index.js';

const NOW = 1_780_000_000_000;
const DAY = 86_400_000;
const ANNA = 61_234_501;
const DAVID = ANNA + 37;
const ENGINEERING = '90140201';
const SPRINT = '90144360426';
const BUGS = '90144360435';
const BUG = 1002;
const BACKEND = '901480202';
const RELEASE = 't-86820008';
const SPRINT_TEMPLATE = 't-86820043';
const LAUNCH = 't-86820106';

let sandbox: RunningSandbox;
let clock = NOW;
let support: string;
let feedback: string;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 120, now: () => clock });
  const folders = (await ask('GET /space/90140204/folder')).body.folders;
  support = folders[0].lists[0].id;
  feedback = (await ask('GET /space/90140202/list')).body.lists.find(
    ({ name }: { name: string }) => name === 'Feedback',
  ).id;
});
beforeEach(() => {
  clock = NOW;
  sandbox.reset();
});
afterAll(() => sandbox.close());

const ask = asking(() => sandbox.url, '/api/v2');
const newTask = async (list: string, body: object = {}) =>
  (await ask(`POST /list/${list}/task`, { name: 'T', ...body })).body;
const definitions = async (list: string) =>
  (await ask(`GET /list/${list}/field?include_applied_objects=true`)).body.fields as any[];
const named = async (list: string, name: string) => (await definitions(list)).find((field) => field.name === name);
const valueOf = async (task: string, name: string) =>
  (await ask(`GET /task/${task}`)).body.custom_fields.find((field: any) => field.name === name)?.value;
const namesOf = (fields: readonly { name: string }[]) => fields.map(({ name }) => name);
const failed = ({ status, body }: Asked) => [status, body.ECODE];

interface Fact {
  field: string;
  list: () => string;
  type: string;
  /** Where a value must be made from ids, `options` are those of the field and `other` is a second task. */
  sent: unknown;
  read: unknown;
  refused?: unknown;
}
const made = (value: unknown, options: readonly { id: string }[], other: string): unknown =>
  typeof value === 'function'
    ? (value as (options: readonly { id: string }[], other: string) => unknown)(options, other)
    : value;
type Options = readonly { id: string }[];

const FACTS: readonly Fact[] = [
  { field: 'Client', list: () => SPRINT, type: 'short_text', sent: 'Globex', read: 'Globex', refused: 5 },
  { field: 'Steps to Reproduce', list: () => BUGS, type: 'text', sent: 'a\nb', read: 'a\nb', refused: ['a'] },
  {
    field: 'Log',
    list: () => BUGS,
    type: 'url',
    sent: 'https://example.com/1',
    read: 'https://example.com/1',
    refused: 'no address',
  },
  {
    field: 'Contact Email',
    list: () => support,
    type: 'email',
    sent: 'a@b.example',
    read: 'a@b.example',
    refused: 'a at b',
  },
  {
    field: 'Contact Phone',
    list: () => support,
    type: 'phone',
    sent: '+1 123 456 7890',
    read: '+1 123 456 7890',
    refused: '123 456',
  },
  { field: 'Votes', list: () => feedback, type: 'number', sent: -28, read: '-28', refused: 'many' },
  { field: 'Contract Value', list: () => support, type: 'currency', sent: 8000, read: '8000', refused: '$8' },
  { field: 'Deploy Date', list: () => SPRINT, type: 'date', sent: NOW, read: String(NOW), refused: '2026-01-01' },
  { field: 'Regression', list: () => BUGS, type: 'checkbox', sent: true, read: 'true', refused: 'maybe' },
  {
    field: 'Severity',
    list: () => BUGS,
    type: 'drop_down',
    sent: (options: Options) => options[2]?.id,
    read: 2,
    refused: 'High',
  },
  {
    field: 'Areas',
    list: () => SPRINT,
    type: 'labels',
    sent: (options: Options) => [options[0]?.id, options[3]?.id],
    read: (options: Options) => [options[0]?.id, options[3]?.id],
    refused: ['API'],
  },
  {
    field: 'Reviewer',
    list: () => SPRINT,
    type: 'users',
    sent: { add: [DAVID] },
    read: [expect.objectContaining({ id: DAVID, username: 'David Miller' })],
    refused: [DAVID],
  },
  {
    field: 'Related Work',
    list: () => SPRINT,
    type: 'tasks',
    sent: (_: Options, other: string) => ({ add: [other] }),
    read: (_: Options, other: string) => [
      expect.objectContaining({ id: other, name: 'other', access: true, deleted: false }),
    ],
    refused: 'one',
  },
  {
    field: 'Ideas',
    list: () => feedback,
    type: 'list_relationship',
    sent: (_: Options, other: string) => ({ add: [other] }),
    read: (_: Options, other: string) => [expect.objectContaining({ id: other })],
    refused: [],
  },
  {
    field: 'Specification',
    list: () => SPRINT,
    type: 'attachment',
    sent: { add: ['7c1bd21a-9a2b-4f4e-8a55-02f1a8b9e0aa.pdf'] },
    read: [expect.objectContaining({ id: '7c1bd21a-9a2b-4f4e-8a55-02f1a8b9e0aa.pdf' })],
    refused: 'x.pdf',
  },
  { field: 'Satisfaction', list: () => support, type: 'emoji', sent: 4, read: 4, refused: 6 },
  {
    field: 'Progress',
    list: () => SPRINT,
    type: 'manual_progress',
    sent: { current: 20 },
    read: { current: 20, percent_completed: 50 },
    refused: { current: 31 },
  },
  {
    field: 'Office',
    list: () => feedback,
    type: 'location',
    sent: { location: { lat: 52.5, lng: 13.4 }, formatted_address: 'Berlin' },
    read: { location: { lat: 52.5, lng: 13.4 }, formatted_address: 'Berlin' },
    refused: 'Berlin',
  },
];

describe('a Custom Field', () => {
  it.each(FACTS.map((fact) => [fact.type, fact] as const))(
    '%s is written, read back in its own form, refused and emptied',
    async (type, { field, list, sent, read, refused }) => {
      const definition = await named(list(), field);
      expect(definition.type).toBe(type);
      const options = definition.type_config.options ?? [];
      const { id: other } = await newTask(list(), { name: 'other' });
      const { id } = await newTask(list(), { custom_item_id: BUG });
      const path = `/task/${id}/field/${definition.id}`;
      expect(await valueOf(id, field)).toBeUndefined();
      expect(await ask(`POST ${path}`, { value: made(sent, options, other) })).toEqual({ status: 200, body: {} });
      expect(await valueOf(id, field)).toEqual(made(read, options, other));
      expect((await ask(`POST ${path}`, { value: refused })).status).toBe(400);
      expect(await valueOf(id, field)).toEqual(made(read, options, other));
      expect(await ask(`DELETE ${path}`)).toEqual({ status: 200, body: {} });
      expect(await ask(`DELETE ${path}`)).toEqual({ status: 200, body: {} });
      expect(await valueOf(id, field)).toBeUndefined();
    },
  );

  it.each([
    ['Cost', 'formula', undefined],
    ['Subtasks Done', 'automatic_progress', { percent_complete: 50 }],
  ])('%s is %s: computed, and read-only', async (name, type, shown) => {
    const { id } = await newTask(SPRINT);
    await newTask(SPRINT, { parent: id });
    await newTask(SPRINT, { parent: id, status: 'complete' });
    const field = await named(SPRINT, name);
    expect([field.type, await valueOf(id, name)]).toEqual([type, shown]);
    expect(failed(await ask(`POST /task/${id}/field/${field.id}`, { value: 3 }))).toEqual([400, 'FIELD_036']);
  });

  it('button keeps no value and fires its automation each time', async () => {
    const { id } = await newTask(SPRINT);
    const { id: field } = await named(SPRINT, 'Escalate');
    for (let press = 0; press < 2; press++)
      expect((await ask(`POST /task/${id}/field/${field}`, { value: true })).status).toBe(200);
    expect((await ask(`POST /task/${id}/field/${field}`, { value: false })).status).toBe(400);
    expect((await ask(`GET /task/${id}/comment`)).body.comments.map(({ comment_text }: any) => comment_text)).toEqual([
      'Escalate was pressed',
      'Escalate was pressed',
    ]);
    expect(await valueOf(id, 'Escalate')).toBeUndefined();
  });

  it("takes the position of an option too, and refuses its name by ClickUp's own code", async () => {
    const { id } = await newTask(BUGS, { custom_item_id: BUG });
    const severity = await named(BUGS, 'Severity');
    expect((await ask(`POST /task/${id}/field/${severity.id}`, { value: 1 })).status).toBe(200);
    expect(await valueOf(id, 'Severity')).toBe(1);
    expect(failed(await ask(`POST /task/${id}/field/${severity.id}`, { value: 'High' }))).toEqual([400, 'FIELD_011']);
  });

  it('adds and removes people and tasks, and drops people of other Workspaces', async () => {
    const { id } = await newTask(SPRINT);
    const [one, two] = [await newTask(SPRINT, { name: 'one' }), await newTask(SPRINT, { name: 'two' })];
    const related = await named(SPRINT, 'Related Work');
    const change = (value: object) => ask(`POST /task/${id}/field/${related.id}`, { value });
    await change({ add: [one.id, two.id] });
    await change({ rem: [one.id] });
    expect(namesOf(await valueOf(id, 'Related Work'))).toEqual(['two']);
    expect((await change({ add: ['zzzzzz'] })).status).toBe(401);
    await ask(`DELETE /task/${two.id}`);
    expect(await valueOf(id, 'Related Work')).toEqual([expect.objectContaining({ id: two.id, deleted: true })]);
    const reviewer = await named(SPRINT, 'Reviewer');
    await ask(`POST /task/${id}/field/${reviewer.id}`, { value: { add: [71_000_001] } });
    expect(await valueOf(id, 'Reviewer')).toBeUndefined();
    await ask(`POST /task/${id}/field/${reviewer.id}`, { value: { add: [ANNA, DAVID] } });
    expect((await valueOf(id, 'Reviewer')).map(({ id: person }: any) => person)).toEqual([DAVID]);
  });

  it('applies only to the task types it is limited to, and says so when asked', async () => {
    const severity = await named(BUGS, 'Severity');
    expect(severity.applied_objects).toEqual([{ object_type: 19, object_id: BUG }]);
    expect(
      (await ask(`GET /list/${BUGS}/field`)).body.fields.every((field: object) => !('applied_objects' in field)),
    ).toBe(true);
    expect((await named(BUGS, 'Areas')).applied_objects).toBeUndefined();
    const { id } = await newTask(BUGS);
    const set = () => ask(`POST /task/${id}/field/${severity.id}`, { value: severity.type_config.options[0].id });
    expect(failed(await set())).toEqual([400, 'FIELD_240']);
    expect(namesOf((await ask(`GET /task/${id}`)).body.custom_fields)).not.toContain('Severity');
    await ask(`PUT /task/${id}`, { custom_item_id: BUG });
    expect((await set()).status).toBe(200);
    expect(await valueOf(id, 'Severity')).toBe(0);
  });

  it('belongs to its place: a List sees those above it, the other levels only their own', async () => {
    const at = async (path: string) => namesOf((await ask(`GET ${path}/field`)).body.fields);
    expect(await at('/team/12345')).toEqual(['Client']);
    expect(await at(`/space/${ENGINEERING}`)).toEqual(['Severity', 'Areas', 'Reviewer']);
    expect(await at(`/folder/${BACKEND}`)).toEqual(['Deploy Date']);
    expect(await at(`/list/${SPRINT}`)).toEqual(expect.arrayContaining(['Escalate', 'Deploy Date', 'Areas', 'Client']));
    expect(await at(`/list/${SPRINT}`)).not.toContain('Votes');
    const { id } = await newTask(SPRINT);
    const votes = await named(feedback, 'Votes');
    expect(failed(await ask(`POST /task/${id}/field/${votes.id}`, { value: 3 }))).toEqual([404, 'FIELD_001']);
  });

  it('may be hidden from guests, and what it joins from those who may not see it', async () => {
    const { id } = await newTask(feedback);
    const note = await named(feedback, 'Internal Note');
    await ask(`POST /task/${id}/field/${note.id}`, { value: 'Do not tell' });
    const { id: secret } = await newTask(SPRINT, { name: 'Secret' });
    await ask(`POST /task/${id}/field/${(await named(feedback, 'Ideas')).id}`, { value: { add: [secret] } });
    const guest = (line: string, body?: unknown) => ask(line, body, 'pk_sandbox_guest');
    expect(namesOf((await guest(`GET /list/${feedback}/field`)).body.fields)).not.toContain('Internal Note');
    for (const line of [`GET /task/${id}`, `GET /list/${feedback}/task`]) {
      const { status, body } = await guest(line);
      expect([status, JSON.stringify(body).includes('Do not tell'), JSON.stringify(body).includes('Secret')]).toEqual([
        200,
        false,
        false,
      ]);
    }
    expect((await guest(`POST /task/${id}/field/${note.id}`, { value: 'x' })).status).toBe(404);
    expect((await ask(`GET /list/${SPRINT}/field`, undefined, 'pk_sandbox_guest')).status).toBe(401);
    expect((await ask('GET /team/12345/field', undefined, 'pk_sandbox_other')).status).toBe(401);
  });

  it('is set on creation, only as a whole, and not by an update', async () => {
    const [severity, client] = [await named(BUGS, 'Severity'), await named(BUGS, 'Client')];
    const high = severity.type_config.options[2].id;
    const both = [
      { id: severity.id, value: high },
      { id: client.id, value: 'Hooli' },
    ];
    const { id, custom_fields } = await newTask(BUGS, { custom_item_id: BUG, custom_fields: both });
    expect(custom_fields.find(({ name }: any) => name === 'Client').value).toBe('Hooli');
    expect(await valueOf(id, 'Severity')).toBe(2);
    const count = async () => (await ask(`GET /list/${BUGS}/task?include_closed=true&subtasks=true`)).body.tasks.length;
    const before = await count();
    expect(failed(await ask(`POST /list/${BUGS}/task`, { name: 'plain', custom_fields: both }))).toEqual([
      400,
      'FIELD_240',
    ]);
    expect(await count()).toBe(before);
    expect((await ask(`PUT /task/${id}`, { custom_fields: [{ id: client.id, value: 'Stark' }] })).status).toBe(200);
    expect(await valueOf(id, 'Client')).toBe('Hooli');
  });

  it('is required only where creation asks for it', async () => {
    const source = await named(feedback, 'Source');
    const request = { name: 'R', custom_item_id: 1004 };
    expect((await ask(`POST /list/${feedback}/task`, request)).status).toBe(200);
    expect(
      failed(await ask(`POST /list/${feedback}/task`, { ...request, check_required_custom_fields: true })),
    ).toEqual([400, 'FIELD_220']);
    const filled = {
      ...request,
      check_required_custom_fields: true,
      custom_fields: [{ id: source.id, value: source.type_config.options[0].id }],
    };
    expect((await ask(`POST /list/${feedback}/task`, filled)).status).toBe(200);
  });

  it('is addressed with a custom id too', async () => {
    const { id } = await named(SPRINT, 'Client');
    expect(
      (await ask(`POST /task/ENG-123/field/${id}?custom_task_ids=true&team_id=12345`, { value: 'Hooli' })).status,
    ).toBe(200);
    expect((await ask(`POST /task/ENG-123/field/${id}`, { value: 'Hooli' })).status).toBe(401);
  });
});

describe('filters on Custom Fields', () => {
  const found = async (list: string, filter: object | string, parameter = 'custom_fields') => {
    const text = typeof filter === 'string' ? filter : JSON.stringify(filter);
    const { status, body } = await ask(`GET /list/${list}/task?${parameter}=${encodeURIComponent(text)}`);
    return status === 200 ? namesOf(body.tasks).filter((name) => /^t\d$/.test(name)) : [status, body.ECODE];
  };
  /** t1 … t3 with votes 1, 2, 3, and t4 without. */
  async function votes(): Promise<string> {
    const { id } = await named(feedback, 'Votes');
    for (const vote of [1, 2, 3]) await newTask(feedback, { name: `t${vote}`, custom_fields: [{ id, value: vote }] });
    await newTask(feedback, { name: 't4' });
    return id;
  }

  it.each([
    ['=', 2, ['t2']],
    ['!=', 2, ['t4', 't3', 't1']],
    ['<', 2, ['t1']],
    ['<=', 2, ['t2', 't1']],
    ['>', '2', ['t3']],
    ['>=', 2, ['t3', 't2']],
    ['IS NULL', undefined, ['t4']],
    ['IS NOT NULL', undefined, ['t3', 't2', 't1']],
    ['RANGE', [2, 3], ['t3', 't2']],
    ['RANGE', { low_value: 1, high_value: 2 }, ['t2', 't1']],
    ['ANY', [1, 3], ['t3', 't1']],
    ['ALL', [1, 3], []],
    ['NOT ANY', [1, 3], ['t4', 't2']],
  ])('%s %j', async (operator, value, expected) => {
    const field_id = await votes();
    expect(await found(feedback, [{ field_id, operator, value }])).toEqual(expected);
  });

  it('by option, label, person and date; several must all hold; one goes into custom_field', async () => {
    const [severity, areas, reviewer] = [
      await named(BUGS, 'Severity'),
      await named(BUGS, 'Areas'),
      await named(BUGS, 'Reviewer'),
    ];
    const high = severity.type_config.options[2].id;
    const [api, ui] = areas.type_config.options.map(({ id }: { id: string }) => id);
    const fill = (name: string, labels: string[]) =>
      newTask(BUGS, {
        name,
        custom_item_id: BUG,
        custom_fields: [
          { id: severity.id, value: high },
          { id: areas.id, value: labels },
          { id: reviewer.id, value: { add: [DAVID] } },
        ],
      });
    await fill('t1', [api, ui]);
    await fill('t2', [api]);
    await newTask(BUGS, { name: 't3' });
    expect(await found(BUGS, [{ field_id: severity.id, operator: '=', value: high }])).toEqual(['t2', 't1']);
    expect(await found(BUGS, [{ field_id: severity.id, operator: '=', value: 2 }])).toEqual(['t2', 't1']);
    expect(await found(BUGS, [{ field_id: areas.id, operator: 'ALL', value: [api, ui] }])).toEqual(['t1']);
    expect(
      await found(BUGS, [
        { field_id: reviewer.id, operator: 'ANY', value: [String(DAVID)] },
        { field_id: areas.id, operator: 'NOT ANY', value: [ui] },
      ]),
    ).toEqual(['t2']);
    expect(await found(BUGS, { field_id: areas.id, operator: 'ANY', value: [ui] }, 'custom_field')).toEqual(['t1']);
    const { body } = await ask(
      `GET /team/12345/task?custom_fields=${encodeURIComponent(
        JSON.stringify([
          { field_id: areas.id, operator: 'ALL', value: [api, ui] },
          { field_id: reviewer.id, operator: '=', value: DAVID },
        ]),
      )}`,
    );
    expect(namesOf(body.tasks)).toContain('t1');
    expect(namesOf(body.tasks)).not.toContain('t2');
  });

  it('on a List relationship are silently not applied; a broken one is refused', async () => {
    await votes();
    const { id: field_id } = await named(feedback, 'Ideas');
    expect(await found(feedback, [{ field_id, operator: '=', value: 'nobody' }])).toHaveLength(4);
    expect(await found(feedback, '[{')).toEqual([400, 'FIELD_021']);
    expect(await found(feedback, [{ field_id, operator: 'LIKE', value: 1 }])).toEqual([400, 'FIELD_021']);
    expect(await found(feedback, [{ field_id, operator: 'constructor', value: 1 }])).toEqual([400, 'FIELD_021']);
  });
});

it('task types have ids that tasks name; Incoming Bugs are Bugs', async () => {
  const types = (await ask('GET /team/12345/custom_item')).body.custom_items;
  expect(types.map(({ id, name }: any) => [id, name])).toEqual([
    [1, 'Milestone'],
    [BUG, 'Bug'],
    [1003, 'Feature'],
    [1004, 'Customer Request'],
  ]);
  const { body } = await ask(`GET /list/${BUGS}/task?custom_items[]=${BUG}`);
  expect(body.tasks.length).toBeGreaterThanOrEqual(6);
  expect(body.tasks.every(({ custom_item_id }: any) => custom_item_id === BUG)).toBe(true);
});

describe('tags of a Space', () => {
  const tags = async () =>
    (await ask(`GET /space/${ENGINEERING}/tag`)).body.tags.map(({ name, tag_fg, tag_bg }: any) => [
      name,
      tag_fg,
      tag_bg,
    ]);
  const tagged = async (id: string) => namesOf((await ask(`GET /task/${id}`)).body.tags);
  const tag = { name: 'Fresh Paint', tag_fg: '#000000', tag_bg: '#00ff00' };

  it('are kept in lower case; one that exists stays as it is', async () => {
    expect((await ask(`POST /space/${ENGINEERING}/tag`, { tag })).body).toEqual({});
    expect((await ask(`POST /space/${ENGINEERING}/tag`, { tag: { ...tag, tag_bg: '#ffffff' } })).status).toBe(200);
    expect((await tags()).filter(([name]: string[]) => name === 'fresh paint')).toEqual([
      ['fresh paint', '#000000', '#00ff00'],
    ]);
    expect((await ask(`POST /space/${ENGINEERING}/tag`, { tag: { name: ' ' } })).status).toBe(400);
  });

  it('are renamed and recoloured on every task of the Space, and merge with one that has the name', async () => {
    const { id } = await newTask(SPRINT, { tags: ['bug', 'backend'] });
    const change = { name: 'Backend', fg_color: '#111111', bg_color: '#222222' };
    expect((await ask(`PUT /space/${ENGINEERING}/tag/bug`, { tag: change })).body).toEqual({
      tag: { ...change, name: 'backend' },
    });
    expect(await tagged(id)).toEqual(['backend']);
    expect((await tags()).filter(([name]: string[]) => ['bug', 'backend'].includes(name ?? ''))).toEqual([
      ['backend', '#111111', '#222222'],
    ]);
    expect((await ask(`PUT /space/${ENGINEERING}/tag/none`, { tag: change })).status).toBe(404);
  });

  it('are deleted from its tasks too; one that is not there is no mistake', async () => {
    const { id } = await newTask(SPRINT, { tags: ['bug', 'backend'] });
    for (let time = 0; time < 2; time++)
      expect(await ask(`DELETE /space/${ENGINEERING}/tag/BUG`, { tag })).toEqual({ status: 200, body: {} });
    expect(await tagged(id)).toEqual(['backend']);
    expect((await tags()).map(([name]: string[]) => name)).not.toContain('bug');
  });

  it("are none of a guest's or stranger's business to change", async () => {
    expect((await ask(`POST /space/${ENGINEERING}/tag`, { tag }, 'pk_sandbox_guest')).status).toBe(403);
    expect((await ask(`DELETE /space/${ENGINEERING}/tag/bug`, { tag }, 'pk_sandbox_other')).status).toBe(401);
    expect((await ask('GET /space/90140206/tag', undefined, 'pk_sandbox_member')).status).toBe(401);
  });
});

describe('templates', () => {
  it('are listed by kind, those for tasks by page, and only those of the own Workspace', async () => {
    const list = async (path: string, token?: string) =>
      (await ask(`GET /team/${path}`, undefined, token)).body.templates;
    expect(namesOf(await list('12345/taskTemplate?page=0'))).toEqual([
      'Bug report',
      'Release checklist',
      'Customer interview',
    ]);
    expect(await list('12345/taskTemplate?page=1')).toEqual([]);
    expect(await list('12345/list_template')).toContainEqual({ id: SPRINT_TEMPLATE, name: 'Sprint' });
    expect(await list('12345/folder_template')).toEqual([{ id: LAUNCH, name: 'Product launch' }]);
    expect(namesOf(await list('67890/taskTemplate?page=0', 'pk_sandbox_other'))).toEqual(['Reactor inspection']);
    expect((await ask('GET /team/67890/list_template')).status).toBe(401);
  });

  it('make a task with subtasks at once', async () => {
    const { body } = await ask(`POST /list/${SPRINT}/taskTemplate/${RELEASE}`, { name: 'Release 5' });
    const task = (await ask(`GET /task/${body.id}?include_subtasks=true`)).body;
    expect(task).toMatchObject({
      name: 'Release 5',
      description: 'Everything before a release.',
      due_date: String(NOW + 7 * DAY),
      status: { status: 'in progress' },
    });
    expect(namesOf(task.subtasks)).toEqual(['Update the changelog', 'Tag the version', 'Tell support']);
    expect((await ask(`POST /list/${SPRINT}/taskTemplate/t-99000001`, { name: 'x' })).status).toBe(404);
    expect((await ask(`POST /list/${SPRINT}/taskTemplate/${RELEASE}`, {})).status).toBe(400);
  });

  it.each([
    ['folder', BACKEND],
    ['space', ENGINEERING],
  ])('answer the id of a List in a %s before the List exists', async (kind, place) => {
    const { status, body } = await ask(`POST /${kind}/${place}/list_template/${SPRINT_TEMPLATE}`, {
      name: 'Sprint 43',
    });
    expect([status, body]).toEqual([200, { id: expect.stringMatching(/^\d+$/) }]);
    expect(failed(await ask(`GET /list/${body.id}`))).toEqual([401, 'OAUTH_027']);
    clock += 1500;
    expect((await ask(`GET /list/${body.id}`)).body).toMatchObject({
      name: 'Sprint 43',
      content: 'Two weeks of work.',
    });
    expect(namesOf((await ask(`GET /list/${body.id}/task`)).body.tasks).sort()).toEqual([
      'Plan the sprint',
      'Retrospective',
      'Review',
    ]);
  });

  it('wait when told to, and leave out what was refused', async () => {
    const options = { return_immediately: false, content: 'Ours', subtasks: false, old_due_date: false };
    const { body } = await ask(`POST /folder/${BACKEND}/list_template/${SPRINT_TEMPLATE}`, {
      name: 'Sprint 44',
      options,
    });
    expect(body).toMatchObject({
      id: body.list.id,
      list: { name: 'Sprint 44', content: 'Ours', folder: { id: BACKEND } },
    });
    const { tasks } = (await ask(`GET /list/${body.id}/task?subtasks=true`)).body;
    expect(tasks.map(({ due_date }: any) => due_date)).toEqual([null, null, null]);
    expect((await ask(`POST /folder/${BACKEND}/list_template/${SPRINT_TEMPLATE}`, { name: 'sprint 44' })).status).toBe(
      400,
    );
  });

  it('make a Folder, also below another, whose id comes as a number', async () => {
    const { body } = await ask(`POST /space/${ENGINEERING}/folder_template/${LAUNCH}`, {
      name: 'Launch',
      parent_folder_id: BACKEND,
    });
    expect(body).toEqual({ id: expect.any(Number) });
    expect((await ask(`GET /folder/${body.id}`)).status).toBe(401);
    clock += 1500;
    const folder = (await ask(`GET /folder/${body.id}`)).body;
    expect([folder.name, folder.parent_folder, namesOf(folder.lists)]).toEqual([
      'Launch',
      BACKEND,
      ['Preparation', 'Launch day'],
    ]);
    const waited = await ask(`POST /space/${ENGINEERING}/folder_template/${LAUNCH}`, {
      name: 'Again',
      options: { return_immediately: false },
    });
    expect(waited.body.folder).toMatchObject({
      name: 'Again',
      lists: [
        { name: 'Preparation', task_count: '2' },
        { name: 'Launch day', task_count: '1' },
      ],
    });
  });

  it('never come to be where their place is deleted meanwhile, and are not for guests', async () => {
    const { body } = await ask(`POST /folder/${BACKEND}/list_template/${SPRINT_TEMPLATE}`, { name: 'Lost' });
    await ask(`DELETE /folder/${BACKEND}`);
    clock += 1500;
    expect((await ask(`GET /list/${body.id}`)).status).toBe(401);
    expect(
      (await ask(`POST /space/${ENGINEERING}/folder_template/${LAUNCH}`, { name: 'x' }, 'pk_sandbox_guest')).status,
    ).toBe(403);
    expect(
      (await ask(`POST /folder/${BACKEND}/list_template/${SPRINT_TEMPLATE}`, { name: 'x' }, 'pk_sandbox_other')).status,
    ).toBe(401);
  });
});
