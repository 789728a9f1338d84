import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { query } from './postgres.js';

const VERSIONS = '/usr/lib/postgresql';
const PASSWORD = 'of-the-superuser';
const NOBODY = 65_534;

/** Where Debian has put a PostgreSQL with its client tools (pg_dump takes servers up to its own version only); undefined without. */
export const installedPostgres: string | undefined = (existsSync(VERSIONS) ? readdirSync(VERSIONS) : [])
  .sort((a, b) => Number(b) - Number(a))
  .map((version) => join(VERSIONS, version, 'bin'))
  .find((folder) => ['initdb', 'postgres', 'pg_dump'].every((program) => existsSync(join(folder, program))));

/** A PostgreSQL as an operator has it, of a test's own. */
export interface OwnPostgres {
  port: number;
  /** With it, client tools reach it as its superuser. */
  env: Record<string, string>;
  /** Connection string of the superuser. */
  url(database: string): string;
  close(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const asRoot = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const folder = mkdtempSync(join(tmpdir(), 'clickup-mcp-own-postgres-'));
  chmodSync(folder, 0o755);
  const [data, secret, port] = [join(folder, 'data'), join(folder, 'password'), await freePort()];
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(secret, PASSWORD);
  if (asRoot.uid) chownSync(data, NOBODY, NOBODY);
  const options = { cwd: folder, env: { LC_ALL: 'C' }, ...asRoot };
  const made = spawnSync(
    join(installedPostgres!, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${secret}`, '-E', 'UTF8', '--no-sync'],
    { ...options, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' };
  const server = spawn(
    join(installedPostgres!, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...options, stdio: 'ignore' },
  );
  const url = (database: string) => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`;
  await answers(server, url('postgres'));
  return {
    port,
    env: { PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'postgres', PGPASSWORD: PASSWORD },
    url,
    close: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGQUIT');
      await ended;
      rmSync(folder, { recursive: true, maxRetries: 5 });
    },
  };
}

async function answers(server: ChildProcess, url: string): Promise<void> {
  for (;;) {
    try {
      return void (await query(url, 'SELECT 1'));
    } catch (error) {
      if (server.exitCode !== null) throw error;
      await sleep(50);
    }
  }
}
