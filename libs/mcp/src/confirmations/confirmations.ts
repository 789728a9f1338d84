import { type EncryptionContext, openedVault, tenantOf, VAULT, type Vault, withTenant } from '#libs/connections';
import { sha256 } from '#libs/core';
import { type Selection } from '#libs/tools';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Confirmation } from './confirmation.entity.js';
import { type Carrier, refused } from './confirmation-tokens.js';

/** A call that was shown and not carried out yet, as its caller sent it. */
export interface PendingCall {
  caller: string;
  tool: string;
  arguments: Record<string, unknown>;
  /** What a call by filter has found: who confirms it, confirms exactly this. */
  selection?: Selection | undefined;
}

/** The calls that wait for a confirmation, in the database, for all replicas. Their arguments are content, so they are sealed. */
@Injectable()
export class Confirmations {
  constructor(
    private readonly database: DataSource,
    @Inject(VAULT) private readonly vault: Vault | undefined,
  ) {}

  /**
   * Keeps a call until its token expires.
   * @param workspaceId the Workspace that the caller is bound to, wherever the objects of the call lie
   * @param usableUntil Unix milliseconds; afterwards the row may go
   */
  async keep(workspaceId: string | undefined, token: string, call: PendingCall, usableUntil: number): Promise<void> {
    const tenantId = tenantOf(workspaceId);
    const tokenHash = sha256(token);
    const sealedCall = openedVault(this.vault).seal(contextOf(tenantId, tokenHash), JSON.stringify(call));
    await withTenant(this.database, tenantId, async (manager) => {
      await manager.createQueryBuilder().delete().from(Confirmation).where('expires_at < now()').execute();
      await manager.insert(Confirmation, { tenantId, tokenHash, sealedCall, expiresAt: new Date(usableUntil) });
    });
  }

  /** The call that a token is for, of this caller, whether it was used or not; undefined when there is none. */
  async pending(workspaceId: string | undefined, caller: string, token: string): Promise<PendingCall | undefined> {
    const tenantId = tenantOf(workspaceId);
    const tokenHash = sha256(token);
    const row = await withTenant(this.database, tenantId, (manager) =>
      manager.findOneBy(Confirmation, { tenantId, tokenHash }),
    );
    if (!row) return undefined;
    const call = JSON.parse(
      openedVault(this.vault).open(contextOf(tenantId, tokenHash), row.sealedCall).text,
    ) as PendingCall;
    return call.caller === caller ? call : undefined;
  }

  /**
   * Uses a token up. Of any number of simultaneous attempts, on all replicas together, exactly one succeeds.
   * @throws AppError `invalid_parameters` when it was used before
   */
  async useUp(workspaceId: string | undefined, token: string, carrier?: Carrier): Promise<void> {
    const tenantId = tenantOf(workspaceId);
    const { affected } = await withTenant(this.database, tenantId, (manager) =>
      manager
        .createQueryBuilder()
        .update(Confirmation)
        .set({ usedAt: () => 'now()' })
        .where('tenant_id = :tenantId AND token_hash = :hash AND used_at IS NULL', { tenantId, hash: sha256(token) })
        .execute(),
    );
    if (affected !== 1) throw refused('was already used', carrier);
  }
}

const contextOf = (tenant: string, tokenHash: Buffer): EncryptionContext => ({
  table: 'confirmations',
  column: 'sealed_call',
  tenant,
  row: tokenHash.toString('hex'),
});
