import { SEALED_COLUMNS, unlockKnown } from '#libs/connections';
import { AppError, type MasterKeys } from '#libs/core';
import { type Client } from 'pg';
import { ENTITIES } from '../../../gateway/src/app.module.js';
import { migrate } from '../../../gateway/src/database/migrate.js';
import { dataSourceOptions } from '../../../gateway/src/database/options.js';
import { withPool } from '../../../gateway/src/database/with-pool.js';

/** So many values of each column are opened. */
const MOST = 1_000;
const quiet = { info: () => undefined, warn: () => undefined };

/**
 * Opens sealed values of a copy with the keys that are kept beside it.
 * @param url of the login that a gateway would start with
 * @param client past row-level security
 * @returns how many were opened, and which do not open
 * @throws ConfigError when the copy does not know the key
 */
export async function openSealed(
  url: string,
  client: Client,
  keys: MasterKeys,
): Promise<{ opened: number; closed: string[] }> {
  const options = dataSourceOptions({
    url: await migrate({ url }, quiet),
    entities: ENTITIES,
    poolSize: 2,
    log: quiet,
  });
  const { vault } = await withPool(options, (pool) => unlockKnown(pool, keys));
  const found = { opened: 0, closed: [] as string[] };
  for (const { table, column, key } of SEALED_COLUMNS) {
    const { rows } = await client.query<{ tenant: string; row: string; sealed: Buffer }>(
      `SELECT tenant_id AS tenant, ${key}::text AS row, ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL LIMIT ${MOST}`,
    );
    for (const { tenant, row, sealed } of rows)
      try {
        vault.open({ table, column, tenant, row }, sealed);
        found.opened += 1;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        found.closed.push(`${table}.${column} of Workspace ${tenant}, row ${row}`);
      }
  }
  return found;
}
