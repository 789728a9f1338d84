import { type CustomField, type NamedObject, type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import fc from 'fast-check';
import {
  type Call,
  dayMs,
  type FakeContext,
  fakeContext,
  input,
  NOW,
  PEOPLE,
  priorityOf,
  task,
  userOf,
} from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { findTasks } from './find-tasks.js';

/** ClickUp with so many tasks, 100 per page. */
const pages =
  (tasks: Task[]) =>
  ({ query }: Call) => ({ tasks: tasks.slice(Number(query?.page) * 100, Number(query?.page) * 100 + 100) });
const many = (count: number, name = (index: number) => `Task ${index}`) =>
  Array.from({ length: count }, (_, index) =>
    task({ id: `t${index}`, name: name(index), date_created: String(NOW - index * 60_000) }),
  );
/** As an index reads them: by date of creation. */
const byDate =
  (tasks: Task[]) =>
  ({ query = {} }: Call) => {
    const found = tasks
      .filter(({ date_created: at }) => Number(at) > Number(query.date_created_gt ?? -1))
      .filter(({ date_created: at }) => Number(at) < Number(query.date_created_lt ?? Infinity))
      .sort((a, b) => Number(b.date_created) - Number(a.date_created));
    return { tasks: (query.reverse ? found.reverse() : found).slice(0, 100) };
  };
const severity: CustomField = {
  id: 'f1',
  name: 'Severity',
  type: 'drop_down',
  type_config: {
    options: [
      { id: 'o1', name: 'High', orderindex: 0 },
      { id: 'o2', name: 'Critical', orderindex: 1 },
    ],
  },
  date_created: '1',
  hide_from_guests: false,
};
const TAGS = ['bug', 'frontend'];
/** A context in which there are tags and Custom Fields. */
function contextOf(answer: (call: Call) => object): FakeContext {
  const context = fakeContext({ GetFilteredTeamTasks: answer, GetTasks: answer });
  const { directory } = context;
  return Object.assign(context, {
    directory: {
      ...directory,
      fields: () => Promise.resolve([severity]),
      object: (kind: NamedObject['kind'], ref: string) =>
        kind === 'tag' && TAGS.includes(ref)
          ? Promise.resolve({ kind, id: ref, name: ref })
          : Promise.reject(new AppError('invalid_parameters', `There is no ${kind} "${ref}" here.`)),
    },
  });
}
const search = async (args: Record<string, unknown>, answer: (call: Call) => object = pages([])) => {
  const context = contextOf(answer);
  return { context, found: await findTasks.handler(input(findTasks, args), context) };
};
const queryOf = async (args: Record<string, unknown>) => (await search(args)).context.calls[0]?.query;

test('"my open tasks" is one request per 100', async () => {
  const { context, found } = await search(
    { assignees: ['me'] },
    pages(many(30).map((each) => ({ ...each, assignees: [userOf(PEOPLE[0]!)] }))),
  );
  expect(found).toMatchObject({
    scope: 'open tasks; assigned to Ada Lovelace; complete: all 30',
    total: 30,
    complete: true,
  });
  expect(found).not.toHaveProperty('next_cursor');
  expect(context.calls).toEqual([
    {
      operation: 'GetFilteredTeamTasks',
      path: { team_Id: '9' },
      query: expect.objectContaining({ assignees: ['1'], include_closed: false, subtasks: true, page: 0 }),
    },
  ]);
});

test('columns without a value are left out, and what all rows share is said once', async () => {
  const { found } = await search(
    {},
    pages([
      task({ id: 'a', custom_id: 'ENG-1', due_date: String(dayMs('2026-12-01')) }),
      task({ id: 'b', name: 'Other' }),
    ]),
  );
  expect(found).toMatchObject({
    columns: ['ref', 'name', 'due'],
    rows: [
      ['ENG-1', 'Fix the memory leak', '2026-12-01'],
      ['b', 'Other', ''],
    ],
    all_rows: 'status to do; list Sprint 42',
  });
});

test.each([
  [{ within: ['Engineering / Backend / Sprint 42', 'Backlog'] }, { list_ids: ['301', '302'] }],
  [{ within: ['Backend'] }, { project_ids: ['200'] }],
  [{ within: ['Marketing'] }, { space_ids: ['101'] }],
  [{ within: ['300', 'Backend'] }, { list_ids: ['300', '301', '302'] }],
  [{ statuses: ['COMPLETE'] }, { statuses: ['complete'], include_closed: true }],
  [{ statuses: ['closed'] }, { statuses: ['complete'], include_closed: true }],
  [
    { tags: ['Bug'], order_by: 'updated' },
    { tags: ['bug'], order_by: 'updated' },
  ],
  [{ order_by: 'due_date' }, { order_by: 'due_date', reverse: true, due_date_gt: 0 }],
  [
    { due: 'today' },
    { due_date_gt: Date.parse('2026-11-20T23:00:00Z') - 1, due_date_lt: Date.parse('2026-11-21T23:00:00Z') },
  ],
  [{ due: 'overdue' }, { due_date_lt: NOW, include_closed: false }],
  [
    { done: 'this week' },
    {
      date_done_gt: Date.parse('2026-11-15T23:00:00Z') - 1,
      date_done_lt: Date.parse('2026-11-22T23:00:00Z'),
      include_closed: true,
    },
  ],
  [{ updated: 'older than 4 days' }, { date_updated_lt: Date.parse('2026-11-16T23:00:00Z') }],
  [{ fields: ['severity = critical'] }, { custom_fields: '[{"field_id":"f1","operator":"IS NOT NULL"}]' }],
  [{ parent: '86abc1' }, { parent: '86abc1' }],
  // As the first tools called them.
  [{ lists: ['Backend'] }, { project_ids: ['200'] }],
  [{ spaces: ['Marketing'] }, { space_ids: ['101'] }],
  [{ lists: ['300'], folders: ['Backend'] }, { list_ids: ['300', '301', '302'] }],
  [
    { tags: ['bug'], order_by: 'due_date', reverse: true, subtasks: false },
    { reverse: true, subtasks: false },
  ],
  [
    { due_after: 'today', due_before: 'tomorrow' },
    { due_date_gt: Date.parse('2026-11-20T23:00:00Z') - 1, due_date_lt: Date.parse('2026-11-21T23:00:00Z') },
  ],
  [{ updated_before: '2026-11-01T12:00Z' }, { date_updated_lt: Date.parse('2026-11-01T12:00Z') }],
  [{ done_after: 'monday' }, { date_done_gt: Date.parse('2026-11-15T23:00:00Z') - 1, include_closed: true }],
])('%j', async (args, query) => expect(await queryOf(args)).toMatchObject(query));

test.each([
  [{ due: 'soonish' }, /^due: /],
  [{ updated: 'overdue' }, /^updated: only due dates can be overdue/],
  [{ in_status: 'long' }, /^in_status: /],
  [{ within: ['Nowhere'] }, /^within: /],
  [{ assignees: ['Nobody'] }, /^assignees: /],
  [
    { statuses: ['blocked'], within: ['Sprint 42'] },
    /^statuses: there is no status "blocked" in Engineering \/ Backend \/ Sprint 42. Statuses there: to do, in progress, complete\.$/,
  ],
  [{ tags: ['frontent'] }, /^tags: There is no tag "frontent"/],
  [{ fields: ['Severity = Hgh'] }, /^fields: Severity has no option "hgh". Its options: High, Critical\.$/],
  [
    { fields: ['Colour = red'], within: ['Sprint 42'] },
    /^fields: "Colour = red" names no Custom Field that tasks in Engineering \/ Backend \/ Sprint 42 can have. Fields there: Severity\.$/,
  ],
  [{ fields: ['Severity > High'] }, /^fields: Severity \(drop_down\) has no order/],
  [{ fields: ['Severity'] }, /^fields: write "Severity = value"/],
  [{ archived: true }, /^archived: /],
])('%j is refused with what there is', async (args, message) => {
  await expect(search(args)).rejects.toThrow(message);
});

const valued = (id: string, value: unknown) =>
  task({ id, custom_fields: [{ ...severity, value }] as Task['custom_fields'] });

test.each([
  [{ fields: ['Severity = Critical'] }, ['two', 'uuid']],
  [{ fields: ['Severity != Critical'] }, ['one', 'none']],
  [{ fields: ['Severity is empty'] }, ['none']],
  [{ fields: ['Severity contains crit'] }, ['two', 'uuid']],
])('%j is compared here, because ClickUp ignores what it does not understand', async (args, refs) => {
  const all = [valued('one', 0), valued('two', 1), valued('uuid', 'o2'), valued('none', undefined)];
  const { found } = await search(args, pages(all));
  expect(found.rows.map(([ref]) => ref)).toEqual(refs);
});

test('whatever ClickUp leaves unfiltered is filtered: people, groups, nobody, priority, done ones, what is due later today', async () => {
  const all = [
    task({ id: 'mine', assignees: [userOf(PEOPLE[0]!)], priority: priorityOf(1) }),
    task({ id: 'free' }),
    task({ id: 'group', group_assignees: [{ id: 'g', name: 'Team' }] }),
    task({ id: 'done', status: { status: 'shipped', type: 'done', color: '#fff', orderindex: 3 } }),
    task({ id: 'today', due_date: String(dayMs('2026-11-21')) }),
    task({ id: 'late', due_date: String(dayMs('2026-11-20')) }),
  ];
  const refs = async (args: Record<string, unknown>) => (await search(args, pages(all))).found.rows.map(([ref]) => ref);
  expect(await refs({ assignees: ['none'] })).toEqual(['free', 'today', 'late']);
  expect(await refs({ assignees: ['me', 'none'] })).toEqual(['mine', 'free', 'today', 'late']);
  expect(await refs({ priority: ['urgent'] })).toEqual(['mine']);
  expect(await refs({ due: 'overdue' })).toEqual(['late']);
  expect(await refs({ due: 'none' })).toEqual(['mine', 'free', 'group']);
  expect(await refs({})).not.toContain('done');
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
        const { rows, next_cursor } = await findTasks.handler(input(findTasks, { due: 'none', cursor }), context);
        seen.push(...rows.map(([id]) => id));
        cursor = next_cursor;
      } while (cursor);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => String(id).startsWith('t'))).toHaveLength(count);
    }),
    { numRuns: 30 },
  );
});

test('long rows are cut at the budget, and the cursor goes on at the very next one', async () => {
  const tasks = many(150).map((each) => ({
    ...each,
    markdown_description: `${each.name}. Many words about it. `.repeat(40),
  }));
  const context = fakeContext({ GetFilteredTeamTasks: pages(tasks) });
  const seen: unknown[] = [];
  let cursor: string | undefined;
  do {
    const { rows, next_cursor, total } = await findTasks.handler(
      input(findTasks, { columns: ['description'], cursor }),
      context,
    );
    expect(rows.length).toBeLessThan(60);
    expect(total).toBeUndefined();
    seen.push(...rows.map(([id]) => id));
    cursor = next_cursor;
  } while (cursor);
  expect(seen).toEqual(tasks.map(({ id }) => id));
});

test('a page that never ends does not either', async () => {
  const { context, found } = await search({ due: 'none' }, () => ({ tasks: many(100) }));
  expect(found).toMatchObject({ complete: false });
  const second = await findTasks.handler(input(findTasks, { due: 'none', cursor: found.next_cursor }), context);
  expect(context.calls.length).toBeLessThan(5);
  expect(second.rows).toEqual([]);
});

describe('by words', () => {
  const LEAKS = [
    task({ id: 'a', name: 'Leak in roof' }),
    task({ id: 'b', name: 'Fix the Memory Leak in worker' }),
    task({ id: 'c', name: 'Memories' }),
    task({
      id: 'd',
      name: 'Memory leak of old',
      status: { status: 'complete', type: 'closed', color: '#fff', orderindex: 9 },
    }),
  ];

  test('all words count; what only resembles is said to', async () => {
    const { found } = await search({ text: 'memory leak' }, byDate(LEAKS));
    expect(found).toMatchObject({ total: 1, complete: true, rows: [['b', ...Array(3).fill(expect.any(String))]] });
    expect(found.scope).toMatch(/^1 with all words of "memory leak"; open tasks; all 4 tasks indexed, as of 13:00/);
    const near = (await search({ text: 'memory leek' }, byDate(LEAKS))).found;
    expect(near).toMatchObject({ total: 0 });
    expect(near.scope).toMatch(/^None has all words of "memory leek"; these resemble it; /);
    expect(near.rows[0]).toEqual(expect.arrayContaining(['b', 'resembles']));
    expect((await search({ text: 'zebra' }, byDate(LEAKS))).found).toMatchObject({
      rows: [],
      total: 0,
      scope: expect.stringMatching(/^"zebra" not found; open tasks; all 4/),
    });
  });

  test('what the filters hide is named', async () => {
    const { found } = await search({ text: 'memory leak old' }, byDate(LEAKS));
    expect(found.scope).toMatch(
      /^None has all words .*outside these filters: d "Memory leak of old" \(complete, Sprint 42\)/,
    );
  });

  test('a second search asks for changes alone, a custom id is found at once', async () => {
    const context = contextOf(byDate([...LEAKS, task({ id: 'e', custom_id: 'ENG-5', name: 'Eng 5' })]));
    await findTasks.handler(input(findTasks, { text: 'leak' }), context);
    const cold = context.calls.length;
    const found = await findTasks.handler(input(findTasks, { text: 'eng-5' }), context);
    expect(context.calls).toHaveLength(cold);
    expect(found).toMatchObject({ total: 1, rows: [['ENG-5', 'Eng 5', 'to do', 'Sprint 42']] });
  });

  test('as long as not everything was read, the first words say so', async () => {
    const context = contextOf(byDate(many(400)));
    Object.assign(context.clickup.stats, { rateLimit: { limit: 100, remaining: 5, resetInSeconds: 30 } });
    const found = await findTasks.handler(input(findTasks, { text: 'needle' }), context);
    expect(found).toMatchObject({ total: 0, complete: false, next_cursor: expect.any(String) });
    expect(found.scope).toMatch(
      /^"needle" not found: indexed 100 tasks, and there are more; call again with next_cursor to go on; /,
    );
  });

  test('without an index ten pages are looked through, and the cursor goes on', async () => {
    const tasks = many(1250, (index) => (index === 1200 ? 'Needle' : 'Hay'));
    const context = { ...contextOf(pages(tasks)), taskIndex: false };
    const first = await findTasks.handler(input(findTasks, { text: 'needle' }), context);
    expect(first).toMatchObject({ total: 0, complete: false });
    expect(first.scope).toMatch(/^"needle" not found: 1,000 tasks looked at/);
    const second = await findTasks.handler(
      input(findTasks, { text: 'needle', next_cursor: first.next_cursor }),
      context,
    );
    expect(second).toMatchObject({ total: 1, complete: true });
    expect(context.calls).toHaveLength(13);
    await expect(
      findTasks.handler(input(findTasks, { text: 'hay', cursor: first.next_cursor }), context),
    ).rejects.toThrow(/other arguments/);
  });
});

describe('counts', () => {
  const ALL = [
    task({ id: 'a', assignees: [userOf(PEOPLE[0]!), userOf(PEOPLE[1]!)], due_date: String(dayMs('2026-11-01')) }),
    task({ id: 'b', assignees: [userOf(PEOPLE[0]!)] }),
    task({ id: 'c', status: { status: 'complete', type: 'closed', color: '#fff', orderindex: 9 } }),
  ];

  test('are of all that pass, closed ones too, and add up', async () => {
    const { found } = await search({ count_by: ['status'] }, pages(ALL));
    expect(found).toMatchObject({
      columns: ['status', 'open', 'overdue', 'total'],
      rows: [
        ['to do', '2', '1', '2'],
        ['complete', '0', '0', '1'],
        ['(all tasks)', '2', '1', '3'],
      ],
      total: 3,
      complete: true,
    });
  });

  test('a task of several people counts for each, once in all, and that is said', async () => {
    const { found } = await search({ count_by: ['assignee'] }, pages(ALL));
    expect(found.rows).toEqual([
      ['Ada Lovelace', '2', '1', '2'],
      ['Sarah Lee', '1', '1', '1'],
      ['(nobody)', '0', '0', '1'],
      ['(all tasks)', '2', '1', '3'],
    ]);
    expect(found.scope).toContain('tasks with several assignees count for each of them');
  });

  test('cost nothing where the index knows all tasks', async () => {
    const context = contextOf(byDate(ALL));
    await findTasks.handler(input(findTasks, { text: 'leak' }), context);
    const before = context.calls.length;
    const found = await findTasks.handler(input(findTasks, { count_by: ['status', 'assignee'] }), context);
    expect(context.calls).toHaveLength(before);
    expect(found.rows.at(-1)).toEqual(['(all tasks)', '', '2', '1', '3']);
    expect(found.scope).toMatch(/all 3 tasks indexed/);
  });

  test('that do not know all say so first', async () => {
    const { found } = await search({ count_by: ['status'], within: ['Sprint 42'] }, pages(many(5_100)));
    expect(found).toMatchObject({ complete: false, next_cursor: expect.any(String) });
    expect(found.scope).toMatch(/^INCOMPLETE: 5,000 tasks looked at/);
  });
});

test('time in a status costs one request per 100 more', async () => {
  const since = (days: number) => ({
    current_status: {
      status: 'to do',
      color: '#fff',
      total_time: { by_minute: 1, since: String(NOW - days * 86_400_000) },
    },
    status_history: [],
  });
  const context = fakeContext({
    GetFilteredTeamTasks: { tasks: many(3) },
    "GetBulkTasks'TimeinStatus": { t0: since(5), t1: since(2), t2: since(9) },
  });
  const found = await findTasks.handler(
    input(findTasks, { in_status: '> 4 days', columns: ['days_in_status'] }),
    context,
  );
  expect(found.rows.map((row) => [row[0], row.at(-1)])).toEqual([
    ['t0', '5.0'],
    ['t2', '9.0'],
  ]);
  expect(found.scope).toContain('in that status for at least 4 days');
});

test('what search calls the query is the text here', async () => {
  const asked = (args: Record<string, unknown>) =>
    findTasks.handler(input(findTasks, args), fakeContext({ GetFilteredTeamTasks: { tasks: [task()] } }));
  expect(await asked({ query: 'memory' })).toEqual(await asked({ text: 'memory' }));
  expect((await asked({ query: 'zebra' })).rows).toEqual([]);
});

example(findTasks, { text: 'leak' });
