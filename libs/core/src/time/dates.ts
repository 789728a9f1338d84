import { DateTime, IANAZone } from 'luxon';
import { type AppError } from '../errors.js';
import { calendar, isDay, MONDAY, period, type Period } from './periods.js';
import { plainly, read } from './read.js';
import { boundsHint } from './ranges.js';
import { choose, dateRefusal, hasTime, type Reading, type WhenOptions } from './readings.js';
import { shownText } from './shown.js';

/** A moment a person named. */
export interface When {
  /** Unix milliseconds. */
  ms: number;
  /** Whether a time of day was named; without it ClickUp shows the date only. */
  hasTime: boolean;
}

/** ClickUp keeps a date without time as 4 am of the user's zone, where a change of DST does not move it to another day. */
const DATE_ONLY_HOUR = 4;
const MAX_LENGTH = 80;
/** The first word of a range with one end. `by Friday` and `until Friday` are Friday for a due date. */
const HALF = /^(?:(?:since|from|before|after|starting)\b|\.\.)|\.\.$/;

/**
 * Understands ISO 8601 dates and times, Unix milliseconds, and words: `tomorrow`, `next Friday 3pm`, `in 2 weeks`, `end of month`.
 * Words are read in the person's zone; the zone of the process does not matter. On a Friday, `Friday` is today, at any hour.
 * A period (`next week`) is refused, and so are words with two meanings: the error names both. Past dates are accepted. A date without
 * time becomes 4 am of that day, as ClickUp itself keeps it.
 * @param zone IANA name
 * @param now Unix milliseconds
 * @throws AppError `invalid_parameters`
 */
export function parseWhen(
  text: string,
  zone: string,
  now: number,
  { towards = 'future', weekStart = MONDAY }: WhenOptions = {},
): When {
  const here = DateTime.fromMillis(now, { zone });
  const direction = { towards, weekStart };
  const plain = text.length > MAX_LENGTH ? '' : plainly(text);
  const span = period(plain, here, weekStart);
  if (span && !isDay(span)) throw periodRefusal(plain, span);
  const reading: Reading | undefined = span ? { kind: 'day', day: span.start } : read(plain, here, weekStart);
  const at = reading && choose(reading, here, direction);
  // "Since Monday" is no Monday to come; only a time of day makes "from 9am" a moment.
  if (plain && (!reading || !at?.isValid || (HALF.test(plain) && !hasTime(reading)))) {
    const days = boundsHint(plain, here, direction);
    if (days) throw dateRefusal(`"${plain}" is a period, not a moment: write ${days}.`);
  }
  if (!reading || !at?.isValid)
    throw dateRefusal(
      `${shownText(text)} is not understood as a date: write it like "2026-11-21", "2026-11-21T15:00" or "next Friday 3pm".`,
    );
  if (reading.kind === 'month' && !reading.edge) throw periodRefusal(plain, calendar(at, 'month', weekStart));
  return hasTime(reading) ? { ms: at.toMillis(), hasTime: true } : { ms: dateOnly(at).toMillis(), hasTime: false };
}

/** Refuses a week or a month where one day is wanted: which day is meant is open. */
const periodRefusal = (text: string, { start, end }: Period): AppError =>
  dateRefusal(
    `"${text}" is a period, not a moment: write ${start.toISODate()} for its first day or ${end.minus({ milliseconds: 1 }).toISODate()} for its last.`,
  );

/** ISO 8601 in the person's zone: `2026-11-21` without time, `2026-11-21T15:00+01:00` with it. */
export function formatInstant(ms: number, zone: string, withTime: boolean): string {
  // Outside these years Date does not write `yyyy-mm-dd`, and it throws where there is no date; Luxon says "Invalid DateTime".
  if (!(ms >= 0 && ms < YEAR_10000))
    return DateTime.fromMillis(ms, { zone }).toFormat(withTime ? "yyyy-MM-dd'T'HH:mmZZ" : 'yyyy-MM-dd');
  const offset = offsetMinutes(ms, zone);
  const local = new Date(ms + offset * 60_000).toISOString();
  return withTime ? `${local.slice(0, 16)}${offset < 0 ? '-' : '+'}${clock(Math.abs(offset))}` : local.slice(0, 10);
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const YEAR_10000 = 253_402_214_400_000;
const QUARTER_MS = 900_000;
const MAX_OFFSETS = 10_000;
/** By zone, then by quarter. */
const offsets = new Map<string, Map<number, number>>();
let known = 0;

/** Looking into a zone's rules is slow. Offsets change on quarter hours only, so one look serves a quarter of an hour. */
function offsetMinutes(ms: number, zone: string): number {
  const quarter = Math.floor(ms / QUARTER_MS);
  let offset = offsets.get(zone)?.get(quarter);
  if (offset === undefined) {
    if (known >= MAX_OFFSETS) {
      offsets.clear();
      known = 0;
    }
    offset = IANAZone.create(zone).offset(quarter * QUARTER_MS);
    const ofZone = offsets.get(zone) ?? new Map<number, number>();
    offsets.set(zone, ofZone.set(quarter, offset));
    known += 1;
  }
  return offset;
}

/** The zone where the runtime knows it, otherwise UTC: a zone that ClickUp names and the runtime does not know must not make every date of that person fail. */
export const knownZone = (zone: string | undefined): string => (zone && IANAZone.isValidZone(zone) ? zone : 'UTC');

const dateOnly = (at: DateTime): DateTime => at.startOf('day').set({ hour: DATE_ONLY_HOUR });
