import { type Caller } from '#libs/connections';
import { AppError, isObject } from '#libs/core';

/** Whether a message brings a credential: `{"method":"auth","params":{"token":"…"}}`, with or without `jsonrpc` and `id`. */
export const isAuth = (message: unknown): boolean => isObject(message) && message.method === 'auth';

/** @throws AppError `invalid_parameters` */
export function tokenIn(message: unknown): string {
  const { params } = message as { params?: unknown };
  if (isObject(params) && typeof params.token === 'string' && params.token !== '') return params.token;
  throw new AppError('invalid_parameters', 'Send the credential as params.token of the method auth.', {
    details: { parameter: 'token', required: true, type: 'string' },
  });
}

/** A socket never changes hands: a further credential is one of the same person, such as a token that was refreshed. */
export function checkSame(known: Caller, further: Caller): void {
  const [mine, theirs] = [known.connection, further.connection];
  const same =
    mine && theirs
      ? mine.personId === theirs.personId && mine.tenantId === theirs.tenantId
      : known.kind === further.kind && known.id === further.id;
  if (same) return;
  throw new AppError('forbidden', 'This socket belongs to another person: open one of your own.', {
    details: { reason: 'another person' },
  });
}
