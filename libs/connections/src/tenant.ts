import { type DataSource, type EntityManager } from 'typeorm';
import { AppError, isTransient } from '#libs/core';

/**
 * Runs `work` in a transaction that sees the rows of one tenant (a ClickUp Workspace) and no others: the only way to
 * reach tenant tables, which are empty without it. Keep upstream calls out of it: it holds a connection.
 * @throws AppError `unavailable` when the database cannot be reached now, `internal_error` without a tenant id
 */
export async function withTenant<T>(dataSource: DataSource, tenantId: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  if (!tenantId) throw new AppError('internal_error', undefined, { cause: new Error('withTenant needs a tenant id') });
  try {
    return await dataSource.transaction(async (manager) => {
      // Local to the transaction: the next user of this connection starts without a tenant.
      await manager.query(`SELECT set_config('app.tenant_id', $1, true)`, [tenantId]);
      return work(manager);
    });
  } catch (cause) {
    throw isTransient(cause) ? new AppError('unavailable', undefined, { details: { reason: 'database' }, cause }) : cause;
  }
}
