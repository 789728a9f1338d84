/**
 * Classes and codes of PostgreSQL (appendix A) that say "not now": connection, resources, a statement or lock that took too long, two
 * transactions in each other's way, a disk that cannot be read or written, a database closed to connections, shutting down or starting up,
 * failover to a standby.
 */
const SQL_STATES = /^(08...|53...|40001|40P01|55000|55P03|57014|57P0[1235]|58030|25006)$/;
const SYSTEM_CODES = new Set([
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
/** Messages of pg and pg-pool that come without a code. */
const MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|not queryable|Query read timeout/;

/** Whether the database may answer the same request a little later. */
export function isTransient(error: unknown): boolean {
  const { code = '', message = '', errors } = error as { code?: string; message?: string; errors?: unknown[] };
  return (
    SQL_STATES.test(code) || SYSTEM_CODES.has(code) || MESSAGES.test(message) || (errors?.some(isTransient) ?? false)
  );
}
