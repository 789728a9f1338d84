import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './load.js';
import { exposedMasterKey, makeMasterKey, masterKeys } from './master-key.js';

const DEMO = '8ddec8ff377e8ea6f88d223594bca495f4e6629ec23719f96b343389475c755f';
let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'clickup-mcp-key-')), 'data');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const keys = (
  MASTER_KEY?: string,
  NODE_ENV: 'development' | 'production' | 'test' = 'development',
  MASTER_KEY_PREVIOUS: string[] = [],
) => masterKeys({ MASTER_KEY, MASTER_KEY_PREVIOUS, DATA_DIR: folder, NODE_ENV });
const file = () => join(folder, 'master.key');
const made: string[] = [];
const make = () => makeMasterKey(folder, (path) => made.push(path));
const holds = (content: string) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file(), content);
};

describe('masterKeys', () => {
  it('takes MASTER_KEY as it is, and touches no file', () => {
    expect(keys('correct horse battery', 'production')?.current()).toBe('correct horse battery');
    expect(() => statSync(folder)).toThrow();
  });

  it.each([[DEMO], [DEMO.toUpperCase()], ['0'.repeat(64)], ['0'.repeat(16)], ['f'.repeat(64)], ['a'.repeat(20)]])(
    'refuses the well-known %s everywhere but in tests, without printing it (SEC-221)',
    (text) => {
      for (const environment of ['development', 'production'] as const) {
        expect(() => keys(text, environment)).toThrow(ConfigError);
        expect(() => keys(text, environment)).toThrow(
          expect.objectContaining({ message: expect.not.stringContaining(text) }),
        );
      }
      expect(keys(text, 'test')?.current()).toBe(text);
    },
  );

  it('takes them as previous keys: one has to get away from them', () => {
    expect(keys('ab'.repeat(32), 'production', [DEMO, '0'.repeat(64)])?.previous).toHaveLength(2);
  });

  it('reads DATA_DIR/master.key outside production, and makes none by itself', () => {
    const before = keys();
    expect(before?.current()).toBeUndefined();
    expect(() => statSync(folder)).toThrow();
    holds(`${'Ab'.repeat(32)}\n`);
    expect(before?.current()).toBe('Ab'.repeat(32));
    expect(keys('cd'.repeat(32))?.current()).toBe('cd'.repeat(32));
  });

  it('is undefined in production, whatever lies in DATA_DIR', () => {
    holds('ab'.repeat(32));
    expect(keys(undefined, 'production')).toBeUndefined();
  });

  it.each([[''], ['abcd'], ['z'.repeat(64)], ['ab'.repeat(33)], [DEMO], ['0'.repeat(64)]])(
    'refuses a key file that holds %j instead of replacing it',
    (content) => {
      holds(content);
      expect(() => keys()?.current()).toThrow(ConfigError);
      expect(readFileSync(file(), 'utf8')).toBe(content);
    },
  );

  it('says what to do when the key file cannot be read', () => {
    writeFileSync(folder, 'a file, not a folder');
    expect(() => keys()?.current()).toThrow(/DATA_DIR: cannot read .*ENOTDIR/);
  });
});

describe('makeMasterKey', () => {
  it('makes a file that only its owner can read, and that the next start takes', () => {
    made.length = 0;
    const key = make();
    expect(made).toEqual([file()]);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(keys()?.current()).toBe(key);
    if (process.platform !== 'win32') expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['master.key']);
  });

  it('takes the key that somebody else has just made', () => {
    const key = make();
    made.length = 0;
    expect(make()).toBe(key);
    expect(made).toEqual([]);
  });

  it('says what to do when DATA_DIR cannot be written', () => {
    writeFileSync(folder, 'a file, not a folder');
    expect(make).toThrow(/DATA_DIR: cannot write .*MASTER_KEY/s);
  });
});

const onPosix = process.platform === 'win32' ? describe.skip : describe;
onPosix('exposedMasterKey', () => {
  const exposed = (MASTER_KEY?: string) => exposedMasterKey({ MASTER_KEY, DATA_DIR: folder });

  it('is the path of a key file that group or others can read or change', () => {
    make();
    expect(exposed()).toBeUndefined();
    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644]) {
      chmodSync(file(), mode);
      expect(exposed()).toBe(file());
    }
    chmodSync(file(), 0o400);
    expect(exposed()).toBeUndefined();
  });

  it('is nothing where the file is not there, or not the key in use', () => {
    expect(exposed()).toBeUndefined();
    holds('ab'.repeat(32));
    chmodSync(file(), 0o644);
    expect(exposed('cd'.repeat(32))).toBeUndefined();
  });
});
