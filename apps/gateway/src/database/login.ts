import { ConfigError } from '#libs/core';
import { QUEUE_SCHEMA } from '#libs/jobs';
import { createHash, createHmac, hkdfSync, pbkdf2Sync, randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** The role that the gateway logs in as. It is not the owner, which makes and changes the tables. */
export interface Login {
  /** Connection string of the pool. Holds a password: never log it. */
  url: string;
  name: string;
  password: string | undefined;
  /** Whether the gateway has chosen name and password. */
  own: boolean;
}

const MAX_NAME_BYTES = 63;
const SCRAM_ITERATIONS = 4096;
const TAKEN = ['42710', '23505'];

/** The login that the operator named in DATABASE_URL. */
export function namedLogin(url: string): Login {
  const { user = '', password } = new Client({ connectionString: url });
  return { url, name: user, password, own: false };
}

/**
 * A login of the gateway's own, for an operator who named the owner only. Every replica comes to the same one without
 * storing anything: the name follows from the database, the password from the owner's, which gives access to more anyway.
 */
export function ownLogin(owner: Client, ownerUrl: string): Login {
  const { database = '', password: ownerPassword } = owner;
  const name = nameFor(database);
  // If the owner has no password, the server asks for none (trust), and asks this login for none either. A password that can be guessed
  // would be worse.
  const password = ownerPassword
    ? Buffer.from(hkdfSync('sha256', ownerPassword, '', `clickup-mcp login ${name}`, 24)).toString('base64url')
    : undefined;
  const url = new URL(ownerUrl);
  // Name and password go into the query, which wins over what stands before the @: the URL of a socket has no host, so nothing can stand
  // there.
  [url.username, url.password] = ['', ''];
  url.searchParams.delete('password');
  url.searchParams.set('user', name);
  if (password) url.searchParams.set('password', password);
  return { url: url.href, name, password, own: true };
}

/** A role belongs to the whole server: one for each database keeps installations apart. */
function nameFor(database: string): string {
  const name = `gateway_app_${database}`;
  return Buffer.byteLength(name) <= MAX_NAME_BYTES
    ? name
    : `gateway_app_${createHash('sha256').update(database).digest('hex').slice(0, 32)}`;
}

/**
 * Makes the login, unless it is there. Its password is set anew where it is the gateway's own: the owner's may have changed.
 * @returns whether it is new
 */
export async function makeLogin(owner: Client, { name, password, own }: Login): Promise<boolean> {
  const role = owner.escapeIdentifier(name);
  // Never the password itself: a server that logs statements would log it.
  const secret = password ? `PASSWORD ${owner.escapeLiteral(scramVerifier(password))}` : '';
  const { rowCount } = await owner.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  try {
    if (rowCount && own) {
      await owner.query(`ALTER ROLE ${role} LOGIN ${secret}`);
      // Any role may change its own password and settings: if the pool was tricked into doing so, this undoes it.
      await owner.query(`ALTER ROLE ${role} RESET ALL`);
    }
    if (!rowCount)
      await owner.query(
        `CREATE ROLE ${role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION ${secret}`,
      );
  } catch (error) {
    // Another database's migration may be making the same one right now.
    if (!TAKEN.includes((error as { code?: string }).code ?? '')) throw cannotMake(name, owner, error);
  }
  return !rowCount;
}

/**
 * Gives the login rows to read and write, and nothing more. Every migration does so again, because a restored dump has the tables but not
 * the login.
 */
export async function grantRows(owner: Client, { name }: Login): Promise<void> {
  const [role, database] = [name, owner.database ?? ''].map((identifier) => owner.escapeIdentifier(identifier));
  // Up to PostgreSQL 14 everybody may make functions in public; in every version everybody may make temporary tables, which would hide ours of the same name.
  await owner.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  await owner.query(`REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC`);
  await owner.query(`GRANT CONNECT ON DATABASE ${database} TO ${role}`);
  await owner.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
  await owner.query(`GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO ${role}`);
  // Not ALL TABLES: the owner cannot grant rights on tables that an extension or another role has made.
  const { rows } = await owner.query<{
    tables: string;
  }>(
    `SELECT string_agg(oid::regclass::text, ', ') AS tables FROM pg_class
      WHERE relkind IN ('r', 'p') AND relnamespace IN ('public'::regnamespace, $1::regnamespace) AND pg_has_role(relowner, 'USAGE')`,
    [QUEUE_SCHEMA],
  );
  await owner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${rows[0]?.tables} TO ${role}`);
  await owner.query(`REVOKE INSERT, UPDATE, DELETE ON migrations FROM ${role}`);
  // What is in the audit stays as it is, until retention is over for its day.
  await owner.query(`REVOKE UPDATE, DELETE ON audit_events FROM ${role}`);
  await owner.query(`REVOKE DELETE ON audit_heads, audit_keys FROM ${role}`);
  // Both run with their owner's rights. That nobody else may call them, a restore without rights has forgotten too.
  const functions = 'FUNCTION keep_audit_months(integer), end_audit_days(integer, integer)';
  await owner.query(`REVOKE EXECUTE ON ${functions} FROM PUBLIC`);
  await owner.query(`GRANT EXECUTE ON ${functions} TO ${role}`);
}

/** Whether this connection may make roles. */
export async function mayMakeLogins(owner: Client): Promise<boolean> {
  const { rowCount } = await owner.query(
    'SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole)',
  );
  return rowCount === 1;
}

/** What an administrator can do instead of the gateway. */
export const BY_HAND =
  "Have an administrator run CREATE ROLE gateway LOGIN PASSWORD '…', set DATABASE_URL to that login, and DATABASE_MIGRATION_URL to the owner (docs/storage.md)";

const cannotMake = (name: string, owner: Client, cause: unknown) =>
  Object.assign(
    new ConfigError([
      `DATABASE_URL: the login "${owner.user}" could not make the login "${name}" (${(cause as Error).message}). ${BY_HAND}`,
    ]),
    { cause },
  );

/** What PostgreSQL stores of a password (RFC 5803), so that it need not be sent. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, SCRAM_ITERATIONS, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString('base64')}$${storedKey}:${keyed('Server Key').toString('base64')}`;
}
