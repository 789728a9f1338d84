import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.js';
import { type Config } from './keys.js';
import { ConfigError } from './load.js';

/** A key that was printed in public instructions (SEC-C8). */
const PUBLISHED = '8ddec8ff377e8ea6f88d223594bca495f4e6629ec23719f96b343389475c755f';
const ONE_CHARACTER_REPEATED = /^(.)\1*$/;
const HEX_KEY = /^[0-9a-f]{64}$/i;

/** The master keys as the operator gave them: 64 hex characters are 32 bytes, anything else is a passphrase. */
export interface MasterKeys {
  /**
   * MASTER_KEY, or what DATA_DIR/master.key holds now; undefined when there is neither.
   * @throws ConfigError for a file that cannot be used
   */
  current(): string | undefined;
  /** MASTER_KEY_PREVIOUS: these only open values. The published key is accepted here, so that an operator can change from it to another. */
  readonly previous: readonly string[];
}

/**
 * MASTER_KEY, or outside production DATA_DIR/master.key, and MASTER_KEY_PREVIOUS. Undefined in production without
 * MASTER_KEY: the server runs UNCONFIGURED.
 * @throws ConfigError for a MASTER_KEY that everybody knows (except under NODE_ENV=test)
 */
export function masterKeys({
  MASTER_KEY: given,
  MASTER_KEY_PREVIOUS: previous,
  DATA_DIR: folder,
  NODE_ENV: environment,
}: Pick<Config, 'MASTER_KEY' | 'MASTER_KEY_PREVIOUS' | 'DATA_DIR' | 'NODE_ENV'>): MasterKeys | undefined {
  if (given === undefined)
    return environment === 'production' ? undefined : { current: () => keyInFile(folder), previous };
  if (isKnown(given) && environment !== 'test')
    throw new ConfigError(['MASTER_KEY: everybody knows this key; make your own with: openssl rand -hex 32']);
  return { current: () => given, previous };
}

const fileIn = (folder: string) => join(folder, 'master.key');

/**
 * Makes DATA_DIR/master.key, mode 0600, with 32 random bytes as hex, and returns them. The complete file is linked into place: two
 * processes that start at once end up with the same key.
 * @param made called with the path, if this process made the file and not another one first
 * @throws ConfigError when the folder cannot be written
 */
export function makeMasterKey(folder: string, made: (path: string) => void): string {
  const path = fileIn(folder);
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    makeFolder(folder);
    writeFileSync(unfinished, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    throw notWritable(path, error);
  }
  try {
    linkSync(unfinished, path);
    made(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw notWritable(path, error);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return readFileSync(path, 'utf8').trim();
}

/** Whether users other than the owner may read or change a file; always false on Windows, which has no such rights. */
export const isOpenToOthers = (path: string): boolean =>
  process.platform !== 'win32' && ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0;

/** The path of DATA_DIR/master.key, if it holds the key in use and is open to others. */
export function exposedMasterKey({
  MASTER_KEY: given,
  DATA_DIR: folder,
}: Pick<Config, 'MASTER_KEY' | 'DATA_DIR'>): string | undefined {
  return given === undefined && isOpenToOthers(fileIn(folder)) ? fileIn(folder) : undefined;
}

function keyInFile(folder: string): string | undefined {
  const path = fileIn(folder);
  const hex = read(path);
  if (hex === undefined) return undefined;
  if (!HEX_KEY.test(hex))
    throw new ConfigError([
      `DATA_DIR: ${path} does not hold 64 hex characters: restore it from a backup, or set MASTER_KEY`,
    ]);
  if (isKnown(hex))
    throw new ConfigError([`DATA_DIR: ${path} holds a key that everybody knows: delete it, or set MASTER_KEY`]);
  return hex;
}

const notWritable = (path: string, error: unknown) =>
  new ConfigError([
    `DATA_DIR: cannot write ${path} (${(error as NodeJS.ErrnoException).code}): make the folder writable, or set MASTER_KEY`,
  ]);

const isKnown = (key: string) => key.toLowerCase() === PUBLISHED || ONE_CHARACTER_REPEATED.test(key);

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new ConfigError([`DATA_DIR: cannot read ${path} (${code})`]);
  }
}
