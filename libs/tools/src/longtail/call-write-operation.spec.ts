import { AppError } from '#libs/core';
import { type Call, dayMs, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { callWriteOperation } from './call-write-operation.js';

const answers = {
  CreateTask: task({ id: 'new' }),
  DeleteTask: {},
  GetTask: (call: Call) => task({ id: call.path?.task_id ?? '', date_updated: '5', subtasks: [task({ id: 's' })] }),
  CreateFolder: {
    id: '1',
    name: 'New',
    orderindex: 0,
    override_statuses: false,
    hidden: false,
    space: { id: '100', name: 'E' },
    task_count: '0',
    archived: false,
    statuses: [],
    lists: [],
    permission_level: 'create',
  },
};
const preview = (args: Record<string, unknown>, context = fakeContext(answers)) =>
  callWriteOperation.preview?.(input(callWriteOperation, args), context);
const call = (args: Record<string, unknown>, context = fakeContext(answers)) =>
  callWriteOperation.handler(input(callWriteOperation, args), context);

test('an ordinary change is made at once', async () => {
  const context = fakeContext(answers);
  const args = { operation: 'CreateTask', path: { list_id: '301' }, body: { name: 'New' } };
  expect(await preview(args, context)).toBeUndefined();
  expect(await call(args, context)).toMatchObject({
    done: 'Done. CreateTask: list_id 301, name New.',
    is: { id: 'new', status: 'to do' },
  });
  expect(context.calls).toEqual([{ operation: 'CreateTask', path: { list_id: '301' }, body: { name: 'New' } }]);
});

describe('a value of a Custom Field in words', () => {
  const options = [
    { id: 'o1', name: 'Low', orderindex: 0 },
    { id: 'o2', name: 'High', orderindex: 1 },
    { id: 'o3', name: 'Low, or none', orderindex: 2 },
  ];
  const set = async (type: string, value: unknown, type_config: Record<string, unknown> = {}) => {
    const field = { id: 'f1', name: 'Field', type, type_config, date_created: '1', hide_from_guests: false };
    const context = fakeContext({
      GetTask: task({ id: 't1', custom_fields: [field] }),
      SetCustomFieldValue: {},
    });
    await call({ operation: 'SetCustomFieldValue', args: { task_id: 't1', field_id: 'Field', value } }, context);
    return context.calls.find(({ operation }) => operation === 'SetCustomFieldValue')?.body;
  };

  test.each<[string, unknown, unknown, Record<string, unknown>]>([
    ['drop_down', 'high', 'o2', { options }],
    ['labels', ['Low', 'High'], ['o1', 'o2'], { options }],
    ['labels', 'Low, High', ['o1', 'o2'], { options }],
    ['labels', ['Low, or none', 'High'], ['o3', 'o2'], { options }],
    ['users', 'me', { add: [1], rem: [] }, {}],
    ['checkbox', 'yes', true, {}],
    ['currency', '1,250.50', 1250.5, {}],
    ['manual_progress', '50 %', { current: 5 }, { start: 0, end: 10 }],
    ['location', '52.52, 13.405, Berlin', { location: { lat: 52.52, lng: 13.405 }, formatted_address: 'Berlin' }, {}],
    ['url', 'https://example.com', 'https://example.com', {}],
  ])('%s: %j', async (type, value, sent, config) =>
    expect(await set(type, value, config)).toMatchObject({ value: sent }),
  );

  test.each([
    ['drop_down', 'Urgent', /^value: "Urgent" is no option of Field. Its options: Low, High/],
    ['url', 'example', /^value: "example" is no value for Field: write a whole URL/],
    ['drop_down', 'none', /RemoveCustomFieldValue empties a field/],
  ])('%s: %j is refused before anything is sent', (type, value, why) =>
    expect(set(type, value, { options })).rejects.toThrow(why),
  );

  test("what is in ClickUp's own form is sent as it is", async () =>
    expect(await set('users', { add: [], rem: [2] })).toEqual({ value: { add: [], rem: [2] } }));
});

test('a destructive one is shown first, with what it touches', async () => {
  const context = fakeContext(answers);
  const args = { operation: 'DeleteTask', path: { task_id: '86abc1' } };
  expect(await preview(args, context)).toMatchObject({
    summary: expect.stringMatching(/^DeleteTask \(destructive\): Puts a task/),
    current: {
      path: { task_id: '86abc1' },
      touches: 'task 86abc1, name Fix the memory leak, status to do, list Sprint 42, subtasks 1, updated 5',
    },
  });
  expect(context.calls.map(({ operation }) => operation)).toEqual(['GetTask']);
  await call(args, context);
  expect(context.calls.slice(1)).toEqual([{ operation: 'DeleteTask', path: { task_id: '86abc1' } }]);
});

test('what would be refused is not shown', async () => {
  const context = fakeContext(answers);
  context.clickup = { ...context.clickup, judge: () => Promise.reject(new AppError('forbidden')) };
  await expect(preview({ operation: 'DeleteTask', path: { task_id: '86abc1' } }, context)).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect(context.calls).toEqual([]);
});

test('an operation that was not granted is refused, and not proposed', async () => {
  const context = {
    ...fakeContext(answers),
    permits: ({ id }: { id: string }) =>
      id === 'DeleteTask' ? { allowed: false as const, reason: 'no' } : { allowed: true as const },
  };
  for (const work of [preview, call]) {
    await expect(work({ operation: 'DeleteTask', path: { task_id: 't' } }, context)).rejects.toMatchObject({
      code: 'forbidden',
      details: { operation: 'DeleteTask', reason: 'no' },
    });
    await expect(work({ operation: 'DeleteTsak', path: { task_id: 't' } }, context)).rejects.not.toMatchObject({
      details: { candidates: expect.arrayContaining(['DeleteTask']) },
    });
  }
  expect(context.calls).toEqual([]);
});

test('more than ten objects are shown first, whatever is done to them', async () => {
  const merging = (count: number) => ({
    operation: 'Addtagsfromtimeentries',
    body: { time_entry_ids: Array.from({ length: count }, (_, index) => String(index)), tags: [] },
  });
  expect(await preview(merging(10))).toBeUndefined();
  expect(await preview(merging(11))).toMatchObject({
    summary: expect.stringContaining('Addtagsfromtimeentries (normal)'),
  });
});

test('the state is that of the arguments and of what they touch', async () => {
  const states = await Promise.all(
    ['a', 'b', 'a'].map(async (task_id) => (await preview({ operation: 'DeleteTask', path: { task_id } }))?.state),
  );
  expect(states[0]).toBe(states[2]);
  expect(states[0]).not.toBe(states[1]);
  const changed = await preview(
    { operation: 'DeleteTask', path: { task_id: 'a' } },
    fakeContext({ ...answers, GetTask: task({ id: 'a', date_updated: '6' }) }),
  );
  expect(changed?.state).not.toBe(states[0]);
});

test.each([
  [{ path: {} }, 'task_id'],
  [{ path: { task_id: '../list/1' } }, 'task_id'],
  [{ path: { task_id: 't' }, query: { force: true } }, 'force'],
  [{ path: { task_id: 't' }, body: { x: 1 } }, 'body'],
])('a preview is given only of what could be sent: %j', async (args, parameter) => {
  await expect(preview({ operation: 'DeleteTask', ...args })).rejects.toMatchObject({
    code: 'invalid_parameters',
    details: { parameter },
  });
});

test.each([
  ['GetTask', /call_read_operation/],
  ['DeleteTasks', /Similar: DeleteTask\./],
])('%s is refused', async (operation, message) => {
  for (const work of [preview, call])
    await expect(work({ operation, path: { task_id: 't' } })).rejects.toThrow(message);
});

test('what ClickUp ignored is said', async () => {
  const context = fakeContext({ ...answers, CreateTask: task({ id: 'new', name: 'New' }) });
  const args = {
    operation: 'CreateTask',
    args: { list_id: '301', name: 'new', status: 'done', priority: 'high', due_date: '2026-11-30' },
  };
  const { not_applied } = await call(args, context);
  expect(context.calls[0]?.body).toMatchObject({ priority: 2, due_date: dayMs('2026-11-30'), due_date_time: false });
  expect(not_applied).toEqual([
    { field: 'status', wanted: 'done', is: 'to do' },
    { field: 'priority', wanted: '2', is: 'none' },
    { field: 'due_date', wanted: '2026-11-30', is: 'none' },
  ]);
});

test('the state is read back where ClickUp says nothing; that it cannot be read is no failure of the write', async () => {
  const args = { operation: 'AddTagToTask', args: { task_id: '86abc1', tag_name: 'bug' } };
  const context = fakeContext({ AddTagToTask: {}, GetTask: task({ tags: [{ name: 'bug' }] }) });
  expect(await call(args, context)).toEqual({
    done: 'Done. AddTagToTask: task_id 86abc1, tag_name bug.',
    is: { id: '86abc1', name: 'Fix the memory leak', tags: ['bug'] },
  });
  const unread = fakeContext({ AddTagToTask: {}, GetTask: () => Promise.reject(new AppError('unavailable')) });
  expect((await call(args, unread)).done).toMatch(/^Done\. AddTagToTask: .*could not be read/);
});

test('a tool of the other kind, and a tool that has a name of its own', async () => {
  await expect(call({ operation: 'find_tasks', args: {} })).rejects.toThrow(
    /only reads: call it with call_read_operation/,
  );
  await expect(call({ operation: 'create_task', args: {} })).rejects.toThrow(/call it by its name/);
});

example(callWriteOperation, {
  operation: 'CreateTaskComment',
  path: { task_id: '86abc1' },
  body: { comment_text: 'x', notify_all: false },
});
