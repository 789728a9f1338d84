import { fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { findMembers } from './find-members.js';

const find = (args: Record<string, unknown>, context = fakeContext()) =>
  findMembers.handler(input(findMembers, args), context);

test.each([
  ['sarah', [2]],
  ['david@example', [3]],
  ['lovelase', [1]],
  ['s', [2]],
  ['nobody', []],
])('%s', async (query, ids) => {
  const { rows, total } = await find({ query });
  expect([rows.map(([id]) => id), total]).toEqual([ids, ids.length]);
});

test('all of them, 100 at a time', async () => {
  const people = Array.from({ length: 230 }, (_, id) => ({
    id,
    username: `Person ${id}`,
    email: `p${id}@example.com`,
  }));
  const context = fakeContext({}, people);
  const first = await find({}, context);
  const second = await find({ cursor: first.next_cursor }, context);
  const third = await find({ cursor: second.next_cursor }, context);
  expect([first, second, third].flatMap(({ rows }) => rows.map(([id]) => id))).toEqual(people.map(({ id }) => id));
  expect(third.next_cursor).toBeUndefined();
});

example(findMembers, {});
