import { DateTime } from 'luxon';
import { AppError } from '../errors.js';
import { distance } from './distances.js';
import { calendar, MONDAY, period, type Period } from './periods.js';
import { plainly, read } from './read.js';
import { choose, type Direction, hasTime, isOpen, type Reading, type WhenOptions } from './readings.js';
import { shownText } from './shown.js';

/** Which dates pass a filter: those with `from <= t < to` in Unix milliseconds; a side that is missing is open. */
export interface DateFilter {
  from?: number;
  to?: number;
  /** Only objects without this date; then there are no bounds. */
  none?: true;
  /**
   * Only what is open and due before `to`, which is now. A due date without a time of day is over when its day is: the caller has to
   * leave those of today out.
   */
  overdue?: true;
  /** What was understood, to be shown: `Mon 2026-11-23 .. Sun 2026-11-29 (Europe/Berlin)`; both days are included. */
  label: string;
}

/** A span of which one end may be open. */
type Bounds = Partial<Period>;

const MAX_LENGTH = 160;
const NONE = /^(?:none|no(?: \w+)? date|empty|unset|not set|without(?: \w+)? date)$/;
const OVERDUE = /^(?:overdue|over due|past due)$/;
const BETWEEN = /^(?:(?:from|between|since) )?(.+?)(?: ?(?:\.\.|–|—) ?|\s+(?:-|to|until|till|through|and)\s+)(.+)$/;
/** `2026-11-01/2026-11-15`, the range of ISO 8601; `mon-fri`. */
const BETWEEN_TIGHT = /^(?:(\d{4}-\d\d-\d\d)\/(\d{4}-\d\d-\d\d)|([a-z]+)-([a-z]+))$/;
/** `nov 1-15` and `nov 1 to 15`, where the end takes the month of the start. */
const DAYS_OF_MONTH =
  /^(?:from )?([a-z]+) (\d{1,2})(?:st|nd|rd|th)? ?(?:-|–|\.\.|to) ?(\d{1,2})(?:st|nd|rd|th)?(,? \d{4})?$/;
const WEEK_OF = /^(?:the )?week (?:of|from|starting|beginning|that starts) (?:on )?(.+)$/;
/** Says nothing about a period. `in 3 days` keeps its `in`, because `3 days` alone is a length. */
const FILLER =
  /^(?:on|during|throughout|for|(?:with)?in(?! (?:\d|an? |half |one |two |three |four |five |six |seven |eight |nine |ten |eleven |twelve )))(?: the)? /;

/** One side of a range: a period that is known already, or words whose date still depends on the other side or on now. */
type Side = { text: string } & ({ span: Period } | { reading: Reading });

const refusal = (message: string) =>
  new AppError('invalid_parameters', message, { details: { parameter: 'range', type: 'date range' } });

/**
 * Understands the words for a filter by date: `today`, `this week`, `last month`, `Q4`, `last 7 days` (today included), `October`,
 * `last weekend`, `2026-10-01..2026-10-31` (both days included), `..2026-10-31`, `before Friday`, `until Friday` (Friday included),
 * `after Friday`, `since Monday` (until today), `older than 4 days`, `overdue`, `none`, and any single day that parseWhen understands.
 * Whole days in the person's zone are meant, except where a time of day or a number of hours was named.
 * Weekdays and months without a year mean the past ones unless told otherwise; the end of a range is read from its start
 * (`nov 1 to nov 30`), and its start from an end that says its year (`oct 1 to oct 31 2025`).
 * @param zone IANA name
 * @param now Unix milliseconds
 * @throws AppError `invalid_parameters` that says what to write, for a moment and for words with two meanings too
 */
export function parsePeriod(
  text: string,
  zone: string,
  now: number,
  { towards = 'past', weekStart = MONDAY }: WhenOptions = {},
): DateFilter {
  if (text.length > MAX_LENGTH) throw refusal('This period is too long to be one.');
  const plain = plainly(text);
  const here = DateTime.fromMillis(now, { zone });
  if (NONE.test(plain)) return { none: true, label: 'none' };
  if (OVERDUE.test(plain)) return { overdue: true, to: now, label: `overdue: before ${dayAndTime(here)} (${zone})` };
  const { start, end } = boundsOf(plain, here, { towards, weekStart });
  if (start && end && start >= end)
    throw refusal(
      `This range ends before it starts: ${start.toISODate()} to ${end.minus({ milliseconds: 1 }).toISODate()}.`,
    );
  return {
    ...(start && { from: start.toMillis() }),
    ...(end && { to: end.toMillis() }),
    label: `${labelOf({ start, end })} (${zone})`,
  };
}

/**
 * What to write instead of words for a period where one moment is wanted; undefined when they are none.
 * @param plain as {@link plainly} writes it
 */
export function boundsHint(plain: string, here: DateTime, direction: Direction): string | undefined {
  if (NONE.test(plain) || OVERDUE.test(plain)) return undefined;
  let found: Bounds;
  try {
    found = boundsOf(plain, here, direction);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
  const days = [found.start, found.end?.minus({ milliseconds: 1 })].map((each) => each?.toISODate());
  return [...new Set(days.filter(Boolean))].join(' or ');
}

function boundsOf(plain: string, here: DateTime, direction: Direction): Bounds {
  const side = (part: string): Side => sideOf(part, here, direction);
  const [, month = '', first, last = '', year = ''] = DAYS_OF_MONTH.exec(plain) ?? [];
  if (first !== undefined)
    return between(side(`${month} ${first}${year}`), side(`${month} ${last}${year}`), here, direction);
  // "Year to date" holds a word that divides ranges.
  const whole = period(plain, here, direction.weekStart);
  if (whole) return whole;
  const half = byAge(plain, here, direction) ?? oneEnded(plain, here, direction);
  if (half) return half;
  const tight = BETWEEN_TIGHT.exec(plain)?.slice(1).filter(Boolean);
  const [from, to] = tight ?? BETWEEN.exec(plain)?.slice(1) ?? [];
  if (from !== undefined && to !== undefined) return between(side(from), side(to), here, direction);
  const since = /^since (.+)$/.exec(plain)?.[1];
  if (since !== undefined) {
    const { start } = spanOf(side(since), here, { ...direction, towards: 'past' });
    return { start, end: calendar(here, 'day', direction.weekStart).end };
  }
  const one = side(plain);
  const { start, end } = spanOf(one, here, direction);
  if ('reading' in one && hasTime(one.reading))
    throw refusal(`"${plain}" is a moment, not a period: write ${start.toISODate()} for that day or "since ${plain}".`);
  return { start, end };
}

/** Ranges with one end. The more telling words come first, because `after` is part of `on or after`. */
const ENDS: readonly [RegExp, (span: Period) => Bounds][] = [
  [/^(?:on or after|not before|no earlier than|starting|beginning|as of|>=) ?(.+?)(?: on(?:wards?)?)?$/, startsWith],
  [/^from ((?:(?!\.\.| (?:-|–|to|until|till|through|and) ).)+?)(?: on(?:wards?)?)?$/, startsWith],
  [/^(.+?) ?\.\.$/, startsWith],
  [/^(?:on or before|not after|no later than|not later than|up to|until|till|through|by|<=|\.\.) ?(.+)$/, endsWith],
  [/^(?:before|earlier than|prior to|<) ?(.+)$/, ({ start }) => ({ end: start })],
  [/^(?:after|later than|>) ?(.+)$/, ({ end }) => ({ start: end })],
];
function startsWith({ start }: Period): Bounds {
  return { start };
}
function endsWith({ end }: Period): Bounds {
  return { end };
}

function oneEnded(plain: string, here: DateTime, direction: Direction): Bounds | undefined {
  for (const [pattern, bounds] of ENDS) {
    const named = pattern.exec(plain)?.[1];
    if (named !== undefined) return bounds(spanOf(sideOf(named, here, direction), here, direction));
  }
  return undefined;
}

const AGES: readonly [RegExp, 'older' | 'at least' | 'newer' | 'within'][] = [
  [/^(?:older than|(?:for )?(?:more|longer) than|(?:for )?over|>) ?(.+?)( ago| old| from now)?$/, 'older'],
  [/^in (?:more than|over) (.+?)()$/, 'older'],
  [/^(?:for )?(?:at least|>=) ?(.+?)( ago| old| from now)?$/, 'at least'],
  [/^(?:newer than|younger than|(?:for )?less than|under|<) ?(.+?)( ago| old| from now)?$/, 'newer'],
  [/^in (?:less than|under) (.+?)()$/, 'newer'],
  [/^within (?:the )?(.+?)()$/, 'within'],
];

/**
 * `older than 4 days`, `more than 3 weeks ago`, `less than 2 days ago`, `within 3 days`. Days are whole: what happened four days ago, at
 * whichever hour, is neither older nor newer than four days. Hours are exact.
 */
function byAge(plain: string, here: DateTime, { towards, weekStart }: Direction): Bounds | undefined {
  for (const [pattern, kind] of AGES) {
    const [, length, suffix] = pattern.exec(plain) ?? [];
    const found = length === undefined ? undefined : distance(`${length} ago`, here);
    if (length === undefined || !found || found.rest) continue;
    const said = /^(?:older|newer|younger|(?:for )?longer|for )/.test(plain) ? ' old' : suffix;
    if (!said && towards === 'future' && !/^(?:in|within) /.test(plain))
      throw refusal(`"${plain}" can look ahead or back: write "${plain} ago" or "${plain} from now".`);
    const ahead = kind === 'within' ? towards === 'future' : said === ' from now' || plain.startsWith('in ');
    const at = ahead ? distance(`in ${length}`, here)?.at : found.at;
    if (!at) continue;
    return aged(kind, found.exact ? { start: at, end: at } : calendar(at, 'day', weekStart), here, ahead, weekStart);
  }
  return undefined;
}

function aged(
  kind: (typeof AGES)[number][1],
  { start, end }: Period,
  here: DateTime,
  ahead: boolean,
  weekStart: Direction['weekStart'],
): Bounds {
  if (kind === 'older') return ahead ? { start: end } : { end: start };
  if (kind === 'at least') return ahead ? { start } : { end };
  const exact = +start === +end;
  const today = exact ? { start: here, end: here } : calendar(here, 'day', weekStart);
  if (kind === 'newer') return ahead ? { start: today.start, end: start } : { start: end, end: today.end };
  return ahead ? { start: today.start, end } : { start, end: today.end };
}

function sideOf(text: string, here: DateTime, { weekStart }: Direction): Side {
  const bare = text.replace(FILLER, '');
  const named = WEEK_OF.exec(bare)?.[1];
  const within = named === undefined ? undefined : read(named, here, weekStart);
  if (within && !hasTime(within)) {
    const at = choose(within, here, { towards: 'past', weekStart });
    if (at?.isValid) return { text, span: calendar(at, 'week', weekStart) };
  }
  const span = period(bare, here, weekStart);
  if (span) return { text, span };
  const reading = read(text, here, weekStart) ?? read(bare, here, weekStart);
  if (reading) return { text, reading };
  if (/\bweekend$/.test(text)) throw refusal(`"${text}" can be two: write "last weekend" or "this weekend".`);
  throw refusal(
    `${shownText(text)} is not understood as a period: write it like "last week", "2026-11-01..2026-11-30", "since Monday", "before 2026-11-30" or "older than 4 days".`,
  );
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

/** The range from one side to the other. Where both leave the year or week open and look ahead, it is the first such range that is not over. */
function between(first: Side, last: Side, here: DateTime, direction: Direction): Period {
  const [past, future] = (['past', 'future'] as const).map((towards) => ({ ...direction, towards }) as const) as [
    Direction,
    Direction,
  ];
  const reaching = ({ start }: Period, { end }: Period): Period => ({ start, end });
  if (!open(last)) {
    const end = spanOf(last, here, direction);
    const start = spanOf(first, here, direction);
    // The start is read from the end: "oct 1 to oct 31 2025", "monday to yesterday".
    return reaching(
      open(first) && (start.start >= end.end || isYearly(first))
        ? spanOf(first, end.end.minus({ milliseconds: 1 }), past)
        : start,
      end,
    );
  }
  if (open(first) && direction.towards === 'future') {
    const start = spanOf(first, here, past);
    const end = after(start, first, last, here, direction);
    if (end.end > here.startOf('day')) return reaching(start, end);
    const next = spanOf(first, here, future);
    return reaching(next, after(next, first, last, here, direction));
  }
  const start = spanOf(first, here, direction);
  return reaching(start, after(start, first, last, here, direction));
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

const dayOf = (at: DateTime): string => at.setLocale('en').toFormat('ccc yyyy-MM-dd');
const dayAndTime = (at: DateTime): string => at.setLocale('en').toFormat('ccc yyyy-MM-dd HH:mm');
const isMidnight = (at: DateTime | undefined): boolean => !at || +at === +at.startOf('day');

/** Days as they are included; times of day where one of the ends is no midnight. */
function labelOf({ start, end }: Bounds): string {
  const whole = isMidnight(start) && isMidnight(end);
  const lastDay = end?.minus({ milliseconds: 1 });
  const first = start && (whole ? dayOf(start) : dayAndTime(start));
  const last =
    lastDay && end && (whole ? dayOf(lastDay) : isMidnight(end) ? `${dayOf(lastDay)} 24:00` : dayAndTime(end));
  if (first && last) return first === last ? first : `${first} .. ${last}`;
  if (first) return `from ${first}`;
  return `${whole ? 'until' : 'before'} ${last ?? ''}`;
}
