import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openFolder } from '../../../../../test/support/postgres-folder.js';
import { installedPackage, usableBinaries } from './binaries.js';

const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
const asRoot = nobody ? it : it.skip;
let folder: ReturnType<typeof openFolder>;
let bare: string;

/** A package as `npm ci --ignore-scripts` leaves it: without its links. */
beforeEach(() => {
  folder = openFolder();
  bare = join(folder.path, 'installed', 'package');
  cpSync(installedPackage(), bare, { recursive: true, verbatimSymlinks: true });
  for (const { target } of links(bare)) rmSync(join(bare, target), { force: true });
});
afterEach(() => folder.remove());

const links = (from: string) =>
  JSON.parse(readFileSync(join(from, 'native', 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
const version = (native: string) =>
  execFileSync(join(native, 'bin', 'postgres'), ['--version'], {
    ...nobody,
    cwd: '/',
    encoding: 'utf8',
    stdio: 'pipe',
  });

const unix = process.platform === 'win32' ? describe.skip : describe;
unix('the binaries of PostgreSQL', () => {
  it('do not run without their links, and run in place once these are made', async () => {
    if (links(bare).length) expect(() => version(join(bare, 'native'))).toThrow();
    const native = await usableBinaries({ folder: folder.path, runAs: nobody }, bare);
    expect(native).toBe(join(bare, 'native'));
    expect(version(native)).toMatch(/PostgreSQL/);
  });

  asRoot('are copied, complete and readable, when installed where the other user may not go', async () => {
    chmodSync(join(folder.path, 'installed'), 0o700);
    const native = await usableBinaries({ folder: folder.path, runAs: nobody }, bare);
    expect(basename(dirname(native))).toMatch(/^postgresql-\d+\./);
    expect(version(native)).toMatch(/PostgreSQL/);
    const before = lstatSync(native).ino;
    expect(lstatSync(await usableBinaries({ folder: folder.path, runAs: nobody }, bare)).ino).toBe(before);
  });

  asRoot('are copied when a umask took the rights of others, and opened to them', async () => {
    execFileSync('chmod', ['-R', 'go-rwx', join(bare, 'native')]);
    const native = await usableBinaries({ folder: folder.path, runAs: nobody }, bare);
    expect(native.startsWith(bare)).toBe(false);
    expect(version(native)).toMatch(/PostgreSQL/);
  });
});
