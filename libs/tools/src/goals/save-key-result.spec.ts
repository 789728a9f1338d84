import { goal, keyResult } from '../../../../test/support/goals.js';
import { type Call, fakeContext, input, PEOPLE, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { present } from '../answers/render.js';
import { saveKeyResult } from './save-key-result.js';

/** What a well-behaved ClickUp makes of a body. */
const before = keyResult();
const written = ({ body = {} }: Call) => {
  const { list_ids = before.subcategory_ids, owners, note: _, ...rest } = body as Record<string, any>;
  return {
    key_result: keyResult({
      ...rest,
      owners: owners ? PEOPLE.filter(({ id }) => owners.includes(id)).map(userOf) : before.owners,
      subcategory_ids: list_ids,
    }),
  };
};
const world = (answers = {}, start = goal()) =>
  fakeContext({
    GetGoal: { goal: start },
    CreateKeyResult: written,
    EditKeyResult: written,
    DeleteKeyResult: {},
    ...answers,
  });
const save = async (args: Record<string, unknown>, context = world()) => {
  const answer = await saveKeyResult.handler(input(saveKeyResult, { goal: 'g1', ...args }), context);
  return { ...answer, headline: present(saveKeyResult, answer).text.split('\n')[0], context };
};
const sent = ({ calls }: ReturnType<typeof world>) =>
  calls.filter(({ operation }) => operation !== 'GetGoal').map(({ operation, body }) => [operation, body]);

test('a new one takes what is usual for its kind', async () => {
  const { context, applied, headline } = await save({ name: 'Interviews', end: 30, unit: 'interviews' });
  expect(headline).toBe('Key result saved');
  expect(applied).toEqual(
    expect.arrayContaining(['created', 'end: none → 30 interviews', 'owners: none → Ada Lovelace']),
  );
  expect(sent(context)).toEqual([
    [
      'CreateKeyResult',
      {
        name: 'Interviews',
        type: 'number',
        steps_start: 0,
        steps_end: 30,
        unit: 'interviews',
        owners: [1],
        task_ids: [],
        list_ids: [],
      },
    ],
  ]);
});

test.each([
  [{ type: 'boolean' }, { type: 'boolean', steps_start: 0, steps_end: 1 }],
  [
    { type: 'percentage', start: 20 },
    { type: 'percentage', steps_start: 20, steps_end: 100 },
  ],
  [
    { tasks: ['86abc1'], lists: ['Sprint 42'] },
    { type: 'automatic', task_ids: ['86abc1'], list_ids: ['301'] },
  ],
])('%j', async (args, body) => {
  expect(sent((await save({ name: 'New', ...args })).context)[0]).toEqual([
    'CreateKeyResult',
    expect.objectContaining(body),
  ]);
});

test('a change sends only what is given, and where it stands', async () => {
  const { context, applied } = await save({
    key_result: 'monthly churn',
    name: 'Churn',
    end: 1,
    owners: ['Sarah Lee'],
  });
  expect(applied).toEqual(['name: Monthly churn → Churn', 'end: 2 % → 1 %', 'owners: Ada Lovelace → Sarah Lee']);
  expect(sent(context)).toEqual([
    ['EditKeyResult', { name: 'Churn', steps_end: 1, owners: [2], steps_current: 4, note: '' }],
  ]);
});

test('what is so already is unchanged and not sent', async () => {
  const { context, headline } = await save({ key_result: 'k1', name: 'Monthly churn', end: 2, owners: ['me'] });
  expect([headline, sent(context)]).toEqual(['Unchanged', []]);
});

test('what ClickUp ignores is told', async () => {
  const context = world({ EditKeyResult: { key_result: keyResult() } });
  expect(await save({ key_result: 'k1', name: 'Churn', unit: 'points', owners: ['Sarah Lee'] }, context)).toMatchObject(
    {
      headline: 'Unchanged',
      not_applied: [
        { field: 'name', wanted: 'Churn', is: 'Monthly churn' },
        { field: 'unit', wanted: 'points', is: '%' },
        { field: 'owners', wanted: '2', is: 'Ada Lovelace' },
      ],
    },
  );
});

test.each([
  ['a new one without a name', { end: 3 }, /^name: /],
  ['a figure without its end', { name: 'New' }, /^end: /],
  ['one that counts nothing', { name: 'New', type: 'automatic' }, /^tasks: /],
  ['a name twice', { name: 'monthly churn', end: 3 }, /"Monthly churn" \(k1\) already/],
  ['no change', { key_result: 'k1' }, /Nothing to change/],
  ['an unknown one', { key_result: 'x', name: 'y' }, /no "x" in the goal/],
  ['an unknown owner', { name: 'New', end: 3, owners: ['Bob'] }, /^owners: /],
  ['an unknown List', { name: 'New', lists: ['Nowhere'] }, /^lists: /],
])('%s is refused before anything is sent', async (_, args, message) => {
  const context = world();
  await expect(save(args, context)).rejects.toThrow(message);
  expect(sent(context)).toEqual([]);
});

test('progress that is no whole number is not cut off by a change of the name', async () => {
  const context = world({}, goal({ key_results: [keyResult({ steps_current: 3.5 })] }));
  await expect(save({ key_result: 'k1', name: 'x' }, context)).rejects.toThrow(/3\.5/);
  expect(sent(context)).toEqual([]);
});

describe('removing', () => {
  test('shows first what would go', async () => {
    const args = input(saveKeyResult, { goal: 'g1', key_result: 'k1', remove: true });
    expect(await saveKeyResult.preview!(args, world())).toMatchObject({
      summary: expect.stringContaining('Delete the key result "Monthly churn" of the goal "Reduce churn"'),
    });
    expect(await saveKeyResult.preview!(input(saveKeyResult, { goal: 'g1', name: 'x' }), world())).toBeUndefined();
  });
  test('then removes it', async () => {
    const { context, applied } = await save({ key_result: 'k1', remove: true });
    expect([applied, sent(context)]).toEqual([['deleted'], [['DeleteKeyResult', undefined]]]);
  });
  test('never one that was not named', async () => {
    const context = world();
    await expect(save({ remove: true }, context)).rejects.toThrow(/^key_result: /);
    expect(sent(context)).toEqual([]);
  });
});

example(saveKeyResult, {
  goal: 'g1',
  key_result: 'k1',
  name: 'x',
  type: 'number',
  start: 0,
  end: 9,
  unit: 'x',
  owners: ['me'],
  tasks: ['86abc1'],
  lists: ['301'],
});
