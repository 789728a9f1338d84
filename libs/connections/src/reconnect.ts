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

/** ClickUp has refused the operator's own credential. Whoever holds a global key cannot mend that by connecting again, so the configuration key is named. */
export const refusedToOperator = ({ details, cause }: AppError): AppError =>
  new AppError(
    'invalid_credentials',
    'ClickUp does not accept the credential of this server: its operator has to set CLICKUP_API_TOKEN to a new one and restart it.',
    { details, cause },
  );
