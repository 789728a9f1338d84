import { AppError, formatInstant, parseWhen } from '#libs/core';
import { moment } from '../arguments/moments.js';
import { weekdayText } from '../answers/entry.js';
import { type ToolContext } from '../tool/tool.js';

/** Where work is put whose day alone was told. */
const MORNING = '09:00';

type Clock = Pick<ToolContext, 'zone' | 'now' | 'me'>;

const refusal = (message: string) =>
  new AppError('invalid_parameters', `start: ${message}`, { details: { parameter: 'start' } });

const at = (day: string, time: string, { zone, now }: Clock): number => parseWhen(`${day}T${time}`, zone, now).ms;

/**
 * When work began, in Unix milliseconds: without words, so that it ends now. Of a day alone it is 9:00, earlier where the work would
 * not fit into the day any more, and for today so that it has ended by now: nothing is recorded as worked that has not been.
 * @param length milliseconds
 * @throws AppError `invalid_parameters` for a start in the future, and for a day too short by now
 */
export async function startOf(text: string | undefined, length: number, context: Clock): Promise<number> {
  const { zone, now } = context;
  if (text === undefined) return now - length;
  const { ms, hasTime } = await moment('start', text, context, 'past');
  const day = formatInstant(ms, zone, false);
  if (hasTime) {
    if (ms > now)
      throw refusal(
        `${formatInstant(ms, zone, true)} (${weekdayText(ms, zone).slice(0, 3)}) is in the future; a time entry records work that was done. Now it is ${formatInstant(now, zone, true)}.`,
      );
    return ms;
  }
  const today = formatInstant(now, zone, false);
  if (day > today) throw refusal(`${weekdayText(ms, zone)} is in the future; a time entry records work that was done.`);
  const midnight = at(day, '00:00', context);
  if (day === today) {
    if (now - length < midnight)
      throw refusal(
        `only ${Math.floor((now - midnight) / 60_000)} minutes of ${weekdayText(ms, zone)} have passed: give the time at which the work began.`,
      );
    return Math.min(at(day, MORNING, context), now - length);
  }
  const end = at(day, '23:59', context) + 60_000;
  return Math.max(midnight, Math.min(at(day, MORNING, context), end - length));
}
