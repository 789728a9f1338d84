import { AUDIT, type AuditTrail } from '#libs/audit';
import { AppError } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { credentialContext } from './connections.service.js';
import { endedEvents, grantEvent, policyFacts } from './grant-events.js';
import { endOwnGrants, madeBy, type OwnGrant, ownGrants } from './grant-rows.js';
import { announce, Invalidations } from './invalidations.service.js';
import { asUnavailable, withTenant } from './tenant.js';
import { type Vault, VAULT } from './vault/vault.js';

/** What people see of their own sessions and keys, change and end. */
@Injectable()
export class PersonGrants {
  constructor(
    private readonly database: DataSource,
    @Inject(VAULT) private readonly vault: Vault,
    private readonly invalidations: Invalidations,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {}

  /**
   * The live grants of a person, newest first.
   * @param workspaceIds those that the person has shown to be a member of
   */
  async ofPerson(personId: string, workspaceIds: readonly string[]): Promise<OwnGrant[]> {
    const found: OwnGrant[] = [];
    for (const workspaceId of new Set(workspaceIds)) found.push(...(await this.of(personId, workspaceId)));
    return found.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  }

  private async of(personId: string, workspaceId: string): Promise<OwnGrant[]> {
    try {
      return await ownGrants(this.database, workspaceId, personId);
    } catch (cause) {
      throw asUnavailable(cause);
    }
  }

  /**
   * Ends a grant if it is this person's own; effective on every replica at once.
   * @returns false when it is not this person's, or has ended
   */
  async revoke(grantId: string, personId: string, workspaceIds: readonly string[]): Promise<boolean> {
    for (const workspaceId of new Set(workspaceIds)) {
      const ended = await withTenant(this.database, workspaceId, async (manager) => {
        const all = await endOwnGrants(manager, workspaceId, personId, [grantId]);
        await this.audit?.inTransaction(manager, endedEvents(workspaceId, all, { person: personId }));
        return all;
      });
      if (ended.length === 0) continue;
      for (const id of ended) this.invalidations.drop('grant', id);
      return true;
    }
    return false;
  }

  /**
   * Replaces what one grant of a person may do; in force with the next call on every replica. Other grants keep what they may do.
   * @param first runs in the same transaction, before anything is changed; when it returns `false`, nothing is
   * @throws AppError `not_found` when it is not this person's, has ended, or is a server URL, whose rights are told when it is made; `unavailable`
   */
  async changeRights(
    { id, workspaceId }: Pick<OwnGrant, 'id' | 'workspaceId'>,
    personId: string,
    policy: Policy,
    first: (manager: EntityManager) => Promise<boolean>,
  ): Promise<void> {
    const changed = await withTenant(this.database, workspaceId, async (manager) => {
      // Held, so that tokens issued meanwhile wait, and so that of two changes each sees what the other has left.
      await manager.query('SELECT 1 FROM access_grants WHERE id = $1 FOR UPDATE', [id]);
      const own = (await ownGrants(manager, workspaceId, personId)).find((grant) => grant.id === id);
      if (!own || own.kind === 'server_url') throw new AppError('not_found');
      if (!(await first(manager))) return [];
      const connectionId = await this.connectionOfItsOwn(manager, own);
      await manager.query('UPDATE connections SET policy = $2, updated_at = now() WHERE id = $1', [
        connectionId,
        policy,
      ]);
      await manager.query('UPDATE access_grants SET connection_id = $2, policy = NULL WHERE id = $1', [
        id,
        connectionId,
      ]);
      // The server URLs that it made are bound by its rights.
      const bound = [id, ...(await madeBy(manager, id))];
      for (const each of bound) await announce(manager, 'grant', each);
      await this.audit?.inTransaction(manager, [
        grantEvent('rights_changed', workspaceId, {
          grant: id,
          person: personId,
          kind: own.kind,
          objects: [`connection:${connectionId}`],
          detail: { before: policyFacts(own.policy), after: policyFacts(policy) },
        }),
      ]);
      return bound;
    });
    for (const each of changed) this.invalidations.drop('grant', each);
  }

  /** A grant's rights can be widened only in its connection's policy, which bounds every grant on it: one that shares a connection gets a copy. */
  private async connectionOfItsOwn(
    manager: EntityManager,
    { id, workspaceId, connectionId }: Pick<OwnGrant, 'id' | 'workspaceId' | 'connectionId'>,
  ): Promise<string> {
    const [shared] = await manager.query<{ sealed: Buffer }[]>(
      `SELECT sealed_credential AS sealed FROM connections c WHERE c.id = $1 AND EXISTS (
         SELECT 1 FROM access_grants g WHERE g.tenant_id = c.tenant_id AND g.connection_id = c.id AND g.id <> $2 AND g.revoked_at IS NULL)`,
      [connectionId, id],
    );
    if (!shared) return connectionId;
    const copy = uuidv7();
    const { text } = this.vault.open(credentialContext(workspaceId, connectionId), shared.sealed);
    await manager.query(
      `INSERT INTO connections (tenant_id, id, person_id, sealed_credential, policy, state)
       SELECT tenant_id, $2, person_id, $3, policy, state FROM connections WHERE id = $1`,
      [connectionId, copy, this.vault.seal(credentialContext(workspaceId, copy), text)],
    );
    return copy;
  }
}
