import { type Config, ConfigError } from '#libs/core';
import { openEmbedded } from './embedded/embedded.js';
import { type Log } from './log.js';

/** An open database: the operator's, or the embedded one. */
export interface Database {
  /** Connection string of the login role. Holds a password: never log it. */
  url: string;
  embedded: boolean;
  /** Where it is, fit for a log: the folder, or host and name. */
  location: string;
  /** Call it after the pool is closed. Stops an embedded server that nobody else uses. */
  close(): Promise<void>;
}

/**
 * Opens what the configuration names: DATABASE_URL, or outside production the embedded PostgreSQL in DATA_DIR.
 * Does not wait for a server that is not ours: see `connectPatiently`.
 * @throws ConfigError in production without DATABASE_URL, or where no embedded PostgreSQL can run
 */
export async function openDatabase(config: Pick<Config, 'DATABASE_URL' | 'DATA_DIR' | 'NODE_ENV'>, log: Log): Promise<Database> {
  const { DATABASE_URL: url } = config;
  if (url) {
    const { host, pathname } = new URL(url);
    return { url, embedded: false, location: host + pathname, close: () => Promise.resolve() };
  }
  if (config.NODE_ENV === 'production') throw new ConfigError(['DATABASE_URL: is not set. In production set it to a PostgreSQL 14 or newer: postgres://user:password@host:5432/name (the embedded database is for trying out)']);
  return openEmbedded(config.DATA_DIR, log);
}
