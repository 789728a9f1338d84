import { AppError } from '#libs/core';
import { type ClientBase } from 'pg';
import { STATEMENT_TIMEOUT_MS } from './watched-client.js';

/**
 * The powers that lead past row-level security, of the login and of every role that it could become: RESET ROLE always leads back to the
 * login, SET ROLE to each of its memberships. An owner counts, because it can switch row-level security off; so does a role that may make
 * functions where the owner looks for them.
 */
const POWERS = `
  SELECT r.rolname AS role, session_user AS login, p.power
  FROM pg_roles r, pg_database d, LATERAL (VALUES
    (r.rolsuper, 'is a superuser'),
    (r.rolbypassrls, 'has BYPASSRLS'),
    (r.rolcreaterole, 'has CREATEROLE'),
    (r.rolcreatedb, 'has CREATEDB'),
    (r.rolreplication, 'has REPLICATION'),
    (r.oid < 16384, 'is a role with powers over the whole server'),
    (EXISTS (SELECT FROM pg_shdepend s WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid AND s.deptype = 'o'
      AND (s.dbid = d.oid OR s.classid = 'pg_database'::regclass AND s.objid = d.oid)), 'owns the database or something in it'),
    (has_database_privilege(r.oid, d.oid, 'CREATE'), 'may CREATE in the database'),
    (EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'public' AND has_schema_privilege(r.oid, n.oid, 'CREATE')), 'may CREATE in the schema public'),
    (EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = to_regnamespace('public') AND c.relkind IN ('r', 'p') AND has_table_privilege(r.oid, c.oid, 'TRUNCATE, REFERENCES, TRIGGER')),
      'has TRUNCATE, REFERENCES or TRIGGER on a table')
  ) AS p(held, power)
  WHERE d.datname = current_database() AND (r.rolname = session_user OR pg_has_role(session_user, r.oid, 'MEMBER')) AND p.held
  ORDER BY r.rolname <> session_user, r.oid LIMIT 1`;

/** Why row-level security would not hold on this connection, as the end of a sentence; undefined when it holds. */
export async function dangerOf(client: ClientBase): Promise<string | undefined> {
  const {
    rows: [row],
  } = await client.query<{ role: string; login: string; power: string }>(POWERS);
  if (!row) return undefined;
  return row.role === row.login
    ? `the login "${row.login}" ${row.power}`
    : `the login "${row.login}" can become "${row.role}", which ${row.power}`;
}

/**
 * Prepares a new connection of the pool: refuses a login that could pass row-level security, or become a role that can, and limits
 * statements to 5 seconds. As a statement, not a startup parameter: poolers refuse those.
 * @throws AppError `not_configured` when row-level security would not hold on this connection
 */
export async function prepareConnection(client: ClientBase): Promise<void> {
  await client.query(`SELECT set_config('statement_timeout', '${STATEMENT_TIMEOUT_MS}', false)`);
  const danger = await dangerOf(client);
  if (danger)
    throw new AppError('not_configured', `The database is not safe to use: ${danger}.`, {
      details: { fix: 'Restart the gateway: it says what to do.' },
    });
}
