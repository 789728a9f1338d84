import fc from 'fast-check';
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
  const context = fakeContext({ Gettimeentrieswithinadaterange: clickUp(entries) });
  return { context, found: await listTimeEntries.handler(input(listTimeEntries, args), context) };
};

test('running timers are shown as running, and the sum is told', async () => {
  const { found, context } = await list({}, [entry('a', NOW - 3 * HOUR, HOUR), entry('b', NOW - 90 * 60_000, -5)]);
  expect(found).toMatchObject({
    columns: ['id', 'start', 'duration', 'person', 'task_id', 'task', 'billable'],
    rows: [
      ['b', '2026-11-21T11:30+01:00', '1h 30m (running)', 'Ada Lovelace', '86abc1', 'Fix it', true],
      ['a', '2026-11-21T10:00+01:00', '1h', 'Ada Lovelace', '86abc1', 'Fix it', null],
    ],
    duration_total: '2h 30m',
    next_cursor: undefined,
  });
  expect(context.calls).toHaveLength(1);
});

test.each([
  [
    { range: 'last week' },
    { start_date: Date.parse('2026-11-08T23:00:00Z'), end_date: Date.parse('2026-11-15T23:00:00Z') },
  ],
  [{ assignees: ['Sarah', 'me'] }, { assignee: [2, 1] }],
  [{ assignees: ['everyone'] }, { assignee: [1, 2, 3] }],
  [{ place: 'Engineering / Backend' }, { folder_id: '200' }],
  [
    { task_id: 'ENG-1', billable: true },
    { task_id: 'ENG-1', custom_task_ids: true, team_id: '9', is_billable: true },
  ],
])('%j', async (args, query) => expect((await list(args)).context.calls[0]?.query).toMatchObject(query));

test('one request per 30 days', async () =>
  expect((await list({ range: '2026-07-01..2026-09-28' })).context.calls).toHaveLength(3));
test('a range that is none is named', async () => expect(list({ range: 'whenever' })).rejects.toThrow(/^range: /));

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
  expect(found).toMatchObject({ duration_total: '5h', next_cursor: undefined });
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

example(listTimeEntries, {});
