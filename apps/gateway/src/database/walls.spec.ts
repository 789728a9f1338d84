import { type DataSource } from 'typeorm';
import { openPool } from '../../../../test/support/pool.js';
import { execute, query, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';

let database: TestDatabase;
let pool: DataSource;
let login: string;

beforeAll(async () => {
  database = await testDatabase();
  pool = await openPool(database.url);
  const [row] = await pool.query<{ login: string }[]>('SELECT session_user AS login');
  login = row!.login;
  // A row of a tenant that no statement below may ever show.
  await execute(
    database.url,
    `INSERT INTO confirmations (tenant_id, token_hash, expires_at) VALUES ('1', 'canary', now())`,
  );
});
afterAll(async () => {
  await pool.destroy();
  await database.drop();
});

/** Runs statements on one connection of the pool, one after the other, and tells what the last showed, or why one was refused. */
async function attempt(...statements: string[]): Promise<unknown> {
  const runner = pool.createQueryRunner();
  try {
    let shown: unknown;
    for (const statement of statements) shown = await runner.query(statement);
    return shown;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await runner.query('DISCARD ALL').catch(() => undefined);
    await runner.release();
  }
}

describe('the pool, even if it ran statements of an attacker,', () => {
  it('sees no row of a tenant after giving up any role', async () => {
    for (const reset of ['RESET ROLE', 'SET ROLE NONE', 'RESET SESSION AUTHORIZATION', 'RESET ALL', 'DISCARD ALL'])
      expect(await attempt(reset, 'SELECT * FROM confirmations')).toEqual([]);
    expect(
      await attempt(
        'RESET ROLE',
        'SELECT rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = current_user',
      ),
    ).toEqual([{ bypasses: false }]);
  });

  it('cannot become any other role of the server', async () => {
    const others = await query<{ name: string }>(
      database.url,
      'SELECT quote_ident(rolname) AS name FROM pg_roles WHERE rolname <> $1',
      [login],
    );
    expect(others.length).toBeGreaterThan(10);
    for (const { name } of others) {
      expect([name, await attempt(`SET ROLE ${name}`)]).toEqual([name, expect.stringMatching(/permission denied/)]);
      expect([name, await attempt(`SET SESSION AUTHORIZATION ${name}`)]).toEqual([
        name,
        expect.stringMatching(/permission denied/),
      ]);
    }
    expect(await query(database.url, 'SELECT 1 FROM pg_auth_members WHERE member = $1::regrole', [login])).toEqual([]);
  });

  it.each([
    'ALTER ROLE CURRENT_USER SUPERUSER',
    'ALTER ROLE CURRENT_USER BYPASSRLS',
    'ALTER ROLE CURRENT_USER CREATEROLE',
    'ALTER ROLE CURRENT_USER REPLICATION',
    `ALTER ROLE postgres PASSWORD 'x'`,
    'CREATE ROLE other',
    'CREATE DATABASE other',
    'GRANT postgres TO CURRENT_USER',
    'GRANT pg_execute_server_program TO CURRENT_USER',
    'SELECT * FROM pg_authid',
    'SELECT * FROM pg_shadow',
    `COPY (SELECT 1) TO PROGRAM 'true'`,
    `COPY confirmations FROM PROGRAM 'true'`,
    `COPY (SELECT 1) TO '/tmp/x'`,
    `SELECT pg_read_file('PG_VERSION')`,
    `SELECT lo_import('/etc/passwd')`,
    'CREATE TABLE mine (n int)',
    'CREATE TEMPORARY TABLE connections (n int)',
    'CREATE SCHEMA mine',
    'CREATE VIEW mine AS SELECT * FROM confirmations',
    `CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    `CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    `CREATE OR REPLACE FUNCTION find_grant(wanted text) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    'CREATE EXTENSION dblink',
    `CREATE POLICY mine ON confirmations USING (true)`,
    'DROP POLICY tenant ON confirmations',
    'ALTER TABLE confirmations DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE confirmations NO FORCE ROW LEVEL SECURITY',
    'ALTER TABLE confirmations OWNER TO CURRENT_USER',
    'CREATE TRIGGER mine BEFORE INSERT ON confirmations FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    'TRUNCATE confirmations',
    'DROP TABLE confirmations',
    'DELETE FROM migrations',
    'REASSIGN OWNED BY postgres TO CURRENT_USER',
    'ALTER SYSTEM SET fsync = off',
    `CREATE PUBLICATION mine FOR ALL TABLES`,
    `SELECT pg_create_logical_replication_slot('mine', 'pgoutput')`,
    `SET session_replication_role = replica`,
  ])('cannot: %s', async (statement) =>
    expect(await attempt('RESET ROLE', statement)).toMatch(/permission denied|must be|only roles|may not|cannot/i),
  );

  it('is refused the rows with row_security off', async () =>
    expect(await attempt('SET row_security = off', 'SELECT * FROM confirmations')).toMatch(/row-level security/));

  it('owns nothing in the database', async () => {
    const owned = await query(
      database.url,
      `SELECT 1 FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1::regrole AND deptype = 'o'`,
      [login],
    );
    expect(owned).toEqual([]);
  });
});
