import { execFile } from 'node:child_process';
import { readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The running server as its lock file tells it (PostgreSQL: miscadmin.h, LOCK_FILE_LINE_*). */
export interface Postmaster {
  pid: number;
  port: number;
}

const lockFile = (data: string) => join(data, 'postmaster.pid');

/** The server that runs on this data directory now; undefined when the lock file is missing or left over. */
export async function runningPostmaster(data: string): Promise<Postmaster | undefined> {
  const [pid, , , port] = (await readLock(data)) ?? [];
  const postmaster = { pid: Number(pid), port: Number(port) };
  return postmaster.pid > 1 && postmaster.port > 0 && (await isPostgresOf(data, postmaster.pid))
    ? postmaster
    : undefined;
}

/**
 * Makes PostgreSQL take a left-over lock file for stale, although its pid may have been given to another process since.
 * A lock file that names the server's own parent is stale to it (CreateLockFile in miscinit.c); unlike deleting the file,
 * this leaves it the shared memory key, by which it finds orphaned children that still write.
 */
export async function disownLock(data: string): Promise<void> {
  const lines = await readLock(data);
  if (lines) await writeFile(lockFile(data), [process.pid, ...lines.slice(1)].join('\n') || `${process.pid}\n`);
}

async function readLock(data: string): Promise<string[] | undefined> {
  try {
    return (await readFile(lockFile(data), 'utf8')).split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Pids are used again: only a process that is a server of this very directory counts. */
async function isPostgresOf(data: string, pid: number): Promise<boolean> {
  // The server works in its data directory; a zombie has none.
  if (process.platform === 'linux') return (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) === data;
  const [command, ...args] =
    process.platform === 'win32'
      ? ['tasklist', '/NH', '/FI', `PID eq ${pid}`]
      : ['ps', '-o', 'comm=', '-p', String(pid)];
  return new Promise((resolve) =>
    execFile(command ?? '', args, (_error, stdout) => resolve(stdout.includes('postgres'))),
  );
}
