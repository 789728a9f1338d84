import { languageOf } from '#libs/web';
import { type FastifyRequest } from 'fastify';

/** A moment as a page shows it: for people in their language, and for machines. */
export interface ShownMoment {
  text: string;
  iso: string;
}

/** Writes moments for whoever sends the request, in UTC: administrators look at people in many zones. */
export function momentsOf({ headers }: Pick<FastifyRequest, 'headers'>): (moment: Date) => ShownMoment {
  const language = languageOf(headers['accept-language']);
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return (moment) => ({ text: format.format(moment), iso: moment.toISOString() });
}

/** What the pages call the states of connections and grants, and how they stand out. */
export const STATES = {
  active: { text: 'console.state.active', tone: 'good' },
  needs_reauth: { text: 'console.state.needs_reauth', tone: '' },
  expired: { text: 'console.state.expired', tone: 'plain-badge' },
  revoked: { text: 'console.state.revoked', tone: 'plain-badge' },
} as const;

export const KINDS = {
  session: 'sessions.kind.session',
  api_key: 'sessions.kind.api_key',
  server_url: 'sessions.kind.server_url',
  jwt: 'sessions.kind.jwt',
} as const;

export const MODES = { read: 'mode.read', selective: 'mode.selective', write: 'mode.write' } as const;
