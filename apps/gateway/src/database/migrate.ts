import { AppError, ConfigError } from '#libs/core';
import { type Client } from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../migrations/index.js';
import { connectPatiently } from './connect.js';
import { type Database } from './database.js';
import { type Log } from './log.js';
import { BY_HAND, grantRows, type Login, makeLogin, mayMakeLogins, namedLogin, ownLogin } from './login.js';
import { baseOptions } from './options.js';
import { dangerOf } from './role.js';

const LOCK = 7_246_302;
const LOCK_WAIT_SECONDS = 120;
/** SQLSTATEs of a refusal: the login is not accepted, there is no such database, or the login may not connect to it. */
const REFUSED = /^(28|3D000|42501)/;

/**
 * Brings the schema up to date, each migration in its transaction, and the login that the gateway works as. Any number of
 * processes may call it at once: one migrates, the others wait for it (120 seconds at most) and find nothing left to do.
 * Needs a direct connection: the lock belongs to a session, which a pooler in transaction mode does not keep.
 * @returns the connection string for the pool: of a login that row-level security binds, and that can become no other
 * @throws AppError `unavailable` when the database or the lock does not come; ConfigError when there is no such login
 */
export async function migrate(
  { url, migrationUrl }: Pick<Database, 'url' | 'migrationUrl'>,
  log: Log,
): Promise<string> {
  const key = migrationUrl === undefined ? 'DATABASE_URL' : 'DATABASE_MIGRATION_URL';
  const owner = await connect(key, migrationUrl ?? url, 'Check user, password and name of the database', log);
  try {
    const login = migrationUrl === undefined ? await loginBeside(owner, url) : namedLogin(url);
    if (!login) {
      await checkUpToDate(
        owner,
        'Run clickup-mcp migrate with DATABASE_MIGRATION_URL set to the owner of the tables, or set it here',
      );
      return url;
    }
    await lock(owner);
    for (const name of await runMigrations(migrationUrl ?? url)) log.info(`Migrated: ${name}`);
    if (await makeLogin(owner, login)) log.info(`Made the login "${login.name}", which the gateway works as`);
    await grantRows(owner, login);
    await tryLogin(login, log);
    return login.url;
  } finally {
    await owner.end();
  }
}

/** The login when the operator has named one connection only. Undefined when that is an ordinary login, for which somebody else migrates; an owner makes a login for the gateway. */
async function loginBeside(owner: Client, url: string): Promise<Login | undefined> {
  const danger = await dangerOf(owner);
  if (!danger) return undefined;
  if (await mayMakeLogins(owner)) return ownLogin(owner, url);
  throw new ConfigError([
    `DATABASE_URL: row-level security would not hold: ${danger}, and may not make a login for the gateway to work as. ${BY_HAND}`,
  ]);
}

async function lock(owner: Client): Promise<void> {
  await owner.query(`SET lock_timeout = '${LOCK_WAIT_SECONDS}s'`);
  await owner.query('SELECT pg_advisory_lock($1)', [LOCK]).catch((cause: unknown) => {
    throw new AppError(
      'unavailable',
      `Another process has been migrating the database for more than ${LOCK_WAIT_SECONDS} seconds.`,
      { cause },
    );
  });
}

async function runMigrations(url: string): Promise<string[]> {
  const dataSource = await new DataSource({
    ...baseOptions(url),
    poolSize: 2,
    applicationName: 'clickup-mcp migrate',
  }).initialize();
  try {
    const done = await dataSource.runMigrations({ transaction: 'each' });
    return done.map(({ name }) => name);
  } finally {
    await dataSource.destroy();
  }
}

/** Finds out now what the pool would find out at the first request. */
async function tryLogin({ url, name, own }: Login, log: Log): Promise<void> {
  const fix = own
    ? BY_HAND
    : 'Whether it exists, and its password, is for an administrator to set: ALTER ROLE … LOGIN PASSWORD …';
  const client = await connect('DATABASE_URL', url, `The gateway works as "${name}". ${fix}`, log);
  try {
    const danger = await dangerOf(client);
    const remedy = "Take that away (REVOKE, ALTER ROLE), or use another login: CREATE ROLE gateway LOGIN PASSWORD '…'";
    if (danger) throw new ConfigError([`DATABASE_URL: row-level security would not hold: ${danger}. ${remedy}`]);
    await checkUpToDate(client, 'DATABASE_URL and DATABASE_MIGRATION_URL have to name the same database');
  } finally {
    await client.end();
  }
}

/** The operator can mend a refusal, so the sentence names the configuration key. */
async function connect(key: string, url: string, fix: string, log: Log): Promise<Client> {
  return connectPatiently(url, log).catch((cause: { code?: string; message: string }) => {
    if (!REFUSED.test(cause.code ?? '')) throw cause;
    throw Object.assign(new ConfigError([`${key}: the database refuses it: ${cause.message}. ${fix}`]), { cause });
  });
}

async function checkUpToDate(client: Client, fix: string): Promise<void> {
  const readable = `SELECT 1 FROM pg_class WHERE oid = to_regclass('migrations') AND has_table_privilege(oid, 'SELECT')`;
  const { rows } = (await client.query(readable)).rowCount
    ? await client.query<{ name: string }>('SELECT name FROM migrations')
    : { rows: [] };
  const pending = MIGRATIONS.map((migration) => new migration().name).filter(
    (name) => !rows.some((row) => row.name === name),
  );
  if (pending.length)
    throw new ConfigError([
      `DATABASE_URL: the login "${client.user}" finds no tables that are up to date (missing: ${pending.join(', ')}). ${fix}`,
    ]);
}
