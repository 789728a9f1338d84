import { languageOf } from '#libs/web';
import { type FastifyRequest } from 'fastify';
import { type Identity } from './identities.service.js';

/** How a moment is written for a person: in the language of their browser, and in the time zone they have set in ClickUp (else in UTC). */
export interface Moments {
  /** The day. */
  day(moment: Date): string;
  /** The day and the minute. */
  minute(moment: Date): string;
  /** Undefined when ClickUp tells no zone of the person. */
  zone?: string;
}

/** The writing of moments for whoever sends the request. */
export function momentsFor({ headers }: Pick<FastifyRequest, 'headers'>, { zone }: Pick<Identity, 'zone'>): Moments {
  const language = languageOf(headers['accept-language']);
  // British, because the pages are: 3 Nov 2026.
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { ...options, timeZone: zone ?? 'UTC' });
  const [day, minute] = [format({ dateStyle: 'medium' }), format({ dateStyle: 'medium', timeStyle: 'short' })];
  return { zone, day: (moment) => day.format(moment), minute: (moment) => minute.format(moment) };
}
