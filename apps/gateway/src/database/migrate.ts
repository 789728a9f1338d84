import { AppError, ConfigError } from '#libs/core';
import { QUEUE_SCHEMA } from '#libs/jobs';
import { setTimeout as sleep } from 'node:timers/promises';
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
const LOCK_POLL_MS = 200;
/** SQLSTATEs of a refusal: the login is not accepted, there is no such database, or the login may not connect to it. */
const REFUSED = /^(28|3D000|42501)/;

/**
 * Brings the schema up to date, each migration in its transaction, and the login that the gateway works as. Any number of
 * processes may call it at once: one migrates, the others wait for it (120 seconds at most) and find nothing left to do.
 * @param patienceMs how long a server that does not answer is waited for; 60 seconds when left out
 * @returns the connection string for the pool: of a login that row-level security binds, and that can become no other
 * @throws AppError `unavailable` when the database or the lock does not come; ConfigError when there is no such login
 */
export async function migrate(
  { url, migrationUrl, directUrl }: Pick<Database, 'url' | 'migrationUrl' | 'directUrl'>,
  log: Log,
  patienceMs?: number,
): Promise<string> {
  const [key, ownerUrl] = migrationUrl
    ? (['DATABASE_MIGRATION_URL', migrationUrl] as const)
    : directUrl
      ? (['DATABASE_URL_DIRECT', directUrl] as const)
      : (['DATABASE_URL', url] as const);
  const owner = await connect(key, ownerUrl, 'Check user, password and name of the database', log, patienceMs);
  try {
    const login = migrationUrl === undefined ? await loginBeside(owner, url) : namedLogin(url);
    if (!login) {
      await checkUpToDate(
        owner,
        'Run clickup-mcp migrate with DATABASE_MIGRATION_URL set to the owner of the tables, or set it here',
      );
      return url;
    }
    await locked(ownerUrl, log, patienceMs, async () => {
      await checkSchemas(owner, key);
      for (const name of await runMigrations(ownerUrl)) log.info(`Migrated: ${name}`);
      if (await makeLogin(owner, login)) log.info(`Made the login "${login.name}", which the gateway works as`);
      await grantRows(owner, login);
    });
    await tryLogin(login, log, patienceMs);
    return login.url;
  } finally {
    await owner.end();
  }
}

/**
 * The login when the operator has named one connection only. Undefined when that is an ordinary login, for which somebody else migrates; an owner makes a login for the gateway.
 * @throws ConfigError where it may not make one, and row-level security would not bind it
 */
export async function loginBeside(owner: Client, url: string): Promise<Login | undefined> {
  const danger = await dangerOf(owner);
  if (!danger) return undefined;
  if (await mayMakeLogins(owner)) return ownLogin(owner, url);
  throw new ConfigError([
    `DATABASE_URL: row-level security would not hold: ${danger}, and may not make a login for the gateway to work as. ${BY_HAND}`,
  ]);
}

/** The queue of jobs has a schema of its own. @throws ConfigError where the owner may not make it */
async function checkSchemas(owner: Client, key: string): Promise<void> {
  const { rows } = await owner.query<{ fine: boolean }>(
    `SELECT to_regnamespace($1) IS NOT NULL OR has_database_privilege(current_database(), 'CREATE') AS fine`,
    [QUEUE_SCHEMA],
  );
  const [user, database] = [owner.user, owner.database].map((name = '') => owner.escapeIdentifier(name));
  if (!rows[0]!.fine)
    throw new ConfigError([
      `${key}: the login "${owner.user}" may not make the schema ${QUEUE_SCHEMA}. Have an administrator run GRANT CREATE ON DATABASE ${database} TO ${user}`,
    ]);
}

/** The lock belongs to a transaction: a pooler in transaction mode would leave one of a session behind on a connection that others get. */
async function locked(url: string, log: Log, patienceMs: number | undefined, work: () => Promise<void>): Promise<void> {
  const holder = await connectPatiently(url, log, patienceMs);
  try {
    await holder.query('BEGIN');
    await holder.query('SET LOCAL statement_timeout = 0');
    await holder.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    await takeLock(holder);
    await work();
    await holder.query('COMMIT');
  } finally {
    await holder.end();
  }
}

/**
 * Asks again and again: a statement that waits holds a snapshot, and CREATE INDEX CONCURRENTLY of the process that migrates would wait
 * for that as long as this one for the lock. Without parameters: what is left of a prepared statement holds one too.
 */
async function takeLock(holder: Client): Promise<void> {
  for (const end = performance.now() + LOCK_WAIT_SECONDS * 1000; ; await sleep(LOCK_POLL_MS)) {
    const { rows } = await holder.query<{ taken: boolean }>(`SELECT pg_try_advisory_xact_lock(${LOCK}) AS taken`);
    if (rows[0]!.taken) return;
    if (performance.now() > end)
      throw new AppError(
        'unavailable',
        `Another process has been migrating the database for more than ${LOCK_WAIT_SECONDS} seconds.`,
      );
  }
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
async function tryLogin({ url, name, own }: Login, log: Log, patienceMs: number | undefined): Promise<void> {
  const fix = own
    ? BY_HAND
    : 'Whether it exists, and its password, is for an administrator to set: ALTER ROLE … LOGIN PASSWORD …';
  const client = await connect('DATABASE_URL', url, `The gateway works as "${name}". ${fix}`, log, patienceMs);
  try {
    const danger = await dangerOf(client);
    const remedy = "Take that away (REVOKE, ALTER ROLE), or use another login: CREATE ROLE gateway LOGIN PASSWORD '…'";
    if (danger) throw new ConfigError([`DATABASE_URL: row-level security would not hold: ${danger}. ${remedy}`]);
    await checkUpToDate(client, 'DATABASE_URL and DATABASE_MIGRATION_URL have to name the same database');
  } finally {
    await client.end();
  }
}

/** The operator can mend what waiting does not cure, so the sentence names the configuration key. */
async function connect(
  key: string,
  url: string,
  fix: string,
  log: Log,
  patienceMs: number | undefined,
): Promise<Client> {
  return connectPatiently(url, log, patienceMs).catch((cause: { code?: string; message: string }) => {
    if (cause instanceof AppError) throw cause;
    const said = REFUSED.test(cause.code ?? '')
      ? `the database refuses it: ${cause.message}. ${fix}`
      : `the database cannot be used: ${cause.message}`;
    throw Object.assign(new ConfigError([`${key}: ${said}`]), { cause });
  });
}

/** @throws ConfigError where migrations are missing, or this login may not read which there are */
export async function checkUpToDate(client: Client, fix: string): Promise<void> {
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
