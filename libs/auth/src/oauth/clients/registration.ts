import { AppError, type Config, CONFIG, LOGGER, sha256 } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { type Logger } from 'pino';
import { NetworkLimits } from '../../access/network-limits.js';
import { type ClientMetadata, clientMetadata } from './client-metadata.js';
import { Clients } from './clients.service.js';
import { redirectDropped, redirectRefused } from './redirect-refused.js';
import { RedirectUris } from './redirect-uris.js';

/** Where a registration comes from. */
export interface Registrant {
  address: string;
  userAgent?: string | undefined;
}

/** What of a registration is accepted. */
interface Accepted {
  /** To register in place of what was sent. */
  metadata: ClientMetadata;
  /** Redirect URIs that were sent and are not on the allow list. */
  dropped: string[];
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
   * Keeps the redirect URIs that are allowed and drops the others, as RFC 7591 section 3.2.1 lets a server do: applications register
   * all that any edition of theirs may use.
   * @throws AppError `invalid_client_metadata`; `invalid_redirect_uri` with one security-log line when no redirect is allowed; `not_found` when DCR_ENABLED is off
   */
  accept(body: unknown, from: Registrant): Accepted {
    if (!this.config.DCR_ENABLED)
      throw new AppError(
        'not_found',
        'Clients cannot register themselves here. Use a Client ID Metadata Document, or ask the operator.',
      );
    const sent = clientMetadata(body);
    const kept = sent.redirect_uris.filter((uri) => this.redirects.allows(uri));
    const dropped = sent.redirect_uris.filter((uri) => !kept.includes(uri));
    if (dropped.length === 0) return { metadata: sent, dropped };
    const event = { redirectUris: dropped, clientName: sent.client_name, ...from };
    if (kept.length === 0) throw redirectRefused(this.log, this.config, event);
    redirectDropped(this.log, this.config, event);
    // Read again without them: what kind of application it is follows from its redirects.
    return { metadata: clientMetadata({ ...(body as object), redirect_uris: kept }), dropped };
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
