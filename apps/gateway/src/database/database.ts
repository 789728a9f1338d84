import { AppError, type Config, ConfigError } from '#libs/core';
import { openEmbedded } from './embedded/embedded.js';
import { type Log } from './log.js';

/** An open database: the operator's, or the embedded one. */
export interface Database {
  /** DATABASE_URL. May be the owner's: the pool connects to what `migrate` returns. Holds a password: never log it. */
  url: string;
  /** The owner's, where the operator has named both. */
  migrationUrl?: string;
  /** Past the pooler that `url` leads to, where there is one. */
  directUrl?: string;
  embedded: boolean;
  /** Where it is, fit for a log: the folder, or host and name. */
  location: string;
  /** Call it after the pool is closed. Stops the embedded server, unless another gateway uses it. */
  close(): Promise<void>;
}

type DatabaseConfig = Pick<Config, 'DATABASE_URL' | 'DATA_DIR' | 'NODE_ENV'> &
  Partial<Pick<Config, 'DATABASE_MIGRATION_URL' | 'DATABASE_URL_DIRECT'>>;

/**
 * Opens what the configuration names: DATABASE_URL, or outside production the embedded PostgreSQL in DATA_DIR.
 * Does not wait for a server that is not ours: see `connectPatiently`.
 * @throws ConfigError in production without DATABASE_URL, for DATABASE_MIGRATION_URL without it, or where no embedded PostgreSQL can run
 */
export async function openDatabase(config: DatabaseConfig, log: Log): Promise<Database> {
  checkDatabaseConfig(config);
  const { DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl, DATABASE_URL_DIRECT: directUrl } = config;
  if (url) {
    const { host, pathname, searchParams } = new URL(url);
    const location = (host || (searchParams.get('host') ?? '')) + pathname;
    return { url, migrationUrl, directUrl, embedded: false, location, close: () => Promise.resolve() };
  }
  return openEmbedded(config.DATA_DIR, log).catch((cause: unknown) => {
    throw asProblemOf(config.DATA_DIR, cause);
  });
}

/** @throws ConfigError in production without DATABASE_URL, and for a further URL of the database without it */
export function checkDatabaseConfig(config: DatabaseConfig): void {
  if (config.DATABASE_URL) return;
  for (const key of ['DATABASE_MIGRATION_URL', 'DATABASE_URL_DIRECT'] as const)
    if (config[key])
      throw new ConfigError([`${key}: is set, but DATABASE_URL is not: set it to the login that the gateway works as`]);
  if (config.NODE_ENV === 'production')
    throw new ConfigError([
      'DATABASE_URL: is not set. In production set it to a PostgreSQL 14 or newer: postgres://user:password@host:5432/name (the embedded database is for trying out)',
    ]);
}

const SAID: Readonly<Record<string, string>> = {
  EACCES: 'this account may not read or write it',
  EPERM: 'this account may not read or write it',
  EROFS: 'it lies on a read-only file system',
  EEXIST: 'it is a file, not a folder',
  ENOTDIR: 'it is a file, not a folder',
  ENOENT: 'it cannot be made there',
  ENOSPC: 'the disk is full',
};

/** What keeps the embedded database from coming up lies in its folder: the operator is told which, and what to do. */
function asProblemOf(folder: string, cause: unknown): unknown {
  const { code = '', path = folder } = cause as NodeJS.ErrnoException;
  const said =
    cause instanceof AppError ? cause.message : SAID[code] && `${path} cannot be used: ${SAID[code]} (${code})`;
  if (!said) return cause;
  const remedy = 'Set DATA_DIR to a folder that this account owns, or set DATABASE_URL to a PostgreSQL of your own';
  return Object.assign(new ConfigError([`DATA_DIR: ${said.replace(/\.$/, '')}. ${remedy}`]), { cause });
}
