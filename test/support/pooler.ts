import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from './free-port.js';

const PROGRAM = '/usr/sbin/pgbouncer';
/** Whether the pooler is installed. */
export const poolerIsHere = existsSync(PROGRAM);
/** Parameters that only newer ones know, with their version. */
const SINCE: Readonly<Record<string, number>> = { max_prepared_statements: 1.21 };

/** A PgBouncer in transaction mode before a server. */
export interface Pooler {
  /** The same database through the pooler. */
  through(url: string): string;
  close(): Promise<void>;
}

/**
 * @param urls connection strings of every login that is to come through; all of one server
 * @param parameters further ones, by PgBouncer's names; those that the installed one is too old for are left out
 */
export async function startPooler(
  urls: readonly [string, ...string[]],
  parameters: Readonly<Record<string, string>> = {},
): Promise<Pooler> {
  const folder = await mkdtemp(join(tmpdir(), 'pooler-'));
  await chmod(folder, 0o755);
  const [port, { host, port: server }] = [await freePort(), new Client({ connectionString: urls[0] })];
  const logins = urls.map((url) => new Client({ connectionString: url }));
  await writeFile(
    join(folder, 'users'),
    logins.map(({ user, password }) => `"${user}" "${String(password)}"\n`).join(''),
  );
  await writeFile(
    join(folder, 'ini'),
    `[databases]
* = host=${host} port=${server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(folder, 'users')}
${Object.entries({ pool_mode: 'transaction', ...parameters })
  .filter(([name]) => !(name in SINCE) || version() >= SINCE[name]!)
  .map(([name, value]) => `${name} = ${value}\n`)
  .join('')}`,
  );
  const asRoot = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(PROGRAM, [...asRoot, join(folder, 'ini')], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const through = (url: string) => {
    const there = new URL(url);
    there.host = `127.0.0.1:${port}`;
    return there.href;
  };
  for (;;) {
    const client = new Client({ connectionString: through(urls[0]) });
    try {
      await client.connect();
      break;
    } catch (error) {
      if (child.exitCode !== null) throw error;
      await sleep(50);
    } finally {
      await client.end();
    }
  }
  return {
    through,
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

const version = (): number =>
  Number(/PgBouncer (\d+\.\d+)/.exec(spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? 0);
