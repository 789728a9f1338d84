import { goal } from '../../../../test/support/goals.js';
import { type Call, fakeContext, input, PEOPLE, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { createGoal } from './create-goal.js';

const made = ({ body }: Call) => ({
  goal: goal({
    id: 'g9',
    name: body?.name as string,
    due_date: String(body?.due_date),
    owners: PEOPLE.filter(({ id }) => (body?.owners as number[]).includes(id)).map(userOf),
  }),
});
const create = async (args: Record<string, unknown>, context = fakeContext({ CreateGoal: made })) => ({
  ...(await createGoal.handler(input(createGoal, { name: 'Win', due_date: '2026-12-24', ...args }), context)),
  context,
});

test('one’s own unless told otherwise', async () => {
  const { context, ...answer } = await create({});
  expect(answer).toEqual({
    ref: 'g9',
    name: 'Win',
    due: '2026-12-24',
    owners: 'Ada Lovelace',
    url: 'https://app.clickup.com/9/goals/7',
  });
  expect(context.calls[0]).toEqual({
    operation: 'CreateGoal',
    path: { team_id: '9' },
    body: {
      name: 'Win',
      due_date: Date.parse('2026-12-24T03:00:00Z'),
      description: '',
      multiple_owners: false,
      owners: [1],
      color: '#32a852',
    },
  });
});

test('of several people', async () => {
  const { context, owners } = await create({ owners: ['Sarah Lee', 'me'] });
  expect([owners, context.calls[0]?.body]).toEqual([
    'Ada Lovelace, Sarah Lee',
    expect.objectContaining({ owners: [2, 1], multiple_owners: true }),
  ]);
});

test.each([
  ['a name that a goal bears', { name: 'reduce CHURN' }, /goal "Reduce churn" \(g1\) already/],
  ['an unknown owner', { owners: ['Bob'] }, /^owners: /],
  ['no date', { due_date: 'whenever' }, /^due_date: /],
])('%s is refused before anything is sent', async (_, args, message) => {
  const context = fakeContext({ CreateGoal: made });
  await expect(create(args, context)).rejects.toThrow(message);
  expect(context.calls).toEqual([]);
});

test('owners that ClickUp dropped, and a due date that it moved, are told', async () => {
  const context = fakeContext({ CreateGoal: { goal: goal({ owners: [], due_date: null }) } });
  expect((await create({}, context)).not_applied).toEqual([
    { field: 'owners', wanted: 'me', is: 'none' },
    { field: 'due_date', wanted: '2026-12-24', is: 'none' },
  ]);
});

example(createGoal, { name: 'Win', due_date: 'tomorrow', description: 'x', owners: ['me'], color: '#000000' });
