import { DateTime } from 'luxon';
import { amountOf } from './distances.js';

/** 0 = Sunday … 6 = Saturday, as ClickUp's `week_start_day`. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;
export const MONDAY: Weekday = 1;

const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
type PeriodUnit = (typeof UNITS)[number];

/** Half-open: `end` is the first moment that is no longer in it. Whole days, except where hours were named. */
export interface Period {
  start: DateTime;
  end: DateTime;
}

/** Whether it is a single day of the calendar. */
export const isDay = ({ start, end }: Period): boolean =>
  +start === +start.startOf('day') && +start.plus({ days: 1 }) === +end;

const WHICH: Readonly<Record<string, number>> = {
  '': 0,
  the: 0,
  this: 0,
  current: 0,
  next: 1,
  coming: 1,
  upcoming: 1,
  following: 1,
  last: -1,
  previous: -1,
  past: -1,
};
const DAYS: ReadonlyMap<string, number> = new Map([
  ['today', 0],
  ['yesterday', -1],
  ['tomorrow', 1],
]);
const unit = `(${UNITS.join('|')})`;
const CALENDAR = new RegExp(`^(?:(${Object.keys(WHICH).filter(Boolean).join('|')})\\s+)?${unit}$`);
/** `last 7 days`, `next two weeks`, `past 24 hours`. */
const ROLLING =
  /^(?:the )?(last|past|previous|next|coming|upcoming|following) (\d{1,4}|[a-z]+|(?:a )?couple of) (minute|hour|day|week|month|quarter|year)s?$/;
/** Saturday and Sunday, by how many weeks after those that are or come next. */
const WEEKEND = /^(?:the )?(this|coming|this coming|next|last|past|previous) weekend$/;
const WEEKENDS: Readonly<Record<string, number>> = { next: 1, last: -1, past: -1, previous: -1 };
/** The part of a period that is over, or that is left; today belongs to both. */
const SO_FAR = /^(?:(?:this )?(week|month|quarter|year)(?:[- ]to[- ]date| so far)|([wmqy])td)$/;
const REST = /^(?:the )?(?:rest|remainder) of (?:the |this )?(week|month|quarter|year)$/;

/**
 * `this week`, `last month`, `next quarter`, `today`, `last 7 days` (today included), `last weekend`, `rest of the month`, `last 24 hours`,
 * `Q4`, `Q4 2026`, `2026-10`, `2026-W48`, `2026`.
 * @param now any moment of today, in the person's zone
 * @param text lower case
 */
export function period(text: string, now: DateTime, weekStart: Weekday): Period | undefined {
  const day = DAYS.get(text);
  if (day !== undefined) return calendar(now.plus({ days: day }), 'day', weekStart);
  return (
    relative(text, now, weekStart) ??
    rolling(text, now) ??
    weekend(text, now) ??
    partly(text, now, weekStart) ??
    named(text, now)
  );
}

/** The calendar day, week, month, quarter or year that a moment lies in. */
export function calendar(at: DateTime, size: PeriodUnit, weekStart: Weekday): Period {
  const midnight = at.startOf('day');
  const start = size === 'week' ? midnight.minus({ days: (at.weekday - weekStart + 7) % 7 }) : at.startOf(size);
  return { start, end: start.plus({ [size]: 1 }) };
}

function relative(text: string, now: DateTime, weekStart: Weekday): Period | undefined {
  const [, which = '', size] = CALENDAR.exec(text) ?? [];
  if (size === undefined) return undefined;
  const current = calendar(now, size as PeriodUnit, weekStart);
  return calendar(current.start.plus({ [size]: WHICH[which] ?? 0 }), size as PeriodUnit, weekStart);
}

function rolling(text: string, now: DateTime): Period | undefined {
  const [, direction = '', count = '', size = ''] = ROLLING.exec(text) ?? [];
  const amount = amountOf(count);
  if (!size || !(amount > 0)) return undefined;
  const length = { [size]: amount };
  const ahead = (WHICH[direction] ?? 0) > 0;
  if (size === 'hour' || size === 'minute')
    return ahead ? { start: now, end: now.plus(length) } : { start: now.minus(length), end: now };
  const today = now.startOf('day');
  if (ahead) return { start: today, end: today.plus(length) };
  const end = today.plus({ days: 1 });
  return { start: end.minus(length), end };
}

/** On a Saturday or Sunday, `this weekend` is the one that is; `last` and `next` are those before and after it. */
function weekend(text: string, now: DateTime): Period | undefined {
  const [, which] = WEEKEND.exec(text) ?? [];
  if (which === undefined) return undefined;
  const today = now.startOf('day');
  const saturday = today.plus({ days: today.weekday === 7 ? -1 : 6 - today.weekday });
  const start = saturday.plus({ weeks: WEEKENDS[which] ?? 0 });
  return { start, end: start.plus({ days: 2 }) };
}

function partly(text: string, now: DateTime, weekStart: Weekday): Period | undefined {
  const [, long, short] = SO_FAR.exec(text) ?? [];
  const over = long ?? UNITS.find((each) => short !== undefined && each.startsWith(short));
  const today = calendar(now, 'day', weekStart);
  if (over) return { start: calendar(now, over as PeriodUnit, weekStart).start, end: today.end };
  const [, left] = REST.exec(text) ?? [];
  return left ? { start: today.start, end: calendar(now, left as PeriodUnit, weekStart).end } : undefined;
}

function named(text: string, now: DateTime): Period | undefined {
  const quarter = /^q([1-4])(?:[\s/-]*(\d{4}))?$/.exec(text);
  if (quarter)
    return from(
      now.set({ year: Number(quarter[2] ?? now.year), month: Number(quarter[1]) * 3 - 2, day: 1 }),
      'quarter',
    );
  const month = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  if (month) return from(now.set({ year: Number(month[1]), month: Number(month[2]), day: 1 }), 'month');
  const week = /^\d{4}-?w\d{2}$/.test(text) ? DateTime.fromISO(text.toUpperCase(), { zone: now.zone }) : undefined;
  if (week?.isValid) return from(week, 'week');
  return /^(19|20)\d\d$/.test(text) ? from(now.set({ year: Number(text), month: 1, day: 1 }), 'year') : undefined;
}

const from = (at: DateTime, size: PeriodUnit): Period => calendar(at, size, MONDAY);
