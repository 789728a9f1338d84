import { credential } from '#libs/clickup';
import { AppError, isTransient, sha256 } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Inject, Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { DataSource } from 'typeorm';
import { type GrantKind } from './access-grant.entity.js';
import { type Caller } from './caller.js';
import { type ConnectionState } from './connection.entity.js';
import { credentialPlace } from './connection-store.service.js';
import { type Vault, VAULT } from './vault/vault.js';

/** A row of the database function `find_grant`: one per secret that is live for the grant. */
interface FoundGrant {
  secret_hash: Buffer;
  /** Null = no end. */
  expires_in_ms: number | null;
  /** OAuth scope of an access token, `read write`; null for what is no token. */
  scope: string | null;
  kind: GrantKind;
  tenant_id: string;
  connection_id: string;
  person_id: string;
  sealed_credential: Buffer;
  connection_policy: Policy;
  grant_policy: Policy | null;
  state: ConnectionState;
}

/** From a presented credential to the caller it stands for. */
@Injectable()
export class Grants {
  constructor(
    private readonly database: DataSource,
    @Inject(VAULT) private readonly vault: Vault,
  ) {}

  /**
   * The caller of a live credential `<prefix><id>:<secret>`, or undefined.
   * @throws AppError `invalid_credentials` when ClickUp has refused the connection's key, `unavailable` when the database does not answer
   */
  async find(kind: GrantKind, id: string, secret: string): Promise<Caller | undefined> {
    const rows = await this.rows(id);
    const presented = sha256(secret);
    const found = rows.find((row) => row.kind === kind && timingSafeEqual(row.secret_hash, presented));
    if (!found) return undefined;
    if (found.state === 'needs_reauth') throw new AppError('invalid_credentials');
    const { tenant_id: tenantId, connection_id: connectionId, person_id: personId } = found;
    return Object.freeze({
      kind,
      id,
      policies: Object.freeze([found.connection_policy, ...(found.grant_policy ? [found.grant_policy] : [])]),
      ...(found.scope !== null && { scopes: found.scope.split(' ') }),
      credential: credential(this.vault.open(credentialPlace(tenantId, connectionId), found.sealed_credential).text),
      workspaceId: tenantId,
      connection: { id: connectionId, tenantId, personId },
    });
  }

  private async rows(id: string): Promise<FoundGrant[]> {
    try {
      return await this.database.query<FoundGrant[]>('SELECT * FROM find_grant($1)', [id]);
    } catch (cause) {
      throw isTransient(cause) ? new AppError('unavailable', undefined, { details: { reason: 'database' }, cause }) : cause;
    }
  }
}
