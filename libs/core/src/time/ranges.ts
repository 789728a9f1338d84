import { DateTime } from 'luxon';
import { AppError } from '../errors.js';
import { type WhenOptions } from './dates.js';
import { calendar, MONDAY, period, type Period } from './periods.js';
import { plainly, read } from './read.js';
import { choose, type Direction, hasTime, isOpen, type Reading } from './readings.js';

/** Unix milliseconds, half-open: `from <= t < to`. Whole days in the person's zone, except where a time of day was named. */
interface DayRange {
  from: number;
  to: number;
}

const MAX_LENGTH = 160;
const BETWEEN = /^(?:from |between )?(.+?)(?:\.\.|\s+(?:-|–|to|until|till|through|and)\s+)(.+)$/;
/** The first word of a range that has one end only. Before a moment these words are filler; in a range they change the meaning. */
const HALF = /^(?:until|till|before|by|from|after|between)\s/;

/** One side of a range: a period that is known already, or words whose date still depends on the other side or on now. */
type Side = { text: string } & ({ span: Period } | { reading: Reading });

const refusal = (message: string) =>
  new AppError('invalid_parameters', message, { details: { parameter: 'range', type: 'date range' } });

/**
 * Understands `today`, `last week`, `this month`, `Q4`, `last 7 days` (today included), `October`, `2026-10`,
 * `2026-10-01..2026-10-31` (both days included), `since Monday` (until today), and any single day that parseWhen understands.
 * Weekdays and months without a year mean the past ones unless told otherwise; the end of a range is read from its start
 * (`nov 1 to nov 30`), and its start from an end that says its year (`oct 1 to oct 31 2025`).
 * @param zone IANA name
 * @param now Unix milliseconds
 * @throws AppError `invalid_parameters`
 */
export function dayRange(
  text: string,
  zone: string,
  now: number,
  { towards = 'past', weekStart = MONDAY }: WhenOptions = {},
): DayRange {
  if (text.length > MAX_LENGTH) throw refusal('This range is too long to be one.');
  const plain = plainly(text);
  const here = DateTime.fromMillis(now, { zone });
  const direction = { towards, weekStart };
  const side = (part: string): Side => sideOf(part, here, direction);
  const since = /^since (.+)$/.exec(plain)?.[1];
  if (since !== undefined)
    return within(spanOf(side(since), here, { towards: 'past', weekStart }), calendar(here, 'day', weekStart));
  const [, first, last] = BETWEEN.exec(plain) ?? [];
  if (first !== undefined && last !== undefined) return between(side(first), side(last), here, direction);
  if (HALF.test(plain))
    throw refusal('This range has one end only: write "since 2026-11-01" or "2026-11-01..2026-11-30".');
  const one = side(plain);
  const { start, end } = spanOf(one, here, direction);
  if ('reading' in one && hasTime(one.reading))
    throw refusal(`"${plain}" is a moment, not a period: write ${start.toISODate()} for that day or "since ${plain}".`);
  return { from: start.toMillis(), to: end.toMillis() };
}

function sideOf(text: string, here: DateTime, { weekStart }: Direction): Side {
  const span = period(text, here, weekStart);
  if (span) return { text, span };
  const reading = read(text, here, weekStart);
  if (reading) return { text, reading };
  throw refusal('This range is not understood: write it like "last week", "2026-11-01..2026-11-30" or "since Monday".');
}

/** The days, the month or the instant that one side names, as seen from a moment. */
function spanOf(side: Side, from: DateTime, direction: Direction): Period {
  if ('span' in side) return side.span;
  const { reading } = side;
  const at = choose(reading, from, direction);
  if (!at?.isValid) throw refusal(`"${side.text}" is no day of the calendar.`);
  if (hasTime(reading)) return { start: at, end: at };
  return calendar(at, reading.kind === 'month' && !reading.edge ? 'month' : 'day', direction.weekStart);
}

function within({ start }: Period, { end }: Period): DayRange {
  if (start >= end)
    throw refusal(
      `This range ends before it starts: ${start.toISODate()} to ${end.minus({ milliseconds: 1 }).toISODate()}.`,
    );
  return { from: start.toMillis(), to: end.toMillis() };
}

/** The range from one side to the other. Where both leave the year or week open and look ahead, it is the first such range that is not over. */
function between(first: Side, last: Side, here: DateTime, direction: Direction): DayRange {
  const [past, future] = (['past', 'future'] as const).map((towards) => ({ ...direction, towards }) as const) as [
    Direction,
    Direction,
  ];
  if (!open(last)) {
    const end = spanOf(last, here, direction);
    const start = spanOf(first, here, direction);
    // The start is read from the end: "oct 1 to oct 31 2025", "monday to yesterday".
    return within(
      open(first) && (start.start >= end.end || isYearly(first))
        ? spanOf(first, end.end.minus({ milliseconds: 1 }), past)
        : start,
      end,
    );
  }
  if (open(first) && direction.towards === 'future') {
    const start = spanOf(first, here, past);
    const end = after(start, first, last, here, direction);
    if (end.end > here.startOf('day')) return within(start, end);
    const next = spanOf(first, here, future);
    return within(next, after(next, first, last, here, direction));
  }
  const start = spanOf(first, here, direction);
  return within(start, after(start, first, last, here, direction));
}

const open = (side: Side): boolean => 'reading' in side && isOpen(side.reading);
const isYearly = (side: Side): boolean =>
  'reading' in side && (side.reading.kind === 'yearly' || side.reading.kind === 'month');
/** `friday` and `friday 3pm`, not `last friday`. */
const openWeekday = (side: Side) =>
  'reading' in side && side.reading.kind === 'weekday' && open(side) ? side.reading : undefined;

/**
 * The end of a range, read from its start. The exception is a weekday after a date: `nov 1 to friday` may mean the Friday after 1 November
 * or the one near today.
 * @throws AppError `invalid_parameters` that names both days
 */
function after(start: Period, first: Side, last: Side, here: DateTime, { towards, weekStart }: Direction): Period {
  const end = spanOf(last, start.start, { towards: 'future', weekStart });
  const [from, to] = [openWeekday(first), openWeekday(last)];
  if (!to) return end;
  const either = (one: DateTime, two: DateTime) =>
    refusal(`"${last.text}" can be two days here: write ${one.toISODate()} or ${two.toISODate()}.`);
  if (from) {
    if (from.weekday === to.weekday && !from.time && !to.time) throw either(end.start, end.start.plus({ weeks: 1 }));
    return end;
  }
  const byNow = spanOf(last, here, { towards, weekStart });
  if (byNow.start > start.start && +byNow.start !== +end.start) throw either(end.start, byNow.start);
  return end;
}
