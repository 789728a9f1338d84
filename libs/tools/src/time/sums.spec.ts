import { type TimeEntry } from '#libs/clickup';
import fc from 'fast-check';
import { NOW, PEOPLE, userOf, ZONE } from '../../../../test/support/tool-context.js';
import { rounded, SUM_BY, sumUp } from './sums.js';

const HOUR = 3_600_000;
const STATUS = { status: 'to do', color: '#fff', orderindex: 0, type: 'open' as const };
const CLOCK = { zone: ZONE, now: NOW };
const entry = (more: object = {}): TimeEntry => ({
  id: 'e',
  task: { id: 't1', custom_id: 'ENG-1', name: 'Fix it', status: STATUS },
  wid: '9',
  user: userOf(PEOPLE[0]!),
  billable: false,
  start: NOW - 5 * HOUR,
  duration: HOUR,
  description: '',
  at: NOW,
  task_location: {
    list_id: 301,
    folder_id: 200,
    space_id: 100,
    list_name: 'Sprint 42',
    folder_name: 'Backend',
    space_name: 'Engineering',
  },
  ...more,
});
const hidden = {
  list_id: 300,
  folder_id: 299,
  space_id: 100,
  list_name: 'Inbox',
  folder_name: 'hidden',
  space_name: 'Engineering',
};

test.each([
  ['person', {}, ['Ada Lovelace']],
  ['task', {}, ['ENG-1', 'Fix it']],
  ['task', { task: null }, ['', '(no task)']],
  ['list', {}, ['Backend / Sprint 42']],
  ['list', { task_location: hidden }, ['Engineering / Inbox']],
  ['list', { task: null, task_location: undefined }, ['(no task)']],
  ['folder', {}, ['Engineering / Backend']],
  ['folder', { task_location: hidden }, ['Engineering / (no Folder)']],
  ['space', {}, ['Engineering']],
  ['tag', { tags: [{ name: 'b' }, { name: 'a' }] }, ['a, b']],
  ['tag', {}, ['(none)']],
  ['day', { start: Date.parse('2026-11-20T23:30:00Z') }, ['Sat 2026-11-21']],
  ['billable', { billable: true }, ['yes']],
] as const)('by %s, %j is %j', (by, more, cells) =>
  expect(sumUp([entry(more)], [by], CLOCK).table.rows[0]).toEqual(
    expect.arrayContaining([...cells].filter((cell) => cell !== '')),
  ),
);

test('two groups of one name stay two, and two Lists without a Folder are one group', () => {
  const twin = { ...userOf(PEOPLE[1]!), username: 'Ada Lovelace' };
  expect(sumUp([entry(), entry({ user: twin })], ['person'], CLOCK).table.rows).toHaveLength(2);
  const other = { ...hidden, list_id: 298, folder_id: 297 };
  expect(
    sumUp([entry({ task_location: hidden }), entry({ task_location: other })], ['folder'], CLOCK).table.rows,
  ).toHaveLength(1);
});

test('a timer that runs is counted apart', () => {
  const { table, total } = sumUp([entry(), entry({ duration: -5 })], ['person'], CLOCK);
  expect(table).toEqual({
    columns: ['person', 'hours', 'entries', 'running'],
    rows: [['Ada Lovelace', '1', '1', '1']],
  });
  expect(total).toBe('1 h, of which billable 0 h; 1 entries');
});

test('days stand in their order, other groups by their size', () => {
  const days = [1, 3, 2].map((back) =>
    entry({ start: NOW - back * 24 * HOUR, duration: back === 3 ? HOUR : 2 * HOUR }),
  );
  expect(sumUp(days, ['day'], CLOCK).table.rows.map(([day]) => day)).toEqual([
    'Wed 2026-11-18',
    'Thu 2026-11-19',
    'Fri 2026-11-20',
  ]);
  const people = [entry(), entry({ user: userOf(PEOPLE[1]!), duration: 2 * HOUR })];
  expect(sumUp(people, ['person'], CLOCK).table.rows.map(([name]) => name)).toEqual(['Sarah Lee', 'Ada Lovelace']);
});

test('rows add up to the total exactly, in both columns, and every row is right to a hundredth', () => {
  const some = fc.record({
    duration: fc.integer({ min: 1, max: 90_000_000 }),
    billable: fc.boolean(),
    person: fc.integer({ min: 0, max: 6 }),
  });
  fc.assert(
    fc.property(fc.array(some, { maxLength: 60 }), fc.constantFrom(...SUM_BY), (made, second) => {
      const entries = made.map(({ duration, billable, person }) =>
        entry({ duration, billable, user: { ...userOf(PEOPLE[0]!), id: person, username: `P${person}` } }),
      );
      const { table, total } = sumUp(entries, ['person', second], CLOCK);
      const sum = (name: string) =>
        table.rows.reduce((all, row) => all + Math.round(100 * Number(row[table.columns.indexOf(name)] ?? 0)), 0);
      const [, whole, billed] = /^([\d.]+) h, of which billable ([\d.]+) h/.exec(total) ?? [];
      const truth = made.reduce((all, { duration }) => all + duration, 0);
      expect([sum('hours'), sum('billable')]).toEqual([
        Math.round(100 * Number(whole)),
        Math.round(100 * Number(billed)),
      ]);
      expect(Number(whole)).toBe(Math.round(truth / 36_000) / 100);
    }),
  );
});

test('rounding moves no value by a whole unit', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1 }), (values) => {
      const total = Math.round(values.reduce((sum, each) => sum + each, 0) / 36_000);
      const cells = rounded(values, total);
      expect(cells.reduce((sum, each) => sum + each, 0)).toBe(total);
      for (const [index, cell] of cells.entries()) expect(Math.abs(cell - values[index]! / 36_000)).toBeLessThan(1);
    }),
  );
});
