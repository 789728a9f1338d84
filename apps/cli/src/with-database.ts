import { personPseudonyms, type Unlocked, unlockKnown } from '#libs/connections';
import { ConfigError, loadConfig, masterKeys } from '#libs/core';
import { type DataSource } from 'typeorm';
import { ENTITIES } from '../../gateway/src/app.module.js';
import { openDatabase } from '../../gateway/src/database/database.js';
import { migrate } from '../../gateway/src/database/migrate.js';
import { dataSourceOptions } from '../../gateway/src/database/options.js';
import { withPool } from '../../gateway/src/database/with-pool.js';

/** What is worth saying goes to the error stream: the other one belongs to tables and JSON. */
const log = { info: () => undefined, warn: (message: string) => console.error(message) };

/** Runs `work` as the login that the gateway works as, beside gateways that run. */
export async function withDatabase<T>(work: (pool: DataSource) => Promise<T>): Promise<T> {
  const database = await openDatabase(loadConfig(), log);
  try {
    const url = await migrate(database, log, 5000);
    return await withPool(dataSourceOptions({ url, entities: ENTITIES, poolSize: 2, log }), work);
  } finally {
    await database.close();
  }
}

/** Rows of people, each with the pseudonym that the log has for its person; `null` where MASTER_KEY is none that the gateways work with. */
export async function withPseudonyms<Row extends { personId: string }>(
  pool: DataSource,
  rows: readonly Row[],
): Promise<(Row & { pseudonym: string | null })[]> {
  const unlocked = await unlockedIfKnown(pool);
  const pseudonymOf = unlocked ? personPseudonyms(unlocked.masterKey) : () => null;
  return rows.map((row) => ({ ...row, pseudonym: pseudonymOf(row.personId) }));
}

/** The keys that the gateways work with; undefined where MASTER_KEY is none of them. */
export async function unlockedIfKnown(pool: DataSource): Promise<Unlocked | undefined> {
  const keys = masterKeys(loadConfig());
  return keys && (await unlockKnown(pool, keys).catch(onlyWrongKey));
}

function onlyWrongKey(error: unknown): undefined {
  if (!(error instanceof ConfigError)) throw error;
  return undefined;
}
