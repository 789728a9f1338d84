import { OPERATIONS } from '#libs/clickup';
import { fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { parametersInWords } from './parameters.js';
import { stem } from './retrieval.js';
import { searchOperations } from './search-operations.js';

const search = (query: string) => searchOperations.handler(input(searchOperations, { query }), fakeContext());
const ids = async (query: string) => (await search(query)).rows.map(([id]) => id);

test('answers what one needs to call it', async () => {
  const { columns, rows, total } = await search('delete a task');
  expect(columns).toEqual(['operation', 'verb', 'risk', 'parameters', 'summary']);
  expect(rows[0]).toEqual([
    'DeleteTask',
    'delete',
    'destructive',
    'path: task_id; query: custom_task_ids?, team_id?',
    expect.any(String),
  ]);
  expect(rows.length).toBeLessThanOrEqual(8);
  expect(total).toBe(OPERATIONS.length);
});

test.each([
  ['rename a folder', 'UpdateFolder'],
  ['RENAMED FOLDERS', 'UpdateFolder'],
  ['take a label off a ticket', 'RemoveTagFromTask'],
  ['is my stopwatch running', 'Getrunningtimeentry'],
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
  ['GetSpaces', 'path: team_id; query: archived?'],
  ['GetAuthorizedUser', ''],
  [
    'UpdateatimeEntry',
    'path: team_id, timer_id; query: custom_task_ids?, team_id?; body: description?, tags[]{name, tag_fg, tag_bg}, tag_action?=replace|add|remove, start?, end?, tid?, billable?, duration?',
  ],
])('parameters of %s', (id, text) => expect(parametersInWords(OPERATIONS.find((row) => row.id === id)!)).toBe(text));

example(searchOperations, { query: 'delete a task' });
