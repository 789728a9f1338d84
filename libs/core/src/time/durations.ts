import { Duration as Iso } from 'luxon';
import { AppError } from '../errors.js';
import { shownText } from './shown.js';

/** Milliseconds. */
export type Duration = number;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: readonly { names: RegExp; ms: number }[] = [
  { names: /^(w|wks?|weeks?)$/, ms: 7 * DAY },
  { names: /^(d|days?)$/, ms: DAY },
  { names: /^(h|hrs?|hours?)$/, ms: HOUR },
  { names: /^(m|mins?|minutes?)$/, ms: MINUTE },
  { names: /^(s|secs?|seconds?)$/, ms: SECOND },
];
const PART = /(\d(?:[\d.,]*\d)?)\s*([a-z]+)[\s,]*(?:and\s+)?/y;
const MAX_LENGTH = 60;

/**
 * Understands `2h 30m`, `2.5 hours`, `90 min`, `1:30`, `1d` (8 working hours are NOT assumed: a day is 24 h), `PT2H30M`.
 * A bare number is refused: nobody can know whether it means minutes, hours or milliseconds. So is `1,500 minutes`, which is 1500 to some
 * and 1.5 to others; `1,500,000` and `1,500.5` leave no doubt.
 * @throws AppError `invalid_parameters`
 */
export function parseDuration(text: string): Duration {
  const ms = text.length > MAX_LENGTH ? undefined : (clock(text) ?? iso(text) ?? parts(text));
  if (ms === undefined || !Number.isSafeInteger(Math.round(ms))) {
    throw new AppError(
      'invalid_parameters',
      `${shownText(text)} is not understood as a duration: write it like "2h 30m", "90 min" or "1:30".`,
      { details: { parameter: 'duration', type: 'duration' } },
    );
  }
  return Math.round(ms);
}

/** `2h 30m`, rounded to the minute; seconds only below a minute. Hours are not folded into days. */
export function formatDuration(ms: Duration): string {
  const sign = ms < 0 ? '-' : '';
  const seconds = Math.round(Math.abs(ms) / SECOND);
  if (seconds < 60) return `${seconds ? sign : ''}${seconds}s`;
  const minutes = Math.round(seconds / 60);
  const parts = [minutes >= 60 ? `${Math.floor(minutes / 60)}h` : '', minutes % 60 ? `${minutes % 60}m` : ''];
  return sign + parts.filter(Boolean).join(' ');
}

/** `h:mm` and `h:mm:ss`. */
function clock(text: string): number | undefined {
  const [, hours, minutes, seconds = '0'] = /^\s*(\d{1,5}):([0-5]\d)(?::([0-5]\d))?\s*$/.exec(text) ?? [];
  return hours === undefined ? undefined : Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
}

/** ISO 8601, without years and months: they have no fixed length. */
function iso(text: string): number | undefined {
  if (!/^\s*P/.test(text)) return undefined;
  const duration = Iso.fromISO(text.trim());
  if (!duration.isValid || duration.years || duration.months) return undefined;
  const ms = duration.toMillis();
  return ms >= 0 ? ms : undefined;
}

function parts(text: string): number | undefined {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/\bhalf an? /g, '0.5 ')
    .replace(/\ban? /g, '1 ')
    .replace(/(\dh\s*\d{1,2})$/, '$1m');
  let total = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < words.length) {
    const [, amount, name] = PART.exec(words) ?? [];
    const unit = UNITS.find(({ names }) => name !== undefined && names.test(name));
    if (amount === undefined || !unit) return undefined;
    total += number(amount, name ?? '') * unit.ms;
  }
  return words ? total : undefined;
}

/** Digits in groups of three that leave no doubt: two kinds of separators, the last of which is the decimal one, or one kind twice or more. */
const GROUPED = /^\d{1,3}(?:(?:,\d{3})+\.\d+|(?:\.\d{3})+,\d+|(?:,\d{3}){2,}|(?:\.\d{3}){2,})$/;

/** @returns NaN when it is no number */
function number(text: string, unit: string): number {
  if (GROUPED.test(text)) {
    const decimal = /[.,](?=\d+$)/.exec(text)?.[0] ?? '';
    const isDecimal = text.split(decimal).length === 2;
    return Number(
      isDecimal ? text.replaceAll(decimal === ',' ? '.' : ',', '').replace(',', '.') : text.replaceAll(decimal, ''),
    );
  }
  if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(text)) {
    const decimal = text.replace(',', '.');
    const [many, few] = [decimal.replace('.', ''), decimal.endsWith('0') ? String(Number(decimal)) : `${decimal}0`];
    throw new AppError(
      'invalid_parameters',
      `"${text}" can be two numbers: write "${many} ${unit}" or "${few} ${unit}".`,
      { details: { parameter: 'duration', type: 'duration' } },
    );
  }
  return Number(text.replace(',', '.'));
}
