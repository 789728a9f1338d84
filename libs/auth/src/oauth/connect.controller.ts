import { AppError } from '#libs/core';
import { type PageAnswer, PageController } from '#libs/web';
import { Get, Query } from '@nestjs/common';
import { RedirectUris } from './clients/redirect-uris.js';
import { CONNECT_CLIENT } from './clients/connect-client.js';

/** The short way in, for clients that know nothing of registration. */
@PageController('connect')
export class ConnectController {
  constructor(private readonly redirectUris: RedirectUris) {}

  /** With `redirect_uri`: an authorization without a registered client. Without: a form that asks for it. */
  @Get() connect(@Query() query: Record<string, unknown>): PageAnswer {
    const redirect = shortConnectLocation(query);
    return redirect ? { redirect } : { view: 'connect', data: { known: this.redirectUris.exactEntries() } };
  }
}

const PARAMETERS = ['state', 'code_challenge', 'code_challenge_method', 'scope', 'resource'] as const;

/**
 * `/connect?redirect_uri=…` (contract item 14) as the authorization request it stands for: by the static client of exactly
 * this redirect URI. Whether there is one is decided where all clients are looked up.
 * @returns the path to send the browser to with 303; undefined without `redirect_uri`
 * @throws AppError `invalid_parameters` when a parameter is sent twice
 */
function shortConnectLocation(query: Record<string, unknown>): string | undefined {
  const redirectUri = single(query, 'redirect_uri');
  if (!redirectUri) return undefined;
  const request = new URLSearchParams({
    client_id: `${CONNECT_CLIENT}${redirectUri}`,
    redirect_uri: redirectUri,
    response_type: 'code',
  });
  for (const name of PARAMETERS) {
    const value = single(query, name);
    // A form sends the fields that were left empty, too.
    if (value) request.set(name, value);
  }
  if (!request.has('code_challenge')) request.delete('code_challenge_method');
  return `/authorize?${request.toString()}`;
}

function single(query: Record<string, unknown>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new AppError('invalid_parameters', `${name} must be given once`, { details: { parameter: name } });
}
