import { CreateGoal } from '../operations/index.js';
import { ACME, type Scoped, scoped } from '../../../../test/support/scoped.js';
import { type Directory } from './directory.js';
import { DirectoryCache } from './directory-cache.js';

// Before the sandbox: what ClickUp's lists look like is the half of this.

let bench: Scoped;
let directory: Directory;
beforeAll(async () => (bench = await scoped()));
afterAll(() => bench.close());
beforeEach(() => {
  bench.sandbox.reset();
  directory = new DirectoryCache().directory(bench.god, ACME);
});

const requests = async (work: () => Promise<unknown>) => (await bench.sent(work)).length;

test.each([
  ['group', 1, { name: 'Design', about: '@design: Elena Petrova, Yuki Tanaka, Mia Rossi' }],
  ['doc', 1, { name: 'Q4 Architecture', where: 'Space 90140201' }],
  ['channel', 1, { name: 'leadership', about: 'private, Confidential' }],
  [
    'goal',
    1,
    { name: 'Ship the mobile app', where: 'Quarterly Goals', about: expect.stringMatching(/^\d+ %, Priya Nair$/) },
  ],
  ['template', 3, { name: 'Sprint', about: 'list' }],
  ['task_type', 1, { id: '1', name: 'Milestone' }],
  ['webhook', 1, { name: 'https://hooks.acme.example/clickup', about: 'active; taskCreated, taskStatusUpdated' }],
  ['person', 1, { name: 'David Miller', about: 'david.miller@acme.example, admin' }],
  ['guest', 1, { name: 'Gina Hart', about: 'gina.hart@acme.example' }],
] as const)('%s: %i requests, then none', async (kind, cost, one) => {
  expect(
    await requests(async () => expect(await directory.objects(kind)).toContainEqual(expect.objectContaining(one))),
  ).toBe(cost);
  expect(await requests(() => directory.objects(kind))).toBe(0);
});

describe('one object', () => {
  test.each([
    ['doc', 'q4 architecture', 'Q4 Architecture'],
    ['channel', '#General', 'general'],
    ['channel', 'https://app.clickup.com/12345/chat/r/7-12345-8', 'general'],
    ['group', '@backend', 'Backend Guild'],
    ['person', 'david', 'David Miller'],
    ['goal', 'REDUCE CHURN', 'Reduce Churn'],
    ['task_type', 'bug', 'Bug'],
  ] as const)('%s %s', async (kind, ref, name) => {
    const found = await directory.object(kind, ref);
    expect(found).toMatchObject({ kind, name });
    expect((await directory.object(kind, found.id)).name).toBe(name);
  });

  test('a Doc by the URL of one of its pages, and the page by the same', async () => {
    const doc = await directory.object('doc', 'Q4 Architecture');
    const [page] = await directory.objects('page', doc);
    const url = `https://app.clickup.com/12345/v/dc/${doc.id}/${page!.id}`;
    expect((await directory.object('doc', url)).id).toBe(doc.id);
    expect(await directory.object('page', url, doc)).toEqual(page);
  });

  test('a view by id or URL is one request; by name it costs one per place', async () => {
    const { id } = await directory.object('view', 'Frontend bugs');
    const other = new DirectoryCache().directory(bench.god, ACME);
    expect(await requests(() => other.object('view', `https://app.clickup.com/12345/v/l/${id}`))).toBe(1);
    const frontend = await other.place('Engineering / Frontend');
    expect(await requests(() => other.object('view', 'frontend BUGS', frontend))).toBeLessThan(6);
  });

  test('the views of a Space are those of all that lies in it, however it was found', async () => {
    const space = await directory.place('Engineering');
    expect((await directory.objects('view', space)).map(({ name }) => name)).toContain('Frontend bugs');
  });

  test.each([
    ['doc', 'Nope', /^There is no Doc "Nope" here\. The Docs here: .*Board deck \(/],
    ['task_type', 'Bgu', /The task types here: Milestone \(1\); Bug \(1002\)/],
    ['goal', 'Reduce Chrun', /Did you mean Reduce Churn \[.*\] \(/],
    ['view', 'Engineering', '"Engineering" is a Space (90140201), not a view.'],
    ['field', 'Severity', /these are the Custom Fields of the whole Workspace; name a place/],
    ['doc', 'https://app.clickup.com/t/86abc', /does not show a Doc/],
    ['page', 'Overview', /Pages are listed within one Doc: name it/],
  ] as const)('%s %s is refused with what there is', async (kind, ref, message) => {
    await expect(directory.object(kind, ref)).rejects.toMatchObject({ code: 'invalid_parameters' });
    await expect(directory.object(kind, ref)).rejects.toThrow(message);
  });

  test('several of one name are told apart', async () => {
    for (let each = 0; each < 2; each += 1)
      await bench.god.call(CreateGoal, {
        path: { team_id: ACME },
        body: { name: 'Twin', due_date: 0, description: '', multiple_owners: false, owners: [], color: '#000' },
      });
    await expect(directory.object('goal', 'Twin')).rejects.toThrow(/can mean more than one goal: Twin \[.*Twin \[/);
  });
});

test('what a write of the same client changed is read afresh, and nothing else', async () => {
  await Promise.all([directory.objects('goal'), directory.objects('group')]);
  await bench.god.call(CreateGoal, {
    path: { team_id: ACME },
    body: { name: 'New', due_date: 0, description: '', multiple_owners: false, owners: [], color: '#000' },
  });
  expect(await requests(() => directory.objects('group'))).toBe(0);
  expect((await directory.objects('goal')).map(({ name }) => name)).toContain('New');
});

test('statuses with their types, and the fields of a place with those above it', async () => {
  const bugs = await directory.place('Incoming Bugs');
  // Lists of Lists do not say which statuses a List has of its own.
  expect(await requests(() => directory.statuses(bugs))).toBe(1);
  expect(await requests(() => directory.statuses(bugs))).toBe(0);
  expect(await directory.statuses(bugs)).toEqual([
    { name: 'new', type: 'open' },
    { name: 'triaged', type: 'custom' },
    { name: 'fixed', type: 'done' },
    { name: 'closed', type: 'closed' },
  ]);
  expect(await requests(() => directory.fields(bugs))).toBe(1);
  expect(await directory.objects('field', bugs)).toContainEqual({
    kind: 'field',
    id: expect.any(String),
    name: 'Severity',
    about: 'drop_down: Low, Medium, High, Critical',
  });
  const space = await directory.place('Engineering');
  expect((await directory.fields(space)).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Severity', 'Client']),
  );
  // Found alone, a List inherits from a Space that was not read.
  const alone = await new DirectoryCache().directory(bench.god, ACME).place(bugs.id, ['list']);
  expect(await new DirectoryCache().directory(bench.god, ACME).statuses(alone)).toEqual(await directory.statuses(bugs));
});
