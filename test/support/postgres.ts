import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { Client } from 'pg';
import { chooseHome } from '../../apps/gateway/src/database/embedded/home.js';
import { withMutex } from '../../apps/gateway/src/database/embedded/mutex.js';
import { openCluster, passwordOf } from '../../apps/gateway/src/database/embedded/cluster.js';
import { ensureRunning, urlOf } from '../../apps/gateway/src/database/embedded/server.js';
import { migrate } from '../../apps/gateway/src/database/migrate.js';

/** A migrated, empty database of its own. */
export interface TestDatabase {
  /** Connection string of the owner, a superuser as in the embedded database; `openPool` gives the pool an ordinary login. */
  url: string;
  /** Ends its connections and drops it. */
  drop(): Promise<void>;
}

const TEMPLATE = 'template_migrated';
const quiet = { info: () => undefined, warn: () => undefined };

/**
 * A fresh copy of the migrated template: some 50 ms. The first call of a run starts the cluster (about a second), which
 * all workers share; global-teardown ends it. The server runs without fsync.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const url = await server();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await execute(url('postgres'), `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  return { url: url(name), drop: () => drop(url('postgres'), name) };
}

/** A fresh database without any table. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const url = await server();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await execute(url('postgres'), `CREATE DATABASE ${name}`);
  return { url: url(name), drop: () => drop(url('postgres'), name) };
}

async function drop(server: string, name: string): Promise<void> {
  await execute(server, `DROP DATABASE ${name} WITH (FORCE)`);
  await execute(server, `DROP ROLE IF EXISTS gateway_app_${name}`);
}

/** Runs one statement on a connection of its own, as the owner: past row-level security. */
export async function execute(url: string, statement: string, values: unknown[] = []): Promise<void> {
  await query(url, statement, values);
}

/** Rows of one statement, as {@link execute}. */
export async function query<Row extends object>(
  url: string,
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement, values)).rows;
  } finally {
    await client.end();
  }
}

let started: Promise<(database: string) => string> | undefined;
const server = () => (started ??= start());

async function start(): Promise<(database: string) => string> {
  const folder = process.env.TEST_POSTGRES_FOLDER;
  if (!folder)
    throw new Error(
      'TEST_POSTGRES_FOLDER is not set: jest.config.mjs names test/support/global-setup.mjs as globalSetup',
    );
  return withMutex(folder, async () => {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
    const cluster = await openCluster(await chooseHome(folder, [], quiet), false);
    const port = await ensureRunning(cluster);
    const password = await passwordOf(cluster);
    const url = (database: string) => urlOf(port, password, database);
    const made = await query(url('postgres'), 'SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (!made.length) {
      await execute(url('postgres'), `CREATE DATABASE ${TEMPLATE}_unfinished`);
      await migrate({ url: url(`${TEMPLATE}_unfinished`) }, quiet);
      await execute(url('postgres'), `ALTER DATABASE ${TEMPLATE}_unfinished RENAME TO ${TEMPLATE}`);
    }
    return url;
  });
}
