import { OPERATIONS } from '#libs/clickup';
import { CATALOGUE } from '#libs/tools';
import { fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { argumentsInWords } from './flat.js';
import { IMPOSSIBLE } from './impossible.js';
import { stem } from './retrieval.js';
import { searchOperations } from './search-operations.js';

const search = (query: string) => searchOperations.handler(input(searchOperations, { query }), fakeContext());
const ids = async (query: string) => (await search(query)).rows.map(([id]) => id);

test('answers what one needs to call it, whole jobs before single requests', async () => {
  const { columns, rows } = await search('delete a task');
  expect(columns).toEqual(['name', 'kind', 'parameters', 'summary']);
  expect(rows.slice(0, 2)).toEqual([
    ['delete_task', 'tool', expect.stringContaining('task_id'), expect.any(String)],
    ['DeleteTask', 'write, destructive', 'task_id', expect.any(String)],
  ]);
  expect(rows).toHaveLength(5);
});

test('what ClickUp cannot do is told first, with the nearest thing that it can', async () => {
  const [first] = (await search('make ENG-123 recur every Monday')).rows;
  expect(first).toEqual(['recurring tasks', 'not possible', '', expect.stringContaining('create_task')]);
});

test.each([
  'what do we do every month with these tags',
  'create a task with a status',
  'move a task to another list',
  'which files are attached',
  'who changed this time entry',
])('%s is possible', async (query) =>
  expect((await search(query)).rows.filter(([, kind]) => kind === 'not possible')).toEqual([]),
);

test('what is not possible names no tool or operation that is not there', () => {
  const names = new Set([...CATALOGUE.map(({ name }) => name), ...OPERATIONS.map(({ id }) => id), 'bulk_update_tasks']);
  const named = IMPOSSIBLE.flatMap(
    ({ instead }) => instead.match(/\b(?:[a-z]+_[a-z_]+|[A-Z][a-z]+[A-Z]\w+|edit[A-Z]\w+)\b/g) ?? [],
  );
  expect(named.filter((name) => !names.has(name) && !['count_by', 'sum_by', 'ClickUp'].includes(name))).toEqual([]);
});

test.each([
  ['rename a folder', 'UpdateFolder'],
  ['RENAMED FOLDERS', 'UpdateFolder'],
  ['take a label off a ticket', 'RemoveTagFromTask'],
  ['is my stopwatch running', 'list_time_entries'],
  ['CreateFolderlessList', 'CreateFolderlessList'],
])('%s', async (query, operation) => expect((await ids(query)).slice(0, 3)).toContain(operation));

test('words that nothing has find nothing', async () => expect(await ids('xyzzy')).toEqual([]));

test.each([
  ['tasks', 'task'],
  ['tracked', 'tracking'],
  ['templates', 'template'],
  ['replies', 'reply'],
  ['tagged', 'tag'],
  ['status', 'statuses'],
  ['boxes', 'box'],
  ['shared', 'share'],
])('%s is a form of %s', (a, b) => expect(stem(a)).toBe(stem(b)));

test.each([
  ['GetSpaces', 'archived?'],
  ['GetAuthorizedUser', 'nothing'],
  ['EditChecklistItem', 'checklist_id, checklist_item_id, task_id?, name?, assignee?, resolved?, parent?'],
  [
    'UpdateatimeEntry',
    'timer_id, tags[]{name, tag_fg, tag_bg}, description?, tag_action?=replace|add|remove, start?, end?, tid?, billable?, duration?',
  ],
])('parameters of %s', (id, text) => expect(argumentsInWords(OPERATIONS.find((row) => row.id === id)!)).toBe(text));

example(searchOperations, { query: 'delete a task' });
