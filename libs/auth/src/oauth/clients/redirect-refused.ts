import { securityEvent } from '#libs/audit';
import { AppError, type Config } from '#libs/core';
import { type Logger } from 'pino';
import { REDIRECT_REFUSED } from './redirect-uris.js';

/** What is known of a request for a redirect that is not allowed. */
export interface RefusedRedirect {
  redirectUri: string;
  clientId?: string | undefined;
  clientName?: string | undefined;
  address: string;
  userAgent?: string | undefined;
}

/** Writes the security-log line of contract item 16 and gives the error to throw. The query stays out: it may carry a code. */
export function redirectRefused(log: Logger, config: Config, { redirectUri, ...who }: RefusedRedirect): AppError {
  const withoutSecrets = redirectUri.replace(/[?#][^]*$/, '').replace(/\/\/[^/]*@/, '//…@');
  securityEvent(log, config, 'redirect_refused', { redirectUri: withoutSecrets, ...who });
  return new AppError('invalid_redirect_uri', REDIRECT_REFUSED);
}
