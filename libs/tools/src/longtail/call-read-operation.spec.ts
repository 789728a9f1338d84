import fc from 'fast-check';
import { type Call, dayMs, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { renderText } from '../answers/render.js';
import { operationById } from '#libs/clickup';
import { tokensOf } from '../answers/budget.js';
import { shown } from './answer.js';
import { pageAfter } from './pages.js';
import { callReadOperation } from './call-read-operation.js';

const answers = {
  GetTasks: { tasks: [], last_page: true },
  GetTask: task(),
  GetSpaces: { spaces: [] },
  GetListMembers: { members: [] },
  DeleteTask: {},
};
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
  expect(JSON.parse(renderText(callReadOperation, answer).split('\n\n')[1] ?? '')).toEqual(answer.answer);
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

test('flat arguments go where they belong, names and words stand for ids and dates', async () => {
  const { calls, answer } = await call({
    operation: 'GetTasks',
    args: {
      listId: 'Sprint 42',
      assignees: 'Sarah',
      statuses: 'To Do',
      due_date_lt: '2026-11-20',
      include_closed: 'true',
    },
  });
  expect(calls).toEqual([
    {
      operation: 'GetTasks',
      path: { list_id: '301' },
      query: {
        assignees: ['2'],
        statuses: ['To Do'],
        due_date_lt: Date.parse('2026-11-20T23:00:00Z'),
        include_closed: true,
      },
    },
  ]);
  expect(answer.scope).toBe(
    'GetTasks: list_id Sprint 42 (301), assignees ["Sarah"] (["2"]), statuses ["To Do"], due_date_lt 2026-11-20 (2026-11-21T00:00+01:00), include_closed true',
  );
});

test.each([
  [{ operation: 'GetTask', args: {} }, 'task_id', /^Missing argument: task_id\. GetTask takes task_id, /],
  [{ operation: 'GetTask', args: { task_id: 't', tsk: 1 } }, 'tsk', /^Unknown argument: tsk\. GetTask takes /],
  [{ operation: 'GetTasks', args: { list_id: '301', page: 'x' } }, 'page', /^page: "x" came; give a number\./],
  [
    { operation: 'GetTasks', args: { list_id: '301', order_by: 'x' } },
    'order_by',
    /give one of id, created, updated, due_date/,
  ],
  [
    { operation: 'GetTasks', args: { list_id: '301', statuses: ['blocked'] } },
    'statuses',
    /"blocked" does not exist\. The List has to do/,
  ],
  [{ operation: 'GetTasks', args: { list_id: '301', tags: ['frontent'] } }, 'tags', /"frontent" does not exist/],
])('%j says what is taken', async (args, parameter, message) => {
  const context = fakeContext(answers);
  await expect(callReadOperation.handler(input(callReadOperation, args), context)).rejects.toMatchObject({
    code: 'invalid_parameters',
    message: expect.stringMatching(message),
    details: { parameter },
  });
  expect(context.calls).toEqual([]);
});

test('answers are slim: people by name, dates in words, no looks, tasks in columns', async () => {
  const { answer } = await call({ operation: 'GetTask', args: { task_id: '86abc1', include_subtasks: true } });
  const shownAnswer = answer.answer as Record<string, unknown>;
  expect(shownAnswer).toMatchObject({
    status: 'to do',
    creator: 'Ada Lovelace',
    date_created: '2026-11-01T04:00+01:00',
  });
  for (const gone of ['assignees', 'priority', 'orderindex', 'due_date']) expect(shownAnswer).not.toHaveProperty(gone);
  const { part } = await shown(
    { tasks: [task(), task({ id: 'b', due_date: String(dayMs('2026-11-23')) })] },
    {},
    fakeContext(),
  );
  expect(part).toEqual({
    tasks: {
      columns: expect.arrayContaining(['name', 'status', 'due', 'list']),
      rows: [expect.arrayContaining(['Fix the memory leak', 'to do']), expect.arrayContaining(['b', '2026-11-23'])],
    },
  });
});

test('an empty list is said to be empty', async () =>
  expect((await call({ operation: 'GetSpaces' })).answer.answer).toEqual({ spaces: [] }));

const BIG = {
  tasks: Array.from({ length: 300 }, (_, id) => ({ id: `t${id}`, words: `Task ${id} `.repeat(10) })),
  last_page: false,
  page: { content: Array.from({ length: 9_000 }, (_, line) => `Line ${line}`).join('\n') },
};

test('what is too long goes on from window to window, and nothing is lost', async () => {
  const seen: string[] = [];
  let content = '';
  let from: readonly number[] | undefined;
  let windows = 0;
  do {
    const { part, next } = await shown(BIG, { from }, fakeContext());
    expect(tokensOf(JSON.stringify(part))).toBeLessThanOrEqual(6_000);
    const { tasks, page } = part as { tasks?: { rows: string[][] }; page?: { content: string } };
    seen.push(...(tasks?.rows ?? []).map(([id = '']) => id));
    content += page ? `\n${page.content.replace(/^…/, '')}` : '';
    from = next;
    windows++;
  } while (from && windows < 100);
  expect(seen).toEqual(BIG.tasks.map(({ id }) => id));
  expect(content.match(/Line \d+/g)).toEqual(BIG.page.content.match(/Line \d+/g));
});

test('whatever ClickUp answers, a window stays small, and the windows come to an end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json({ maxDepth: 5 }), async (json) => {
      const value = JSON.parse(json);
      const big = { a: Array.from({ length: 30 }, () => value), b: value, c: json.repeat(50) };
      let from: readonly number[] | undefined;
      for (let windows = 0; windows === 0 || from; windows++) {
        expect(windows).toBeLessThan(200);
        const { part, next } = await shown(big, { from }, fakeContext());
        expect(tokensOf(JSON.stringify(part))).toBeLessThanOrEqual(6_500);
        expect(next).not.toEqual(from ?? null);
        from = next;
      }
    }),
    { numRuns: 100 },
  );
});

test.each<[string, object, Record<string, unknown>, object | undefined]>([
  ['GetTasks', { tasks: [task()], last_page: false }, {}, { page: 1 }],
  ['GetTasks', { tasks: [task()], last_page: true }, { page: 3 }, undefined],
  ['getChatChannels', { data: [], next_cursor: 'c2' }, { cursor: 'c1' }, { cursor: 'c2' }],
  ['getChatChannels', { data: [], next_cursor: 'c1' }, { cursor: 'c1' }, undefined],
  ['getChatChannels', { data: [], next_cursor: '' }, {}, undefined],
  ['GetTaskComments', { comments: Array(25).fill({ id: '7', date: '5' }) }, {}, { start: 5, start_id: '7' }],
  ['GetTaskComments', { comments: Array(24).fill({ id: '7', date: '5' }) }, {}, undefined],
])('%s goes on with the next page', (id, answer, asked, next) =>
  expect(pageAfter(operationById(id)!, asked, answer)).toEqual(next),
);

test('the cursor asks for the next page, and belongs to its arguments', async () => {
  const context = fakeContext({
    GetTasks: ({ query }: Call) => ({
      tasks: [task({ id: `p${Number(query?.page ?? 0)}` })],
      last_page: query?.page === 1,
    }),
  });
  const args = { operation: 'GetTasks', args: { list_id: '301' } };
  const first = await callReadOperation.handler(input(callReadOperation, args), context);
  const second = await callReadOperation.handler(
    input(callReadOperation, { ...args, cursor: first.next_cursor }),
    context,
  );
  expect(context.calls.map(({ query }) => query?.page)).toEqual([undefined, 1]);
  expect(second.next_cursor).toBeUndefined();
  await expect(
    callReadOperation.handler(
      input(callReadOperation, { operation: 'GetTasks', args: { list_id: '302' }, cursor: first.next_cursor }),
      context,
    ),
  ).rejects.toMatchObject({ details: { parameter: 'cursor' } });
});

test('fields show these and nothing else, and what no item has is refused', async () => {
  const one = { tasks: [task({ orderindex: '7.0' }), task({ id: 'b' })] };
  expect((await shown(one, { fields: ['id', 'list.name', 'orderindex'] }, fakeContext())).part).toEqual({
    tasks: {
      columns: ['id', 'list.name', 'orderindex'],
      rows: [
        ['86abc1', 'Sprint 42', '7.0'],
        ['b', 'Sprint 42', '1.0'],
      ],
    },
  });
  await expect(shown(one, { fields: ['nmae'] }, fakeContext())).rejects.toMatchObject({
    message: expect.stringMatching(/no nmae\. It has id, custom_id/),
  });
});

test('a ClickUp credential in an answer does not reach the model', async () => {
  const answered = await shown({ access_token: '61234501_canary', token_type: 'Bearer' }, {}, fakeContext());
  expect(JSON.stringify(answered)).not.toContain('canary');
  expect(answered.part).toMatchObject({ access_token: expect.stringContaining('withheld'), token_type: 'Bearer' });
});

example(callReadOperation, { operation: 'GetSpaces', path: { team_id: '9' } });
