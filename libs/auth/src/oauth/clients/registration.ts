import { AppError, type Config, CONFIG, LOGGER, sha256 } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { type Logger } from 'pino';
import { NetworkLimits } from '../../access/network-limits.js';
import { type ClientMetadata, clientMetadata } from './client-metadata.js';
import { Clients } from './clients.service.js';
import { redirectRefused } from './redirect-refused.js';
import { RedirectUris } from './redirect-uris.js';

/** Where a registration comes from. */
export interface Registrant {
  address: string;
  userAgent?: string | undefined;
}

/** What is checked before the library registers a client (RFC 7591): limits, the redirect allow list, and one id for equal clients. */
@Injectable()
export class Registration {
  private readonly limits = new NetworkLimits();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
    private readonly redirects: RedirectUris,
    @Inject(Clients) private readonly clients: Pick<Clients, 'isRegistered'>,
  ) {}

  /**
   * The metadata to register in place of what was sent.
   * @throws AppError `invalid_client_metadata`; `invalid_redirect_uri` with one security-log line when a redirect is not allowed; `not_found` when DCR_ENABLED is off
   */
  accept(body: unknown, from: Registrant): ClientMetadata {
    if (!this.config.DCR_ENABLED)
      throw new AppError(
        'not_found',
        'Clients cannot register themselves here. Use a Client ID Metadata Document, or ask the operator.',
      );
    const metadata = clientMetadata(body);
    const refused = metadata.redirect_uris.find((uri) => !this.redirects.allows(uri));
    if (refused === undefined) return metadata;
    throw redirectRefused(this.log, this.config, { redirectUri: refused, clientName: metadata.client_name, ...from });
  }

  /**
   * Counts a new client against the limit of its network. A client that is known already can always register again, whatever others in
   * the same network have done.
   * @throws AppError `rate_limited`
   */
  async count(metadata: ClientMetadata, address: string): Promise<void> {
    if (await this.clients.isRegistered(clientIdOf(metadata))) return;
    this.limits.count('registered', address, JSON.stringify(metadata).length);
  }
}

/**
 * Derived from everything that is stored (SEC-D8): hosted connectors register anew on every connection, and equal ones are one row.
 * It is no secret, so nothing is lost when somebody else can compute it; and nobody can change the row without changing its id.
 */
export function clientIdOf({ client_name, redirect_uris, grant_types, application_type }: ClientMetadata): string {
  return sha256(
    JSON.stringify(['client/v1', client_name ?? null, redirect_uris, grant_types, application_type]),
  ).toString('base64url');
}
