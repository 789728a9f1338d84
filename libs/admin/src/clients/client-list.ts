import { AppError } from '#libs/core';

/** Kinds of credentials, as a list of clients names them. `session` stands for every OAuth client. */
export const KINDS_OF_CLIENTS = [
  'session',
  'api_key',
  'server_url',
  'jwt',
  'global_key',
  'client_credentials',
] as const;

/** What can be done to the list of the clients that a Workspace lets in. */
export const LIST_CHANGES = ['list', 'all', 'allow', 'disallow'] as const;

export interface ListChange {
  what: (typeof LIST_CHANGES)[number];
  /** Of `allow` and `disallow`: a `client_id`, or a kind. */
  client?: string;
}

/** More than one policy takes. */
const MOST = 500;

/**
 * The list after a change; undefined = no list, which lets in all of them.
 * @param inUse `client_id`s that somebody works with: a list that begins keeps out none of them
 * @throws AppError `invalid_parameters` for a list that would be too long, `conflict` where there is no list to take a client from
 */
export function changedList(
  clients: readonly string[] | undefined,
  { what, client = '' }: ListChange,
  inUse: readonly string[],
): readonly string[] | undefined {
  if (what === 'all') return undefined;
  // Of kinds, all but the one that stands for every app.
  if (what === 'list') return atMost([...inUse, ...KINDS_OF_CLIENTS.filter((kind) => kind !== 'session')]);
  if (!clients) throw new AppError('conflict', 'This Workspace lets in all clients: begin a list first.');
  if (what === 'allow') return atMost([...new Set([...clients, client])]);
  const without = clients.filter((each) => each !== client);
  // Apps that came in as one of all of them stay, so that this keeps out the unknown ones.
  return client === 'session' && clients.includes('session') ? atMost([...new Set([...without, ...inUse])]) : without;
}

function atMost(clients: readonly string[]): readonly string[] {
  if (clients.length <= MOST) return clients;
  throw new AppError('invalid_parameters', `A list holds at most ${MOST} clients.`, {
    details: { parameter: 'clients' },
  });
}
