import { type NamedObject, type Objects } from '#libs/clickup';
import { fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { findObjects } from './find-objects.js';

const GOALS: NamedObject[] = [
  { kind: 'goal', id: 'g1', name: 'Reduce Churn', where: 'Quarterly Goals', about: '43 %, Sarah Lee' },
  { kind: 'goal', id: 'g2', name: 'Close the Series C', about: '50 %' },
];

const find = (args: Record<string, unknown>, objects: Objects = GOALS) => {
  const context = fakeContext();
  context.directory = { ...context.directory, objects: () => Promise.resolve(objects) };
  return findObjects.handler(input(findObjects, args), context);
};

test('everything of a kind, with what tells each apart', async () =>
  expect(await find({ kind: 'goal' })).toEqual({
    scope: 'goals; complete',
    columns: ['ref', 'name', 'where', 'about'],
    rows: [
      ['g1', 'Reduce Churn', 'Quarterly Goals', '43 %, Sarah Lee'],
      ['g2', 'Close the Series C', '', '50 %'],
    ],
    total: 2,
  }));

test.each([
  ['churn', ['g1'], 'goals; with "churn" in the name; complete'],
  ['g2', ['g2'], 'goals; with the id g2; complete'],
  ['sarah', ['g1'], 'goals; with "sarah" in what is said of them; complete'],
  ['chrun', ['g1'], 'goals; none has "chrun"; these resemble it; complete'],
  ['nothing', [], 'goals; none has "nothing"; complete'],
])('%s is found, and it is said how', async (text, ids, scope) => {
  const found = await find({ kind: 'goal', text });
  expect([found.rows.map(([id]) => id), found.scope]).toEqual([ids, scope]);
});

test('what was not read to its end says so', async () =>
  expect((await find({ kind: 'goal' }, Object.assign([...GOALS], { incomplete: 'only 2 were read' }))).scope).toBe(
    'goals; not complete: only 2 were read',
  ));

test('a place narrows what hangs on places, and nothing else', async () => {
  const docs: NamedObject[] = [
    { kind: 'doc', id: 'd1', name: 'Plan', where: 'Engineering / Backend' },
    { kind: 'doc', id: 'd2', name: 'Deck', where: 'Marketing' },
  ];
  const { rows, scope } = await find({ kind: 'doc', within: 'Engineering' }, docs);
  expect([rows.map(([id]) => id), scope]).toEqual([['d1'], 'Docs in Engineering; complete']);
  await expect(find({ kind: 'goal', within: 'Engineering' })).rejects.toThrow(/^within: goals belong to the whole/);
});

test('a long list is continued, without a gap or a duplicate', async () => {
  const many = Array.from({ length: 900 }, (_, id): NamedObject => ({ kind: 'person', id: `${id}`, name: `P ${id}` }));
  const ids: string[] = [];
  let cursor: string | undefined;
  const context = fakeContext();
  context.directory = { ...context.directory, objects: () => Promise.resolve(many) };
  do {
    const page = await findObjects.handler(input(findObjects, { kind: 'person', cursor }), context);
    ids.push(...page.rows.map(([id]) => id!));
    cursor = page.next_cursor;
  } while (cursor);
  expect(ids).toEqual(many.map(({ id }) => id));
});

example(findObjects, { kind: 'goal' });
