import { loadConfig } from '#libs/core';
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
