import { createServer } from 'node:net';
import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { emptyDatabase, execute, query, type TestDatabase } from '../../../../test/support/postgres.js';
import { MIGRATIONS } from '../migrations/index.js';
import { connectPatiently } from './connect.js';
import { migrate } from './migrate.js';

const log = { info: () => undefined, warn: () => undefined };
let database: TestDatabase;
beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.drop());

const done = async () =>
  (await query<{ name: string }>(database.url, 'SELECT name FROM migrations ORDER BY id')).map(({ name }) => name);
const all = MIGRATIONS.map((migration) => new migration().name);

describe('migrate', () => {
  it('runs every migration once when several processes start together, and all end ready', async () => {
    await Promise.all(Array.from({ length: 4 }, () => migrate(database, log)));
    expect(await done()).toEqual(all);
    await migrate(database, log);
    expect(await done()).toEqual(all);
  });

  it('waits while another process migrates', async () => {
    const other = await connectPatiently(database.url, log);
    await other.query('SELECT pg_advisory_lock(7246302)');
    let ready = false;
    const migrating = migrate(database, log).then(() => (ready = true));
    // It asks again and again, and holds nothing that CREATE INDEX CONCURRENTLY of the other would wait for.
    const asking = `SELECT backend_xmin FROM pg_stat_activity WHERE datname = current_database() AND query ~ 'pg_try_advisory' AND state = 'idle in transaction' AND pid <> pg_backend_pid()`;
    let waiting: { backend_xmin: unknown }[] = [];
    while (!waiting.length) waiting = await query(database.url, asking);
    expect(waiting).toEqual([{ backend_xmin: null }]);
    expect(ready).toBe(false);
    await other.end();
    await migrating;
    expect(await done()).toEqual(all);
  });

  it('builds indexes outside of a transaction again when it was interrupted', async () => {
    await migrate(database, log);
    const indexes = `SELECT indexrelid::regclass::text AS name, indisvalid AS valid FROM pg_index WHERE indrelid::regclass::text !~ '^pg' ORDER BY 1`;
    const before = await query(database.url, indexes);
    await execute(
      database.url,
      `DELETE FROM migrations WHERE name LIKE 'ReaperIndexes%';
      UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'jobs_tenant_expires_at'::regclass;
      DROP INDEX confirmations_tenant_expires_at`,
    );
    await migrate(database, log);
    // It comes last now.
    expect((await done()).sort()).toEqual([...all].sort());
    expect(await query(database.url, indexes)).toEqual(before);
  });

  it('leaves nothing half done when a migration fails or its connection is cut, and completes later', async () => {
    class Broken9999999999999 implements MigrationInterface {
      name = 'Broken9999999999999';

      async up(runner: QueryRunner): Promise<void> {
        await runner.query('CREATE TABLE half (n int)');
        await runner.query('SELECT pg_terminate_backend(pg_backend_pid())');
      }

      async down(): Promise<void> {}
    }
    (MIGRATIONS as unknown[]).push(Broken9999999999999);
    await expect(migrate(database, log)).rejects.toThrow();
    MIGRATIONS.pop();
    expect(await done()).toEqual(all);
    expect(await query(database.url, `SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
    await migrate(database, log);
  });
});

describe('connectPatiently', () => {
  it('waits for a server that is not there yet', async () => {
    const { port } = new URL(database.url);
    const gate = createServer();
    await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
    const free = (gate.address() as { port: number }).port;
    await new Promise((resolve) => gate.close(resolve));
    const { connect } = await import('node:net');
    const proxy = createServer((socket) => {
      const upstream = connect(Number(port), '127.0.0.1');
      socket
        .pipe(upstream)
        .pipe(socket)
        .on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
    });
    const messages: string[] = [];
    const connecting = connectPatiently(database.url.replace(`:${port}/`, `:${free}/`), {
      ...log,
      warn: (message) => {
        messages.push(message);
        proxy.listen(free, '127.0.0.1');
      },
    });
    const client = await connecting;
    expect((await client.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    expect(messages).toHaveLength(1);
    await client.end();
    await new Promise((resolve) => proxy.close(resolve));
  });

  it('gives up after its patience with an error that names no address', async () => {
    await expect(connectPatiently('postgres://u:secret@127.0.0.1:1/x', log, 150)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.not.stringMatching(/secret|127/),
    });
  });

  it('does not wait when waiting cannot help', async () => {
    await expect(connectPatiently(database.url.replace(/:[^:@]+@/, ':wrong@'), log)).rejects.toMatchObject({
      code: '28P01',
    });
    await expect(connectPatiently(`${database.url}_missing`, log)).rejects.toMatchObject({ code: '3D000' });
    await execute(database.url, 'SELECT 1');
  });
});
