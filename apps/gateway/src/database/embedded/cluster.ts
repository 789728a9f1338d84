import { AppError, ConfigError } from '#libs/core';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { usableBinaries } from './binaries.js';
import { type Account, CLUSTER, type Home } from './home.js';

/** One PostgreSQL data directory with what is needed to run it. */
export interface Cluster {
  /** `DATA_DIR/postgres`: data, password and log. */
  folder: string;
  data: string;
  binaries: string;
  runAs?: Account;
  /** False gives up safety against power loss for speed: tests only. */
  durable: boolean;
}

export const SUPERUSER = 'postgres';
/** No variable of the gateway, above all no secret, reaches a child. */
export const CHILD_ENV = { LC_ALL: 'C' };

/** The cluster of a home, made when missing. Call it under the mutex. */
export async function openCluster(home: Home, durable = true): Promise<Cluster> {
  const at = (folder: string): Cluster => ({
    folder,
    data: join(folder, 'data'),
    binaries,
    runAs: home.runAs,
    durable,
  });
  const binaries = await usableBinaries(home);
  const cluster = at(join(home.folder, CLUSTER));
  if (!(await exists(cluster.folder))) {
    await removeUnfinished(home.folder);
    const unfinished = at(join(home.folder, `${CLUSTER}.unfinished-${randomBytes(4).toString('hex')}`));
    await initialise(unfinished);
    // Made under another name and renamed when complete: a start that was interrupted leaves nothing that looks like a cluster.
    await rename(unfinished.folder, cluster.folder);
  }
  return cluster;
}

/** The password of the superuser. */
export const passwordOf = async (cluster: Cluster): Promise<string> =>
  (await readFile(passwordFile(cluster), 'utf8')).trim();

/** Runs a program of the package to its end. */
export async function run(cluster: Cluster, program: string, args: string[]): Promise<void> {
  await promisify(execFile)(join(cluster.binaries, 'bin', program), args, {
    ...cluster.runAs,
    cwd: cluster.folder,
    env: CHILD_ENV,
    windowsHide: true,
  });
}

export const passwordFile = ({ folder }: Cluster) => join(folder, 'password');

async function initialise(cluster: Cluster): Promise<void> {
  const { folder, data, runAs, durable } = cluster;
  await mkdir(folder);
  await chmod(folder, runAs ? 0o755 : 0o700);
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile(cluster), `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true });
  if (runAs) for (const path of [data, passwordFile(cluster)]) await chown(path, runAs.uid, runAs.gid);
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const args = [
    '-D',
    data,
    '-U',
    SUPERUSER,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile(cluster)}`,
    '-E',
    'UTF8',
    ...locale,
    ...(durable ? [] : ['--no-sync']),
  ];
  try {
    await run(cluster, 'initdb', args);
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    const { code, stderr } = cause as { code?: string; stderr?: string };
    if (code === 'ENOENT')
      throw Object.assign(
        new ConfigError([
          'DATABASE_URL: is not set, and the embedded PostgreSQL does not run on this system (it needs glibc): set DATABASE_URL',
        ]),
        { cause },
      );
    throw new AppError(
      'unavailable',
      `The embedded PostgreSQL cannot be set up in ${folder}: ${stderr?.trim().split('\n').at(-1) || String(code)}`,
      { cause },
    );
  }
}

async function removeUnfinished(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(`${CLUSTER}.unfinished-`));
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
