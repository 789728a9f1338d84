// For the TypeORM command line only (npm run migration:generate): importing it opens the database.
import { DataSource } from 'typeorm';
import { loadConfig } from '#libs/core';
import { ENTITIES } from './app.module.js';
import { openDatabase } from './database/database.js';
import { migrate } from './database/migrate.js';
import { baseOptions } from './database/options.js';

async function open(): Promise<DataSource> {
  const database = await openDatabase(loadConfig(), console);
  // A generated migration must hold the difference to the newest schema, not to an empty database.
  await migrate(database, console);
  const dataSource = new DataSource({ ...baseOptions(database.migrationUrl ?? database.url), entities: ENTITIES });
  const destroy = dataSource.destroy.bind(dataSource);
  dataSource.destroy = async () => {
    await destroy();
    await database.close();
  };
  return dataSource;
}

export default open();
