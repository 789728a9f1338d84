import { type Config, ConfigError } from '#libs/core';
import { openEmbedded } from './embedded/embedded.js';
import { type Log } from './log.js';

/** An open database: the operator's, or the embedded one. */
export interface Database {
  /** DATABASE_URL. May be the owner's: the pool connects to what `migrate` returns. Holds a password: never log it. */
  url: string;
  /** The owner's, where the operator has named both. */
  migrationUrl?: string;
  embedded: boolean;
  /** Where it is, fit for a log: the folder, or host and name. */
  location: string;
  /** Call it after the pool is closed. Stops the embedded server, unless another gateway uses it. */
  close(): Promise<void>;
}

type DatabaseConfig = Pick<Config, 'DATABASE_URL' | 'DATA_DIR' | 'NODE_ENV'> &
  Partial<Pick<Config, 'DATABASE_MIGRATION_URL'>>;

/**
 * Opens what the configuration names: DATABASE_URL, or outside production the embedded PostgreSQL in DATA_DIR.
 * Does not wait for a server that is not ours: see `connectPatiently`.
 * @throws ConfigError in production without DATABASE_URL, for DATABASE_MIGRATION_URL without it, or where no embedded PostgreSQL can run
 */
export async function openDatabase(config: DatabaseConfig, log: Log): Promise<Database> {
  const { DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl } = config;
  if (url) {
    const { host, pathname } = new URL(url);
    return { url, migrationUrl, embedded: false, location: host + pathname, close: () => Promise.resolve() };
  }
  if (migrationUrl)
    throw new ConfigError([
      'DATABASE_MIGRATION_URL: is set, but DATABASE_URL is not: set it to the login that the gateway works as',
    ]);
  if (config.NODE_ENV === 'production')
    throw new ConfigError([
      'DATABASE_URL: is not set. In production set it to a PostgreSQL 14 or newer: postgres://user:password@host:5432/name (the embedded database is for trying out)',
    ]);
  return openEmbedded(config.DATA_DIR, log);
}
