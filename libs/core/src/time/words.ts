import * as chrono from 'chrono-node';
import { DateTime } from 'luxon';
import { type Weekday } from './periods.js';
import { agreeing, dateRefusal, type Reading, type TimeOfDay, type WhichWeekday } from './readings.js';

const FILLER = /\b(on|by|due|at|the|before|until|till|from|since)\b|[\s,.]/g;
const TIME_OF_DAY = /^casualReference\/(morning|afternoon|evening|night|noon|midnight|tonight)$/;
/** Phrases that chrono resolves by a calendar of its own; read.ts reads them by the person's calendar instead. */
const NOT_PARTS = /^(result\/relativeDate|refiner\/ENEndOfPeriodRefiner|casualReference\/now)/;
const MONTH_NAME = /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/;
const LEAP_DAY = /\bfeb.*\b29|\b29.*\bfeb/;
const LEAP_FEBRUARY = DateTime.fromObject({ year: 2028, month: 2, day: 15 });
const NAMED_DAY = '(?=(?:sun|mon|tue|wed|thu|fri|sat)[a-z]*\\b)';
/** Taken out of the text before chrono reads it, because which week is meant depends on the person's calendar. */
const WHICH: readonly [RegExp, WhichWeekday | undefined][] = [
  [new RegExp(`\\b(?:this )?coming ${NAMED_DAY}`), 'coming'],
  [new RegExp(`\\b(?:this past|last|past|previous) ${NAMED_DAY}`), 'last'],
  [new RegExp(`\\bnext ${NAMED_DAY}`), 'next week'],
  [new RegExp(`\\bthis ${NAMED_DAY}`), undefined],
  [/\b(?:(?:of|in) )?(?:the )?next week\b/, 'next week'],
  [/\b(?:(?:of|in) )?(?:the )?(?:last|previous) week\b/, 'last week'],
  [/\b(?:(?:of|in) )?this week\b/, 'this week'],
];

/**
 * English words for one moment: `tomorrow`, `next Friday 3pm`, `Dec 24`. chrono only finds the parts that were said, such as month and
 * hour; `choose` decides which of the days that fit is meant.
 * @param text lower case
 * @param now in the person's zone
 * @returns undefined when the text is no such moment, says more than that, or names a span
 * @throws AppError `invalid_parameters` when it has two meanings
 */
export function words(text: string, now: DateTime): Reading | undefined {
  // "Weekend" is two days and "weekday" five.
  if (/week(end|day)/.test(text)) return undefined;
  const [pattern, which] = WHICH.find(([each]) => each.test(text)) ?? [];
  // chrono takes "last night" for 0:00 of yesterday.
  const said = (pattern ? text.replace(pattern, ' ').trim() : text).replace(/\blast night\b/, 'yesterday night');
  // chrono finds 29 February in a leap year only; which year is meant is decided later.
  const parsed = parse(said, now) ?? (LEAP_DAY.test(said) ? parse(said, LEAP_FEBRUARY) : undefined);
  if (!parsed) return undefined;
  const part = (name: chrono.Component) =>
    parsed.start.isCertain(name) ? (parsed.start.get(name) ?? undefined) : undefined;
  const [year, month, day, weekday] = [
    part('year'),
    part('month'),
    part('day'),
    part('weekday') as Weekday | undefined,
  ];
  const time = timeOf(parsed);
  if (pattern && (weekday === undefined || day !== undefined)) return undefined;
  // "nov 25 17" may end in a year or in an hour.
  if (year !== undefined && MONTH_NAME.test(said) && !said.includes(String(year))) return undefined;
  if (day !== undefined && month !== undefined) {
    return year === undefined
      ? { kind: 'yearly', month, day, weekday, time }
      : { kind: 'day', day: agreeing(DateTime.fromObject({ year, month, day }, { zone: now.zone }), weekday), time };
  }
  if (month !== undefined) return time || weekday !== undefined ? undefined : { kind: 'month', month, year };
  if (year !== undefined || day !== undefined) return undefined;
  if (weekday !== undefined) return { kind: 'weekday', weekday, which, time };
  if (!time) return undefined;
  return /\bthis\b/.test(said) ? { kind: 'day', day: now.startOf('day'), time } : { kind: 'time', time };
}

/**
 * What chrono finds, if it is the whole text. chrono counts days in the zone of the process, so it is given noon of the person's today in
 * that zone: from noon, neither the hour of the call nor a change of DST moves a day.
 */
function parse(text: string, now: DateTime): chrono.ParsedResult | undefined {
  const [found, ...others] = chrono.casual.parse(text, new Date(now.year, now.month - 1, now.day, 12));
  if (!found || others.length || found.end || text.replace(found.text, '').replace(FILLER, '')) return undefined;
  return [...found.tags()].some((tag) => NOT_PARTS.test(tag)) ? undefined : found;
}

function timeOf(found: chrono.ParsedResult): TimeOfDay | undefined {
  const { start, text } = found;
  if (!start.isCertain('hour') && ![...found.tags()].some((tag) => TIME_OF_DAY.test(tag))) return undefined;
  const part = (name: chrono.Component) => start.get(name) ?? 0;
  const hour = part('hour');
  const both = (first: string, second: string) =>
    dateRefusal(`"${text}" can be two times: write "${first}" or "${second}".`);
  if (text.includes('midnight') && text !== 'midnight') throw both('00:00', '23:59');
  const said = /\d[:.]\d\d|noon|midday|midnight/.test(text) || start.isCertain('meridiem') || !start.isCertain('hour');
  if (!said && hour <= 12) throw both(`${hour % 12 || 12}am`, `${hour % 12 || 12}pm`);
  return {
    hour,
    minute: part('minute'),
    second: part('second'),
    offset: start.isCertain('timezoneOffset') ? part('timezoneOffset') : undefined,
  };
}
