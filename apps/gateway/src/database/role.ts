import { type ClientBase } from 'pg';
import { AppError } from '#libs/core';

/** What the pool works as when the login role could pass row-level security. Owns nothing, cannot log in. */
export const WORKING_ROLE = 'gateway_app';
const STATEMENT_TIMEOUT_MS = 5000;

const BYPASSES = '(rolsuper OR rolbypassrls)';

/**
 * Prepares a new connection of the pool: becomes the working role unless the login role is an ordinary one, and limits
 * statements to 5 seconds. As statements, not startup parameters: poolers refuse those.
 * @throws AppError `not_configured` when row-level security would not hold on this connection
 */
export async function prepareConnection(client: ClientBase): Promise<void> {
  await client.query(`SELECT set_config('statement_timeout', '${STATEMENT_TIMEOUT_MS}', false)`);
  try {
    await client.query(`SELECT set_config('role', '${WORKING_ROLE}', false) FROM pg_roles WHERE rolname = session_user AND ${BYPASSES}`);
  } catch (cause) {
    throw notOrdinary(`the login role could bypass row-level security and cannot become ${WORKING_ROLE}`, cause);
  }
  const { rows } = await client.query<{ rolname: string }>(`SELECT rolname FROM pg_roles WHERE rolname = current_user AND ${BYPASSES}`);
  if (rows[0]) throw notOrdinary(`the effective role ${rows[0].rolname} could bypass row-level security`);
}

/**
 * Makes the working role where the login role needs one, and gives it the tables. Run by every migration rather than
 * once: a restored dump brings the tables but not the role.
 */
export async function grantWorkingRole(client: ClientBase): Promise<void> {
  const { rowCount } = await client.query(`SELECT 1 FROM pg_roles WHERE rolname = session_user AND ${BYPASSES}`);
  if (!rowCount) return;
  // The role belongs to the whole server: another database's migration may be making it right now.
  const create = `CREATE ROLE ${WORKING_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE`;
  await client.query(`DO $$ BEGIN ${create}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`).catch((cause: unknown) => {
    throw notOrdinary(`the login role could bypass row-level security and may not create ${WORKING_ROLE}`, cause);
  });
  // A superuser may become any role anyway. Who may not grant it may have been granted it: the pool finds out.
  await client.query(`DO $$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN EXECUTE format('GRANT ${WORKING_ROLE} TO %I', session_user); END IF;
  EXCEPTION WHEN insufficient_privilege THEN NULL; END $$`);
  await client.query(`GRANT USAGE ON SCHEMA public TO ${WORKING_ROLE}`);
  await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${WORKING_ROLE}`);
  await client.query(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${WORKING_ROLE}`);
  await client.query(`REVOKE INSERT, UPDATE, DELETE ON migrations FROM ${WORKING_ROLE}`);
}

const notOrdinary = (reason: string, cause?: unknown) => {
  const fix = `Log in with a role that is neither superuser nor BYPASSRLS, or run the migrations (clickup-mcp migrate) and have an administrator GRANT ${WORKING_ROLE} to the login role.`;
  return new AppError('not_configured', `The database is not safe to use: ${reason}. ${fix}`, { details: { fix }, cause });
};
