import { type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { applied, type Call, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { type Selection, type ToolContext } from '../tool/tool.js';
import { bulkUpdateTasks } from './bulk-update-tasks.js';

/** Open tasks `t0`, `t1`, … that a filter finds as long as they are open. */
function world(
  count: number,
  answers: Parameters<typeof fakeContext>[0] = {},
  each: (n: number) => object = () => ({}),
) {
  const tasks = new Map<string, Task>(
    Array.from({ length: count }, (_, n) => [`t${n}`, task({ id: `t${n}`, name: `Task ${n}`, ...each(n) })]),
  );
  const context = fakeContext({
    GetFilteredTeamTasks: ({ query }: Call) => {
      const all = [...tasks.values()].filter(({ status }) => status.type !== 'closed');
      return { tasks: all.slice(100 * Number(query?.page), 100 * (Number(query?.page) + 1)) };
    },
    GetTask: ({ path }: Call) => {
      const found = tasks.get(path!.task_id!);
      if (!found) throw new AppError('clickup_not_found');
      return found;
    },
    UpdateTask: (call: Call) => {
      const changed = applied(call, tasks.get(call.path!.task_id!));
      tasks.set(changed.id, changed);
      return changed;
    },
    ...answers,
  });
  let left: [number, Selection | undefined] | undefined;
  context.leave = (waiting, selection) => void (left = [waiting, selection]);
  const run = (change: object, more: object = {}) =>
    bulkUpdateTasks.handler(input(bulkUpdateTasks, { groups: [{ where: { within: ['301'] }, ...change }] }), {
      ...context,
      ...more,
    });
  const sent = () =>
    context.calls.filter(({ operation }) => operation === 'UpdateTask').map(({ path }) => path!.task_id);
  return { tasks, context, run, sent, left: () => left };
}
const closed = { status: 'complete', color: '#fff', orderindex: 1, type: 'closed' } as const;
const selection = (count: number): Selection => Array.from({ length: count }, (_, n) => [`t${n}`]);

test('without a confirmation it finds its tasks and changes each once', async () => {
  const { run, sent, left } = world(250);
  expect(await run({ priority: 'high' })).toMatchObject({ changed: 250, rows: [] });
  expect(new Set(sent()).size).toBe(250);
  expect([sent().length, left()]).toEqual([250, undefined]);
});

test('of a selection those are changed that still match, and nothing else', async () => {
  const { tasks, run, sent } = world(8);
  tasks.set('t1', task({ ...tasks.get('t1')!, status: closed }));
  tasks.delete('t2');
  const output = await run({ priority: 'high' }, { selection: selection(5) });
  expect(output).toMatchObject({ changed: 3, skipped: 2 });
  expect(output.rows).toEqual([
    ['t1', 'skipped: it does not match where any more'],
    ['t2', 'skipped: it is not there any more'],
  ]);
  expect(sent().sort()).toEqual(['t0', 't3', 't4']);
  expect(bulkUpdateTasks.headline?.(output)).toBe(
    '3 tasks changed, 2 skipped: they are gone, or do not match any more',
  );
});

test('what is no longer found because it was changed already is done, not skipped', async () => {
  const { tasks, context, run, sent } = world(4);
  const closing = { status: 'complete' };
  // The process died after the first was sent, and before that was noted.
  const killed = () => Promise.reject(new Error('killed'));
  const ledger: ToolContext['ledger'] = {
    ...context.ledger,
    begin: (key, item, digest) => (item > 0 ? killed() : context.ledger.begin(key, item, digest)),
    made: killed,
    forget: killed,
    close: () => undefined,
  };
  expect(await run(closing, { selection: selection(4), ledger })).toMatchObject({ changed: 1, failed: 3 });
  expect([sent(), tasks.get('t0')!.status.status]).toEqual([['t0'], 'complete']);
  expect(await run(closing, { selection: selection(4) })).toMatchObject({ changed: 4, rows: [] });
  expect(sent()).toEqual(['t0', 't1', 't2', 't3']);
});

test('what cannot be begun in time is left with the selection, and done by the next run without the others', async () => {
  const { run, sent, left } = world(30);
  const msLeft = () => (sent().length < 12 ? 60_000 : 0);
  const output = await run({ priority: 'high' }, { msLeft, selection: selection(30) });
  expect(output).toMatchObject({ changed: 12, waiting: 18, rows: [] });
  expect(left()).toEqual([18, selection(30)]);
  expect(bulkUpdateTasks.headline?.({ ...output, job: 'j' })).toBe(
    '12 tasks changed, 18 go on as job j: get_job tells how far it is',
  );
  expect(await run({ priority: 'high' }, { selection: selection(30), inJob: true })).toMatchObject({ changed: 30 });
  expect([sent().length, new Set(sent()).size]).toEqual([30, 30]);
});

test('one that fails is told, and the others are changed', async () => {
  const { run } = world(4, {
    UpdateTask: (call: Call) => {
      if (call.path?.task_id === 't1') throw new AppError('clickup_forbidden');
      if (call.path?.task_id === 't2') throw new AppError('unknown_outcome');
      return applied(call, task({ id: call.path!.task_id! }));
    },
  });
  const output = await run({ priority: 'high' });
  expect(output).toMatchObject({ changed: 2, failed: 1, unknown: 1 });
  expect(output.rows.map(([ref, outcome]) => [ref, outcome?.split(':')[0]])).toEqual([
    ['t1', 'failed'],
    ['t2', 'unknown'],
  ]);
});

test('a subtask goes along with its parent, in whatever order they were found', async () => {
  const moved: string[] = [];
  const { tasks, run } = world(
    3,
    {
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
      GetTasks: () => ({ tasks: [], last_page: true }),
      GetAccessibleCustomFields: { fields: [] },
      moveTask: ({ path }: Call) => {
        moved.push(path!.task_id!);
        for (const [id, one] of tasks) tasks.set(id, { ...one, list: { id: path!.list_id!, name: 'Backlog' } });
        return { data: { task_id: path!.task_id!, new_list_id: path!.list_id! } };
      },
    },
    (n) => ({ parent: n < 2 ? `t${n + 1}` : null }),
  );
  expect(await run({ list_id: 'Backlog' })).toMatchObject({ changed: 3 });
  expect(moved).toEqual(['t2']);
});

test('the preview says how many, where, what, and how long', async () => {
  const { context } = world(303, {}, (n) => ({
    list: { id: n < 200 ? '301' : '302', name: n < 200 ? 'Sprint 42' : 'Backlog' },
    ...(n >= 300 && { priority: { id: '2', priority: 'high', color: '#fff', orderindex: '2' } }),
  }));
  const preview = await bulkUpdateTasks.preview?.(
    input(bulkUpdateTasks, { groups: [{ where: { within: ['301', '302'] }, priority: 'high' }] }),
    context,
  );
  expect(preview?.summary).toBe(
    'Change 303 tasks in 2 Lists (Backend / Sprint 42: 200, Backend / Backlog: 103), 303 open: changing priority. 3 of them are so already. 300 changes, about 3 minutes.',
  );
  expect(preview?.selection).toHaveLength(303);
  expect(context.calls.filter(({ operation }) => operation === 'UpdateTask')).toEqual([]);
});

test('a find that ClickUp does not let come to its end is refused', async () => {
  const endless = {
    GetFilteredTeamTasks: ({ query }: Call) => ({
      tasks: Array.from({ length: 100 }, (_, n) => task({ id: `p${String(query?.page)}n${n}`, priority: null })),
    }),
  };
  await expect(
    world(0, endless).run({ where: { within: ['301'], priority: ['urgent'] }, priority: 'high' }),
  ).rejects.toThrow(/5,000 tasks were looked through and there are more.*within/);
});
