import { SERVER_URL_NAME } from '#libs/connections';
import { type Config, isRead, type Verb, VERBS } from '#libs/core';
import { type Form, PageError } from '#libs/web';
import { DateTime } from 'luxon';

/** What may be ticked of writing, in the order of the page. */
export const WRITES: readonly Verb[] = VERBS.filter((verb) => !isRead(verb));
const OFFERED_DAYS = [30, 90];
const MAX_NAME = 100;

/** What a person has typed and ticked of a server URL, as far as it is something that was offered. */
export interface AskedUrl {
  name: string;
  connection: string;
  mode: 'all' | 'read';
  /** Of writing; none = all of it. */
  methods: readonly string[];
  /** None = all. */
  toolsets: readonly string[];
  tokenRequired: boolean;
  passesThrottle: boolean;
  /** Days as text; '' = until it is ended. */
  expires: string;
  /** A day (ISO), to whose end it holds; goes before `expires`. */
  until: string;
}

/** What there is to choose of the end. */
export interface OfferedEnd {
  never: boolean;
  days: readonly number[];
  /** The last day that may be chosen, ISO; undefined = any. */
  last?: string;
  /** Today, ISO. */
  first: string;
}

/** A server URL is a key in another form, so the longest life of keys is that of URLs too. */
export function offeredEnd(
  { API_KEY_MAX_AGE_DAYS: cap }: Pick<Config, 'API_KEY_MAX_AGE_DAYS'>,
  zone = 'UTC',
): OfferedEnd {
  const today = DateTime.now().setZone(zone).startOf('day');
  const first = today.toISODate()!;
  if (cap === undefined) return { never: true, days: OFFERED_DAYS, first };
  const last = today.plus({ days: cap - 1 }).toISODate()!;
  return { never: false, days: [...OFFERED_DAYS.filter((days) => days < cap), cap], first, last };
}

/** Reads the form. @throws PageError for anything that was not offered */
export function askedUrl(form: Form, toolsets: readonly string[], end: OfferedEnd): AskedUrl {
  const asked = {
    name: form.text('name'),
    connection: form.text('connection'),
    mode: oneOf(form.text('mode'), ['all', 'read'] as const),
    methods: someOf(form.all('method'), WRITES),
    toolsets: someOf(form.all('toolset'), toolsets),
    tokenRequired: oneOf(form.text('token_required'), ['', 'yes'] as const) === 'yes',
    passesThrottle: oneOf(form.text('upstream_retry'), ['', 'off'] as const) === 'off',
    expires: oneOf(form.text('expires_days'), [...(end.never ? [''] : []), ...end.days.map(String)]),
    until: form.text('until'),
  };
  return asked;
}

/** What is wrong with what was typed: the key of the text. Everything else is refused by {@link askedUrl}, because no page of ours sends it. */
export function problemOf(
  { name, until, connection }: AskedUrl,
  end: OfferedEnd,
  connections: readonly string[],
): string | undefined {
  if (name.length > MAX_NAME || !SERVER_URL_NAME.test(name)) return 'problem.url_name';
  if (!connections.includes(connection)) return 'problem.url_connection';
  if (until === '') return undefined;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(until) || !DateTime.fromISO(until).isValid) return 'problem.url_day';
  if (until < end.first) return 'problem.url_past';
  return end.last !== undefined && until > end.last ? 'problem.url_late' : undefined;
}

/** The same in the words of the REST door (contract item 20), so that both make the same of it. */
export const configOf = ({ mode, methods, toolsets, passesThrottle }: AskedUrl) => ({
  ...(mode === 'read' && { methods: ['read'] }),
  ...(mode === 'all' && methods.length > 0 && { methods: ['read', ...methods] }),
  ...(toolsets.length > 0 && { tags: toolsets }),
  ...(passesThrottle && { upstream_retry: 'off' }),
});

/** When it ends; undefined = when it is ended. */
export function endOf({ expires, until }: Pick<AskedUrl, 'expires' | 'until'>, zone = 'UTC'): Date | undefined {
  if (until !== '') return DateTime.fromISO(until, { zone }).endOf('day').startOf('second').toJSDate();
  return expires === ''
    ? undefined
    : DateTime.now()
        .plus({ days: Number(expires) })
        .startOf('second')
        .toJSDate();
}

// A client that leaves something out grants less, never more: so nothing may be ignored here.
function oneOf<T extends string>(value: string, offered: readonly T[]): T {
  const found = offered.find((each) => each === value);
  if (found === undefined) throw new PageError('invalid_parameters', 'problem.field', '/sessions');
  return found;
}

function someOf(values: readonly string[], offered: readonly string[]): string[] {
  return [...new Set(values)].map((value) => oneOf(value, offered));
}
