import { type Task } from '#libs/clickup';
import fc from 'fast-check';
import { type Call, dayMs, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { findTasks } from './find-tasks.js';

/** ClickUp with so many tasks, 100 per page. */
const pages =
  (tasks: Task[]) =>
  ({ query }: Call) => ({ tasks: tasks.slice(Number(query?.page) * 100, Number(query?.page) * 100 + 100) });
const many = (count: number, name = (index: number) => `Task ${index}`) =>
  Array.from({ length: count }, (_, index) => task({ id: `t${index}`, name: name(index) }));
const search = async (args: Record<string, unknown>, answer: (call: Call) => object = pages([])) => {
  const context = fakeContext({ GetFilteredTeamTasks: answer });
  return { context, found: await findTasks.handler(input(findTasks, args), context) };
};
const queryOf = async (args: Record<string, unknown>) => (await search(args)).context.calls[0]?.query;

test('"my open tasks" is one request per 100', async () => {
  const { context, found } = await search({ assignees: ['me'] }, pages(many(30)));
  expect(found).toMatchObject({ total: 30, next_cursor: undefined });
  expect(context.calls).toEqual([
    {
      operation: 'GetFilteredTeamTasks',
      path: { team_Id: '9' },
      query: expect.objectContaining({ assignees: ['1'], include_closed: false, subtasks: true, page: 0 }),
    },
  ]);
});

test('columns without a value are left out', async () => {
  const { found } = await search(
    {},
    pages([task({ id: 'a', due_date: String(dayMs('2026-12-01')) }), task({ id: 'b' })]),
  );
  expect(found).toMatchObject({
    columns: ['id', 'name', 'status', 'due', 'list'],
    rows: [
      ['a', 'Fix the memory leak', 'to do', '2026-12-01', 'Sprint 42'],
      ['b', 'Fix the memory leak', 'to do', null, 'Sprint 42'],
    ],
  });
});

test.each([
  [{ lists: ['Engineering / Backend / Sprint 42', '555'] }, { list_ids: ['301', '555'] }],
  [{ lists: ['Backend'] }, { project_ids: ['200'] }],
  [{ spaces: ['Marketing'] }, { space_ids: ['101'] }],
  [{ lists: ['300'], folders: ['Backend'] }, { list_ids: ['300', '301', '302'] }],
  [{ statuses: ['complete'] }, { statuses: ['complete'], include_closed: true }],
  [
    { tags: ['Bug'], order_by: 'due_date', reverse: true, subtasks: false },
    { tags: ['bug'], order_by: 'due_date', reverse: true, subtasks: false },
  ],
  [
    { due_after: 'today', due_before: 'tomorrow' },
    { due_date_gt: Date.parse('2026-11-20T23:00:00Z') - 1, due_date_lt: Date.parse('2026-11-21T23:00:00Z') },
  ],
  [{ updated_before: '2026-11-01T12:00Z' }, { date_updated_lt: Date.parse('2026-11-01T12:00Z') }],
  [{ done_after: 'monday' }, { date_done_gt: Date.parse('2026-11-15T23:00:00Z') - 1, include_closed: true }],
])('%j', async (args, query) => expect(await queryOf(args)).toMatchObject(query));

test.each([
  [{ due_before: 'soonish' }, /^due_before: /],
  [{ lists: ['Nowhere'] }, /^lists: /],
  [{ assignees: ['Nobody'] }, /^assignees: /],
])('%j is named', async (args, message) => {
  await expect(search(args)).rejects.toThrow(message);
});

test('every task is shown once, whatever is added while paging', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 350 }), fc.integer({ min: 0, max: 99 }), async (count, added) => {
      const tasks = many(count);
      let requests = 0;
      const answer = (call: Call) => {
        if (requests++ === 1)
          tasks.unshift(...Array.from({ length: added }, (_, index) => task({ id: `new${index}` })));
        return pages(tasks)(call);
      };
      const context = fakeContext({ GetFilteredTeamTasks: answer });
      const seen: unknown[] = [];
      let cursor: string | undefined;
      do {
        const { rows, next_cursor } = await findTasks.handler(input(findTasks, { assignees: ['me'], cursor }), context);
        seen.push(...rows.map(([id]) => id));
        cursor = next_cursor;
      } while (cursor);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => String(id).startsWith('t'))).toHaveLength(count);
    }),
    { numRuns: 30 },
  );
});

test('a page that never ends does not either', async () => {
  const { context, found } = await search({ text: 'task' }, () => ({ tasks: many(100) }));
  expect(found).toMatchObject({ scanned: 100, complete: true });
  expect(context.calls).toHaveLength(2);
});

test('search by name: best first, recent first among equals, and honest about what was read', async () => {
  const { found, context } = await search(
    { text: 'memory leek' },
    pages([
      task({ id: 'a', name: 'Leak in roof' }),
      task({ id: 'b', name: 'Fix the Memory Leak in worker' }),
      task({ id: 'c', name: 'Memories' }),
      task({ id: 'd', name: 'Other' }),
    ]),
  );
  expect(found.rows.map(([id]) => id)).toEqual(['b']);
  expect(found).toMatchObject({ total: 1, scanned: 4, complete: true });
  expect(context.calls[0]?.query).toMatchObject({ order_by: 'updated' });
});

test('a search reads 10 pages and goes on from there', async () => {
  const context = fakeContext({
    GetFilteredTeamTasks: pages(many(1250, (index) => (index === 1200 ? 'Needle' : 'Hay'))),
  });
  const first = await findTasks.handler(input(findTasks, { text: 'needle' }), context);
  expect(first).toMatchObject({ total: 0, scanned: 1000, complete: false });
  const second = await findTasks.handler(input(findTasks, { text: 'needle', next_cursor: first.next_cursor }), context);
  expect(second).toMatchObject({ total: 1, scanned: 250, complete: true, next_cursor: undefined });
  expect(context.calls).toHaveLength(13);
  await expect(
    findTasks.handler(input(findTasks, { text: 'hay', cursor: first.next_cursor }), context),
  ).rejects.toThrow(/other arguments/);
});

example(findTasks, { text: 'leak' });
