import { withTenant } from '#libs/connections';
import { sha256 } from '#libs/core';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { refused } from './confirmation-tokens.js';
import { Confirmation } from './confirmation.entity.js';

/** The tenant of tokens whose callers are bound to no Workspace. It is no id of a Workspace, so no tenant can read these rows. */
const NO_WORKSPACE = '-';

/** Remembers which confirmations were used, in the database, for all replicas. */
@Injectable()
export class Confirmations {
  constructor(private readonly database: DataSource) {}

  /**
   * Uses a token up. Of any number of simultaneous attempts, on all replicas together, exactly one succeeds.
   * @param workspaceId the Workspace that the caller is bound to, wherever the objects of the call lie
   * @param usableUntil Unix milliseconds; afterwards the row may go
   * @throws AppError `invalid_parameters` when it was used before
   */
  async useUp(workspaceId: string | undefined, token: string, usableUntil: number): Promise<void> {
    const tenantId = workspaceId ?? NO_WORKSPACE;
    const used = await withTenant(this.database, tenantId, async (manager) => {
      await manager.createQueryBuilder().delete().from(Confirmation).where('expires_at < now()').execute();
      const inserted = await manager
        .createQueryBuilder()
        .insert()
        .into(Confirmation)
        .values({ tenantId, tokenHash: sha256(token), expiresAt: new Date(usableUntil) })
        .orIgnore()
        .returning('token_hash')
        .execute();
      return (inserted.raw as unknown[]).length === 1;
    });
    if (!used) throw refused('was already used');
  }
}
