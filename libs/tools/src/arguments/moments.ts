import { formatInstant, parseWhen, type When } from '#libs/core';
import { naming } from './naming.js';
import { type ToolContext } from '../tool/tool.js';

type Clock = Pick<ToolContext, 'zone' | 'now' | 'me'>;

/** Days of the week as ClickUp counts them. */
type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;
export const weekStart = ({ me }: Pick<ToolContext, 'me'>): Weekday => (me.weekStartDay % 7) as Weekday;

/**
 * A date argument, read in the person's zone; undefined stays undefined.
 * @throws AppError `invalid_parameters` naming the argument
 */
export function moment(argument: string, text: string, context: Clock, towards?: 'future' | 'past'): Promise<When>;
export function moment(
  argument: string,
  text: string | undefined,
  context: Clock,
  towards?: 'future' | 'past',
): Promise<When | undefined>;
export async function moment(
  argument: string,
  text: string | undefined,
  context: Clock,
  towards: 'future' | 'past' = 'future',
): Promise<When | undefined> {
  return text === undefined
    ? undefined
    : naming(argument, () => parseWhen(text, context.zone, context.now, { towards, weekStart: weekStart(context) }));
}

type Ms = string | number | null | undefined;

/**
 * A due or start date. ClickUp does not say whether a time of day was meant, but keeps dates without one as 4 am in the zone of the person
 * who set them (ClickUp fact 13), so 4 am is read as "no time". A date that somebody in another zone set without a time is no day for this
 * reader: it is shown as the moment that ClickUp's own screens show here, with its offset, because which zone it was set in is not known,
 * and a bare day could be the one before.
 */
export function dateText(ms: Ms, zone: string): string | undefined {
  if (ms === null || ms === undefined || ms === '') return undefined;
  const exact = formatInstant(Number(ms), zone, true);
  return exact.includes('T04:00') ? formatInstant(Number(ms), zone, false) : exact;
}

/** The day alone: enough for `created` and `updated`. */
export const dayText = (ms: Ms, zone: string): string | undefined =>
  ms === null || ms === undefined ? undefined : formatInstant(Number(ms), zone, false);

/** Day and time. */
export const timeText = (ms: Ms, zone: string): string | undefined =>
  ms === null || ms === undefined ? undefined : formatInstant(Number(ms), zone, true);
