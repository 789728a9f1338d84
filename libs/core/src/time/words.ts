import * as chrono from 'chrono-node';
import { DateTime } from 'luxon';

/** Which way words without a year or a week point: `Friday` is the coming one for a due date, the past one for work done. */
export type Towards = 'future' | 'past';

/** What words named, in the person's zone. */
export interface Named {
  at: DateTime;
  /** A time of day was named, not only a day. */
  hasTime: boolean;
  /** A day was named, not only a month or a year. */
  hasDay: boolean;
}

const BACKWARD = /\b(last|past|previous|ago|yesterday)\b/;
const FILLER = /\b(on|by|due|at|the|before|until|till|from|since)\b|[\s,.]/g;
const TIME_OF_DAY = /^casualReference\/(morning|afternoon|evening|night|noon|midnight|tonight|now)$/;

/**
 * English words for one moment: `tomorrow`, `next Friday 3pm`, `in 2 weeks`, `Dec 24`.
 * undefined when the text says something else, or something besides, or a span.
 * @param text lower case
 */
export function words(text: string, now: DateTime, towards: Towards): Named | undefined {
  const forwardDate = towards === 'future' && !BACKWARD.test(text);
  const [found, ...others] = chrono.casual.parse(text, { instant: now.toJSDate(), timezone: now.offset }, { forwardDate });
  if (!found || others.length || found.end || text.replace(found.text, '').replace(FILLER, '')) return undefined;
  const { start } = found;
  const hasDay = start.isCertain('day') || start.isCertain('weekday') || !(start.isCertain('month') || start.isCertain('year'));
  const hasTime = start.isCertain('hour') || [...found.tags()].some((tag) => TIME_OF_DAY.test(tag));
  // An offset is certain where the words name a zone ("9am EST") or count hours from now: both are exact moments.
  if (start.isCertain('timezoneOffset')) return { at: DateTime.fromJSDate(start.date(), { zone: now.zone }), hasTime, hasDay };
  const at = wall(start, now);
  return { at: towards === 'past' ? back(at, start, now) : at, hasTime, hasDay };
}

/** chrono knows one offset only; the wall clock in the zone gives the moment that is right across a change of DST. */
function wall(parsed: chrono.ParsedComponents, now: DateTime): DateTime {
  const part = (name: chrono.Component) => parsed.get(name) ?? 0;
  return DateTime.fromObject(
    { year: part('year'), month: part('month'), day: part('day'), hour: part('hour'), minute: part('minute'), second: part('second') },
    { zone: now.zone },
  );
}

/** The latest moment up to now that the same words fit. */
function back(at: DateTime, parsed: chrono.ParsedComponents, now: DateTime): DateTime {
  if (at <= now || parsed.isCertain('day') && parsed.isCertain('year')) return at;
  if (parsed.isCertain('weekday')) return at.minus({ weeks: 1 });
  if (parsed.isCertain('month')) return parsed.isCertain('year') ? at : at.minus({ years: 1 });
  return at.hasSame(now, 'day') ? at.minus({ days: 1 }) : at;
}
