import { AppError, isTransient } from '#libs/core';
import { escapeLiteral } from 'pg';
import { type DataSource, type EntityManager, type QueryRunner } from 'typeorm';

/** The tenant of callers who are bound to no Workspace. It is no id of a Workspace, so no tenant can read these rows. */
const NO_WORKSPACE = '-';
/** The tenant whose rows are those of a caller. */
export const tenantOf = (workspaceId: string | undefined): string => workspaceId ?? NO_WORKSPACE;
/** The Workspace that a tenant is; the other way round. */
export const workspaceOf = (tenantId: string): string | undefined => (tenantId === NO_WORKSPACE ? undefined : tenantId);

/**
 * Runs `work` in a transaction that sees the rows of one tenant (a ClickUp Workspace) and no others: the only way to
 * reach tenant tables, which are empty without it. Keep upstream calls out of it: it holds a connection.
 * @throws AppError `unavailable` when the database cannot be reached now, `internal_error` without a tenant id
 */
export async function withTenant<T>(
  dataSource: DataSource,
  tenantId: string,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  if (!tenantId) throw new AppError('internal_error', undefined, { cause: new Error('withTenant needs a tenant id') });
  // Local to the transaction: the next user of this connection starts without a tenant.
  const named = `SELECT set_config('app.tenant_id', ${escapeLiteral(tenantId)}, true)`;
  const runner = dataSource.createQueryRunner();
  try {
    try {
      await startWith(runner, named);
      const result = await work(runner.manager);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      // When it fails, the connection is lost, and the transaction with it.
      await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  } catch (cause) {
    throw asUnavailable(cause);
  } finally {
    await runner.release();
  }
}

/** Starts a transaction and runs a statement in one message: every call on a tenant table would wait for the database once more. */
async function startWith(runner: QueryRunner, statement: string): Promise<void> {
  const query = runner.query.bind(runner) as (sql: string) => Promise<unknown>;
  // What TypeORM sends to start it.
  runner.query = (start: string) => query(`${start}; ${statement}`) as Promise<never>;
  try {
    await runner.startTransaction();
  } finally {
    Reflect.deleteProperty(runner, 'query');
  }
}

/**
 * Runs `work` in a transaction that sees global tables only.
 * @throws AppError `unavailable` when the database cannot be reached now
 */
export async function inTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  try {
    return await dataSource.transaction(work);
  } catch (cause) {
    throw asUnavailable(cause);
  }
}

/** What a database threw; `unavailable` where it may answer the same question a little later. */
export const asUnavailable = (cause: unknown): unknown =>
  isTransient(cause) ? new AppError('unavailable', undefined, { details: { reason: 'database' }, cause }) : cause;
