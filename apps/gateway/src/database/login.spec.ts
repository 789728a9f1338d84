import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { emptyDatabase, execute, query, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { migrate } from './migrate.js';
import { dataSourceOptions } from './options.js';

const log = { info: () => undefined, warn: () => undefined };
const open = (url: string) => new DataSource(dataSourceOptions({ url, entities: [], poolSize: 3, log })).initialize();
const as = (user: string) => Object.assign(new URL(database.url), { username: user, password: 'secret' }).href;

let database: TestDatabase;
let dataSource: DataSource | undefined;
let roles: string[] = [];

/** A role that can log in, with these attributes; may make tables in this database. */
async function role(attributes = '', grants = ''): Promise<string> {
  const name = `login_${randomBytes(6).toString('hex')}`;
  await execute(
    database.url,
    `CREATE ROLE ${name} LOGIN PASSWORD 'secret' ${attributes}; ${grants.replaceAll('DATABASE TO', `${new URL(database.url).pathname.slice(1)} TO`).replaceAll('LOGIN', name)}`,
  );
  roles.push(name);
  return name;
}
const OWNER = 'GRANT ALL ON SCHEMA public TO LOGIN; GRANT CREATE ON DATABASE DATABASE TO LOGIN';

/** Starts as the gateway does, up to a pool; tells as whom it works. */
async function start(url: string, migrationUrl?: string): Promise<string> {
  dataSource = await open(await migrate({ url, migrationUrl }, log));
  const [row] = await dataSource.query<{ login: string; role: string }[]>(
    'SELECT session_user AS login, current_user AS role, * FROM confirmations RIGHT JOIN (SELECT 1) one ON true',
  );
  expect(row).toMatchObject({ role: row?.login, tenant_id: null });
  return row!.login;
}
const keepRow = () =>
  execute(database.url, `INSERT INTO confirmations (tenant_id, token_hash, expires_at) VALUES ('1', 'x', now())`);

afterEach(async () => {
  await dataSource?.destroy();
  dataSource = undefined;
  await database.drop();
  // With the database went all that they owned.
  for (const name of roles) await execute(database.url.replace(/[^/]+$/, 'postgres'), `DROP ROLE ${name}`);
  roles = [];
});

describe('with the owner alone the gateway makes a login, and works as it on every connection', () => {
  it('of a superuser', async () => {
    database = await emptyDatabase();
    const name = new URL(database.url).pathname.slice(1);
    expect(await start(database.url)).toBe(`gateway_app_${name}`);
    const answers = await Promise.all(
      Array.from({ length: 9 }, () =>
        dataSource!.query<unknown[]>('SELECT session_user AS login, (SELECT pg_sleep(0.01)) IS NULL AS slept'),
      ),
    );
    for (const rows of answers) expect(rows).toMatchObject([{ login: `gateway_app_${name}` }]);
  });

  it('of a role that is no superuser, but may make roles', async () => {
    database = await emptyDatabase();
    const owner = await role('CREATEROLE BYPASSRLS', OWNER);
    expect(await start(as(owner))).toMatch(/^gateway_app_test_/);
    await keepRow();
    expect(await dataSource!.query('SELECT * FROM confirmations')).toEqual([]);
  });

  it('which replicas share, whoever starts first, and however often', async () => {
    database = await emptyDatabase();
    const urls = await Promise.all(Array.from({ length: 4 }, () => migrate(database, log)));
    expect(new Set([...urls, await migrate(database, log)]).size).toBe(1);
  });

  it('whose password follows when that of the owner has changed, and is never sent', async () => {
    database = await emptyDatabase();
    const owner = await role('CREATEROLE', OWNER);
    const sent = jest.spyOn(Client.prototype, 'query');
    const before = await migrate({ url: as(owner) }, log);
    const statements = sent.mock.calls.map((call) => String(call[0])).join();
    sent.mockRestore();
    const password = new URL(before).searchParams.get('password')!;
    expect(password).toMatch(/^[\w-]{32}$/);
    expect(statements).toContain('SCRAM-SHA-256$4096:');
    expect(statements).not.toContain(password);

    await execute(database.url, `ALTER ROLE ${owner} PASSWORD 'changed'`);
    const after = await migrate({ url: as(owner).replace(':secret@', ':changed@') }, log);
    expect(after).not.toBe(before);
    expect(await query(after, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await expect(query(before, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('also where the name of the database leaves no room for its own', async () => {
    const template = await testDatabase();
    const name = `ü"${'x'.repeat(58)}`;
    await execute(template.url.replace(/\/test_\w+$/, '/postgres'), `CREATE DATABASE "${name.replace('"', '""')}"`);
    const url = template.url.replace(/\/test_\w+$/, `/${encodeURIComponent(name)}`);
    database = {
      url,
      drop: async () => {
        await execute(template.url, `DROP DATABASE "${name.replace('"', '""')}" WITH (FORCE)`);
        await template.drop();
      },
    };
    expect(await start(url)).toMatch(/^gateway_app_[0-9a-f]{32}$/);
  });

  it('in a database of the version before, where the pool became gateway_app; a replica of that version goes on working', async () => {
    database = await testDatabase();
    await execute(
      database.url,
      `DO $$ BEGIN CREATE ROLE gateway_app NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      GRANT USAGE ON SCHEMA public TO gateway_app; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO gateway_app;
      INSERT INTO tenants (id) VALUES ('1')`,
    );
    await keepRow();
    expect(await start(database.url)).toMatch(/^gateway_app_test_/);
    expect(await dataSource!.query('SELECT id FROM tenants')).toEqual([{ id: '1' }]);
    expect(
      await query(database.url, `SELECT set_config('role', 'gateway_app', false), (SELECT id FROM tenants) AS tenant`),
    ).toMatchObject([{ tenant: '1' }]);
    await execute(database.url, 'DROP OWNED BY gateway_app');
  });

  it('which a start makes good again, whatever the pool was made to do to it', async () => {
    database = await testDatabase();
    const login = await start(database.url);
    for (const harm of ['PASSWORD NULL', 'SET default_transaction_read_only = on', 'SET search_path = nowhere'])
      await dataSource!.query(`ALTER ROLE CURRENT_USER ${harm}`);
    await dataSource!.query(`DROP OWNED BY CURRENT_USER`);
    await dataSource!.destroy();
    expect(await start(database.url)).toBe(login);
    await dataSource!.query(`INSERT INTO tenants (id) VALUES ('1')`);
  });

  it('which gets its rights again in a restored database', async () => {
    database = await testDatabase();
    const login = await start(database.url);
    await execute(database.url, `DROP OWNED BY ${login}`);
    await dataSource!.destroy();
    expect(await start(database.url)).toBe(login);
  });
});

describe('with both named', () => {
  it('the owner migrates and the gateway works as the other, which is made if it is not there', async () => {
    database = await emptyDatabase();
    const name = `login_${randomBytes(6).toString('hex')}`;
    roles.push(name);
    expect(await start(as(name), database.url)).toBe(name);
    await keepRow();
    expect(await dataSource!.query('SELECT * FROM confirmations')).toEqual([]);
  });

  it('an owner that may make no roles will do, and the password of the other stays', async () => {
    database = await emptyDatabase();
    const [owner, login] = [
      await role('', `${OWNER}; ALTER DATABASE ${new URL(database.url).pathname.slice(1)} OWNER TO LOGIN`),
      await role(),
    ];
    expect(await start(as(login), as(owner))).toBe(login);
  });

  it('the gateway can then do without the owner, until there is something to migrate', async () => {
    database = await emptyDatabase();
    const login = await role();
    await expect(start(as(login))).rejects.toThrow(
      /login_.*missing: Confirmations.*clickup-mcp migrate with DATABASE_MIGRATION_URL/,
    );
    await migrate({ url: as(login), migrationUrl: database.url }, log);
    expect(await start(as(login))).toBe(login);
    await execute(database.url, `DELETE FROM migrations WHERE name LIKE 'Connections%'`);
    await expect(migrate({ url: as(login) }, log)).rejects.toThrow(/missing: Connections\d+\)/);
  });

  it('they have to lead to one database', async () => {
    database = await emptyDatabase();
    const login = await role();
    const other = await emptyDatabase();
    await expect(migrate({ url: as(login), migrationUrl: other.url }, log)).rejects.toThrow(/the same database/);
    await other.drop();
  });
});

describe('the start fails, and says what to do', () => {
  it('when the only login named owns the tables and may make no other; nothing is changed', async () => {
    database = await emptyDatabase();
    const owner = await role('', OWNER);
    const message = expect.stringMatching(
      /row-level security would not hold: the login "login_\w+" may CREATE in the (?:schema public|database).*CREATE ROLE gateway LOGIN.*DATABASE_MIGRATION_URL/,
    );
    await expect(start(as(owner))).rejects.toMatchObject({ name: 'ConfigError', message });
    expect(await query(database.url, `SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace`)).toEqual([]);
  });

  it('when the database refuses a login', async () => {
    database = await testDatabase();
    const login = await role();
    const wrong = as(login).replace(':secret@', ':wrong@');
    const message = expect.stringMatching(
      /DATABASE_URL: .*password authentication failed for user "login_.*ALTER ROLE … LOGIN PASSWORD/,
    );
    await expect(start(wrong, database.url)).rejects.toMatchObject({ name: 'ConfigError', message });
    await expect(start(wrong)).rejects.toThrow(/DATABASE_URL: .*password authentication failed/);
    await expect(start(as(login), wrong)).rejects.toThrow(/DATABASE_MIGRATION_URL: .*password authentication failed/);
    await expect(start(`${database.url}_missing`)).rejects.toThrow(/DATABASE_URL: .*does not exist/);
  });

  it('when the login could bypass row-level security, now or on a connection opened later', async () => {
    database = await testDatabase();
    const login = await role('BYPASSRLS');
    await expect(start(as(login), database.url)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/has BYPASSRLS.*ALTER ROLE/),
    });
    await expect(open(as(login))).rejects.toMatchObject({
      code: 'not_configured',
      message: expect.stringContaining('has BYPASSRLS'),
    });
  });
});

describe('the pool', () => {
  beforeEach(async () => {
    database = await testDatabase();
    await start(database.url);
  });

  it('ends a statement after 5 seconds, and gives each connection that limit', async () => {
    expect(await dataSource!.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '5s' }]);
  });

  it('answers rather than waits when all connections are taken', async () => {
    const runners = Array.from({ length: 3 }, () => dataSource!.createQueryRunner());
    await Promise.all(runners.map((runner) => runner.connect()));
    await expect(dataSource!.query('SELECT 1')).rejects.toThrow(/timeout exceeded/);
    await Promise.all(runners.map((runner) => runner.release()));
    expect(await dataSource!.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});
