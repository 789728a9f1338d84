import { GetAccessToken, GetFolders, Getrunningtimeentry, GetSpaces, GetTask, GetTasks } from '../operations/index.js';
import { isTooDeep, outlineOf } from './outline.js';

const status = { status: 'to do', type: 'open' };
const task = {
  id: 't1',
  name: 'Buy milk',
  status,
  creator: { id: 7 },
  assignees: [],
  tags: [],
  list: { id: '9' },
  folder: { id: '1' },
  space: { id: '2' },
};
const without = (...keys: string[]) => Object.fromEntries(Object.entries(task).filter(([key]) => !keys.includes(key)));

describe('of one object', () => {
  const fits = outlineOf(GetTask.response);

  test.each<[string, unknown]>([
    ['with what every task has', task],
    [
      'with more',
      { ...task, not_documented: 1, custom_fields: [{ id: 'f', name: 'F', type: 'new' }], subtasks: [task] },
    ],
    ['without dates, colours and names of what it only mentions', { ...task, priority: null, due_date: undefined }],
    ['with null for what may be missing', { ...task, checklists: null, watchers: null, priority: 1 }],
  ])('%s', (_, value) => expect(fits(value)).toBe(true));

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'task'],
    ['a list', [task]],
    ['an empty object', {}],
    ['a task without id', without('id')],
    ['without a name', without('name')],
    ['without a status', without('status')],
    ['with a status without its name', { ...task, status: { type: 'open' } }],
    ['without its lists', without('assignees', 'tags')],
    ['without a place', without('list')],
    ['with a list that is none', { ...task, custom_fields: { id: 'f' } }],
    ['with a broken subtask', { ...task, subtasks: [without('id')] }],
  ])('not %s', (_, value) => expect(fits(value)).toBe(false));
});

test('of many: each of them counts', () => {
  const fits = outlineOf(GetTasks.response);
  expect([
    fits({ tasks: [] }),
    fits({ tasks: [task, task], last_page: true }),
    fits({ tasks: [task, null] }),
    fits({ last_page: true }),
  ]).toEqual([true, true, false, false]);
});

test('switches and colours are not worth an error', () => {
  expect(outlineOf(GetSpaces.response)({ spaces: [{ id: '1', name: 'S', statuses: [] }] })).toBe(true);
  expect(outlineOf(GetFolders.response)({ folders: [{ id: '1', name: 'F', space: { id: '2' }, lists: null }] })).toBe(
    true,
  );
});

test('that there is nothing must be said', () => {
  const fits = outlineOf(Getrunningtimeentry.response);
  expect([fits({ data: null }), fits({})]).toEqual([true, false]);
});

test('of scalars only: one of them must be there', () => {
  const fits = outlineOf(GetAccessToken.response);
  expect([fits({ access_token: 'x' }), fits({ err: 'x' }), fits({})]).toEqual([true, false, false]);
});

test('finds what is nested too deeply, however deeply', () => {
  const nested = (depth: number): unknown => JSON.parse('{"a":['.repeat(depth) + ']}'.repeat(depth));
  expect([
    isTooDeep(nested(50)),
    isTooDeep(nested(101)),
    isTooDeep(nested(100_000)),
    isTooDeep('x'),
    isTooDeep(null),
  ]).toEqual([false, true, true, false, false]);
});
