import { type Goal } from '#libs/clickup';
import { AppError } from '#libs/core';
import { action, goal, keyResult } from '../../../../test/support/goals.js';
import { type Call, fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { present } from '../answers/render.js';
import { updateGoal } from './update-goal.js';

/** A ClickUp that keeps what is written to one goal. */
function world(start: Goal = goal(), answers: Parameters<typeof fakeContext>[0] = {}) {
  const state = structuredClone(start);
  return fakeContext({
    GetGoal: () => ({ goal: structuredClone(state) }),
    EditKeyResult: ({ path, body }: Call) => {
      const target = state.key_results.find(({ id }) => id === path?.key_result_id)!;
      Object.assign(target, { steps_current: body?.steps_current, percent_completed: 66 });
      state.percent_completed = 66;
      state.history.unshift(
        action({ id: `n${state.history.length}`, key_result_id: target.id, note: body?.note as string }),
      );
      return { key_result: target };
    },
    UpdateGoal: ({ body }: Call) => {
      Object.assign(state, { description: body?.description, due_date: String(body?.due_date) });
      return { goal: state };
    },
    ...answers,
  });
}
const update = async (args: Record<string, unknown>, context = world()) => {
  const answer = await updateGoal.handler(input(updateGoal, { goal: 'Reduce churn', ...args }), context);
  return { ...answer, headline: present(updateGoal, answer).text.split('\n')[0], context };
};
const sent = ({ calls }: ReturnType<typeof world>) =>
  calls.filter(({ operation }) => operation !== 'GetGoal').map(({ operation, body }) => [operation, body]);

test('progress with a note: what was, what is, in three requests', async () => {
  const { context, ...answer } = await update({ key_result: 'monthly CHURN', current: 3, note: 'New onboarding.' });
  expect(answer).toEqual({
    headline: 'Goal updated',
    goal: 'Reduce churn',
    progress: '66 %',
    url: 'https://app.clickup.com/9/goals/7',
    applied: [
      'Monthly churn: 4 % → 3 %',
      'percent of Monthly churn: 33 % → 66 %',
      'note: New onboarding.',
      'progress: 33 % → 66 %',
    ],
    not_applied: undefined,
  });
  expect(context.calls.map(({ operation }) => operation)).toEqual(['GetGoal', 'EditKeyResult', 'GetGoal']);
  expect(sent(context)).toEqual([['EditKeyResult', { steps_current: 3, note: 'New onboarding.' }]]);
});

test('the goal itself: what is not given stays', async () => {
  const { context, applied } = await update({ due_date: '2027-01-15', description: 'none' });
  expect(applied).toEqual(['due_date: 2026-12-31 → 2027-01-15', 'description: 10 → 0 characters']);
  expect(sent(context)).toEqual([
    [
      'UpdateGoal',
      {
        name: 'Reduce churn',
        color: '#32a852',
        due_date: Date.parse('2027-01-15T03:00:00Z'),
        description: '',
        rem_owners: [],
        add_owners: [],
      },
    ],
  ]);
});

test('the only key result need not be named; a note alone reports where it stands', async () => {
  expect(sent((await update({ note: 'Flat.' })).context)).toEqual([
    ['EditKeyResult', { steps_current: 4, note: 'Flat.' }],
  ]);
});

test.each([
  [{ current: 4 }],
  [{ due_date: '2026-12-31' }],
  [{ description: 'Below 2 %.' }],
  [{ key_result: 'k1', current: 4, due_date: '31 December 2026' }],
])('what is so already is unchanged, and nothing is sent: %j', async (args) => {
  const { context, headline, applied, not_applied } = await update(args);
  expect([headline, applied, not_applied, sent(context)]).toEqual(['Unchanged', [], undefined, []]);
});

const two = goal({ key_results: [keyResult(), keyResult({ id: 'k2', name: 'Saved', type: 'number' })] });
const one = (overrides: object) => goal({ key_results: [keyResult(overrides)] });
test.each([
  ['no field', {}, goal(), /Nothing to change/],
  ['several key results and none named', { current: 1 }, two, /2 key results.*Monthly churn \(k1\); Saved \(k2\)/],
  ['an unknown key result', { key_result: 'Churn', current: 1 }, two, /no "Churn" in the goal "Reduce churn".*Saved/],
  ['a key result of a goal without any', { current: 1 }, goal({ key_results: [] }), /save_key_result/],
  ['a key result and nothing about it', { key_result: 'k1' }, goal(), /^current: /],
  ['a fraction', { current: 3.5 }, goal(), /whole numbers only, not 3\.5/],
  ['a figure for what counts itself', { current: 1 }, one({ type: 'automatic' }), /counts "Monthly churn" by itself/],
  ['a figure for yes or no', { current: 2 }, one({ type: 'boolean' }), /give 1 or 0/],
  ['no due date', { due_date: 'none' }, goal(), /always has one/],
  ['a description where there is no due date', { description: 'x' }, goal({ due_date: null }), /Give it, too/],
  ['an unknown goal', { goal: 'Churn', current: 1 }, goal(), /^goal: /],
  ['a good figure with a bad date', { current: 1, due_date: 'soonish' }, goal(), /^due_date: /],
])('%s is refused before anything is sent', async (_, args, start, message) => {
  const context = world(start);
  await expect(update(args, context)).rejects.toThrow(message);
  expect(sent(context)).toEqual([]);
});

test('a policy that refuses the second request leaves the first unsent', async () => {
  const context = world();
  context.clickup = {
    ...context.clickup,
    judge: (row) => (row.id === 'UpdateGoal' ? Promise.reject(new AppError('forbidden')) : Promise.resolve()),
  };
  await expect(update({ current: 1, description: 'x' }, context)).rejects.toMatchObject({ code: 'forbidden' });
  expect(sent(context)).toEqual([]);
});

test('when the second request fails, the answer says what was done and what not', async () => {
  const context = world(goal(), { UpdateGoal: () => Promise.reject(new AppError('clickup_server_error')) });
  expect(await update({ current: 3, description: 'x' }, context)).toMatchObject({
    headline: 'Goal updated, but not in everything',
    applied: ['Monthly churn: 4 % → 3 %', expect.anything(), 'progress: 33 % → 66 %'],
    not_applied: [{ field: 'description', wanted: 'x', is: 'Below 2 %.', why: expect.any(String) }],
  });
});

test('when the first one fails, the call has failed, and the second is not sent', async () => {
  const context = world(goal(), { EditKeyResult: () => Promise.reject(new AppError('clickup_forbidden')) });
  await expect(update({ current: 3, description: 'x' }, context)).rejects.toMatchObject({ code: 'clickup_forbidden' });
  expect(sent(context).map(([operation]) => operation)).not.toContain('UpdateGoal');
});

test.each([
  ['was done', { steps_current: 3 }, ['Monthly churn: 4 % → 3 %'], undefined],
  ['was not done', {}, [], [expect.objectContaining({ field: 'Monthly churn', wanted: '3 %', is: '4 %' })]],
])('a request without an answer that %s is told by the goal itself', async (_, became, applied, not_applied) => {
  let sentOnce = false;
  const context = world(goal(), {
    EditKeyResult: () => {
      sentOnce = true;
      return Promise.reject(new AppError('unknown_outcome'));
    },
    GetGoal: () => ({ goal: goal({ key_results: [keyResult(sentOnce ? became : {})] }) }),
  });
  expect(await update({ current: 3 }, context)).toMatchObject({ applied, not_applied });
});

test('without an answer and without a goal to look at, the outcome stays unknown', async () => {
  let asked = 0;
  const context = world(goal(), {
    EditKeyResult: () => Promise.reject(new AppError('unknown_outcome')),
    GetGoal: () => (asked++ ? Promise.reject(new AppError('clickup_server_error')) : Promise.resolve({ goal: goal() })),
  });
  await expect(update({ current: 3 }, context)).rejects.toMatchObject({ code: 'unknown_outcome' });
});

test('what ClickUp answers with 200 and ignores is not applied', async () => {
  const context = world(goal(), {
    EditKeyResult: { key_result: keyResult() },
    UpdateGoal: { goal: goal() },
  });
  expect(await update({ current: 3, note: 'x', due_date: '2027-01-15', description: 'y' }, context)).toMatchObject({
    headline: 'Unchanged',
    not_applied: [
      { field: 'Monthly churn', wanted: '3 %', is: '4 %' },
      { field: 'note' },
      { field: 'due_date', wanted: '2027-01-15', is: '2026-12-31' },
      { field: 'description' },
    ],
  });
});

example(updateGoal, { goal: 'g1', key_result: 'k1', current: 3, note: 'x', due_date: '2027-01-15', description: 'y' });
