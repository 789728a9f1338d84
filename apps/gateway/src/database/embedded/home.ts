import { ConfigError, makeFolder } from '#libs/core';
import { createHash } from 'node:crypto';
import { chmod, lstat, realpath, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Log } from '../log.js';

/** An operating system account; undefined where the gateway's own account will do. */
export interface Account {
  uid: number;
  gid: number;
}

/** Where the embedded database lives, and who runs it. */
export interface Home {
  /** Holds `postgres/` and, where they had to be copied, the binaries. */
  folder: string;
  runAs?: Account;
}

/** PostgreSQL refuses to run as root; 65534 ("nobody") exists without being created. */
const NOBODY: Account = { uid: 65_534, gid: 65_534 };
export const CLUSTER = 'postgres';
/**
 * Where the database is put when the gateway runs as root and the account for PostgreSQL may not enter DATA_DIR. The place that survives
 * a restart of the machine comes first.
 */
export const FALLBACKS: readonly string[] = ['/var/lib/clickup-mcp', join(tmpdir(), 'clickup-mcp')];

/**
 * Decides where the embedded database of a DATA_DIR lives. A decision once made stays: `DATA_DIR/postgres` is the cluster, or a link to it.
 * @throws ConfigError when the place cannot be used by the account that runs PostgreSQL
 */
export async function chooseHome(dataDir: string, fallbacks: readonly string[], log: Log): Promise<Home> {
  makeFolder(dataDir);
  const folder = await realpath(dataDir);
  const existing = await realpath(join(folder, CLUSTER)).catch(() => undefined);
  if (process.getuid?.() !== 0) return { folder: existing ? dirname(existing) : folder };

  const runAs = existing ? await ownerOf(join(existing, 'data')) : NOBODY;
  if (await mayEnter(existing ?? folder, runAs)) return { folder: existing ? dirname(existing) : folder, runAs };
  if (existing)
    throw new ConfigError([
      `DATA_DIR: the database in ${existing} belongs to user ${runAs.uid}, who may not enter that folder: give x permission on the folders above it, or set DATABASE_URL`,
    ]);

  const fallback = await firstUsable(fallbacks, createHash('sha256').update(folder).digest('hex').slice(0, 16));
  await rm(join(folder, CLUSTER), { force: true });
  await symlink(join(fallback, CLUSTER), join(folder, CLUSTER));
  log.warn(
    `PostgreSQL may not run as root, and the user it runs as may not enter ${folder}: the embedded database lies in ${fallback}`,
  );
  return { folder: fallback, runAs };
}

/** Whether the account may pass every folder down to this one. */
export async function mayEnter(folder: string, account: Account | undefined): Promise<boolean> {
  if (!account) return true;
  const { mode, uid } = await stat(folder);
  const enters = (mode & 0o001) !== 0 || (uid === account.uid && (mode & 0o100) !== 0);
  return enters && (dirname(folder) === folder || mayEnter(dirname(folder), account));
}

async function ownerOf(data: string): Promise<Account> {
  const { uid, gid } = await stat(data);
  return uid === 0 ? NOBODY : { uid, gid };
}

async function firstUsable(fallbacks: readonly string[], name: string): Promise<string> {
  const refusals: string[] = [];
  for (const base of fallbacks) {
    try {
      const parent = await ownFolder(base);
      if (await mayEnter(parent, NOBODY)) return await ownFolder(join(parent, name));
      refusals.push(`${base} may not be entered by user ${NOBODY.uid}`);
    } catch (error) {
      refusals.push(`${base}: ${(error as Error).message}`);
    }
  }
  throw new ConfigError([
    `DATA_DIR: no place for an embedded database that runs as user ${NOBODY.uid} (${refusals.join('; ')}): set DATA_DIR to a folder that others may enter, or set DATABASE_URL`,
  ]);
}

/** In a shared place like /tmp somebody else may have made the folder first, to read or replace what we put there. */
async function ownFolder(path: string): Promise<string> {
  makeFolder(path);
  const entry = await lstat(path);
  if (!entry.isDirectory() || entry.uid !== 0 || (entry.mode & 0o022) !== 0)
    throw new Error(`${path} is not a folder that only root may change`);
  await chmod(path, 0o755);
  return realpath(path);
}
