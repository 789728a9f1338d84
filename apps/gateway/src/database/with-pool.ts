import { DataSource, type DataSourceOptions } from 'typeorm';

/** Runs `work` with a pool of its own, closed afterwards: for what happens before the server, or without it. */
export async function withPool<T>(options: DataSourceOptions, work: (database: DataSource) => Promise<T>): Promise<T> {
  const database = await new DataSource({ ...options, poolSize: 2 } as DataSourceOptions).initialize();
  try {
    return await work(database);
  } finally {
    await database.destroy();
  }
}
