import { withTenant } from '#libs/connections';
import { sha256 } from '#libs/core';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { refused } from './confirmation-token.js';
import { Confirmation } from './confirmation.entity.js';

/** Under which the tokens of callers are kept who are bound to no Workspace: no id of one, so no tenant sees them. */
const NO_WORKSPACE = '-';

/** Remembers which confirmations were used, for all replicas. */
@Injectable()
export class Confirmations {
  constructor(private readonly database: DataSource) {}

  /**
   * Uses a token up: of any number of simultaneous attempts, on any replica, one succeeds.
   * @param workspaceId the one the caller is bound to; which one the objects lie in does not matter, nor how many the credential reaches
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
