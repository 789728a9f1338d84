import { type DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from '../migrations/index.js';
import { type Log } from './log.js';
import { KEEP_ALIVE } from './keep-alive.js';
import { prepareConnection } from './role.js';
import { watchedClients } from './watched-client.js';

const CONNECT_TIMEOUT_MS = 2000;

/** What the pool of the gateway and the migrations have in common. */
export const baseOptions = (url: string) =>
  ({
    type: 'postgres',
    url,
    migrations: MIGRATIONS,
    synchronize: false,
    // gen_random_uuid() is built in; TypeORM's default needs an extension that we may not be allowed to install.
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    extra: KEEP_ALIVE,
  }) as const satisfies DataSourceOptions;

export interface PoolOptions {
  /** What `migrate` returned. */
  url: string;
  entities: NonNullable<DataSourceOptions['entities']>;
  /** DATABASE_POOL_SIZE */
  poolSize: number;
  log: Log;
}

/**
 * The pool every request works with. Waiting for a connection and connecting take 2 seconds at most, a statement 5, and an answer that does
 * not come is given up after 6, with its connection; each connection is one to which row-level security applies.
 */
export function dataSourceOptions({ url, entities, poolSize, log }: PoolOptions): DataSourceOptions {
  return {
    ...baseOptions(url),
    entities,
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    applicationName: 'clickup-mcp',
    extra: { ...KEEP_ALIVE, onConnect: prepareConnection, Client: watchedClients() },
    poolErrorHandler: (error: Error) => log.warn(`A database connection was lost: ${error.message}`),
  };
}
