import { DateTime } from 'luxon';
import { AppError } from '../errors.js';
import { parseWhen, type WhenOptions } from './dates.js';
import { calendar, MONDAY, period } from './periods.js';
import { words } from './words.js';

/** Whole days in the person's zone, Unix milliseconds, half-open: `from <= t < to`. */
export interface DayRange {
  from: number;
  to: number;
}

const MAX_LENGTH = 160;
const BETWEEN = /^(?:from |between )?(.+?)(?:\.\.|\s+(?:-|–|to|until|till|and)\s+)(.+)$/;

/**
 * Understands `today`, `last week`, `this month`, `Q4`, `last 7 days` (today included), `October`, `2026-10`,
 * `2026-10-01..2026-10-31` (both days included), `since Monday` (until today), and any single day that parseWhen understands.
 * Weekdays and months without a year mean the past ones unless told otherwise.
 * @param zone IANA name
 * @param now Unix milliseconds
 * @throws AppError `invalid_parameters`
 */
export function dayRange(text: string, zone: string, now: number, options: WhenOptions = {}): DayRange {
  if (text.length > MAX_LENGTH) throw new AppError('invalid_parameters', 'This range is too long to be one.', { details: { parameter: 'range', type: 'date range' } });
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const here = DateTime.fromMillis(now, { zone });
  const settings = { towards: 'past', weekStart: MONDAY, ...options } as const;
  const one = (part: string): DayRange => {
    const span = period(part, here, settings.weekStart) ?? month(part, here, settings.towards);
    if (span) return { from: span.start.toMillis(), to: span.end.toMillis() };
    const { start, end } = calendar(DateTime.fromMillis(parseWhen(part, zone, now, settings).ms, { zone }), 'day', settings.weekStart);
    return { from: start.toMillis(), to: end.toMillis() };
  };
  const since = /^since (.+)$/.exec(plain)?.[1];
  const [, first, last] = (since !== undefined && ['', since, 'today']) || (BETWEEN.exec(plain) ?? []);
  if (first === undefined || last === undefined) return one(plain);
  const [a, b] = [one(first), one(last)];
  if (a.from >= b.to) throw new AppError('invalid_parameters', 'This range ends before it starts.', { details: { parameter: 'range', type: 'date range' } });
  return { from: a.from, to: b.to };
}

/** `October`, `October 2025`. */
function month(text: string, now: DateTime, towards: 'past' | 'future') {
  const named = text.length > 40 ? undefined : words(text, now, towards);
  return named && !named.hasDay ? calendar(named.at, 'month', MONDAY) : undefined;
}
