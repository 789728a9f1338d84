import fc from 'fast-check';
import { fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { renderText } from '../answers/render.js';
import { bounded, columnar } from './answer.js';
import { callReadOperation } from './call-read-operation.js';

const answers = { GetTask: task(), GetSpaces: { spaces: [] }, GetListMembers: { members: [] }, DeleteTask: {} };
const call = async (args: Record<string, unknown>) => {
  const context = fakeContext(answers);
  return { answer: await callReadOperation.handler(input(callReadOperation, args), context), calls: context.calls };
};

test('sends what the row says and answers what ClickUp says', async () => {
  const { answer, calls } = await call({
    operation: 'GetTask',
    path: { task_id: '86abc1' },
    query: { include_subtasks: true },
  });
  expect(calls).toEqual([{ operation: 'GetTask', path: { task_id: '86abc1' }, query: { include_subtasks: true } }]);
  expect(answer.answer).toMatchObject({ id: '86abc1', name: 'Fix the memory leak' });
  expect(JSON.parse(renderText(callReadOperation, answer))).toEqual(answer.answer);
});

test.each([
  [
    'a custom id',
    { operation: 'GetTask', path: { task_id: 'ENG-1' } },
    { path: { task_id: 'ENG-1' }, query: { custom_task_ids: true, team_id: '9' } },
  ],
  [
    'a custom id, said so',
    { operation: 'GetTask', path: { task_id: 'ENG-1' }, query: { custom_task_ids: true, team_id: '9' } },
    { path: { task_id: 'ENG-1' }, query: { custom_task_ids: true, team_id: '9' } },
  ],
  ['no Workspace', { operation: 'GetSpaces' }, { path: { team_id: '9' } }],
  [
    'a List by its path',
    { operation: 'GetListMembers', path: { list_id: 'Engineering / Backend / Sprint 42' } },
    { path: { list_id: '301' } },
  ],
])('%s', async (_, args, sent) => expect((await call(args)).calls).toEqual([{ operation: args.operation, ...sent }]));

test('a custom id where ClickUp takes none is looked up first', async () => {
  const context = fakeContext({ ...answers, GetTaskMembers: { members: [] } });
  await callReadOperation.handler(
    input(callReadOperation, { operation: 'GetTaskMembers', path: { task_id: 'ENG-1' } }),
    context,
  );
  expect(context.calls.map(({ operation, path }) => [operation, path?.task_id])).toEqual([
    ['GetTask', 'ENG-1'],
    ['GetTaskMembers', '86abc1'],
  ]);
});

test.each([
  ['DeleteTask', /only reads/],
  ['getTask', /Similar: GetTask/],
  ['GetTaks', /Similar: .*GetTask/],
  ['list spaces', /Similar: .*GetSpaces/],
  ['xyzzy', /search_operations/],
])('%s is refused, and nothing is sent', async (operation, message) => {
  const context = fakeContext(answers);
  await expect(
    callReadOperation.handler(input(callReadOperation, { operation, path: { task_id: 't' } }), context),
  ).rejects.toMatchObject({
    code: 'invalid_parameters',
    message: expect.stringMatching(message),
    details: { parameter: 'operation' },
  });
  expect(context.calls).toEqual([]);
});

test('a list of objects becomes columns and rows where that is shorter', () => {
  const spaces: Parameters<typeof columnar>[0][] = [
    { id: '1', name: 'A', color: null },
    { id: '2', name: 'B', color: null, tags: [{ x: 1 }] },
    { id: '3', name: 'C', color: null },
  ];
  expect(columnar({ spaces, one: [{ id: '1' }], words: ['a'] })).toEqual({
    spaces: {
      columns: ['id', 'name', 'tags'],
      rows: [
        ['1', 'A', null],
        ['2', 'B', [{ x: 1 }]],
        ['3', 'C', null],
      ],
    },
    one: [{ id: '1' }],
    words: ['a'],
  });
});

test('what is too long is cut, and says so', () => {
  const items = Array.from({ length: 3_000 }, (_, id) => ({ id, name: `Task ${id}` }));
  const { answer, cut } = bounded({ tasks: items, last_page: false, page: { content: 'x'.repeat(50_000) } });
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(18_000);
  expect(answer).toMatchObject({
    last_page: false,
    tasks: { columns: ['id', 'name'], rows: expect.arrayContaining([[0, 'Task 0']]) },
  });
  expect(cut).toMatch(/tasks\.rows: \d+ of 3000/);
  expect(cut).toMatch(/page\.content: \d+ of 50000 characters/);
  expect(bounded({ tasks: items.slice(0, 5) }).cut).toBeUndefined();
});

/** `-1.7976931348623157e+308`. */
const LONGEST_NUMBER = 24;

test('whatever ClickUp answers, the bound holds and short answers stay whole', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.integer({ min: 400, max: 4_000 }), (json, budget) => {
      const value = JSON.parse(json);
      const big = { a: Array.from({ length: 30 }, () => value), b: value, c: json.repeat(5) };
      const { answer, cut } = bounded(big, budget);
      const size = Buffer.byteLength(JSON.stringify(answer));
      // A number is never cut.
      expect(cut === undefined || size <= budget + LONGEST_NUMBER).toBe(true);
      if (cut === undefined) expect(answer).toEqual(columnar(big));
    }),
    { numRuns: 500 },
  );
});

test('a ClickUp credential in an answer does not reach the model', () => {
  const answered = bounded({ access_token: '61234501_canary', token_type: 'Bearer' });
  expect(JSON.stringify(answered)).not.toContain('canary');
  expect(answered.answer).toMatchObject({ access_token: expect.stringContaining('withheld'), token_type: 'Bearer' });
});

test('an object of more names than fit is cut, too, and says so', () => {
  const answer = bounded({
    by_task: Object.fromEntries(Array.from({ length: 5_000 }, (_, id) => [`task ${id}`, { status: 'open' }])),
  });
  expect(Buffer.byteLength(JSON.stringify(answer.answer))).toBeLessThanOrEqual(18_000);
  expect(answer.answer).toMatchObject({ by_task: { 'task 0': { status: 'open' } } });
  expect(answer.cut).toMatch(/by_task: \d+ of 5000 properties/);
});

example(callReadOperation, { operation: 'GetSpaces', path: { team_id: '9' } });
