import { randomBytes, scryptSync } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from './config/index.js';

const HEX_KEY = /^[0-9a-f]{64}$/i;
/** Printed in public instructions (SEC-C8), or no key at all. */
const KNOWN = new Set(['8ddec8ff377e8ea6f88d223594bca495f4e6629ec23719f96b343389475c755f', '0'.repeat(64)]);
/** OWASP's minimum for scrypt; a third of a second, once at start (SEC-D3). */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 };

/**
 * The 32 bytes every other key is derived from: MASTER_KEY as 64 hex characters, or a passphrase stretched with the salt
 * in DATA_DIR/master.salt. Unset, it is read from DATA_DIR/master.key, which is made on the first start; in production it
 * stays undefined, and the server runs UNCONFIGURED.
 * @param made is told the path of a key file that was made just now
 * @throws ConfigError for a published or all-zero key, or when DATA_DIR cannot hold what is needed
 */
export function masterKey(config: Pick<Config, 'MASTER_KEY' | 'DATA_DIR' | 'NODE_ENV'>, made: (path: string) => void = () => undefined): Buffer | undefined {
  const { MASTER_KEY: given, DATA_DIR: folder, NODE_ENV: environment } = config;
  if (given === undefined) return environment === 'production' ? undefined : keyFromFile(folder, made);
  if (KNOWN.has(given.toLowerCase()) && environment !== 'test') throw new ConfigError(['MASTER_KEY: everybody knows this key; make your own with: openssl rand -hex 32']);
  return HEX_KEY.test(given) ? Buffer.from(given, 'hex') : scryptSync(given, Buffer.from(hexFile(folder, 'master.salt', 16), 'hex'), 32, SCRYPT);
}

function keyFromFile(folder: string, made: (path: string) => void): Buffer {
  const hex = hexFile(folder, 'master.key', 32, made);
  if (KNOWN.has(hex)) throw new ConfigError([`DATA_DIR: ${join(folder, 'master.key')} holds a key that everybody knows: delete it, or set MASTER_KEY`]);
  return Buffer.from(hex, 'hex');
}

/** The hex text of a file of our own, made when missing. Linked into place complete, so that two starters agree on one. */
function hexFile(folder: string, name: string, bytes: number, made: (path: string) => void = () => undefined): string {
  const path = join(folder, name);
  const hex = read(path) ?? make(folder, path, bytes, made);
  if (!/^[0-9a-f]+$/i.test(hex) || hex.length !== bytes * 2) throw new ConfigError([`DATA_DIR: ${path} does not hold ${bytes * 2} hex characters: restore it from a backup, or set MASTER_KEY`]);
  return hex.toLowerCase();
}

function make(folder: string, path: string, bytes: number, made: (path: string) => void): string {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(unfinished, `${randomBytes(bytes).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
    linkSync(unfinished, path);
    made(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new ConfigError([`DATA_DIR: cannot write ${path} (${code}): make the folder writable, or set MASTER_KEY to 64 hex characters`]);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return readFileSync(path, 'utf8').trim();
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new ConfigError([`DATA_DIR: cannot read ${path} (${code})`]);
  }
}
