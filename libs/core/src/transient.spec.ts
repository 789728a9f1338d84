import { isTransient } from './transient.js';

/** Appendix A of PostgreSQL's documentation: what a running gateway may meet, and whether the same request may be answered a little later. */
const STATES: Readonly<Record<string, readonly [what: string, later: boolean]>> = {
  '08000': ['connection_exception', true],
  '08001': ['sqlclient_unable_to_establish_sqlconnection', true],
  '08003': ['connection_does_not_exist', true],
  '08004': ['sqlserver_rejected_establishment_of_sqlconnection', true],
  '08006': ['connection_failure', true],
  '08P01': ['protocol_violation: what PgBouncer says of a server that is gone', true],
  '25006': ['read_only_sql_transaction: a standby after a failover', true],
  '40001': ['serialization_failure', true],
  '40P01': ['deadlock_detected', true],
  '53000': ['insufficient_resources', true],
  '53100': ['disk_full', true],
  '53200': ['out_of_memory', true],
  '53300': ['too_many_connections', true],
  '53400': ['configuration_limit_exceeded', true],
  '55000': ['object_not_in_prerequisite_state: the database takes no connections', true],
  '55P03': ['lock_not_available', true],
  '57014': ['query_canceled: the statement took too long', true],
  '57P01': ['admin_shutdown', true],
  '57P02': ['crash_shutdown', true],
  '57P03': ['cannot_connect_now', true],
  '57P05': ['idle_session_timeout', true],
  '58030': ['io_error', true],
  '22P02': ['invalid_text_representation', false],
  '23505': ['unique_violation', false],
  '23503': ['foreign_key_violation', false],
  '28P01': ['invalid_password', false],
  '3D000': ['invalid_catalog_name', false],
  '42501': ['insufficient_privilege: row-level security', false],
  '42601': ['syntax_error', false],
  '42P01': ['undefined_table', false],
  '57P04': ['database_dropped', false],
  XX000: ['internal_error', false],
  XX001: ['data_corrupted', false],
};

test.each(Object.entries(STATES))('%s %j', (code, [, later]) => {
  expect(isTransient(Object.assign(new Error('said by PostgreSQL'), { code }))).toBe(later);
});

test.each([
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
])('the driver: %s', (message) => expect(isTransient(new Error(message))).toBe(true));

test('a name with several addresses, none of which answers', () => {
  const refused = Object.assign(new Error(), { code: 'ECONNREFUSED' });
  expect(isTransient(new AggregateError([refused, refused]))).toBe(true);
  expect(isTransient(new AggregateError([new Error('anything else')]))).toBe(false);
});
