import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '#libs/core';
import { openFolder } from '../../../../../test/support/postgres-folder.js';
import { execute, query } from '../../../../../test/support/postgres.js';
import { openEmbedded } from './embedded.js';
import { chooseHome } from './home.js';

const onlyAsRoot = process.getuid?.() === 0 ? describe : describe.skip;

onlyAsRoot('root with a DATA_DIR below a folder that others may not enter', () => {
  let privateHome: string;
  let dataDir: string;
  let fallback: ReturnType<typeof openFolder>;
  let warnings: string[];
  const log = { info: () => undefined, warn: (message: string) => warnings.push(message) };

  beforeEach(() => {
    // mkdtemp makes it 0700, like root's home.
    privateHome = mkdtempSync(join(tmpdir(), 'clickup-mcp-private-'));
    dataDir = join(privateHome, 'data');
    fallback = openFolder();
    warnings = [];
  });
  afterEach(() => {
    rmSync(privateHome, { recursive: true, force: true });
    fallback.remove();
  });

  it('has its database where PostgreSQL can go, is told where, and finds it again', async () => {
    const base = join(fallback.path, 'made', 'here');
    const database = await openEmbedded(dataDir, log, [base]);
    expect(database.location.startsWith(realpathSync(base))).toBe(true);
    expect(warnings.join()).toContain(realpathSync(base));
    expect(realpathSync(join(dataDir, 'postgres'))).toBe(database.location);
    await execute(database.url, 'CREATE TABLE kept AS SELECT 1 AS n');
    await database.close();

    // The decision is written in DATA_DIR: other fallbacks change nothing.
    const again = await openEmbedded(dataDir, log, []);
    expect(await query(again.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await again.close();
  });

  it('takes the next place when somebody else owns the first, or may write there', async () => {
    const [foreign, open, good] = ['foreign', 'open', 'good'].map((name) => join(fallback.path, name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(join(privateHome, 'theirs'));
    symlinkSync(join(privateHome, 'theirs'), foreign);
    mkdirSync(open);
    chmodSync(open, 0o777);
    const { folder } = await chooseHome(dataDir, [foreign, open, good], log);
    expect(folder.startsWith(good)).toBe(true);
    expect(readdirSync(join(privateHome, 'theirs'))).toEqual([]);
  });

  it('stops with what to do when there is no place at all', async () => {
    await expect(chooseHome(dataDir, [join(privateHome, 'no')], log)).rejects.toThrow(/DATA_DIR.*set DATABASE_URL/s);
  });

  it('does not begin an empty database beside one it can no longer enter', async () => {
    const now = openFolder();
    mkdirSync(join(now.path, 'postgres', 'data'), { recursive: true });
    chmodSync(now.path, 0o700);
    await expect(chooseHome(now.path, [fallback.path], log)).rejects.toBeInstanceOf(ConfigError);
    expect(lstatSync(join(now.path, 'postgres')).isSymbolicLink()).toBe(false);
    now.remove();
  });

  it('begins anew when the place it had used is gone, as /tmp is after a restart', async () => {
    mkdirSync(dataDir);
    symlinkSync(join(fallback.path, 'gone', 'postgres'), join(dataDir, 'postgres'));
    const { folder } = await chooseHome(dataDir, [join(fallback.path, 'new')], log);
    expect(existsSync(folder)).toBe(true);
    expect(folder).toContain(join(fallback.path, 'new'));
  });
});

it('stays in DATA_DIR where that can be entered', async () => {
  const open = openFolder();
  const { folder } = await chooseHome(join(open.path, 'a', 'b'), [], { info: () => undefined, warn: () => undefined });
  expect(folder).toBe(join(open.path, 'a', 'b'));
  open.remove();
});
