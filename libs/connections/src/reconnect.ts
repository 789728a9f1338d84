import { AppError, type Config } from '#libs/core';
import { type Caller } from './caller.js';

const HOW: Readonly<Partial<Record<Caller['kind'], (config: Pick<Config, 'BASE_URL'>) => string>>> = {
  session: () => 'Connect again: reconnect this server in your AI client.',
  api_key: ({ BASE_URL }) => `Make a new API key at ${BASE_URL ? `${BASE_URL}/` : 'the start page of this server'}.`,
};

/** ClickUp has refused a connection's credential: says what the person who made the connection can do. */
export function reconnect(kind: Caller['kind'], config: Pick<Config, 'BASE_URL'>, refusal?: AppError): AppError {
  const sentence = `ClickUp no longer accepts the credential of this connection. ${HOW[kind]?.(config) ?? ''}`.trim();
  return new AppError('invalid_credentials', sentence, { details: refusal?.details, cause: refusal?.cause });
}
