import { Client } from 'pg';
import { freePort } from '../support/free-port.js';
import { killedPrograms, until } from '../support/killed-programs.js';
import { emptyDatabase, execute, query, testDatabase, type TestDatabase } from '../support/postgres.js';
import { programBench } from '../support/program-bench.js';
import { rawRequest } from '../support/raw-http.js';
import { untilReady } from '../support/until-ready.js';

/** Of migrations, in `apps/gateway/src/database/migrate.ts`. */
const MIGRATING = 7_246_302;
/** Of this test. */
const TEST = 4711;

const { env } = programBench();
const { start } = killedPrograms(env);
let database: TestDatabase;
let holder: Client;
const hold = async (lock: number) => {
  holder = new Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('SELECT pg_advisory_lock($1)', [lock]);
};
/** Its migration waits for us, or it has asked in vain whether it may migrate. */
const WAITS = `
  SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION ALL
  SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_try_advisory_xact_lock(${MIGRATING})%' AND pid <> pg_backend_pid()`;
const waits = async () => (await query(database.url, WAITS)).length > 0;
afterEach(async () => {
  await holder.end();
  await database.drop();
});

test.each<[string, () => Promise<void>]>([
  [
    'another replica migrates',
    async () => {
      database = await testDatabase();
      await hold(MIGRATING);
    },
  ],
  [
    'its own migration runs long',
    async () => {
      database = await emptyDatabase();
      await hold(TEST);
      // The first thing that a migration makes waits for us.
      await execute(
        database.url,
        `CREATE FUNCTION waits() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${TEST}); END $$`,
      );
      await execute(database.url, 'CREATE EVENT TRIGGER waits ON ddl_command_start EXECUTE FUNCTION waits()');
    },
  ],
])('while %s the port is open and answers, and then it goes on by itself', async (_, begin) => {
  await begin();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = start({ DATABASE_URL: database.url, PORT: String(port) });
  await until(waits);
  for (const path of ['/health', '/health/live'])
    expect(await rawRequest(url, 'GET', path, {})).toMatchObject({ status: 200, json: { status: 'ok' } });
  for (const [method, path] of [
    ['GET', '/health/ready'],
    ['GET', '/'],
    ['POST', '/mcp'],
    ['POST', '/token'],
  ] as const)
    expect(await rawRequest(url, method, path, {})).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5', connection: 'close' },
      json: { error: { code: 'unavailable', details: { reason: 'starting' } } },
    });
  const refusals = untilReady(url);
  await holder.query('SELECT pg_advisory_unlock_all()');
  expect(await program.url).toBe(url);
  expect(await refusals).toBe(0);
});
