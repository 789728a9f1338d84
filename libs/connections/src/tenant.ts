import { AppError, isTransient } from '#libs/core';
import { escapeLiteral } from 'pg';
import {
  type DataSource,
  type EntityManager,
  QueryFailedError,
  type QueryRunner,
  QueryRunnerAlreadyReleasedError,
} from 'typeorm';

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
  return transact(dataSource, work, (runner) => startWith(runner, named));
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
  return transact(dataSource, work, (runner) => runner.startTransaction());
}

/** A connection that has broken while it was idle shows it at the first statement: then another is tried, once, as long as no work has begun. */
async function transact<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
  start: (runner: QueryRunner) => Promise<void>,
): Promise<T> {
  let begun = false;
  const run = async () => {
    const runner = dataSource.createQueryRunner();
    try {
      await start(runner);
      begun = true;
      const result = await work(runner.manager);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      // When it fails, the connection is lost, and the transaction with it.
      await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  };
  try {
    return await run().catch((cause: unknown) => {
      // What failed to connect at all has been waited for long enough.
      if (begun || !(cause instanceof QueryFailedError) || !isTransient(cause)) throw cause;
      return run();
    });
  } catch (cause) {
    throw asUnavailable(cause);
  }
}

/** What a database threw; `unavailable` where it may answer the same question a little later. */
export const asUnavailable = (cause: unknown): unknown =>
  // A connection that is lost between two statements of a transaction takes the query runner along.
  isTransient(cause) || cause instanceof QueryRunnerAlreadyReleasedError
    ? new AppError('unavailable', undefined, { details: { reason: 'database' }, cause })
    : cause;
