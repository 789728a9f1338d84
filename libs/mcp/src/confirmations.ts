import { withTenant } from '#libs/connections';
import { sha256 } from '#libs/core';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { refused } from './confirmation-token.js';
import { Confirmation } from './confirmation.entity.js';

/** Remembers which confirmations were used, for all replicas. */
@Injectable()
export class Confirmations {
  constructor(private readonly database: DataSource) {}

  /**
   * Uses a token up: of any number of simultaneous attempts, on any replica, one succeeds.
   * @param usableUntil Unix milliseconds; afterwards the row may go
   * @throws AppError `invalid_parameters` when it was used before
   */
  async useUp(workspaceId: string, token: string, usableUntil: number): Promise<void> {
    const used = await withTenant(this.database, workspaceId, async (manager) => {
      await manager.createQueryBuilder().delete().from(Confirmation).where('expires_at < now()').execute();
      const inserted = await manager
        .createQueryBuilder()
        .insert()
        .into(Confirmation)
        .values({ tenantId: workspaceId, tokenHash: sha256(token), expiresAt: new Date(usableUntil) })
        .orIgnore()
        .returning('token_hash')
        .execute();
      return (inserted.raw as unknown[]).length === 1;
    });
    if (!used) throw refused('was already used');
  }
}
