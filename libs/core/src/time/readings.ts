import { DateTime, FixedOffsetZone } from 'luxon';
import { AppError } from '../errors.js';
import { calendar, type Weekday } from './periods.js';

/** Whether words without a year or a week mean the next or the last one: for a due date `Friday` is the coming one, for work done the past one. */
type Towards = 'future' | 'past';

/** A time of day; with an offset (minutes) where the words name a zone. */
export interface TimeOfDay {
  hour: number;
  minute: number;
  second: number;
  offset?: number | undefined;
}

/** The one of a calendar week, or the nearest after (`coming`) or before (`last`) today. `next friday` is read as that of the next week, `last friday` as the nearest. */
export type WhichWeekday = 'last week' | 'this week' | 'next week' | 'coming' | 'last';

/**
 * What words say, before it is decided which date they mean: `nov 25` is a day of any year, and {@link choose} finds the year by
 * comparing whole days. It depends neither on the hour of the call nor on the zone of the process.
 */
export type Reading =
  /** An instant: a time stamp, `now`, `in 2 hours`. */
  | { kind: 'moment'; at: DateTime }
  /** A day of the calendar: `tomorrow`, `2026-11-25`, `2 days ago`. */
  | { kind: 'day'; day: DateTime; time?: TimeOfDay | undefined }
  /** `friday`, perhaps with which one. */
  | { kind: 'weekday'; weekday: Weekday; which?: WhichWeekday | undefined; time?: TimeOfDay | undefined }
  /** `nov 25`, perhaps with the weekday that it must be. */
  | { kind: 'yearly'; month: number; day: number; weekday?: Weekday | undefined; time?: TimeOfDay | undefined }
  /** `november`, `november 2026`: a period and no moment, unless its first or last day was asked for. */
  | { kind: 'month'; month: number; year?: number | undefined; edge?: 'first' | 'last' }
  /** `9am`. */
  | { kind: 'time'; time: TimeOfDay };

export interface WhenOptions {
  /** Whether `Friday` or `9am` means the next or the last one; default `future`, as for due dates. */
  towards?: Towards;
  /** Default Monday. */
  weekStart?: Weekday;
}

export interface Direction {
  towards: Towards;
  weekStart: Weekday;
}

/** Whether the words fit several dates, for example one in each year. */
export const isOpen = (reading: Reading): boolean =>
  reading.kind === 'yearly' ||
  reading.kind === 'time' ||
  (reading.kind === 'weekday' && reading.which === undefined) ||
  (reading.kind === 'month' && reading.year === undefined);

/** Whether a time of day was named. */
export const hasTime = (reading: Reading): boolean =>
  reading.kind === 'moment' || reading.kind === 'time' || ('time' in reading && reading.time !== undefined);

/**
 * The date that is meant, seen from a moment. Today counts as coming and as past, at any hour. For a month it is the first day.
 * @param from in the person's zone; for the end of a range, its start
 * @returns undefined when there is no such day, as 30 February
 */
export function choose(reading: Reading, from: DateTime, { towards, weekStart }: Direction): DateTime | undefined {
  const today = from.startOf('day');
  switch (reading.kind) {
    case 'moment':
      return reading.at;
    case 'day':
      return at(reading.day, reading.time);
    case 'weekday':
      return at(weekdayNear(reading, today, towards, weekStart), reading.time);
    case 'yearly':
      return at(agreeing(yearlyNear(reading, today, towards), reading.weekday), reading.time);
    case 'month': {
      const first = monthNear(reading, today, towards);
      return reading.edge === 'last' ? first.endOf('month').startOf('day') : first;
    }
    case 'time':
      return timeNear(reading.time, from, towards);
  }
}

/** A time on a day, by the wall clock of the zone: hours added to midnight would be wrong on a day with a change of DST. */
function at(day: DateTime | undefined, time: TimeOfDay | undefined): DateTime | undefined {
  if (!day || !time) return day;
  const { hour, minute, second, offset } = time;
  const zone = offset === undefined ? day.zone : FixedOffsetZone.instance(offset);
  return DateTime.fromObject(
    { year: day.year, month: day.month, day: day.day, hour, minute, second },
    { zone },
  ).setZone(day.zone);
}

/**
 * Returns the day; one that was named together with a weekday must fall on it.
 * @throws AppError `invalid_parameters`
 */
export function agreeing<D extends DateTime | undefined>(day: D, weekday: Weekday | undefined): D {
  if (day?.isValid && weekday !== undefined && weekdayOf(day) !== weekday) {
    throw dateRefusal(
      `${day.toISODate()} is a ${day.setLocale('en').weekdayLong}: name the day without a weekday, or the weekday that is meant.`,
    );
  }
  return day;
}

/** The error for a date that is refused; the message says what to write instead. */
export const dateRefusal = (message: string): AppError =>
  new AppError('invalid_parameters', message, { details: { parameter: 'date', type: 'date' } });

/** 0 = Sunday, as ClickUp counts; Luxon's Sunday is 7. */
const weekdayOf = (day: DateTime): Weekday => (day.weekday % 7) as Weekday;

const WEEKS = { 'last week': -1, 'this week': 0, 'next week': 1 } as const;

function weekdayNear(
  { weekday, which }: Reading & { kind: 'weekday' },
  today: DateTime,
  towards: Towards,
  weekStart: Weekday,
): DateTime {
  const ahead = (weekday - weekdayOf(today) + 7) % 7;
  const behind = (7 - ahead) % 7;
  if (which === 'coming') return today.plus({ days: ahead || 7 });
  if (which === 'last') return today.minus({ days: behind || 7 });
  if (which)
    return calendar(today, 'week', weekStart).start.plus({ weeks: WEEKS[which], days: (weekday - weekStart + 7) % 7 });
  return towards === 'future' ? today.plus({ days: ahead }) : today.minus({ days: behind });
}

/** From 2096 to 2104: 2100 has no 29 February. */
const YEARS_BETWEEN_LEAP_DAYS = 8;

function yearlyNear(
  { month, day }: { month: number; day: number },
  today: DateTime,
  towards: Towards,
): DateTime | undefined {
  for (let years = 0; years <= YEARS_BETWEEN_LEAP_DAYS; years++) {
    const year = today.year + (towards === 'future' ? years : -years);
    const each = DateTime.fromObject({ year, month, day }, { zone: today.zone });
    if (each.isValid && (towards === 'future' ? each >= today : each <= today)) return each;
  }
  return undefined;
}

function monthNear({ month, year }: Reading & { kind: 'month' }, today: DateTime, towards: Towards): DateTime {
  const first = DateTime.fromObject({ year: year ?? today.year, month, day: 1 }, { zone: today.zone });
  if (year !== undefined || month === today.month) return first;
  if (towards === 'future') return first < today ? first.plus({ years: 1 }) : first;
  return first > today ? first.minus({ years: 1 }) : first;
}

/** A time without a day: the only reading that depends on the hour of the call. */
function timeNear(time: TimeOfDay, from: DateTime, towards: Towards): DateTime | undefined {
  const here = time.offset === undefined ? from : from.setZone(FixedOffsetZone.instance(time.offset));
  const found = at(here.startOf('day'), time);
  if (!found) return undefined;
  if (towards === 'future' && found < from.startOf('minute'))
    return at(here.plus({ days: 1 }).startOf('day'), time)?.setZone(from.zone);
  if (towards === 'past' && found > from) return at(here.minus({ days: 1 }).startOf('day'), time)?.setZone(from.zone);
  return found.setZone(from.zone);
}
