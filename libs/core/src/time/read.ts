import { DateTime } from 'luxon';
import { distance } from './distances.js';
import { numeric } from './numeric.js';
import { period, type Weekday } from './periods.js';
import { type Reading, type TimeOfDay } from './readings.js';
import { words } from './words.js';

const ISO = /^\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s?(?:z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const EDGE = /^(?:by )?(?:the\s+)?(start|beginning|end|first day|last day) of (?:the\s+)?(.+)$/;
const SHORT: ReadonlyMap<string, string> = new Map(
  ['day', 'week', 'month', 'quarter', 'year'].map((unit) => [`eo${unit.charAt(0)}`, `end of ${unit}`]),
);

/** The form in which all readers here expect a text: lower case, single spaces. */
export const plainly = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, ' ');

/**
 * Reads the words or digits for one moment; undefined when they are not understood.
 * @param text as {@link plainly} writes it
 * @param now in the person's zone
 * @throws AppError `invalid_parameters` when they have two meanings
 */
export function read(text: string, now: DateTime, weekStart: Weekday): Reading | undefined {
  return (
    exactly(text, now) ??
    edge(SHORT.get(text.replace(/^by /, '')) ?? text, now, weekStart) ??
    fromNow(text, now) ??
    inDigits(text, now) ??
    words(text, now)
  );
}

/** ISO 8601, Unix milliseconds, `now`. */
function exactly(text: string, now: DateTime): Reading | undefined {
  if (/^(right )?now$/.test(text)) return { kind: 'moment', at: now };
  if (/^\d{12,13}$/.test(text)) return { kind: 'moment', at: DateTime.fromMillis(Number(text), { zone: now.zone }) };
  if (!ISO.test(text)) return undefined;
  const at = DateTime.fromISO(text.toUpperCase().replace(' ', 'T').replace(/\s/, ''), { zone: now.zone });
  return text.length > 10 ? { kind: 'moment', at } : { kind: 'day', day: at };
}

/** The first or the last day of a calendar period. */
function edge(text: string, now: DateTime, weekStart: Weekday): Reading | undefined {
  const [, side = '', name] = EDGE.exec(text) ?? [];
  if (name === undefined) return undefined;
  const last = side === 'end' || side === 'last day';
  const span = period(name, now, weekStart);
  if (span) return { kind: 'day', day: last ? span.end.minus({ days: 1 }) : span.start };
  const month = words(name, now);
  return month?.kind === 'month' ? { ...month, edge: last ? 'last' : 'first' } : undefined;
}

function fromNow(text: string, now: DateTime): Reading | undefined {
  const found = distance(text, now);
  if (!found) return undefined;
  if (found.exact) return found.rest ? undefined : { kind: 'moment', at: found.at };
  return onDay({ kind: 'day', day: found.at.startOf('day') }, found.rest, now);
}

function inDigits(text: string, now: DateTime): Reading | undefined {
  const found = numeric(text, now);
  return found && onDay(found.reading, found.rest, now);
}

/** A day, with the rest of its text, which can only be a time. */
function onDay(day: Reading & { kind: 'day' | 'yearly' }, rest: string, now: DateTime): Reading | undefined {
  if (!rest) return day;
  const beside = words(rest, now);
  return beside?.kind === 'time' ? { ...day, time: beside.time satisfies TimeOfDay } : undefined;
}
