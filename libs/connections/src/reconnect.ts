import { AppError, type Config } from '#libs/core';
import { type Caller } from './caller.js';

const HOW: Readonly<Partial<Record<Caller['kind'], (config: Pick<Config, 'BASE_URL'>) => string>>> = {
  session: () => 'Connect again: reconnect this server in your AI client.',
  jwt: ({ BASE_URL }) => `Sign in again at ${BASE_URL ?? ''}/auth/login.`,
  server_url: () => 'Connect ClickUp again, and make a new server URL.',
  api_key: ({ BASE_URL }) => `Make a new API key at ${BASE_URL ? `${BASE_URL}/` : 'the start page of this server'}.`,
};

/** The operator's own token: nobody who calls can do anything about it. */
export const usesOperatorsToken = ({ kind }: Pick<Caller, 'kind'>): boolean =>
  kind === 'global_key' || kind === 'stdio';

/** ClickUp has refused a caller's credential: says what the person who made the connection can do, or what the operator must. */
export function reconnect(kind: Caller['kind'], config: Pick<Config, 'BASE_URL'>, refusal?: AppError): AppError {
  if (usesOperatorsToken({ kind }))
    return new AppError('not_configured', 'ClickUp does not accept the token of this server (CLICKUP_API_TOKEN).', {
      details: {
        fix: 'Set CLICKUP_API_TOKEN to a ClickUp token that works (ClickUp: Settings > Apps) and restart.',
        reason: 'ClickUp refuses CLICKUP_API_TOKEN',
      },
      cause: refusal?.cause,
    });
  if (kind === 'client_credentials')
    return new AppError('invalid_credentials', 'ClickUp does not accept the key in the header X-ClickUp-Key.', {
      details: refusal?.details,
      cause: refusal?.cause,
    });
  const sentence = `ClickUp no longer accepts the credential of this connection. ${HOW[kind]?.(config) ?? ''}`.trim();
  return new AppError('invalid_credentials', sentence, {
    // Whoever has a URL only cannot sign in to mend it.
    details: { ...refusal?.details, ...(kind === 'server_url' && { final: true }) },
    cause: refusal?.cause,
  });
}
