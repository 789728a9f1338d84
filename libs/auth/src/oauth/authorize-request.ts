import { AppError, type Config, sha256 } from '#libs/core';
import { PageError } from '#libs/web';
import { type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { CONNECT_CLIENT } from './clients/connect-client.js';
import { redirectRefused } from './clients/redirect-refused.js';
import { type AuthorizeProblem } from './provider-request.js';
import { askedScopes, namesScopes } from './scopes.js';

/** Parameters that mean nothing without OpenID Connect; some clients send them anyway, and must not fail for it (RFC 6749 section 3.1). */
const IGNORED = [
  'acr_values',
  'claims',
  'claims_locales',
  'display',
  'id_token_hint',
  'login_hint',
  'max_age',
  'nonce',
  'prompt',
  'scope',
  'ui_locales',
];
const MAX_LENGTH = 8192;
/** A response mode that the library refuses; it takes the place of those that the library supports and we do not offer. */
const UNOFFERED = 'unoffered';

/** Our own parameter of the request, kept with the authorization: which browser began it. */
export const FLOW_BROWSER = 'flow_browser';
/** Another one: whether the client named scopes itself. Where it did not, the person has to choose. */
export const FLOW_ASKED = 'flow_asked';

/** The hash of a browser's cookie that is kept, to recognise the browser. */
export const browserMark = (browser: string): string => sha256(browser).toString('base64url');

/**
 * The authorization request as the library takes it: scopes that we know, and the prompt that each authorization needs.
 * @param browser the cookie of the browser that begins it
 * @throws AppError `invalid_parameters` when the request is too long, or holds what no database column can
 */
export function authorizeQuery(search: string, browser: string): string {
  if (search.length > MAX_LENGTH) throw new AppError('invalid_parameters', 'The authorization request is too long');
  const query = new URLSearchParams(search);
  if ([...query.values()].some((value) => value.includes('\0')))
    throw new AppError('invalid_parameters', 'A parameter holds a NUL character');
  const named = query.get('scope') ?? undefined;
  const scope = askedScopes(named).join(' ');
  // `none` forbids a page, which every authorization needs: the client is told so.
  const prompt = query.get('prompt') === 'none' ? 'none' : 'consent';
  // A parameter that is sent twice is refused (RFC 6749 section 3.1), also when we would have ignored its value.
  for (const name of IGNORED) if (query.getAll(name).length < 2) query.delete(name);
  if (!query.has('scope')) query.set('scope', scope);
  if (!query.has('prompt')) query.set('prompt', prompt);
  // An attacker who makes the link must not have the code put where the client does not look for it, such as the fragment.
  const modes = query.getAll('response_mode');
  if (modes.length === 1 && modes[0] !== '' && modes[0] !== 'query') query.set('response_mode', UNOFFERED);
  // Replaces whatever a client wrote there.
  query.set(FLOW_BROWSER, browserMark(browser));
  query.set(FLOW_ASKED, namesScopes(named) ? 'yes' : 'no');
  return query.toString();
}

/** What a person is told when a client cannot be answered (AS-B5). A redirect URI that is not the client's leaves a line in the security log. */
export function problemOf(
  { error, error_description: description }: AuthorizeProblem,
  query: URLSearchParams,
  { ip, headers }: FastifyRequest,
  log: Logger,
  config: Config,
): AppError {
  const clientId = query.get('client_id') ?? undefined;
  const redirectUri = query.get('redirect_uri');
  // Clients of `/connect?redirect_uri=` are made of the allow list: an unknown one has a redirect URI that is not on it.
  const refused =
    error === 'invalid_redirect_uri' || (error === 'invalid_client' && clientId?.startsWith(CONNECT_CLIENT));
  if (!refused && error === 'invalid_client') return new PageError('invalid_parameters', 'problem.unknown_client');
  if (!refused || redirectUri === null) return new AppError('invalid_parameters', sentence(description ?? error));
  return redirectRefused(log, config, {
    redirectUris: [redirectUri],
    clientId: clientId?.startsWith(CONNECT_CLIENT) ? undefined : clientId,
    address: ip,
    userAgent: headers['user-agent'],
  });
}

/** Throws an error again; when the authorization cannot go on, as a page in the person's language. */
export function inTheirLanguage(error: unknown): never {
  const ended =
    error instanceof AppError &&
    !(error instanceof PageError) &&
    (error.code === 'invalid_parameters' || error.code === 'forbidden');
  throw ended ? new PageError(error.code, 'problem.authorization_ended', undefined, error) : error;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
