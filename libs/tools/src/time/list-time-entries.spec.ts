import { AppError } from '#libs/core';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type Call, fakeContext, input, NOW, PEOPLE, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { listTimeEntries } from './list-time-entries.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const entry = (id: string, start: number, duration: number) => ({
  id,
  task: {
    id: '86abc1',
    custom_id: null,
    name: 'Fix it',
    status: { status: 'to do', color: '#fff', orderindex: 0, type: 'open' as const },
  },
  wid: '9',
  user: userOf(PEOPLE[0]!),
  billable: id === 'b',
  start,
  end: duration < 0 ? undefined : start + duration,
  duration: String(duration),
  description: '',
  at: String(start),
});
type Entry = ReturnType<typeof entry>;
const clickUp =
  (entries: Entry[]) =>
  ({ query }: Call) => ({
    data: entries.filter(({ start }) => start >= Number(query?.start_date) && start <= Number(query?.end_date)),
  });
const list = async (args: Record<string, unknown>, entries: Entry[] = []) => {
  const context = fakeContext({
    Gettimeentrieswithinadaterange: clickUp(entries),
    Getalltagsfromtimeentries: { data: [{ name: 'meeting' }, { name: 'travel' }] },
  });
  return { context, found: await listTimeEntries.handler(input(listTimeEntries, args), context) };
};

test('running timers are shown as running, not counted, and what was understood comes first', async () => {
  const { found, context } = await list({}, [entry('a', NOW - 3 * HOUR, HOUR), entry('b', NOW - 90 * 60_000, -5)]);
  expect(found).toEqual({
    scope: 'your own time (Ada Lovelace); Fri 2026-10-23 .. Sat 2026-11-21 (Europe/Berlin); complete',
    columns: ['id', 'start', 'duration', 'task_id', 'task', 'billable'],
    rows: [
      ['b', '2026-11-21T11:30+01:00', '1h 30m (running)', '86abc1', 'Fix it', 'yes'],
      ['a', '2026-11-21T10:00+01:00', '1h', '86abc1', 'Fix it', ''],
    ],
    total: '1h, 1 entries',
    running: ['Ada Lovelace: 1h 30m since 2026-11-21T11:30+01:00 on 86abc1 Fix it, not counted'],
    missing: undefined,
    next_cursor: undefined,
  });
  expect(context.calls).toHaveLength(1);
});

test.each([
  [
    { range: 'last week' },
    { start_date: Date.parse('2026-11-08T23:00:00Z'), end_date: Date.parse('2026-11-15T23:00:00Z') },
  ],
  [
    { range: 'from monday' },
    { start_date: Date.parse('2026-11-15T23:00:00Z'), end_date: Date.parse('2026-11-21T23:00:00Z') },
  ],
  [{ assignees: ['Sarah', 'me'] }, { assignee: [2, 1] }],
  [{ assignees: ['Everyone'] }, { assignee: [1, 2, 3] }],
  [{ place: 'Engineering / Backend' }, { folder_id: '200' }],
  [{ within: 'Engineering / Backend' }, { folder_id: '200' }],
  [{ within: 'ENG-1' }, { task_id: 'ENG-1', custom_task_ids: true, team_id: '9' }],
  [{ within: '86abc1' }, { task_id: '86abc1' }],
  [{ sum_by: ['folder'] }, { include_location_names: true }],
  [{ tags: ['meeting'] }, { include_task_tags: true }],
  [
    { task_id: 'ENG-1', billable: true },
    { task_id: 'ENG-1', custom_task_ids: true, team_id: '9', is_billable: true },
  ],
])('%j', async (args, query) => expect((await list(args)).context.calls[0]?.query).toMatchObject(query));

test.each([
  [{ assignees: ['everyone'] }, /^everyone \(3 people\);/],
  [{ assignees: ['Sarah', 'David'] }, /^time of Sarah Lee, David Kim;/],
  [{ within: 'Backend', billable: true }, /in folder Engineering \/ Backend; billable only; complete$/],
  [{ within: 'ENG-1' }, /in task ENG-1 without its subtasks/],
])('the scope of %j says so', async (args, said) => expect((await list(args)).found.scope).toMatch(said));

test.each([
  ['whenever', /^range: "whenever" is not understood as a period/],
  ['overdue', /^range: "overdue" has no start/],
  ['none', /^range: "none" has no start/],
  ['before friday', /^range: "before friday" has no start/],
  ['from tomorrow', /^range: "from tomorrow" begins in the future/],
  ['friday 3pm', /^range: "friday 3pm" is a moment, not a period/],
])('a range of %s is refused', async (range, message) => expect(list({ range })).rejects.toThrow(message));

describe('a member, to whom ClickUp shows no time but their own', () => {
  const ask = (args: Record<string, unknown>) => {
    const context = fakeContext({
      Gettimeentrieswithinadaterange: ({ query }: Call) =>
        (query?.assignee as number[] | undefined)?.some((id) => id !== 1)
          ? Promise.reject(new AppError('clickup_forbidden', 'ClickUp refused'))
          : { data: [entry('a', NOW - 3 * HOUR, HOUR)] },
    });
    return listTimeEntries.handler(input(listTimeEntries, args), context);
  };
  test.each([
    { assignees: ['everyone'] },
    { assignees: ['me', 'Sarah'] },
    { assignees: ['everyone'], sum_by: ['person'] },
  ])('gets it for %j, with the statement', async (args) => {
    const found = await ask(args);
    expect(found.scope).toMatch(/^your own time \(Ada Lovelace\);.*incomplete$/);
    expect(found.missing).toMatch(/owners and admins of the Workspace only: this is yours alone/);
    expect(found.rows).toHaveLength(1);
  });
  test('is told why for others alone', async () =>
    expect(ask({ assignees: ['Sarah'] })).rejects.toMatchObject({
      code: 'clickup_forbidden',
      message: expect.stringMatching(/^assignees: ClickUp shows the time of other people to owners and admins/),
    }));
});

describe('tags', () => {
  const tagged = (id: string, label: string, tag: string) => ({
    ...entry(id, NOW - 3 * HOUR, HOUR),
    tags: label ? [{ name: label }] : [],
    task_tags: tag ? [{ name: tag }] : [],
  });
  const entries = [tagged('a', 'Meeting', ''), tagged('b', '', 'frontend'), tagged('c', '', '')];
  test('are looked for on entries and on their tasks', async () => {
    expect((await list({ tags: ['MEETING'] }, entries)).found.rows.map(([id]) => id)).toEqual(['a']);
    expect((await list({ tags: ['frontend'] }, entries)).found.rows.map(([id]) => id)).toEqual(['b']);
  });
  test('that exist and are on nothing find nothing', async () =>
    expect((await list({ tags: ['travel'] }, entries)).found).toMatchObject({ rows: [], total: '0s, 0 entries' }));
  test('that do not exist are refused with those that do', async () =>
    expect(list({ tags: ['frontent'] }, entries)).rejects.toThrow(
      /^tags: there is no tag "frontent".*meeting, travel.*frontend/,
    ));
});

test('one request per 30 days', async () =>
  expect((await list({ range: '2026-07-01..2026-09-28' })).context.calls).toHaveLength(3));

test('over any range, every entry in it is shown once, newest first', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 420 * 24 }), { maxLength: 350 }), async (hours) => {
      const from = Date.parse('2025-08-01T00:00:00Z');
      const entries = hours.map((hour, index) => entry(`e${index}`, from + hour * HOUR, HOUR));
      const context = fakeContext({ Gettimeentrieswithinadaterange: clickUp(entries) });
      const seen: [id: string, start: string][] = [];
      let cursor: string | undefined;
      do {
        const page = await listTimeEntries.handler(
          input(listTimeEntries, { range: '2025-06-01..2026-11-30', cursor }),
          context,
        );
        seen.push(...page.rows.map(([id, start]) => [String(id), String(start)] as [string, string]));
        cursor = page.next_cursor;
      } while (cursor);
      expect(seen.map(([id]) => id).sort()).toEqual(entries.map(({ id }) => id).sort());
      const starts = seen.map(([, start]) => Date.parse(start));
      expect(starts).toEqual([...starts].sort((a, b) => b - a));
    }),
    { numRuns: 25 },
  );
});

test('an entry that reaches into the next window is shown once', async () => {
  const early = entry('early', NOW - 40 * DAY, 20 * DAY);
  const context = fakeContext({ Gettimeentrieswithinadaterange: { data: [early] } });
  expect((await listTimeEntries.handler(input(listTimeEntries, { range: 'last 60 days' }), context)).rows).toHaveLength(
    1,
  );
});

test('more people than one request may name are asked for in several', async () => {
  const many = Array.from({ length: 250 }, (_, id) => ({ id, username: `Person ${id}`, email: '' }));
  const context = fakeContext(
    {
      Gettimeentrieswithinadaterange: ({ query }) => ({
        data: (query?.assignee as number[])
          .filter((id) => id % 60 === 0)
          .map((id) => ({ ...entry(`e${id}`, NOW - DAY, HOUR), user: userOf(many[id]!) })),
      }),
    },
    many,
  );
  const found = await listTimeEntries.handler(input(listTimeEntries, { assignees: ['everyone'] }), context);
  expect(context.calls.map(({ query }) => (query?.assignee as number[]).length)).toEqual([100, 100, 50]);
  expect(found.rows.map(([id]) => id).sort()).toEqual(['e0', 'e120', 'e180', 'e240', 'e60']);
  expect(found).toMatchObject({ total: '5h, 5 entries', next_cursor: undefined });
});

test('a long range of many people is a page at a time, and nothing is lost', async () => {
  const many = Array.from({ length: 250 }, (_, id) => ({ id, username: `Person ${id}`, email: '' }));
  const old = entry('old', NOW - 300 * DAY, HOUR);
  const context = fakeContext(
    {
      Gettimeentrieswithinadaterange: ({ query }) => ({
        data:
          (query?.assignee as number[]).includes(249) &&
          Number(query?.start_date) <= old.start &&
          old.start <= Number(query?.end_date)
            ? [old]
            : [],
      }),
    },
    many,
  );
  const rows: unknown[] = [];
  let [cursor, pages] = [undefined as string | undefined, 0];
  do {
    const page = await listTimeEntries.handler(
      input(listTimeEntries, { range: 'last 360 days', assignees: ['everyone'], cursor }),
      context,
    );
    rows.push(...page.rows);
    cursor = page.next_cursor;
    pages++;
  } while (cursor);
  expect(rows).toHaveLength(1);
  expect(pages).toBeLessThanOrEqual(3);
  expect(context.calls.length / pages).toBeLessThanOrEqual(13);
});

test('a page keeps to its budget, and its cursor continues it without a gap', async () => {
  const many = Array.from({ length: 90 }, (_, at) => ({
    ...entry(`e${at}`, NOW - (at + 1) * HOUR, HOUR),
    description: `Entry ${at}: ${'what was done in this hour, '.repeat(30)}`,
  }));
  const seen: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const { found }: Awaited<ReturnType<typeof list>> = await list({ cursor }, many);
    expect(countTokens(JSON.stringify(found))).toBeLessThanOrEqual(6_000);
    if (found.next_cursor)
      expect([found.total, found.scope]).toEqual([undefined, expect.stringMatching(/more with next_cursor$/)]);
    seen.push(...found.rows.map(([id]) => id!));
    cursor = found.next_cursor;
    pages++;
  } while (cursor);
  expect(pages).toBeGreaterThan(1);
  expect(seen).toEqual(many.map(({ id }) => id));
});

test('sums over more than a call may ask say what is missing, and of sums a long table is continued', async () => {
  const { found } = await list({ range: '2024-01-01..2026-11-21', sum_by: ['day'] }, [
    entry('a', NOW - 3 * HOUR, HOUR),
  ]);
  expect(found.scope).toMatch(/incomplete$/);
  expect(found.missing).toMatch(/^read back to .* only, .* ask for 2024-01-01\.\.2025-10-\d\d as well$/);
  const many = Array.from({ length: 900 }, (_, at) => {
    const one = entry(`e${at}`, NOW - (at + 1) * HOUR, HOUR);
    return { ...one, task: { ...one.task, id: `t${at}`, name: `A task with a name of usual length, number ${at}` } };
  });
  const tasks: string[] = [];
  let cursor: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof list>>['found'] = (
      await list({ range: 'last 60 days', sum_by: ['task'], cursor }, many)
    ).found;
    expect(page.total).toBe('900 h, of which billable 0 h; 900 entries');
    tasks.push(...page.rows.map(([id]) => id!));
    cursor = page.next_cursor;
  } while (cursor);
  expect([...tasks].sort()).toEqual(many.map(({ task }) => task.id).sort());
});

example(listTimeEntries, {});
