import { DateTime } from 'luxon';
import { dateRefusal, type Reading } from './readings.js';

const YEAR_FIRST = /(?<![\d:])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d:.])/;
const DAY_AND_MONTH = /(?<![\d:.])(\d{1,2})([-/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d:])/;

/**
 * A date in digits, and the rest of the text. `31.12.2026` is day first; with slashes and dashes half the world reads it the other
 * way, so only what reads the same in both orders is taken.
 * @throws AppError `invalid_parameters` with both readings
 */
export function numeric(
  text: string,
  now: DateTime,
): { reading: Reading & { kind: 'day' | 'yearly' }; rest: string } | undefined {
  const whole = YEAR_FIRST.exec(text);
  const found = whole ?? DAY_AND_MONTH.exec(text);
  if (!found) return undefined;
  const rest = text.replace(found[0], ' ').trim();
  const on = (year: string | undefined, month: number, day: number) =>
    DateTime.fromObject({ year: Number(year), month, day }, { zone: now.zone });
  if (whole) return { reading: { kind: 'day', day: on(whole[1], Number(whole[3]), Number(whole[4])) }, rest };
  const [said, first = '', mark, second = '', year] = found;
  // Without a year, "9.30" is a time and "2-4" a span.
  if (year === undefined && mark !== '/') return undefined;
  if (year?.length === 2)
    throw dateRefusal(`"${said}" does not say which number is the year: write it like "2026-11-21".`);
  const [a, b] = [Number(first), Number(second)];
  const [day, month] = mark === '.' || a > 12 || a === b ? [a, b] : b > 12 ? [b, a] : [];
  if (day === undefined || month === undefined) {
    const readings =
      year === undefined
        ? [on('2028', a, b), on('2028', b, a)].map((each) => `"${each.setLocale('en').toFormat('d MMMM')}"`)
        : [on(year, a, b).toISODate(), on(year, b, a).toISODate()];
    throw dateRefusal(`"${said}" can be two dates: write ${readings.join(' or ')}.`);
  }
  return {
    reading: year === undefined ? { kind: 'yearly', month, day } : { kind: 'day', day: on(year, month, day) },
    rest,
  };
}
