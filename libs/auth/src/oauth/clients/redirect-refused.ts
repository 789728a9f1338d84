import { securityEvent } from '#libs/audit';
import { type Config } from '#libs/core';
import { PageError } from '#libs/web';
import { type Logger } from 'pino';

/** What is known of a request for redirects that are not allowed. */
export interface RefusedRedirects {
  redirectUris: readonly string[];
  clientId?: string | undefined;
  clientName?: string | undefined;
  address: string;
  userAgent?: string | undefined;
}

const LONGEST = 200;
/** What the operator can do about it; in the log only, because nobody else can. */
const FIX = 'If you trust it, add exactly this address to REDIRECT_URI_ALLOWLIST.';

/** Writes the security-log line of contract item 16 and gives the error to throw. */
export function redirectRefused(log: Logger, config: Config, { redirectUris, ...who }: RefusedRedirects): PageError {
  const uris = redirectUris.map(withoutSecrets);
  securityEvent(log, config, 'redirect_refused', { redirectUris: uris, ...who, fix: FIX });
  return new PageError('invalid_redirect_uri', 'problem.redirect_refused', undefined, undefined, {
    uris: uris.join(', '),
  });
}

/** Writes a line about redirects that were left out of a registration that was accepted without them. */
export function redirectDropped(log: Logger, config: Config, { redirectUris, ...who }: RefusedRedirects): void {
  securityEvent(log, config, 'redirect_dropped', { redirectUris: redirectUris.map(withoutSecrets), ...who, fix: FIX });
}

/** The query and the user name stay out: they may carry a code or a password. So does what RFC 6749 section 5.2 keeps out of a description. */
const withoutSecrets = (uri: string) =>
  uri
    .slice(0, LONGEST)
    .replace(/[?#][^]*$/, '')
    .replace(/\/\/[^/]*@/, '//***@')
    .replace(/["\\]|[^\x20-\x7e]/g, '_');
