import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fromSource } from '../../../../test/support/source-process.js';

/**
 * What phrases mean, by a calendar of this file's own: days are counted in UTC, where each is 24 hours long, and only the ends are looked
 * up in the zone, by Intl. Nothing here is shared with the parser.
 */
const DAY = 86_400_000;
const PROCESS_ZONES = ['UTC', 'America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Kiritimati'];
const PERSON_ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];
/** A Wednesday; the days on which Berlin, New York and Auckland change their clocks (Sundays); the end of a year; a leap day. */
const DAYS = ['2026-11-25', '2026-03-29', '2026-11-01', '2026-09-27', '2026-12-31', '2028-02-29'];
const HOURS = ['00:10', '01:30', '03:30', '12:00', '23:50'];

type Ends = [first: string | null, last: string | null];
type Meaning = (today: string) => Ends | 'refused' | 'none' | 'overdue';

const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const at = (day: string) => Date.parse(`${day}T00:00:00Z`);
const plus = (day: string, days: number) => iso(at(day) + days * DAY);
const weekday = (day: string) => new Date(at(day)).getUTCDay();
const monday = (day: string) => plus(day, -((weekday(day) + 6) % 7));
/** The first day of the month that is so many months on. */
const month = (day: string, more = 0) => iso(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + more, 1));
const quarter = (day: string, more = 0) =>
  month(`${day.slice(0, 4)}-01-01`, 3 * (Math.floor((Number(day.slice(5, 7)) - 1) / 3) + more));
const year = (day: string, more = 0) => `${Number(day.slice(0, 4)) + more}-01-01`;
const saturday = (day: string) => (weekday(day) === 0 ? plus(day, -1) : plus(day, 6 - weekday(day)));
/** The latest and the nearest day that is this weekday, today among them. */
const past = (day: string, which: number) => plus(day, -((weekday(day) - which + 7) % 7));
const coming = (day: string, which: number) => plus(day, (which - weekday(day) + 7) % 7);
const until = (first: string, next: string): Ends => [first, plus(next, -1)];
const always =
  (first: string | null, last: string | null): Meaning =>
  () => [first, last];
const refused: Meaning = () => 'refused';

const PAST: Record<string, Meaning> = {
  today: (t) => [t, t],
  yesterday: (t) => [plus(t, -1), plus(t, -1)],
  Tomorrow: (t) => [plus(t, 1), plus(t, 1)],
  'this week': (t) => [monday(t), plus(monday(t), 6)],
  'current week': (t) => [monday(t), plus(monday(t), 6)],
  'last week': (t) => [plus(monday(t), -7), plus(monday(t), -1)],
  'next week': (t) => [plus(monday(t), 7), plus(monday(t), 13)],
  'week to date': (t) => [monday(t), t],
  'rest of the week': (t) => [t, plus(monday(t), 6)],
  'this weekend': (t) => [saturday(t), plus(saturday(t), 1)],
  'last weekend': (t) => [plus(saturday(t), -7), plus(saturday(t), -6)],
  'next weekend': (t) => [plus(saturday(t), 7), plus(saturday(t), 8)],
  'this month': (t) => until(month(t), month(t, 1)),
  'last month': (t) => until(month(t, -1), month(t)),
  'next month': (t) => until(month(t, 1), month(t, 2)),
  mtd: (t) => [month(t), t],
  'this month so far': (t) => [month(t), t],
  'rest of the month': (t) => until(t, month(t, 1)),
  'this quarter': (t) => until(quarter(t), quarter(t, 1)),
  'last quarter': (t) => until(quarter(t, -1), quarter(t)),
  'next quarter': (t) => until(quarter(t, 1), quarter(t, 2)),
  'this year': (t) => until(year(t), year(t, 1)),
  'last year': (t) => until(year(t, -1), year(t)),
  'year to date': (t) => [year(t), t],
  'last 7 days': (t) => [plus(t, -6), t],
  'in the past 30 days': (t) => [plus(t, -29), t],
  'last two weeks': (t) => [plus(t, -13), t],
  'next 3 days': (t) => [t, plus(t, 2)],
  'older than 4 days': (t) => [null, plus(t, -5)],
  '> 4 days': (t) => [null, plus(t, -5)],
  'more than 3 weeks ago': (t) => [null, plus(t, -22)],
  'at least 4 days ago': (t) => [null, plus(t, -4)],
  'less than 4 days ago': (t) => [plus(t, -3), t],
  'newer than 2 days': (t) => [plus(t, -1), t],
  'within 3 days': (t) => [plus(t, -3), t],
  'in more than 3 days': (t) => [plus(t, 4), null],
  'in less than 3 days': (t) => [t, plus(t, 2)],
  '3 days ago': (t) => [plus(t, -3), plus(t, -3)],
  'in 3 days': (t) => [plus(t, 3), plus(t, 3)],
  '2 weeks ago': (t) => [plus(t, -14), plus(t, -14)],
  friday: (t) => [past(t, 5), past(t, 5)],
  'on friday': (t) => [past(t, 5), past(t, 5)],
  'this friday': (t) => [past(t, 5), past(t, 5)],
  'last friday': (t) => [past(plus(t, -1), 5), past(plus(t, -1), 5)],
  'next friday': (t) => [plus(monday(t), 11), plus(monday(t), 11)],
  'since monday': (t) => [past(t, 1), t],
  'since yesterday': (t) => [plus(t, -1), t],
  'since last week': (t) => [plus(monday(t), -7), t],
  'before monday': (t) => [null, plus(past(t, 1), -1)],
  'until monday': (t) => [null, past(t, 1)],
  'by monday': (t) => [null, past(t, 1)],
  'after monday': (t) => [plus(past(t, 1), 1), null],
  'from monday': (t) => [past(t, 1), null],
  'monday..': (t) => [past(t, 1), null],
  '..monday': (t) => [null, past(t, 1)],
  'before last week': (t) => [null, plus(monday(t), -8)],
  'after this month': (t) => [month(t, 1), null],
  'monday to friday': (t) => [past(t, 1), plus(past(t, 1), 4)],
  'mon-fri': (t) => [past(t, 1), plus(past(t, 1), 4)],
  'yesterday to today': (t) => [plus(t, -1), t],
  'last month to today': (t) => [month(t, -1), t],
  'end of month': (t) => [plus(month(t, 1), -1), plus(month(t, 1), -1)],
  'start of next month': (t) => [month(t, 1), month(t, 1)],
  'end of week': (t) => [plus(monday(t), 6), plus(monday(t), 6)],
  '2026-11-01..2026-11-15': always('2026-11-01', '2026-11-15'),
  '2026-11-01 to 2026-11-15': always('2026-11-01', '2026-11-15'),
  '2026-11-01/2026-11-15': always('2026-11-01', '2026-11-15'),
  'between 2026-03-28 and 2026-03-30': always('2026-03-28', '2026-03-30'),
  '..2026-11-15': always(null, '2026-11-15'),
  '2026-11-01..': always('2026-11-01', null),
  '>= 2026-11-01': always('2026-11-01', null),
  '< 2026-11-01': always(null, '2026-10-31'),
  'on or before 2026-11-01': always(null, '2026-11-01'),
  'not before 2026-11-01': always('2026-11-01', null),
  '2026-11': always('2026-11-01', '2026-11-30'),
  'in october 2026': always('2026-10-01', '2026-10-31'),
  'q4 2026': always('2026-10-01', '2026-12-31'),
  '2025': always('2025-01-01', '2025-12-31'),
  '2026-w48': always('2026-11-23', '2026-11-29'),
  'week of 2026-11-25': always('2026-11-23', '2026-11-29'),
  'oct 1 to oct 31 2025': always('2025-10-01', '2025-10-31'),
  'nov 1-15, 2025': always('2025-11-01', '2025-11-15'),
  'october to november 2025': always('2025-10-01', '2025-11-30'),
  'dec 20 2025 to jan 5 2026': always('2025-12-20', '2026-01-05'),
  '31.12.2026': always('2026-12-31', '2026-12-31'),
  '12/25/2026': always('2026-12-25', '2026-12-25'),
  '29 feb 2028': always('2028-02-29', '2028-02-29'),
  'feb 29': (t) => (t === '2028-02-29' ? [t, t] : ['2024-02-29', '2024-02-29']),
  none: () => 'none',
  'no due date': () => 'none',
  overdue: () => 'overdue',
  '3/4': refused,
  '05/06/2026': refused,
  weekend: refused,
  'friday 3pm': refused,
  'in 2 hours': refused,
  'today to yesterday': refused,
  'monday or tuesday': refused,
  '2026-02-30': refused,
  soon: refused,
};
/** The same words for what lies ahead, as due dates do. */
const FUTURE: Record<string, Meaning> = {
  friday: (t) => [coming(t, 5), coming(t, 5)],
  'before friday': (t) => [null, plus(coming(t, 5), -1)],
  'until friday': (t) => [null, coming(t, 5)],
  'after friday': (t) => [plus(coming(t, 5), 1), null],
  'since friday': (t) => [past(t, 5), t],
  'within 3 days': (t) => [t, plus(t, 3)],
  'monday to friday': (t) =>
    [past(t, 1), coming(t, 1)].filter((first) => plus(first, 4) >= t).map((first): Ends => [first, plus(first, 4)])[0]!,
  'more than 4 days': refused,
  'feb 29': (t) => (t === '2028-02-29' ? [t, t] : ['2028-02-29', '2028-02-29']),
};

const clocks = new Map<string, Intl.DateTimeFormat>();
/** The wall clock of a zone, as if it were UTC. */
function wall(ms: number, zone: string): number {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' });
  clocks.set(zone, clock);
  return Date.parse(`${clock.format(ms).replace(' ', 'T')}Z`);
}
const instants = new Map<string, number>();
/** The moment at which the clocks of a zone show a time; the first where they show it twice. None of these times is skipped anywhere. */
function instant(day: string, time: string, zone: string): number {
  const key = `${day} ${time} ${zone}`;
  const shown = Date.parse(`${day}T${time}:00Z`);
  let found = instants.get(key);
  for (let ms = shown - 14 * 3_600_000; found === undefined && ms <= shown + 14 * 3_600_000; ms += 1_800_000)
    if (wall(ms, zone) === shown) found = ms;
  if (found === undefined) throw new Error(`${key} does not exist`);
  instants.set(key, found);
  return found;
}

const ends = (meaning: ReturnType<Meaning>, zone: string) =>
  typeof meaning === 'string'
    ? meaning
    : meaning.map((day, end) => (day === null ? '' : String(instant(plus(day, end), '00:00', zone)))).join(' ');

/** Every question with its answer; a time that is skipped on a day is asked an hour later. */
function table() {
  const rows: [text: string, towards: string, zone: string, now: number, expected: string][] = [];
  for (const zone of PERSON_ZONES)
    for (const day of DAYS)
      for (const hour of HOURS) {
        const now = wall(instant(day, '00:00', zone), zone) === at(day) ? nowAt(day, hour, zone) : NaN;
        for (const [towards, meanings] of [
          ['past', PAST],
          ['future', FUTURE],
        ] as const)
          for (const [text, meaning] of Object.entries(meanings))
            rows.push([text, towards, zone, now, ends(meaning(day), zone)]);
      }
  return rows;
}
function nowAt(day: string, hour: string, zone: string): number {
  try {
    return instant(day, hour, zone);
  } catch {
    return instant(day, `0${Number(hour.slice(1, 2)) + 1}${hour.slice(2)}`, zone);
  }
}

/** Runs in a process of its own zone; answers every row that is read differently. */
const SCRIPT = `
  const { parsePeriod } = await import('#libs/core');
  let text = '';
  for await (const part of process.stdin) text += part;
  const rows = JSON.parse(text);
  const wrong = [];
  for (const [phrase, towards, zone, now, expected] of rows) {
    let found;
    try {
      const { from = '', to = '', none, overdue, label } = parsePeriod(phrase, zone, now, { towards });
      found = none ? 'none' : overdue && to === now ? 'overdue' : from + ' ' + to;
      if (!none && !label.endsWith('(' + zone + ')')) found += ' without its zone';
    } catch (error) {
      if (error.code !== 'invalid_parameters') throw error;
      found = 'refused';
    }
    if (found !== expected) wrong.push([phrase, towards, zone, new Date(now).toISOString(), expected, found].join(' | '));
  }
  console.log(JSON.stringify({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone, wrong: wrong.slice(0, 20) }));
`;

const ROWS = JSON.stringify(table());

test('there are enough phrases', () => expect(Object.keys(PAST).length).toBeGreaterThanOrEqual(60));

test.each(PROCESS_ZONES)(
  'in a process of %s, phrases mean the same at every hour, in every zone of the person',
  async (TZ) => {
    const child = promisify(execFile)(process.execPath, fromSource(SCRIPT), {
      env: { PATH: process.env.PATH, TZ },
      maxBuffer: 1 << 24,
    });
    child.child.stdin?.end(ROWS);
    const { stdout } = await child;
    expect(JSON.parse(stdout)).toEqual({ zone: TZ, wrong: [] });
  },
  180_000,
);
