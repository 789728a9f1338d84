/** Rows that are no longer needed, and the statement that removes them. Every date is judged by the database's clock. */
interface Removal {
  name: string;
  /** Once, or in each tenant of {@link DUE} in turn: tenant tables show the rows of one tenant at a time. */
  scope: 'global' | 'tenant';
  statement: string;
}

/** When a grant ended or will end; null = it has no end. */
const END = 'least(g.revoked_at, g.expires_at)';
const ENDED = `${END} < now() - interval '1 day'`;
/** Of a table without row-level security: the rows of the tenant that is visited. */
const OWN = `tenant_id = current_setting('app.tenant_id')`;

/** The tenants that have something to remove. A grant stays until what hangs on it is removed with it, so an interrupted run is made good by the next. */
export const DUE = `
  SELECT tenant_id AS id FROM tenant_expiries WHERE hour <= now()
  UNION SELECT g.tenant_id FROM access_grants g WHERE ${ENDED}`;

/** In this order: grants before the connections that they lead to, connections before their people. */
export const REMOVALS: readonly Removal[] = [
  { name: 'proofs', scope: 'global', statement: 'DELETE FROM proofs WHERE expires_at < now()' },
  // Kept a day longer than they are valid, so that the replay of a used one is still recognised. Interactions are not, because anybody can
  // make one by opening a link.
  {
    name: 'artifacts',
    scope: 'global',
    statement: `DELETE FROM oauth_artifacts WHERE expires_at < now() - interval '1 day' OR (model = 'Interaction' AND expires_at < now())`,
  },
  // Unused for 7 days, and without a grant for as long.
  {
    name: 'clients',
    scope: 'global',
    statement: `DELETE FROM oauth_clients c WHERE c.last_used_at < now() - interval '7 days' AND NOT EXISTS (SELECT FROM access_grants g WHERE g.client_id = c.id AND (${END} IS NULL OR ${END} > now() - interval '7 days'))`,
  },
  // A client was in use as long as its grants lived: noted here, because nothing else remembers it once they are gone.
  {
    name: 'grants',
    scope: 'tenant',
    statement: `WITH used AS (UPDATE oauth_clients c SET last_used_at = ended.at FROM (SELECT g.client_id, max(${END}) AS at FROM access_grants g WHERE g.${OWN} AND ${ENDED} GROUP BY g.client_id) ended WHERE c.id = ended.client_id AND ended.at > c.last_used_at)
      DELETE FROM access_grants g WHERE g.${OWN} AND ${ENDED}`,
  },
  // The sealed credential goes with it: no grant is left that could use it.
  {
    name: 'connections',
    scope: 'tenant',
    statement:
      'DELETE FROM connections c WHERE NOT EXISTS (SELECT FROM access_grants g WHERE g.tenant_id = c.tenant_id AND g.connection_id = c.id)',
  },
  {
    name: 'people',
    scope: 'tenant',
    statement:
      'DELETE FROM people p WHERE NOT EXISTS (SELECT FROM connections c WHERE c.tenant_id = p.tenant_id AND c.person_id = p.id)',
  },
  { name: 'confirmations', scope: 'tenant', statement: 'DELETE FROM confirmations WHERE expires_at < now()' },
  { name: 'approvals', scope: 'tenant', statement: 'DELETE FROM approvals WHERE expires_at < now()' },
  { name: 'readers', scope: 'tenant', statement: 'DELETE FROM readers WHERE expires_at < now()' },
  { name: 'begun creations', scope: 'global', statement: 'DELETE FROM begun_creations WHERE expires_at < now()' },
  // Nothing of it counts after two minutes.
  {
    name: 'upstream budgets',
    scope: 'global',
    statement: `DELETE FROM upstream_budgets WHERE updated_at < now() - interval '1 hour'`,
  },
  // The longest window is 30 days and a twentieth.
  {
    name: 'inbound counts',
    scope: 'global',
    statement: `DELETE FROM inbound_counts WHERE updated_at < now() - interval '32 days'`,
  },
  // Stripe sends nothing again that is older.
  {
    name: 'stripe events',
    scope: 'global',
    statement: `DELETE FROM stripe_events WHERE received_at < now() - interval '30 days'`,
  },
  // Of a subscription that has ended, or never began, nothing is heard any more.
  {
    name: 'subscribers',
    scope: 'global',
    statement: `DELETE FROM subscribers WHERE checked_at < now() - interval '90 days' AND wanted = answered AND status IN ('none', 'canceled', 'incomplete_expired')`,
  },
  // Delivered within a second, if at all.
  { name: 'stream letters', scope: 'global', statement: 'DELETE FROM stream_letters WHERE expires_at < now()' },
  // Whoever holds a stream removes its row when it ends, unless it is killed.
  {
    name: 'open streams',
    scope: 'global',
    statement: `DELETE FROM open_streams s WHERE s.opened_at < now() - interval '1 day' AND NOT EXISTS (SELECT FROM pg_stat_get_activity(NULL) a WHERE a.application_name = 'clickup-mcp listen ' || s.process)`,
  },
  {
    name: 'admin sessions',
    scope: 'global',
    statement: `DELETE FROM admin_sessions WHERE expires_at < now() OR last_used_at < now() - interval '1 hour'`,
  },
  {
    name: 'idempotent answers',
    scope: 'global',
    statement: 'DELETE FROM idempotent_answers WHERE expires_at < now()',
  },
  { name: 'jobs', scope: 'tenant', statement: 'DELETE FROM jobs WHERE expires_at < now()' },
  { name: 'requested items', scope: 'tenant', statement: 'DELETE FROM requested_items WHERE expires_at < now()' },
  // Last, and of hours that are over only: what ends later in this hour has no other mark.
  {
    name: 'tenant expiries',
    scope: 'tenant',
    statement: `DELETE FROM tenant_expiries WHERE ${OWN} AND hour <= now() - interval '1 hour'`,
  },
];
