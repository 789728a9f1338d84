import { ConfigError } from '#libs/core';
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** An empty database beside the one that is tried, and a login that a gateway can start with on it. Both go when the drill is over. */
export interface Copy {
  database: string;
  /** For the gateway: a login that is a member of the owner of the tables and may make roles, as owners in docs/operations.md are. */
  url: string;
  /** The login that a gateway with this URL makes for itself. */
  gatewayLogin: string;
  remove(): Promise<void>;
}

/**
 * @param server a connection of a superuser to this server
 * @param from the database that is copied
 */
export async function emptyCopy(server: Client, from: string): Promise<Copy> {
  const [suffix, password] = [randomBytes(4).toString('hex'), randomBytes(24).toString('hex')];
  const database = `clickup_drill_${suffix}`;
  const login = database;
  const gatewayLogin = `gateway_app_${database}`;
  const { rows } = await server.query<{ owner: string }>(
    'SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_database WHERE datname = $1',
    [from],
  );
  const owner = server.escapeIdentifier(rows[0]!.owner);
  const remove = async () => {
    await server.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    for (const role of [gatewayLogin, login]) await server.query(`DROP ROLE IF EXISTS ${role}`);
  };
  try {
    await server.query(`CREATE ROLE ${login} LOGIN CREATEROLE INHERIT IN ROLE ${owner} PASSWORD '${password}'`);
    await server.query(`CREATE DATABASE ${database} OWNER ${owner} TEMPLATE template0`);
  } catch (error) {
    await remove();
    throw error;
  }
  // Peer authentication over a socket lets nobody in under another name.
  const host = server.host.startsWith('/') ? '127.0.0.1' : server.host;
  return {
    database,
    url: `postgres://${login}:${password}@${host.includes(':') ? `[${host}]` : host}:${server.port}/${database}`,
    gatewayLogin,
    remove,
  };
}

/**
 * A connection as libpq's variables (PGHOST, PGUSER, PGPASSWORD …) say, which the client tools go by too.
 * @throws ConfigError where they lead to no such database
 */
export async function connected(database: string): Promise<Client> {
  const client = new Client({ database, application_name: 'clickup-mcp drill' });
  client.on('error', () => undefined);
  await client.connect().catch((cause: Error) => {
    throw Object.assign(new ConfigError([`PGHOST, PGPORT, PGUSER, PGPASSWORD: ${cause.message}`]), { cause });
  });
  return client;
}
