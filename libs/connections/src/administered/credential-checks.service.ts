import { AUDIT, type AuditTrail } from '#libs/audit';
import { ClickUpTransport, credential, GetAuthorizedUser } from '#libs/clickup';
import { AppError } from '#libs/core';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type ConnectionState } from '../connection.entity.js';
import { Connections, credentialContext } from '../connections.service.js';
import { grantEvent } from '../grant-events.js';
import { announce, Invalidations } from '../invalidations.service.js';
import { Verdicts } from '../refusal.js';
import { withTenant } from '../tenant.js';
import { type Vault, VAULT } from '../vault/vault.js';
import { type Realm } from './realm.js';

const PATIENCE_MS = 9_000;

/** What ClickUp says to the credential of a connection now. */
export interface CheckedCredential {
  answer: 'accepted' | 'refused' | 'unknown';
  /** Of `unknown`: the code of what ClickUp answered instead. */
  reason: string | null;
  /** Of the connection afterwards. */
  state: ConnectionState;
}

/** Asks ClickUp whether it still accepts the credentials of connections. */
@Injectable()
export class CredentialChecks {
  private readonly verdicts = new Verdicts();

  constructor(
    private readonly database: DataSource,
    @Inject(VAULT) private readonly vault: Vault,
    private readonly transport: ClickUpTransport,
    private readonly store: Connections,
    private readonly invalidations: Invalidations,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {}

  /**
   * Asks now. A refusal counts when ClickUp repeats it, as during calls; a connection whose credential is accepted again works again.
   * @throws AppError `not_found`, `unavailable`
   */
  async check(realm: Realm, id: string): Promise<CheckedCredential> {
    const { workspaceId } = realm;
    const { sealed, personId, state } = await this.found(realm, id);
    const client = this.transport.client({
      credential: credential(this.vault.open(credentialContext(workspaceId, id), sealed).text),
      person: personId,
      tenant: workspaceId,
      deadline: performance.now() + PATIENCE_MS,
      priority: 'interactive',
    });
    try {
      await client.call(GetAuthorizedUser, {});
    } catch (thrown) {
      const { code } = AppError.of(thrown);
      if (code !== 'invalid_credentials') return { answer: 'unknown', reason: code, state };
      const certain = await this.verdicts.of(id, client, () => this.store.needsReauth(workspaceId, id));
      return certain
        ? { answer: 'refused', reason: null, state: 'needs_reauth' }
        : { answer: 'unknown', reason: code, state };
    }
    if (state === 'needs_reauth') await this.accepted(realm, id);
    return { answer: 'accepted', reason: null, state: 'active' };
  }

  private found({ workspaceId, personId }: Realm, id: string) {
    return withTenant(this.database, workspaceId, async (manager) => {
      const [row] = await manager.query<{ sealed: Buffer; personId: string; state: ConnectionState }[]>(
        `SELECT sealed_credential AS sealed, person_id AS "personId", state FROM connections
         WHERE id = $1 AND state <> 'revoked' AND ($2::text IS NULL OR person_id = $2)`,
        [id, personId ?? null],
      );
      if (!row) throw new AppError('not_found');
      return row;
    });
  }

  private async accepted({ workspaceId, by }: Realm, id: string): Promise<void> {
    await withTenant(this.database, workspaceId, async (manager) => {
      await manager.query(
        `UPDATE connections SET state = 'active', updated_at = now() WHERE id = $1 AND state = 'needs_reauth'`,
        [id],
      );
      await announce(manager, 'connection', id);
      await this.audit?.inTransaction(manager, [
        grantEvent('credential_accepted', workspaceId, { ...by, objects: [`connection:${id}`] }),
      ]);
    });
    this.invalidations.drop('connection', id);
  }
}
