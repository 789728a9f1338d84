import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config/index.js';
import { masterKey } from './master-key.js';

const DEMO = '8ddec8ff377e8ea6f88d223594bca495f4e6629ec23719f96b343389475c755f';
const ZERO = '0'.repeat(64);
let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'clickup-mcp-key-')), 'data');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const key = (MASTER_KEY: string | undefined, NODE_ENV: 'development' | 'production' | 'test' = 'development', made?: (path: string) => void) =>
  masterKey({ MASTER_KEY, DATA_DIR: folder, NODE_ENV }, made);

describe('masterKey', () => {
  it('takes 64 hex characters for the bytes they are, and touches no file', () => {
    const hex = 'Ab'.repeat(32);
    expect(key(hex, 'production')?.toString('hex')).toBe(hex.toLowerCase());
    expect(() => statSync(folder)).toThrow();
  });

  it.each([['x' + 'ab'.repeat(32)], ['ab'.repeat(31) + 'zz'], ['ab'.repeat(32) + '\n0']])('takes anything else for a passphrase: %j', (text) => {
    expect(key(text)).toHaveLength(32);
    expect(key(text)?.equals(Buffer.from(text, 'hex'))).toBe(false);
  });

  it('stretches a passphrase the same way each time, and differently with another salt', () => {
    const first = key('correct horse battery');
    expect(key('correct horse battery')).toEqual(first);
    expect(key('correct horse batterz')).not.toEqual(first);
    rmSync(join(folder, 'master.salt'));
    expect(key('correct horse battery')).not.toEqual(first);
  });

  it.each([[DEMO], [DEMO.toUpperCase()], [ZERO]])('refuses the well-known %s everywhere but in tests', (text) => {
    for (const environment of ['development', 'production'] as const) expect(() => key(text, environment)).toThrow(ConfigError);
    expect(key(text, 'test')).toHaveLength(32);
    mkdirSync(folder);
    writeFileSync(join(folder, 'master.key'), text);
    expect(() => key(undefined)).toThrow(ConfigError);
  });

  it('does not print a key it refuses', () => {
    expect(() => key(DEMO)).toThrow(expect.objectContaining({ message: expect.not.stringContaining(DEMO) }));
  });

  it('makes a key of its own outside production, tells where, keeps it and lets only its owner read it', () => {
    const made: string[] = [];
    const first = key(undefined, 'development', (path) => made.push(path));
    expect(made).toEqual([join(folder, 'master.key')]);
    expect(key(undefined, 'development', (path) => made.push(path))).toEqual(first);
    expect(made).toHaveLength(1);
    expect(readFileSync(join(folder, 'master.key'), 'utf8').trim()).toBe(first?.toString('hex'));
    if (process.platform !== 'win32') expect(statSync(join(folder, 'master.key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['master.key']);
  });

  it('stays undefined in production, and makes no file', () => {
    expect(key(undefined, 'production')).toBeUndefined();
    expect(() => statSync(folder)).toThrow();
  });

  it.each([[''], ['abcd'], ['z'.repeat(64)], ['ab'.repeat(33)]])('refuses a key file that holds %j instead of replacing it', (content) => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'master.key'), content);
    expect(() => key(undefined)).toThrow(ConfigError);
    expect(readFileSync(join(folder, 'master.key'), 'utf8')).toBe(content);
  });

  it('says what to do when DATA_DIR cannot be written', () => {
    writeFileSync(folder, 'a file, not a folder');
    expect(() => key(undefined)).toThrow(/DATA_DIR.*MASTER_KEY|DATA_DIR: cannot read/s);
  });
});
