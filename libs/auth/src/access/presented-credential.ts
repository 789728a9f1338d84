import { AppError } from '#libs/core';
import { type IncomingMessage } from 'node:http';
import { timesSent } from './times-sent.js';

/** The gateway credential of a request, and where it was found. */
export interface PresentedCredential {
  token: string;
  from: 'authorization' | 'x-api-key' | 'query' | 'message';
}

const BEARER = /^Bearer +([^\s]+)$/i;
/** An Authorization header without a credential in it. */
const EMPTY = /^\s*(?:Bearer\s*)?$/i;
const MAX_CREDENTIAL_LENGTH = 8192;

/**
 * Finds the one credential of a request: Authorization: Bearer, X-API-Key, or in the query. An empty one counts as not sent.
 * @param inQuery every one in the query
 * @returns undefined when none was sent
 * @throws AppError `invalid_parameters` for more than one (RFC 6750 section 2: a proxy before us might use
 * another one than we do), `invalid_token` when it cannot be one of ours
 */
export function presentedCredential(
  request: IncomingMessage,
  inQuery: readonly string[],
): PresentedCredential | undefined {
  const { authorization, 'x-api-key': apiKey } = request.headers;
  const inHeader = authorization === undefined || EMPTY.test(authorization) ? undefined : authorization;
  const found = [inHeader, apiKey, ...inQuery].filter(Boolean).length;
  const doubled =
    (authorization !== undefined && timesSent(request, 'authorization') > 1) ||
    (apiKey !== undefined && timesSent(request, 'x-api-key') > 1);
  if (found > 1 || doubled)
    throw new AppError(
      'invalid_parameters',
      'Send exactly one credential: an Authorization header, an X-API-Key header, or one in the URL.',
    );
  if (inHeader !== undefined) {
    const token = BEARER.exec(inHeader)?.[1];
    if (token === undefined) throw new AppError('invalid_token', 'Only Authorization: Bearer is understood.');
    return { token: bounded(token), from: 'authorization' };
  }
  if (apiKey) return { token: bounded(String(apiKey)), from: 'x-api-key' };
  const key = inQuery.find(Boolean);
  return key === undefined ? undefined : { token: bounded(key), from: 'query' };
}

/** The credential that came in a message of a stream. @throws AppError `invalid_token` when it cannot be one of ours */
export const inMessage = (token: string): PresentedCredential => ({ token: bounded(token), from: 'message' });

function bounded(token: string): string {
  if (token.length > MAX_CREDENTIAL_LENGTH) throw new AppError('invalid_token');
  return token;
}
