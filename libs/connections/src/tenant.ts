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
  return transact(dataSource, work, (runner) =>
    inOneMessage(
      runner,
      (start) => `${start}; ${named}`,
      () => runner.startTransaction(),
    ),
  );
}

/** Has what TypeORM sends in `step` go out with other statements in one message: each message of its own is waited for. */
async function inOneMessage(
  runner: QueryRunner,
  message: (own: string) => string,
  step: () => Promise<void>,
): Promise<void> {
  const query = runner.query.bind(runner) as (sql: string) => Promise<unknown>;
  runner.query = (own: string) => query(message(own)) as Promise<never>;
  try {
    await step();
  } finally {
    Reflect.deleteProperty(runner, 'query');
  }
}

/** What the transactions that are open here have to run at their end. */
const lastStatements = new WeakMap<QueryRunner, string[]>();

/**
 * Has statements run at the end of a transaction, in one message with its COMMIT: where they fail, all of it does.
 * @throws AppError `internal_error` for a manager that is of no transaction of ours: nobody would run them
 */
export function beforeCommit(manager: EntityManager, statements: readonly string[]): void {
  lastStatementsOf(manager).push(...statements);
}

/** The statements that wait for the end of a transaction; whoever takes them runs them earlier. */
export const takeLastStatements = (manager: EntityManager): string[] => lastStatementsOf(manager).splice(0);

function lastStatementsOf({ queryRunner }: EntityManager): string[] {
  const statements = queryRunner && lastStatements.get(queryRunner);
  if (!statements) throw new AppError('internal_error', undefined, { cause: new Error('this is no open transaction') });
  return statements;
}

/** Commits, after what was left for the end. */
async function commit(runner: QueryRunner, last: readonly string[]): Promise<void> {
  if (last.length === 0) return runner.commitTransaction();
  await inOneMessage(
    runner,
    (own) => [...last, own].join(';\n'),
    () => runner.commitTransaction(),
  );
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
      const last: string[] = [];
      lastStatements.set(runner, last);
      await start(runner);
      begun = true;
      const result = await work(runner.manager);
      await commit(runner, last);
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
