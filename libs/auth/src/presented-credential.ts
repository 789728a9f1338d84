import { AppError } from '#libs/core';
import { type IncomingMessage } from 'node:http';

/** The gateway credential of a request, and where it was found. */
export interface PresentedCredential {
  token: string;
  from: 'authorization' | 'x-api-key' | 'query';
}

const BEARER = /^Bearer +([^\s]+)$/i;
const MAX_CREDENTIAL_LENGTH = 8192;

/**
 * Finds the one credential of a request: Authorization: Bearer, X-API-Key, or `?apiKey=`, in that order.
 * @returns undefined when none was sent
 * @throws AppError `invalid_parameters` when a header is doubled (RFC 6750 section 2: exactly one method), `invalid_token` when it cannot be one of ours
 */
export function presentedCredential(request: IncomingMessage, apiKeyInQuery: string | undefined): PresentedCredential | undefined {
  const { authorization, 'x-api-key': apiKey } = request.headers;
  if (authorization === undefined && apiKey === undefined) return apiKeyInQuery ? { token: bounded(apiKeyInQuery), from: 'query' } : undefined;
  if (timesSent(request, 'authorization') > 1 || timesSent(request, 'x-api-key') > 1) {
    throw new AppError('invalid_parameters', 'Send exactly one Authorization or X-API-Key header.');
  }
  if (authorization !== undefined) {
    const token = BEARER.exec(authorization)?.[1];
    // An empty header is no credential at all; another scheme is one that we do not take.
    if (token === undefined && (authorization.trim() === '' || /^Bearer\s*$/i.test(authorization))) return undefined;
    if (token === undefined) throw new AppError('invalid_token', 'Only Authorization: Bearer is understood.');
    return { token: bounded(token), from: 'authorization' };
  }
  return apiKey ? { token: bounded(String(apiKey)), from: 'x-api-key' } : undefined;
}

/** Node keeps only the first of two Authorization headers, so the doubling shows in rawHeaders alone. */
function timesSent({ rawHeaders }: IncomingMessage, name: string): number {
  let times = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) if (rawHeaders[index]?.toLowerCase() === name) times += 1;
  return times;
}

function bounded(token: string): string {
  if (token.length > MAX_CREDENTIAL_LENGTH) throw new AppError('invalid_token');
  return token;
}
