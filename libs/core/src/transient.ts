/** Classes and codes of PostgreSQL (appendix A) that say "not now": connection, resources, a database closed to connections, shutting down or starting up, failover to a standby. */
const SQL = /^(08...|53...|55000|57P0[123]|25006)$/;
const SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** What pg and pg-pool say without a code. */
const SAID = /Connection terminated|timeout exceeded when trying to connect|timeout expired|not queryable/;

/** Whether the database may answer the same request a little later. */
export function isTransient(error: unknown): boolean {
  const { code = '', message = '', errors } = error as { code?: string; message?: string; errors?: unknown[] };
  return SQL.test(code) || SYSTEM.has(code) || SAID.test(message) || (errors?.some(isTransient) ?? false);
}
