import { DateTime } from 'luxon';

/** 0 = Sunday … 6 = Saturday, as ClickUp's `week_start_day`. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;
export const MONDAY: Weekday = 1;

const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
type PeriodUnit = (typeof UNITS)[number];

/** Whole days, half-open: `end` is the first moment that is no longer in it. */
export interface Period {
  start: DateTime;
  end: DateTime;
}

/** Whether it is a single day. */
export const isDay = ({ start, end }: Period): boolean => +start.plus({ days: 1 }) === +end;

const WHICH: Readonly<Record<string, number>> = {
  '': 0,
  the: 0,
  this: 0,
  current: 0,
  next: 1,
  coming: 1,
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
const ROLLING = new RegExp(`^(?:the\\s+)?(last|past|previous|next|coming)\\s+(\\d{1,4})\\s+${unit}s?$`);

/**
 * `this week`, `last month`, `next quarter`, `today`, `last 7 days` (today included), `Q4`, `Q4 2026`, `2026-10`, `2026-W48`, `2026`.
 * @param now any moment of today, in the person's zone
 * @param text lower case
 */
export function period(text: string, now: DateTime, weekStart: Weekday): Period | undefined {
  const day = DAYS.get(text);
  if (day !== undefined) return calendar(now.plus({ days: day }), 'day', weekStart);
  return relative(text, now, weekStart) ?? rolling(text, now) ?? named(text, now);
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
  const [, direction, count, size] = ROLLING.exec(text) ?? [];
  if (size === undefined) return undefined;
  const today = now.startOf('day');
  const length = { [size]: Number(count) };
  if (direction === 'next' || direction === 'coming') return { start: today, end: today.plus(length) };
  const end = today.plus({ days: 1 });
  return { start: end.minus(length), end };
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
