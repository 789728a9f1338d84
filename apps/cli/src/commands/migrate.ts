import { loadConfig } from '#libs/core';
import { openDatabase } from '../../../gateway/src/database/database.js';
import { migrate } from '../../../gateway/src/database/migrate.js';

/** Runs all pending migrations. Safe to call from any number of replicas at once. */
export async function run(): Promise<number> {
  const database = await openDatabase(loadConfig(), console);
  try {
    await migrate(database, console);
  } finally {
    await database.close();
  }
  console.log(`The database at ${database.location} is up to date.`);
  return 0;
}
