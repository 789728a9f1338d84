import { Injectable } from '@nestjs/common';
import { type AdapterPayload } from 'oidc-provider';
import { DataSource } from 'typeorm';
import { type ClientSource } from './adapter.js';
import { OAuthClient } from './oauth-client.entity.js';
import { CONNECT_CLIENT } from './provider-options.js';
import { RedirectUris, redirectTarget } from './redirect-uris.js';

/** Who may ask: clients that registered, and one for each exact entry of the redirect allow list. */
@Injectable()
export class Clients implements ClientSource {
  constructor(
    private readonly redirectUris: RedirectUris,
    private readonly database: DataSource,
  ) {}

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (id.startsWith(CONNECT_CLIENT)) return this.connectClient(id.slice(CONNECT_CLIENT.length));
    const found = await this.database.getRepository(OAuthClient).findOneBy({ id });
    return found?.metadata;
  }

  async upsert(id: string, metadata: AdapterPayload): Promise<void> {
    await this.database.query('INSERT INTO oauth_clients (id, metadata) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET last_used_at = now()', [id, metadata]);
  }

  private connectClient(redirectUri: string): AdapterPayload | undefined {
    if (!this.redirectUris.isExactEntry(redirectUri)) return undefined;
    return {
      client_id: `${CONNECT_CLIENT}${redirectUri}`,
      client_name: redirectTarget(redirectUri).host,
      redirect_uris: [redirectUri],
      application_type: redirectUri.startsWith('https:') ? 'web' : 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    };
  }
}
