import { type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { applied, type Call, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { bulkUpdateTasks } from './bulk-update-tasks.js';

/** Tasks `t0`, `t1`, … of one List. */
function list(count: number, answers: Parameters<typeof fakeContext>[0] = {}) {
  const tasks = new Map(
    Array.from({ length: count }, (_, index): [string, Task] => [`t${index}`, task({ id: `t${index}` })]),
  );
  const change = (id: string, with_: (before: Task) => Task) => {
    const changed = with_(tasks.get(id)!);
    tasks.set(id, changed);
    return changed;
  };
  const context = fakeContext({
    GetTask: ({ path }: Call) => {
      const found = tasks.get(path!.task_id!);
      if (!found) throw new AppError('clickup_not_found');
      return found;
    },
    GetTasks: () => ({ tasks: [...tasks.values()], last_page: true }),
    UpdateTask: (call: Call) => change(call.path!.task_id!, (before) => applied(call, before)),
    AddTagToTask: ({ path }: Call) => {
      change(path!.task_id!, (before) => ({ ...before, tags: [...before.tags, { name: path!.tag_name! }] }));
      return {};
    },
    ...answers,
  });
  const run = (groups: Record<string, unknown>[]) =>
    bulkUpdateTasks.handler(input(bulkUpdateTasks, { groups }), context);
  return { context, run, ids: [...tasks.keys()] };
}

test('tasks of one List are read by pages, before and after', async () => {
  const { context, run, ids } = list(50);
  const { changed, rows, all } = await run([{ task_ids: ids, add_tags: ['q1'] }]);
  expect([changed, rows.length, all]).toEqual([50, 50, 'done: tags: none → q1']);
  const count = (operation: string) => context.calls.filter((call) => call.operation === operation).length;
  expect([count('GetTask'), count('GetTasks'), count('AddTagToTask')]).toEqual([1, 2, 50]);
});

test('outcomes are per task: done, unchanged, failed, and unknown, which is never failed', async () => {
  const { run } = list(3, {
    UpdateTask: (call: Call) => {
      if (call.path?.task_id === 't1') throw new AppError('unknown_outcome');
      if (call.path?.task_id === 't2') throw new AppError('clickup_forbidden');
      return applied(call, task({ id: call.path!.task_id! }));
    },
  });
  const output = await run([{ task_ids: ['t0', 't1', 't2'], priority: 'high' }]);
  expect(output).toMatchObject({ changed: 1, failed: 1, unknown: 1 });
  expect(output.rows.map(([, outcome]) => outcome?.split(':')[0])).toEqual(['done', 'unknown', 'failed']);
  expect(bulkUpdateTasks.headline?.(output)).toBe(
    '1 tasks changed, 1 failed, 1 unknown: look at them before you repeat this',
  );
});

test('what is so already is sent to none', async () => {
  const { context, run } = list(2);
  const output = await run([{ task_ids: ['t0', 't1'], status: 'TO DO' }]);
  expect(bulkUpdateTasks.headline?.(output)).toMatch(/^Unchanged/);
  expect(context.calls.map(({ operation }) => operation)).toEqual(['GetTask', 'GetTask']);
});

describe('a subtask that moves with its parent', () => {
  const moving = async (moved: () => object) => {
    const under = (id: string, parent: string | null) => task({ id, name: id, parent });
    const tasks = { t0: under('t0', 't1'), t1: under('t1', 't2'), t2: under('t2', null) };
    const world = list(0, {
      GetTask: ({ path }: Call) => tasks[path!.task_id as keyof typeof tasks],
      GetList: ({ path }: Call) => ({
        id: path!.list_id!,
        name: 'Backlog',
        orderindex: 0,
        content: '',
        task_count: 3,
        space: { id: '100', name: 'Engineering' },
        folder: { id: '200', name: 'Backend', hidden: false },
        statuses: [{ id: 's1', status: 'to do', type: 'open', orderindex: 0, color: '#fff' }],
      }),
      GetAccessibleCustomFields: { fields: [] },
      moveTask: moved,
    });
    const output = await world.run([{ task_ids: ['t0', 't1', 't2'], list_id: 'Backlog' }]);
    const moves = world.context.calls.filter(({ operation }) => operation === 'moveTask');
    return { output, moves: moves.map(({ path }) => path!.task_id) };
  };

  test('goes along with it, in whatever order they were named: moved by itself it would lose its parent', async () =>
    expect((await moving(() => ({}))).moves).toEqual(['t2']));

  test.each([
    ['clickup_forbidden', { failed: 3 }],
    ['unknown_outcome', { unknown: 3 }],
  ] as const)('stays where it is, or is not known, when the parent was not moved: %s', async (code, counted) => {
    const { moves, output } = await moving(() => {
      throw new AppError(code);
    });
    expect(moves).toEqual(['t2']);
    expect(output).toMatchObject({ changed: 0, ...counted });
  });
});

test.each([
  [
    [
      { task_ids: ['t0'], priority: 'high' },
      { task_ids: ['t1'], status: 'nope' },
    ],
    /^groups\[1\]\.status: /,
  ],
  [[{ task_ids: ['t0', '86zzzzz'], priority: 'high' }], /^groups\[0\]\.task_ids\[1\]: There is no task "86zzzzz"/],
  [[{ task_ids: ['t0'] }], /^groups\[0\]: Nothing to change/],
  [
    [
      { task_ids: ['t0'], priority: 'high' },
      { task_ids: ['t0'], priority: 'low' },
    ],
    /"Fix the memory leak" is in groups\[0\], too/,
  ],
  [
    [
      { task_ids: Array.from({ length: 30 }, (_, index) => `t${index}`), priority: 'high' },
      { task_ids: Array.from({ length: 30 }, (_, index) => `u${index}`), priority: 'low' },
    ],
    /^groups: 60 tasks came; at most 50/,
  ],
])('a mistake in one changes none', async (groups, message) => {
  const { context, run } = list(2);
  await expect(run(groups)).rejects.toThrow(message);
  expect(context.calls.filter(({ operation }) => operation === 'UpdateTask')).toEqual([]);
});

test('more than 10 are shown first', async () => {
  const preview = (count: number) => {
    const { context, ids } = list(count);
    return bulkUpdateTasks.preview?.(
      input(bulkUpdateTasks, { groups: [{ task_ids: ids, priority: 'high' }] }),
      context,
    );
  };
  expect(await preview(10)).toBeUndefined();
  expect(await preview(11)).toMatchObject({
    summary: 'Change 11 of 11 tasks in Backend / Sprint 42: changing priority.',
    current: { first: ['t0 Fix the memory leak', 't1 Fix the memory leak', 't2 Fix the memory leak'] },
  });
});

example(bulkUpdateTasks, { groups: [{ task_ids: ['86abc1'], priority: 'high', add_tags: ['x'] }] });
