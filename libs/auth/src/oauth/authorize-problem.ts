import { AppError, type Config } from '#libs/core';
import { PageError } from '#libs/web';
import { type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { type AuthorizeProblem } from './provider-request.js';
import { CONNECT_CLIENT } from './provider-options.js';
import { redirectRefused } from './clients/redirect-refused.js';

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
  // No client means here that no entry of the allow list is exactly its redirect URI.
  const refused =
    error === 'invalid_redirect_uri' || (error === 'invalid_client' && clientId?.startsWith(CONNECT_CLIENT));
  if (!refused && error === 'invalid_client') return new PageError('invalid_parameters', 'problem.unknown_client');
  if (!refused || redirectUri === null) return new AppError('invalid_parameters', sentence(description ?? error));
  return redirectRefused(log, config, {
    redirectUri,
    clientId: clientId?.startsWith(CONNECT_CLIENT) ? undefined : clientId,
    address: ip,
    userAgent: headers['user-agent'],
  });
}

/** What is said in English of an authorization that cannot go on, people read in their own language. */
export function inTheirLanguage(error: unknown): never {
  const ended =
    error instanceof AppError &&
    !(error instanceof PageError) &&
    (error.code === 'invalid_parameters' || error.code === 'forbidden');
  throw ended ? new PageError(error.code, 'problem.authorization_ended', undefined, error) : error;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
