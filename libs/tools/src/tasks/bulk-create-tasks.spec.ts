import { AppError } from '#libs/core';
import fc from 'fast-check';
import { applied, type Call, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { bulkCreateTasks } from './bulk-create-tasks.js';

const named = (call: Call) => applied(call, task({ id: `id-${String(call.body?.name)}` }));
const items = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `t${index}` }));
const run = (
  args: Record<string, unknown>,
  CreateTask: (call: Call, index: number) => object | Promise<object> = named,
) => {
  const context = fakeContext({ CreateTask });
  return {
    context,
    args: input(bulkCreateTasks, args),
    result: () => bulkCreateTasks.handler(input(bulkCreateTasks, args), context),
  };
};

test('50 tasks are 50 requests, at most 10 at once, answered in order', async () => {
  let open = 0;
  let most = 0;
  const { context, result } = run({ list_id: '301', tasks: items(50) }, async (call) => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setImmediate(resolve));
    open--;
    return named(call);
  });
  const { created, columns, rows } = await result();
  expect([created, columns, most, context.calls.length]).toEqual([50, ['index', 'ref'], 10, 50]);
  expect(rows).toEqual(items(50).map(({ name }, index) => [String(index), `id-${name}`]));
});

test('an item may name its own List', async () => {
  const { context, result } = run({
    list_id: '301',
    tasks: [{ name: 'a' }, { name: 'b', list_id: 'Marketing / Campaigns' }],
  });
  await result();
  expect(context.calls.map(({ path }) => path?.list_id)).toEqual(['301', '303']);
});

test.each([
  [{ tasks: [{ name: 'a' }] }, /^tasks\[0\]\.list_id: /],
  [{ list_id: '301', tasks: [{ name: 'a' }, { name: 'b', due_date: 'whenever' }] }, /^tasks\[1\]\.due_date: /],
  [{ list_id: '301', tasks: [{ name: 'a' }, { name: 'b', assignees: ['Nobody'] }] }, /^tasks\[1\]\.assignees: /],
])('a mistake in one item creates none: %j', async (args, message) => {
  const { context, result } = run(args);
  await expect(result()).rejects.toThrow(message);
  expect(context.calls).toEqual([]);
});

test('one failure does not stop the others, none is sent twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 2, maxLength: 50 }), async (works) => {
      fc.pre(works.includes(true));
      const { context, result } = run({ list_id: '301', tasks: items(works.length) }, (call) => {
        if (!works[Number(String(call.body?.name).slice(1))])
          throw new AppError('clickup_api_error', 'Status not found');
        return named(call);
      });
      const { created, failed = 0, unknown, rows, columns } = await result();
      expect(unknown).toBeUndefined();
      expect(created + failed).toBe(works.length);
      expect(rows.map((row) => row[columns.indexOf('ref')] !== '')).toEqual(works);
      expect(new Set(context.calls.map(({ body }) => body?.name)).size).toBe(context.calls.length);
    }),
  );
});

test('when surely nothing was made, the call fails; when nobody knows, it is told per item', async () => {
  const failing = (code: 'forbidden' | 'unknown_outcome') =>
    run({ list_id: '301', tasks: items(3) }, () => {
      throw new AppError(code);
    });
  await expect(failing('forbidden').result()).rejects.toMatchObject({ code: 'forbidden' });
  expect(await failing('unknown_outcome').result()).toMatchObject({
    created: 0,
    failed: undefined,
    unknown: 3,
    columns: ['index', 'outcome', 'error'],
  });
});

test('unknown is an outcome of its own, in rows, counts and text', async () => {
  const { result } = run({ list_id: '301', tasks: items(3) }, (call) => {
    if (call.body?.name === 't1') throw new AppError('unknown_outcome');
    if (call.body?.name === 't2') throw new AppError('clickup_api_error', 'Status not found');
    return named(call);
  });
  const output = await result();
  expect(output).toMatchObject({ created: 1, failed: 1, unknown: 1, columns: ['index', 'outcome', 'ref', 'error'] });
  expect(output.rows.map((row) => row.slice(0, 3))).toEqual([
    ['0', 'created', 'id-t0'],
    ['1', 'unknown', ''],
    ['2', 'failed', ''],
  ]);
  expect(bulkCreateTasks.headline?.(output)).toBe(
    '1 tasks created, 1 failed, 1 unknown: look for them before you create them again',
  );
});

test('ignored fields are told with their item', async () => {
  const { result } = run({ list_id: '301', tasks: [{ name: 'a' }, { name: 'b', priority: 1 }] }, ({ body }) =>
    task({ name: body?.name as string }),
  );
  const { columns, rows } = await result();
  expect(rows.map((row) => row[columns.indexOf('not_applied')])).toEqual(['', 'priority: wanted urgent, is none']);
});

test('more than 10 are shown first', async () => {
  const preview = (count: number) => {
    const { args, context } = run({ list_id: '301', tasks: items(count) });
    return bulkCreateTasks.preview?.(args, context);
  };
  expect(await preview(10)).toBeUndefined();
  expect(await preview(11)).toMatchObject({ summary: 'Create 11 tasks: 11 in Engineering / Backend / Sprint 42.' });
});

example(bulkCreateTasks, { list_id: '301', tasks: [{ name: 'a', priority: 'high' }, { name: 'b' }] });
