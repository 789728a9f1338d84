import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { emptyDatabase, execute, query, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { migrate } from './migrate.js';
import { dataSourceOptions } from './options.js';
import { prepareConnection } from './role.js';

const log = { info: () => undefined, warn: () => undefined };
const pool = (url: string) => new DataSource(dataSourceOptions({ url, entities: [], poolSize: 3, log })).initialize();
const as = (url: string, user: string, password: string) => Object.assign(new URL(url), { username: user, password }).href;
const bypasses = 'SELECT current_user AS role, rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = current_user';

let database: TestDatabase;
let roles: string[] = [];

/** A role that can log in, with these attributes; may make tables in this database. */
async function role(attributes: string): Promise<string> {
  const name = `login_${randomBytes(6).toString('hex')}`;
  await execute(database.url, `CREATE ROLE ${name} LOGIN PASSWORD 'secret' ${attributes}; GRANT ALL ON SCHEMA public TO ${name}`);
  roles.push(name);
  return name;
}

afterEach(async () => {
  for (const name of roles) await execute(database.url, `DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`);
  roles = [];
  await database.drop();
});

describe('the pool', () => {
  it('works as gateway_app when the login role is a superuser, on every connection', async () => {
    database = await testDatabase();
    const dataSource = await pool(database.url);
    const answers = await Promise.all(Array.from({ length: 9 }, () => dataSource.query<unknown[]>(`WITH slow AS MATERIALIZED (SELECT pg_sleep(0.01)) ${bypasses} AND (SELECT count(*) FROM slow) = 1`)));
    for (const rows of answers) expect(rows).toMatchObject([{ role: 'gateway_app', bypasses: false }]);
    await dataSource.destroy();
  });

  it('works as gateway_app when the login role has BYPASSRLS without being superuser', async () => {
    database = await emptyDatabase();
    const login = await role('BYPASSRLS CREATEROLE');
    // What PostgreSQL gives to the one who creates a role.
    await execute(database.url, `GRANT gateway_app TO ${login} WITH ADMIN OPTION`);
    const url = as(database.url, login, 'secret');
    await migrate(url, log);
    const dataSource = await pool(url);
    expect(await dataSource.query(bypasses)).toEqual([{ role: 'gateway_app', bypasses: false }]);
    expect(await dataSource.query('SELECT * FROM confirmations')).toEqual([]);
    await dataSource.destroy();
  });

  it('stays the login role when that is an ordinary one, which owns the tables and sees none of their rows', async () => {
    database = await emptyDatabase();
    const login = await role('');
    const url = as(database.url, login, 'secret');
    await migrate(url, log);
    await execute(database.url, `INSERT INTO confirmations (tenant_id, token_hash, expires_at) VALUES ('1', 'x', now())`);
    const dataSource = await pool(url);
    expect(await dataSource.query(bypasses)).toEqual([{ role: login, bypasses: false }]);
    expect(await dataSource.query('SELECT * FROM confirmations')).toEqual([]);
    await dataSource.destroy();
  });

  it('does not start when the login role could bypass row-level security and may not become gateway_app', async () => {
    database = await testDatabase();
    const login = await role('BYPASSRLS');
    await expect(pool(as(database.url, login, 'secret'))).rejects.toMatchObject({ code: 'not_configured', message: expect.stringMatching(/row-level security.*GRANT gateway_app/) });
  });

  it('does not start when gateway_app itself was given the right to bypass it', async () => {
    database = await testDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    // Seen by this transaction only: the role belongs to all databases of the server.
    await client.query('BEGIN; ALTER ROLE gateway_app BYPASSRLS');
    await expect(prepareConnection(client)).rejects.toMatchObject({ code: 'not_configured', message: expect.stringContaining('effective role gateway_app') });
    await client.end();
  });

  it('cannot change the record of migrations, nor the schema', async () => {
    database = await testDatabase();
    const dataSource = await pool(database.url);
    await expect(dataSource.query('DELETE FROM migrations')).rejects.toThrow(/permission denied/);
    await expect(dataSource.query('ALTER TABLE confirmations DISABLE ROW LEVEL SECURITY')).rejects.toThrow(/must be owner/);
    await dataSource.destroy();
  });

  it('ends a statement after 5 seconds, and gives each connection that limit', async () => {
    database = await testDatabase();
    const dataSource = await pool(database.url);
    expect(await dataSource.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '5s' }]);
    await dataSource.destroy();
  });

  it('answers rather than waits when all connections are taken', async () => {
    database = await testDatabase();
    const dataSource = await pool(database.url);
    const runners = Array.from({ length: 3 }, () => dataSource.createQueryRunner());
    await Promise.all(runners.map((runner) => runner.connect()));
    await expect(dataSource.query('SELECT 1')).rejects.toThrow(/timeout exceeded/);
    await Promise.all(runners.map((runner) => runner.release()));
    expect(await dataSource.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await dataSource.destroy();
  });
});

it('is granted again in a database restored on a server that has no gateway_app yet', async () => {
  database = await testDatabase();
  await execute(database.url, 'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM gateway_app');
  await migrate(database.url, log);
  expect(await query(database.url, `SELECT has_table_privilege('gateway_app', 'confirmations', 'INSERT') AS may`)).toEqual([{ may: true }]);
});
