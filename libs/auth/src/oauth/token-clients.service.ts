import { Injectable } from '@nestjs/common';
import { Artifacts } from './artifacts/artifacts.service.js';
import { CONNECT_CLIENT } from './clients/connect-client.js';
import { opaquePart } from './token-request.js';

/** Fills in the client of requests from programs that came through `/connect?redirect_uri=` and so never learned a client_id (contract item 14). */
@Injectable()
export class TokenClients {
  constructor(private readonly artifacts: Artifacts) {}

  /** Adds `client_id` where it is missing and can only be that of a redirect URI; a request that names its client stays as it is. */
  async complete(form: URLSearchParams): Promise<URLSearchParams> {
    if (form.has('client_id')) return form;
    const redirectUri = form.get('redirect_uri');
    const client =
      redirectUri === null
        ? await this.ofToken(form.get('refresh_token') ?? form.get('token'))
        : `${CONNECT_CLIENT}${redirectUri}`;
    if (client?.startsWith(CONNECT_CLIENT)) form.set('client_id', client);
    return form;
  }

  private async ofToken(token: string | null): Promise<string | undefined> {
    if (token === null) return undefined;
    const found =
      (await this.artifacts.find('RefreshToken', token)) ??
      (await this.artifacts.find('AccessToken', opaquePart(token)));
    return found?.clientId;
  }
}
