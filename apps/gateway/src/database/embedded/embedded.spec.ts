import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFolder, serversIn } from '../../../../../test/support/postgres-folder.js';
import { openElsewhere } from '../../../../../test/support/postgres-child.js';
import { execute, query } from '../../../../../test/support/postgres.js';
import { openEmbedded } from './embedded.js';

const log = { info: () => undefined, warn: () => undefined };
const onLinux = process.platform === 'linux' ? it : it.skip;
const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? it : it.skip;

// One cluster for all: each test begins and ends with the server stopped.
const folder = openFolder();
const data = join(folder.path, 'postgres', 'data');

afterEach(() => serversIn(data).forEach((pid) => process.kill(pid, 'SIGKILL')));
afterAll(() => {
  folder.remove();
});

const open = () => openEmbedded(folder.path, log);
const keep = (url: string, n: number) =>
  execute(url, `DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT ${n} AS n`);
const numbers = async (url: string) =>
  (await query<{ n: number }>(url, 'SELECT n FROM kept ORDER BY n')).map(({ n }) => n);
const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await sleep(20);
};

describe('the embedded database', () => {
  it('is set up, stopped by close, and holds its rows when opened again', async () => {
    const first = await open();
    expect(first).toMatchObject({ embedded: true, location: join(folder.path, 'postgres') });
    await keep(first.url, 1);
    await first.close();
    expect(existsSync(join(data, 'postmaster.pid'))).toBe(false);

    const second = await open();
    expect(await numbers(second.url)).toEqual([1]);
    await second.close();
  });

  it('asks for the password, which only its owner can read, and is reachable from this machine only', async () => {
    const database = await open();
    const password = join(folder.path, 'postgres', 'password');
    expect(statSync(password).mode & 0o777).toBe(0o600);
    expect(new URL(database.url).password).toBe(readFileSync(password, 'utf8').trim());
    const warnings: string[] = [];
    chmodSync(password, 0o640);
    await (await openEmbedded(folder.path, { ...log, warn: (message) => void warnings.push(message) })).close();
    chmodSync(password, 0o600);
    await (await openEmbedded(folder.path, { ...log, warn: (message) => void warnings.push(message) })).close();
    expect(warnings).toEqual([expect.stringContaining(`chmod 600 '${password}'`)]);
    await expect(query(database.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toMatchObject({
      code: '28P01',
    });
    const settings = await query(
      database.url,
      `SELECT name, setting FROM pg_settings WHERE name IN ('listen_addresses', 'unix_socket_directories', 'fsync', 'synchronous_commit', 'full_page_writes') ORDER BY name`,
    );
    expect(settings).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'synchronous_commit', setting: 'on' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
    await database.close();
  });

  onLinux('gives the server none of our environment, and its log none of the statements', async () => {
    process.env.MASTER_KEY = 'canary-in-the-environment';
    const database = await open();
    delete process.env.MASTER_KEY;
    for (const pid of serversIn(data)) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('canary');
    await expect(query(database.url, `SELECT 'canary-in-a-statement'::int`)).rejects.toMatchObject({ code: '22P02' });
    await expect(query(database.url, 'SELECT $1 FROM nothing', ['canary-in-a-value'])).rejects.toMatchObject({
      code: '42P01',
    });
    await database.close();
    expect(readFileSync(join(folder.path, 'postgres', 'log'), 'utf8')).not.toContain('SELECT');
  });

  it.each([
    ['the one that started it first', [0, 1]],
    ['the one that joined it first', [1, 0]],
  ])('serves two gateways until the last has closed: %s', async (_name, order) => {
    const gateways = [await open(), await open()];
    expect(gateways[0]?.url).toBe(gateways[1]?.url);
    const [leaves, stays] = order.map((index) => gateways[index]);
    if (!leaves || !stays) throw new Error('two gateways');
    await leaves.close();
    expect(await query(stays.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await stays.close();
    expect(existsSync(join(data, 'postmaster.pid'))).toBe(false);
  });

  it('is set up once when many gateways start on an empty DATA_DIR at the same time', async () => {
    const empty = openFolder();
    const openEmpty = () => openEmbedded(empty.path, log);
    const gateways = await Promise.all([openEmpty(), openEmpty(), openElsewhere(empty.path), openEmpty()]);
    expect(new Set(gateways.map(({ url }) => url)).size).toBe(1);
    const [, , elsewhere] = gateways;
    await Promise.all(gateways.map(async (gateway) => ('close' in gateway ? gateway.close() : undefined)));
    expect(await query(elsewhere.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    elsewhere.process.kill('SIGTERM');
    await once(elsewhere.process, 'exit');
    expect(existsSync(join(empty.path, 'postgres', 'data', 'postmaster.pid'))).toBe(false);
    empty.remove();
  });

  onLinux('is joined again after the gateway that started it was killed, and stopped by the last', async () => {
    const killed = await openElsewhere(folder.path);
    await keep(killed.url, 7);
    const servers = serversIn(data);
    killed.process.kill('SIGKILL');
    await once(killed.process, 'exit');
    expect(serversIn(data)).toEqual(expect.arrayContaining(servers.slice(0, 1)));

    const database = await open();
    expect(database.url).toBe(killed.url);
    expect(await numbers(database.url)).toEqual([7]);
    await database.close();
    expect(serversIn(data)).toEqual([]);
  });

  asRoot('is not held up by a left-over lock file, even when its pid now belongs to another process', async () => {
    const lock = join(data, 'postmaster.pid');
    const { uid, gid } = statSync(data);
    // Of the same user: PostgreSQL itself would take it for a running server and refuse to start.
    const stranger = spawn('sleep', ['600'], { uid, gid, stdio: 'ignore' });
    await once(stranger, 'spawn');
    try {
      let last = '';
      for (const leftOver of [
        () => '',
        () => last.replace(/^\d+/, String(stranger.pid)),
        () => last.replace(/^\d+/, '999999999'),
        () => '',
        () => 'not a number\n',
      ]) {
        if (last) writeFileSync(lock, leftOver());
        if (last) chownSync(lock, uid, gid);
        const database = await open();
        last = readFileSync(lock, 'utf8');
        await database.close();
      }
      expect(stranger.exitCode).toBeNull();
    } finally {
      stranger.kill();
    }
  });

  onLinux('comes back on the same address when its server is killed, and can then be closed', async () => {
    const database = await open();
    await keep(database.url, 3);
    for (const pid of serversIn(data)) process.kill(pid, 'SIGKILL');
    await until(() =>
      numbers(database.url).then(
        () => true,
        () => false,
      ),
    );
    expect(await numbers(database.url)).toEqual([3]);
    await database.close();
    expect(serversIn(data)).toEqual([]);
  });

  onLinux('loses no acknowledged row when server, children and writer are killed at any moment', async () => {
    let database = await open();
    await execute(database.url, 'CREATE TABLE written (n int PRIMARY KEY)');
    for (let round = 0, acknowledged = 0; round < 5; round += 1) {
      const writer = spawn(process.execPath, ['test/support/postgres-writer.mjs', database.url], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let printed = '';
      writer.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      await until(() => printed.split('\n').length > 20);
      await sleep(Math.random() * 300);
      for (const pid of serversIn(data)) process.kill(pid, 'SIGKILL');
      writer.kill('SIGKILL');
      await once(writer, 'close');
      await database.close();

      database = await open();
      acknowledged = Number(printed.trimEnd().split('\n').at(-1));
      const [row] = await query<{ rows: number; last: number }>(
        database.url,
        'SELECT count(*)::int AS rows, max(n) AS last FROM written',
      );
      // One more than acknowledged may be there: committed, but killed before its answer.
      expect([acknowledged, acknowledged + 1]).toContain(row?.last);
      expect(row?.rows).toBe(row?.last);
    }
    await database.close();
  });
});
