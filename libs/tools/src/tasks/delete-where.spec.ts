import { type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type Call, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { type Selection } from '../tool/tool.js';
import { deleteTask } from './delete-task.js';

/** Tasks `t0`, `t1`, … that a filter finds as long as they are there; what lies below them is told by `below`. */
function world(count: number, below: Record<string, Task[]> = {}, answers: Parameters<typeof fakeContext>[0] = {}) {
  const tasks = new Map<string, Task>(
    Array.from({ length: count }, (_, n) => [`t${n}`, task({ id: `t${n}`, name: `Task ${n}` })]),
  );
  const context = fakeContext({
    GetFilteredTeamTasks: ({ query }: Call) => {
      const all = query?.include_closed ? [...tasks.values(), ...Object.values(below).flat()] : [...tasks.values()];
      return { tasks: all.slice(100 * Number(query?.page), 100 * (Number(query?.page) + 1)) };
    },
    GetTask: ({ path }: Call) => {
      const found = tasks.get(path!.task_id!);
      if (!found) throw new AppError('clickup_not_found');
      return { ...found, subtasks: below[found.id] ?? [] };
    },
    DeleteTask: ({ path }: Call) => {
      tasks.delete(path!.task_id!);
      return {};
    },
    ...answers,
  });
  let left: [number, Selection | undefined] | undefined;
  context.leave = (waiting, selection) => void (left = [waiting, selection]);
  const where = input(deleteTask, { where: { within: ['301'] } });
  const run = (more: object = {}) => deleteTask.handler(where, { ...context, ...more });
  const preview = () => deleteTask.preview!(where, context);
  const sent = () =>
    context.calls.filter(({ operation }) => operation === 'DeleteTask').map(({ path }) => path!.task_id);
  return { tasks, context, run, preview, sent, left: () => left };
}
const closed = { status: 'complete', color: '#fff', orderindex: 1, type: 'closed' } as const;
const child = (id: string, parent: string) => task({ id, name: id, parent, status: closed });
const selection: Selection = [['t0', 's0'], ['t1'], ['t2'], ['t3']];

test.each([3, 120])('of %d the preview counts what goes along, and selects it with its parent', async (count) => {
  const { preview, sent } = world(count, { t0: [child('s0', 't0')] });
  const shown = await preview();
  expect(shown?.summary).toContain(`Delete ${count} tasks in 1 List`);
  expect(shown?.summary).toContain('and 1 subtask of theirs that where does not find');
  expect(shown?.selection?.slice(0, 2)).toEqual([['t0', 's0'], ['t1']]);
  expect(sent()).toEqual([]);
});

test('of a selection those are deleted that are as they were', async () => {
  const { tasks, run, sent } = world(6, { t0: [child('s0', 't0')], t3: [child('s3', 't3')] });
  tasks.set('t1', { ...tasks.get('t1')!, status: closed });
  tasks.delete('t2');
  const output = await run({ selection });
  expect(output).toMatchObject({ deleted: 1, skipped: 3 });
  expect(output.rows.map((row) => row.at(-1))).toEqual([
    'skipped: it does not match where any more',
    'skipped: it is not there any more',
    'skipped: "s3" lies below it, which was not shown before',
  ]);
  expect(sent()).toEqual(['t0']);
});

test('what is left for later is done by the next run; what was sent and not noted is not sent again', async () => {
  const { context, run, sent, left } = world(30);
  // As after a kill: what was done is not noted.
  const ledger = { ...context.ledger, made: () => Promise.reject(new Error('killed')) };
  const all: Selection = Array.from({ length: 30 }, (_, n) => [`t${n}`]);
  const output = await run({ msLeft: () => (sent().length < 12 ? 60_000 : 0), selection: all, ledger });
  expect(output.waiting).toBeGreaterThan(0);
  expect(output.deleted + output.waiting!).toBe(30);
  expect(left()).toEqual([output.waiting, all]);
  expect(await run({ selection: all, inJob: true })).toMatchObject({ deleted: 30, rows: [] });
  expect([sent().length, new Set(sent()).size]).toEqual([30, 30]);
});

test('one that fails is told, and the others are deleted', async () => {
  const { run } = world(
    3,
    {},
    {
      DeleteTask: ({ path }: Call) => {
        if (path?.task_id === 't1') throw new AppError('clickup_forbidden');
        return {};
      },
    },
  );
  expect(await run()).toMatchObject({
    deleted: 2,
    failed: 1,
    rows: [['t1', 'Task 1', expect.stringMatching(/^failed: /)]],
  });
});

test('where their Lists hold too much for all subtasks to be seen, many are refused and few are read', async () => {
  const endless = {
    GetFilteredTeamTasks: ({ query }: Call) => {
      const page = Number(query?.page);
      if (query?.include_closed) return { tasks: Array.from({ length: 100 }, (_, n) => task({ id: `p${page}n${n}` })) };
      return { tasks: page ? [] : Array.from({ length: 60 }, (_, n) => task({ id: `t${n}` })) };
    },
  };
  await expect(world(60, {}, endless).preview()).rejects.toThrow(
    /60 tasks match, and their Lists hold too many others/,
  );
});
