import { asking } from '../../../test/support/ask.js';
import { type RunningSandbox, startSandbox } from './index.js';

const NOW = 1_780_000_000_000;
const DAY = 86_400_000;
const ANNA = 61_234_501;
const DAVID = ANNA + 37;
const HANK = 71_000_001;
const BUGS = '90144360435';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 60, now: () => NOW });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const send = asking(() => sandbox.url, '/api/v2');
const ask = (line: string, body?: unknown, token = 'owner') => send(line, body, `pk_sandbox_${token}`);

const loose = async (query = '', token = 'owner') =>
  (await ask(`GET /team/12345/goal${query}`, undefined, token)).body.goals as any[];
const goalNamed = async (name: string) => (await loose()).find((goal) => goal.name === name).id as string;
const goal = async (id: string) => (await ask(`GET /goal/${id}`)).body.goal;
const churn = async () => goal(await goalNamed('Reduce Churn'));
const NEW = {
  name: 'New',
  due_date: NOW + DAY,
  description: 'd',
  multiple_owners: true,
  owners: [ANNA],
  color: '#32a852',
};
const newGoal = async (rest: object = {}) => (await ask('POST /team/12345/goal', { ...NEW, ...rest })).body.goal;
const TARGET = {
  name: 'T',
  owners: [ANNA],
  type: 'number',
  steps_start: 0,
  steps_end: 10,
  unit: 'km',
  task_ids: [],
  list_ids: [],
};
const newTarget = async (goalId: string, rest: object = {}) =>
  (await ask(`POST /goal/${goalId}/key_result`, { ...TARGET, ...rest })).body.key_result;
const bugs = async () =>
  (await ask(`GET /list/${BUGS}/task?include_closed=true&subtasks=true`)).body.tasks as {
    id: string;
    status: { type: string };
  }[];
const ids = (people: { id: number }[]) => people.map(({ id }) => id);

describe('is Reduce Churn at risk?', () => {
  it('has everything to tell: two thirds of the time are gone, less than half is done, and nobody has reported for days', async () => {
    const found = await churn();
    const used = (NOW - Number(found.date_created)) / (Number(found.due_date) - Number(found.date_created));
    expect(used).toBeCloseTo(2 / 3);
    expect(found.percent_completed).toBeLessThan(60);
    expect(found.owners.map(({ username }: { username: string }) => username)).toEqual(['Anna Fischer', 'Alex Morgan']);
    expect(
      found.key_results
        .map(({ type, unit, percent_completed, completed }: any) => [type, unit, percent_completed, completed])
        .slice(0, 4),
    ).toEqual([
      ['percentage', '%', 33, false],
      ['currency', 'USD', 36, false],
      ['number', 'interviews', 46, false],
      ['boolean', '', 100, true],
    ]);
    expect(found.key_results[4]).toMatchObject({
      type: 'automatic',
      subcategory_ids: [expect.stringMatching(/^\d{11}$/)],
    });
    expect(Number(found.history[0].date_modified)).toBe(NOW - 9 * DAY);
    expect(found.history[0]).toMatchObject({
      note: 'Flat since last time; two large accounts are wavering.',
      userid: ANNA,
      steps_before: '4',
      steps_current: '4',
      steps_taken: '0',
      steps_taken_float: 0,
    });
  });

  it('keeps the history newest first, from the making of each target on', async () => {
    const { history } = await churn();
    const dates = history.map(({ date_modified }: { date_modified: string }) => Number(date_modified));
    expect(dates).toEqual([...dates].sort((a, b) => b - a));
    expect(history.filter(({ note }: { note: string }) => note === 'Created Key Result')).toHaveLength(5);
    expect(history.at(-1)).toMatchObject({ steps_taken: null, steps_before: null, steps_current: null });
  });
});

describe('lists of Goals', () => {
  it('have dates as text, a percentage, and a count instead of the targets', async () => {
    const [first] = await loose();
    expect(first).toMatchObject({
      name: 'Reduce Churn',
      pretty_id: '1',
      due_date: String(NOW + 30 * DAY),
      key_result_count: 5,
      folder_id: null,
    });
    expect(first).not.toHaveProperty('key_results');
  });

  it('have the Goals of a Folder in their Folder only, and completed ones only when asked for', async () => {
    const { body } = await ask('GET /team/12345/goal');
    expect(body.goals.map(({ name }: { name: string }) => name)).toEqual(['Reduce Churn', 'Close the Series C']);
    const [folder] = body.folders;
    expect([folder.name, folder.goal_count, folder.goals.map(({ name }: { name: string }) => name)]).toEqual([
      'Quarterly Goals',
      1,
      ['Ship the mobile app'],
    ]);
    expect(folder.goals[0]).toMatchObject({ folder_id: folder.id, folder_access: true });
    const all = (await ask('GET /team/12345/goal?include_completed=true')).body.folders[0];
    expect(all.goals.map(({ name, percent_completed }: any) => [name, percent_completed])).toEqual([
      ['Ship the mobile app', 82],
      ['Answer tickets within a day', 100],
    ]);
  });

  it('keep private Goals from others, all from guests, and those of other Workspaces from everybody', async () => {
    expect((await loose('', 'member')).map(({ name }) => name)).toEqual(['Reduce Churn']);
    expect(await loose('', 'guest')).toEqual([]);
    const secret = await goalNamed('Close the Series C');
    expect((await ask(`GET /goal/${secret}`, undefined, 'member')).status).toBe(401);
    expect((await ask(`DELETE /goal/${secret}`, undefined, 'member')).status).toBe(401);
    const { key_results } = await goal(secret);
    expect((await ask(`PUT /key_result/${key_results[0].id}`, { steps_current: 2, note: '' }, 'member')).status).toBe(
      401,
    );
    expect((await ask('GET /team/67890/goal')).body.ECODE).toBe('OAUTH_027');
    expect((await ask(`GET /goal/${await goalNamed('Reduce Churn')}`, undefined, 'other')).status).toBe(401);
    expect((await ask('GET /goal/none')).body.ECODE).toBe('OAUTH_027');
  });
});

describe('writing Goals', () => {
  it.each(Object.keys(NEW))('needs %s', async (name) => {
    const { status, body } = await ask('POST /team/12345/goal', { ...NEW, [name]: undefined });
    expect([status, body.ECODE]).toEqual([400, 'GOAL_011']);
  });

  it('drops people from outside without a word, and all owners but one where only one is wanted', async () => {
    expect(ids((await newGoal({ owners: [DAVID, HANK, ANNA] })).owners)).toEqual([DAVID, ANNA]);
    expect(ids((await newGoal({ owners: [DAVID, ANNA], multiple_owners: false })).owners)).toEqual([DAVID]);
  });

  it('starts at 0 and counts on in the Workspace', async () => {
    expect(await newGoal()).toMatchObject({
      pretty_id: '5',
      pretty_url: 'https://app.clickup.com/12345/goals/5',
      percent_completed: 0,
      key_results: [],
      history: [],
      creator: ANNA,
    });
  });

  it('adds and removes owners; a plain array is taken and does nothing', async () => {
    const { id } = await newGoal();
    expect(
      ids(
        (await ask(`PUT /goal/${id}`, { name: 'Newer', add_owners: [DAVID, HANK], rem_owners: [ANNA] })).body.goal
          .owners,
      ),
    ).toEqual([DAVID]);
    const { status, body } = await ask(`PUT /goal/${id}`, { owners: [ANNA] });
    expect([status, ids(body.goal.owners), body.goal.name, body.goal.description]).toEqual([
      200,
      [DAVID],
      'Newer',
      'd',
    ]);
    expect((await ask(`PUT /goal/${id}`, { due_date: 'soon' })).status).toBe(400);
  });

  it('deletes a Goal with its targets', async () => {
    const { id } = await newGoal();
    const target = await newTarget(id);
    expect((await ask(`DELETE /goal/${id}`)).body).toEqual({});
    expect([
      (await ask(`GET /goal/${id}`)).status,
      (await ask(`PUT /key_result/${target.id}`, { steps_current: 1, note: '' })).status,
    ]).toEqual([401, 401]);
  });

  it('is not for guests', async () => {
    expect((await ask('POST /team/12345/goal', NEW, 'guest')).status).toBe(403);
  });
});

describe('targets', () => {
  it.each([...Object.keys(TARGET).map((name) => ({ [name]: undefined })), { type: 'rating' }])(
    'refuse %j',
    async (wrong) => {
      const { id } = await newGoal();
      const { status, body } = await ask(`POST /goal/${id}/key_result`, { ...TARGET, ...wrong });
      expect([status, body.ECODE]).toEqual([400, 'GOAL_024']);
    },
  );

  it.each([
    ['a number up', { steps_start: 0, steps_end: 10 }, 5, 50, false],
    ['a number down', { type: 'percentage', steps_start: 5, steps_end: 2 }, 4, 33, false],
    ['beyond the end', { steps_end: 10 }, 12, 100, true],
    ['below the start', { steps_start: 5, steps_end: 10 }, 3, 0, false],
    ['a yes', { type: 'boolean', steps_end: 1 }, true, 100, true],
    ['an amount', { type: 'currency', steps_end: 200 }, 50, 25, false],
  ])('count %s', async (_, rest, current, percent, completed) => {
    const { id } = await newGoal();
    const target = await newTarget(id, rest);
    const { key_result } = (await ask(`PUT /key_result/${target.id}`, { steps_current: current, note: 'n' })).body;
    expect(key_result).toMatchObject({
      percent_completed: percent,
      completed,
      last_action: { note: 'n', userid: ANNA, date_modified: String(NOW) },
    });
    expect((await goal(id)).percent_completed).toBe(percent);
  });

  it('of tasks and Lists count what is finished, by themselves', async () => {
    const { id } = await newGoal();
    const tasks = await bugs();
    const first = tasks.find(({ status }) => status.type === 'open');
    await newTarget(id, { type: 'automatic', task_ids: [first?.id], list_ids: [BUGS] });
    const target = async () => (await goal(id)).key_results[0];
    const before = await target();
    expect([before.steps_end, before.task_ids, before.subcategory_ids]).toEqual([tasks.length, [first?.id], [BUGS]]);
    await ask(`PUT /task/${first?.id}`, { status: 'fixed' });
    expect((await target()).steps_current).toBe(before.steps_current + 1);
    const after = (await ask(`PUT /key_result/${before.id}`, { steps_current: 999, note: 'no' })).body.key_result;
    expect(after.steps_current).toBe(before.steps_current + 1);
  });

  it('cannot count what one may not see', async () => {
    const reactor = '90154400001';
    expect(
      (
        await ask(`POST /goal/${await goalNamed('Reduce Churn')}/key_result`, {
          ...TARGET,
          type: 'automatic',
          list_ids: [reactor],
        })
      ).status,
    ).toBe(401);
  });

  it('can be changed like they were made, and deleted', async () => {
    const { id } = await newGoal();
    const target = await newTarget(id);
    const { key_result } = (
      await ask(`PUT /key_result/${target.id}`, {
        name: 'Run',
        steps_end: 20,
        owners: [DAVID],
        steps_current: 5,
        note: '',
      })
    ).body;
    expect(key_result).toMatchObject({
      name: 'Run',
      steps_end: 20,
      percent_completed: 25,
      owners: [{ id: DAVID }],
      unit: 'km',
    });
    expect((await ask(`PUT /key_result/${target.id}`, { type: 'rating' })).status).toBe(400);
    expect((await ask(`DELETE /key_result/${target.id}`)).body).toEqual({});
    expect(await goal(id)).toMatchObject({ key_results: [], history: [], percent_completed: 0 });
  });
});
