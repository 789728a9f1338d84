import { DateTime, IANAZone } from 'luxon';
import { AppError } from '../errors.js';
import { MONDAY, period, type Weekday } from './periods.js';
import { type Towards, words } from './words.js';

/** A moment a person named. */
export interface When {
  /** Unix milliseconds. */
  ms: number;
  /** Whether a time of day was named; without it ClickUp shows the date only. */
  hasTime: boolean;
}

export interface WhenOptions {
  /** Which way `Friday` or `9am` points; default `future`, as for due dates. */
  towards?: Towards;
  /** Default Monday. */
  weekStart?: Weekday;
}

/** ClickUp keeps a date without time as 4 am of the user's zone: nobody's zone or DST moves it to another day there. */
const DATE_ONLY_HOUR = 4;
const MAX_LENGTH = 80;
const ISO = /^\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s?(?:z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const EDGE = /^(?:the\s+)?(start|beginning|end) of (?:the\s+)?(.+)$/;
const SHORT: ReadonlyMap<string, string> = new Map(['day', 'week', 'month', 'quarter', 'year'].map((unit) => [`eo${unit.charAt(0)}`, `end of ${unit}`]));

/**
 * Understands ISO 8601 dates and times, Unix milliseconds, and words: `tomorrow`, `next Friday 3pm`, `in 2 weeks`, `end of month`.
 * Words mean the person's zone; past dates are accepted. A date without time becomes 4 am of that day, as ClickUp itself keeps it.
 * @param zone IANA name
 * @param now Unix milliseconds
 * @throws AppError `invalid_parameters`
 */
export function parseWhen(text: string, zone: string, now: number, { towards = 'future', weekStart = MONDAY }: WhenOptions = {}): When {
  const here = DateTime.fromMillis(now, { zone });
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const named = text.length > MAX_LENGTH ? undefined : (iso(plain, zone) ?? unix(plain, zone) ?? numbers(plain, zone) ?? edge(SHORT.get(plain) ?? plain, here, weekStart) ?? words(plain, here, towards));
  if (!named?.at.isValid) {
    throw new AppError('invalid_parameters', 'This date is not understood: write it like "2026-11-21", "2026-11-21T15:00" or "next Friday 3pm".', { details: { parameter: 'date', type: 'date' } });
  }
  const { at, hasTime } = named;
  return { ms: (hasTime ? at : dateOnly(at)).toMillis(), hasTime };
}

/** ISO 8601 in the person's zone: `2026-11-21` without time, `2026-11-21T15:00+01:00` with it. */
export function formatInstant(ms: number, zone: string, withTime: boolean): string {
  // What Date writes otherwise (years beyond four digits, nonsense) is no ISO date; Luxon says so.
  if (!(ms >= 0 && ms < YEAR_10000)) return DateTime.fromMillis(ms, { zone }).toFormat(withTime ? "yyyy-MM-dd'T'HH:mmZZ" : 'yyyy-MM-dd');
  const offset = offsetMinutes(ms, zone);
  const local = new Date(ms + offset * 60_000).toISOString();
  return withTime ? `${local.slice(0, 16)}${offset < 0 ? '-' : '+'}${clock(Math.abs(offset))}` : local.slice(0, 10);
}

const clock = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const YEAR_10000 = 253_402_214_400_000;
const QUARTER_MS = 900_000;
const MAX_OFFSETS = 10_000;
const offsets = new Map<string, number>();

/** Looking into a zone's rules is slow, and offsets change on quarter hours: what was found serves the whole quarter. */
function offsetMinutes(ms: number, zone: string): number {
  const quarter = Math.floor(ms / QUARTER_MS);
  const key = `${zone} ${quarter}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    if (offsets.size >= MAX_OFFSETS) offsets.clear();
    offsets.set(key, (offset = IANAZone.create(zone).offset(quarter * QUARTER_MS)));
  }
  return offset;
}

/** The zone where the runtime knows it, otherwise UTC: what ClickUp says about a person must not break their every date. */
export const knownZone = (zone: string | undefined): string => (zone && IANAZone.isValidZone(zone) ? zone : 'UTC');

type Moment = { at: DateTime; hasTime: boolean } | undefined;

const dateOnly = (at: DateTime): DateTime => at.startOf('day').set({ hour: DATE_ONLY_HOUR });

const iso = (text: string, zone: string): Moment =>
  ISO.test(text) ? { at: DateTime.fromISO(text.toUpperCase().replace(' ', 'T').replace(/\s/, ''), { zone }), hasTime: text.length > 10 } : undefined;

const unix = (text: string, zone: string): Moment => (/^\d{12,13}$/.test(text) ? { at: DateTime.fromMillis(Number(text), { zone }), hasTime: true } : undefined);

/** `31.12.2026` is day first; with slashes half the world reads it the other way, so only the unequivocal is taken. */
function numbers(text: string, zone: string): Moment {
  const [, first, mark, second, year] = /^(\d{1,2})([./])(\d{1,2})\2(\d{4})$/.exec(text) ?? [];
  if (first === undefined) return undefined;
  const [a, b] = [Number(first), Number(second)];
  const on = (day: number, month: number) => DateTime.fromObject({ year: Number(year), month, day }, { zone });
  if (mark === '.' || a > 12 || a === b) return { at: on(a, b), hasTime: false };
  if (b > 12) return { at: on(b, a), hasTime: false };
  throw new AppError('invalid_parameters', `"${text}" can be two dates: write ${on(b, a).toISODate()} or ${on(a, b).toISODate()}.`, { details: { parameter: 'date', type: 'date' } });
}

/** The first or the last day of a calendar period. */
function edge(text: string, now: DateTime, weekStart: Weekday): Moment {
  const [, side, name] = EDGE.exec(text) ?? [];
  const span = name === undefined ? undefined : period(name, now, weekStart);
  return span && { at: side === 'end' ? span.end.minus({ days: 1 }) : span.start, hasTime: false };
}
