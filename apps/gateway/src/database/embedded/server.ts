import { AppError, isTransient } from '#libs/core';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { CHILD_ENV, type Cluster, passwordOf, run, SUPERUSER } from './cluster.js';
import { disownLock, runningPostmaster } from './postmaster.js';

const START_MS = 60_000;
const POLL_MS = 25;
const RETRY_MS = 250;
/** Failures worth another try: children of a killed server are still ending, or another program took the port in between. */
const PASSES = /already exists|shared memory block|could not bind|could not create any TCP/;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '250',
  timezone: 'UTC',
  // The log names what failed, never the statement or the values in it.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};
const WITHOUT_DURABILITY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** The connection string of a database of the server at this port. */
export const urlOf = (port: number, password: string, database: string) =>
  `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;

/**
 * The port of the cluster's server, which is started unless it runs already. Call it under the mutex.
 * @param port the port to start it on; a free one when left out
 * @throws AppError `unavailable` when it does not come up within 60 seconds
 */
export async function ensureRunning(cluster: Cluster, port?: number): Promise<number> {
  const password = await passwordOf(cluster);
  const deadline = Date.now() + START_MS;
  let child: ChildProcess | undefined;
  for (let waits = POLL_MS; ; await sleep(waits)) {
    waits = POLL_MS;
    const postmaster = await runningPostmaster(cluster.data);
    if (postmaster) {
      if (await answers(urlOf(postmaster.port, password, 'postgres'))) return postmaster.port;
    } else if (!child || hasEnded(child)) {
      if (child) {
        const reason = await lastWords(cluster);
        if (!PASSES.test(reason))
          throw new AppError('unavailable', `The embedded PostgreSQL in ${cluster.folder} does not start: ${reason}`);
        waits = RETRY_MS;
      }
      await disownLock(cluster.data);
      child = await launch(cluster, port ?? (await freePort()));
    }
    if (Date.now() > deadline)
      throw new AppError(
        'unavailable',
        `The embedded PostgreSQL in ${cluster.folder} did not come up within ${START_MS / 1000} seconds: ${await lastWords(cluster)}`,
      );
  }
}

/** Ends every session and stops the server with a checkpoint (fast shutdown), even if another process started it. */
export async function stop(cluster: Cluster): Promise<void> {
  if (await runningPostmaster(cluster.data))
    await run(cluster, 'pg_ctl', ['stop', '-D', cluster.data, '-m', 'fast', '-w', '-t', '60']);
}

async function launch(cluster: Cluster, port: number): Promise<ChildProcess> {
  const settings = { ...SETTINGS, ...(cluster.durable ? {} : WITHOUT_DURABILITY), port: String(port) };
  const args = ['-D', cluster.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  // A file, not a pipe: the server outlives us when we are killed, and must still be able to write.
  const log = await open(logFile(cluster), 'w', 0o600);
  try {
    // Detached: Ctrl-C in a terminal reaches the whole process group, and would stop the database before the gateway has drained.
    const child = spawn(join(cluster.binaries, 'bin', 'postgres'), args, {
      ...cluster.runAs,
      cwd: cluster.folder,
      env: CHILD_ENV,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

const logFile = ({ folder }: Cluster) => join(folder, 'log');
const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function lastWords(cluster: Cluster): Promise<string> {
  const lines = (await readFile(logFile(cluster), 'utf8').catch(() => '')).split('\n');
  return (
    lines
      .filter((line) => /FATAL|PANIC|could not|error while loading/.test(line))
      .join(' ')
      .slice(0, 500) || `see ${logFile(cluster)}`
  );
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (isTransient(error)) return false;
    throw error;
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
