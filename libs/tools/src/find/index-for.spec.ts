import {
  CreateTaskComment,
  DeleteList,
  DeleteTask,
  mergeTasks,
  type Operation,
  type Task,
  UpdateList,
  UpdateTask,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import fc from 'fast-check';
import { type Call, fakeContext, NOW, task } from '../../../../test/support/tool-context.js';
import { indexFor, stateOf, stillThere } from './index-for.js';
import { type TaskIndex } from './task-index.js';
import { watchWrites } from './watch-writes.js';

const MINUTE = 60_000;
const at = (minutesAgo: number) => String(NOW - minutesAgo * MINUTE);
const born = (id: string, created: number, updated = created, name = `Task ${id}`): Task =>
  task({ id, name, date_created: String(created), date_updated: String(updated) });

/** ClickUp with these tasks, as far as an index asks it. */
function clickup(tasks: Task[]) {
  const matching = ({ query = {} }: Call) => {
    const key = query.order_by === 'updated' ? 'date_updated' : 'date_created';
    const found = tasks
      .filter((each) => Number(each[key]) > Number(query[`${key}_gt`] ?? -1))
      .filter((each) => Number(each[key]) < Number(query[`${key}_lt`] ?? Infinity))
      .sort((a, b) => Number(b[key]) - Number(a[key]));
    return query.reverse ? found.reverse() : found;
  };
  return (call: Call) => ({
    tasks: matching(call).slice(Number(call.query?.page) * 100, Number(call.query?.page) * 100 + 100),
  });
}
const ids = (index: TaskIndex | undefined) => [...(index?.all() ?? [])].map(({ id }) => id).sort();

test('everything is read once, whenever it was created, and by about one request per 100', async () => {
  const moments = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: NOW - 400 * 86_400_000, max: NOW }) },
    // Whole imports happen in one moment.
    { weight: 1, arbitrary: fc.constantFrom(NOW - 5_000, NOW - 90 * 86_400_000) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(moments, { maxLength: 900, size: 'max' }), async (created) => {
      const tasks = created.map((moment, index) => born(`t${index}`, moment));
      const context = fakeContext({ GetFilteredTeamTasks: clickup(tasks) });
      const index = await indexFor(context);
      expect(ids(index)).toEqual(tasks.map(({ id }) => id).sort());
      expect(index?.fullSince).toBe(NOW);
      expect(context.calls.length).toBeLessThanOrEqual(3 * Math.ceil(created.length / 100) + 8);
    }),
    { numRuns: 40 },
  );
});

test('later uses cost one request, none within seconds, and see what changed, came and went', async () => {
  const tasks = Array.from({ length: 250 }, (_, index) => born(`t${index}`, NOW - (index + 10) * MINUTE));
  const context = fakeContext({ GetFilteredTeamTasks: (call) => clickup(tasks)(call) });
  const index = await indexFor(context);
  const cold = context.calls.length;
  await indexFor({ ...context, now: NOW + 1_000 });
  expect(context.calls).toHaveLength(cold);
  tasks[200] = born('t200', Number(tasks[200]!.date_created), NOW + 2_000, 'Renamed');
  tasks.push(born('new', NOW + 3_000));
  tasks.splice(3, 1);
  await indexFor({ ...context, now: NOW + 10_000 });
  expect(context.calls).toHaveLength(cold + 1);
  expect(index?.get('t200')?.name).toBe('Renamed');
  expect(index?.get('new')).toBeDefined();
  expect(index?.get('t3')).toBeUndefined();
  expect(index?.size).toBe(250);
});

test('what was deleted long ago is forgotten when everything is read again, a few pages at a time', async () => {
  const tasks = Array.from({ length: 1_000 }, (_, index) => born(`t${index}`, NOW - (index + 10) * 60 * MINUTE));
  const context = fakeContext({ GetFilteredTeamTasks: (call) => clickup(tasks)(call) });
  const index = await indexFor(context);
  tasks.splice(700, 1);
  let uses = 0;
  while (index?.get('t700') && uses++ < 20) {
    const before = context.calls.length;
    await indexFor({ ...context, now: NOW + 20 * MINUTE + uses * 6_000 });
    expect(context.calls.length - before).toBeLessThanOrEqual(1 + 8);
    expect(index.fullSince).toBeDefined();
  }
  expect(index?.get('t700')).toBeUndefined();
  expect(index?.size).toBe(999);
});

test('reading stops before the requests of a minute are used up, says how far it came, and goes on', async () => {
  const tasks = Array.from({ length: 1_500 }, (_, index) => born(`t${index}`, NOW - (index + 10) * MINUTE));
  const context = fakeContext({ GetFilteredTeamTasks: (call) => clickup(tasks)(call) });
  let used = 0;
  Object.defineProperty(context.clickup.stats, 'rateLimit', {
    get: () => ({ limit: 10, remaining: Math.max(0, 8 - context.calls.length + used), resetInSeconds: 9 }),
  });
  const index = await indexFor(context);
  expect(index?.fullSince).toBeUndefined();
  expect(index?.size).toBeGreaterThan(500);
  expect(await stateOf(index!, context)).toMatch(/^indexed [\d,]+ (of about [\d,]+ tasks|tasks, and there are more)$/);
  for (let use = 1; use < 10 && index?.fullSince === undefined; use++) {
    used = context.calls.length;
    await indexFor({ ...context, now: NOW + use * 10_000 });
  }
  expect(index?.size).toBe(1_500);
  expect(await stateOf(index!, { ...context, now: index!.asOf })).toMatch(/^all 1,500 tasks indexed, as of \d\d:\d\d/);
});

test('a failure after the first page leaves what was read, a failure of the first is one', async () => {
  const tasks = Array.from({ length: 300 }, (_, index) => born(`t${index}`, NOW - index * MINUTE));
  const failingAfter = (pages: number) => {
    let calls = 0;
    return fakeContext({
      GetFilteredTeamTasks: (call) => {
        if (calls++ >= pages) throw new AppError('clickup_server_error');
        return clickup(tasks)(call);
      },
    });
  };
  await expect(indexFor(failingAfter(0))).rejects.toThrow();
  for (const pages of [1, 2, 3]) {
    const index = await indexFor(failingAfter(pages));
    expect(index?.size).toBeGreaterThanOrEqual(100);
    expect(index?.fullSince).toBeUndefined();
  }
});

test('two uses at once read everything once', async () => {
  const tasks = Array.from({ length: 450 }, (_, index) => born(`t${index}`, NOW - index * MINUTE));
  const context = fakeContext({ GetFilteredTeamTasks: clickup(tasks) });
  const [one, two] = await Promise.all([indexFor(context), indexFor(context)]);
  expect(one === two).toBe(true);
  expect(context.calls.length).toBeLessThan(14);
});

test('our own writes are seen at once: what is deleted is gone, what is changed or may be is looked up', async () => {
  const tasks = [
    born('a', NOW - 9 * MINUTE),
    born('b', NOW - 8 * MINUTE),
    task({ id: 'c', parent: 'a', date_created: at(7) }),
    task({ id: 'd', date_created: at(6), list: { id: '302', name: 'Backlog' } }),
  ];
  const context = fakeContext({
    GetFilteredTeamTasks: (call) => clickup(tasks)(call),
    GetTask: () => born('b', NOW - 8 * MINUTE, NOW, 'Other'),
  });
  const index = (await indexFor(context))!;
  const listeners: Parameters<NonNullable<typeof context.clickup.whenWritten>>[0][] = [];
  watchWrites({ ...context.clickup, whenWritten: (listener) => listeners.push(listener) }, context.cache);
  const wrote = (operation: Operation, path: Record<string, string>, done = true, body?: unknown) =>
    listeners.forEach((listener) => listener(operation, { path, query: {}, body }, done));
  wrote(DeleteTask, { task_id: 'a' }, false);
  expect(ids(index)).toEqual(['a', 'b', 'c', 'd']);
  wrote(DeleteTask, { task_id: 'a' });
  expect(ids(index)).toEqual(['b', 'd']);
  wrote(DeleteList, { list_id: '302' });
  expect(ids(index)).toEqual(['b']);
  expect(index.asOf).toBe(0);
  wrote(CreateTaskComment, { task_id: 'b' });
  await stillThere(index, [...index.all()], context);
  expect(index.get('b')?.name).not.toBe('Other');
  wrote(UpdateTask, { task_id: 'b' });
  await stillThere(index, [...index.all()], context);
  expect(index.get('b')?.name).toBe('Other');
  wrote(UpdateList, { list_id: '301' });
  expect(index.fullSince).toBeUndefined();
  wrote(mergeTasks, { task_id: 'z' }, true, { source_task_ids: ['b'] });
  expect(index.size).toBe(0);
});

test('what may be gone is looked up before it is shown', async () => {
  const context = fakeContext({
    GetFilteredTeamTasks: clickup([born('a', NOW - MINUTE)]),
    GetTask: () => {
      throw new AppError('clickup_not_found');
    },
  });
  const index = (await indexFor(context))!;
  expect([...(await stillThere(index, [index.get('a')!], { ...context, now: NOW + MINUTE }))]).toEqual(['a']);
  expect([...(await stillThere(index, [index.get('a')!], { ...context, now: NOW + 6 * MINUTE }))]).toEqual([]);
  expect(index.size).toBe(0);
});

test.each([
  ['switched off', { taskIndex: false }],
  ['not permitted any more', { permits: () => ({ allowed: false, reason: 'no' }) }],
])('none where it is %s', async (_, without) => {
  const context = fakeContext({ GetFilteredTeamTasks: clickup([born('a', NOW)]) });
  await indexFor(context);
  expect(await indexFor({ ...context, ...(without as object) })).toBeUndefined();
});

test('where there is no memory for all tasks, none are kept, and nothing is read for it again', async () => {
  const tasks = Array.from({ length: 900 }, (_, index) => born(`t${index}`, NOW - index * MINUTE));
  const context = fakeContext({ GetFilteredTeamTasks: clickup(tasks) });
  const small = { ...context, cache: { ...context.cache, room: 500_000 } };
  expect(await indexFor(small)).toBeUndefined();
  const cold = context.calls.length;
  expect(await indexFor(small)).toBeUndefined();
  expect(context.calls).toHaveLength(cold);
});
