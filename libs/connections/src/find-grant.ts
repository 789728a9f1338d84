import { type Policy } from '#libs/permissions';
import { type DataSource } from 'typeorm';
import { type GrantKind } from './access-grant.entity.js';
import { type ConnectionState } from './connection.entity.js';
import { live, MAKER_LIVES, WITH_MAKER } from './grant-rows.js';
import { asUnavailable, withTenant } from './tenant.js';
import { replaceSealed } from './vault/sealed-columns.js';
import { type EncryptionContext, type Vault } from './vault/vault.js';

/** A row of the database function `find_grant`: one per secret that is live for the grant. */
export interface FoundGrant {
  secret_hash: Buffer;
  /** By the database's clock; null = no end. */
  expires_in_ms: number | null;
  /** OAuth scope of an access token, `read write`, empty when it has none; null when the credential is no access token. */
  scope: string | null;
  kind: GrantKind;
  tenant_id: string;
  connection_id: string;
  person_id: string;
  sealed_credential: Buffer;
  connection_policy: Policy;
  grant_policy: Policy | null;
  state: ConnectionState;
  /** Whether `last_used_at` is less than an hour old. */
  used_lately: boolean;
  /** Of a server URL: whether it works only beside another credential of the same person. */
  token_required: boolean;
  /** The connection of the key that made it, and the two layers of that key as they are now; null where no key made it. */
  maker_connection_id: string | null;
  maker_connection_policy: Policy | null;
  maker_grant_policy: Policy | null;
  /** Of a session: the OAuth client that it was made for; null for the other kinds. */
  client_id: string | null;
}

/** @throws AppError `unavailable` when the database does not answer */
export async function findGrant(database: DataSource, id: string): Promise<FoundGrant[]> {
  try {
    return await database.query<FoundGrant[]>('SELECT * FROM find_grant($1)', [id]);
  } catch (cause) {
    throw asUnavailable(cause);
  }
}

/** What is said of a grant where no secret of it was presented. */
type WithoutSecret = Omit<FoundGrant, 'secret_hash' | 'expires_in_ms' | 'scope' | 'used_lately' | 'token_required'>;

/**
 * A live grant of a tenant, without any of its secrets.
 * @throws AppError `unavailable` when the database does not answer
 */
export async function liveGrant(
  database: DataSource,
  id: string,
  tenantId: string,
): Promise<WithoutSecret | undefined> {
  const [row] = await withTenant(database, tenantId, (manager) =>
    manager.query<WithoutSecret[]>(
      `SELECT g.kind, g.tenant_id, g.connection_id, c.person_id, c.sealed_credential, c.policy AS connection_policy, g.policy AS grant_policy, c.state,
         mc.id AS maker_connection_id, mc.policy AS maker_connection_policy, m.policy AS maker_grant_policy, g.client_id
       FROM access_grants g JOIN connections c ON c.tenant_id = g.tenant_id AND c.id = g.connection_id ${WITH_MAKER}
       WHERE g.id = $1 AND g.tenant_id = $2 AND c.state <> 'revoked' AND ${live('g')} AND ${MAKER_LIVES}`,
      [id, tenantId],
    ),
  );
  return row;
}

/** Why a credential of a known form is not live. */
export type WhyNotLive = 'unknown' | 'ended' | 'expired' | 'wrong secret';

/**
 * Why a credential that {@link findGrant} did not find is not live. For the log only: an answer must not tell which grants exist.
 * @param secretHash SHA-256 of the secret that was presented
 * @throws AppError `unavailable` when the database does not answer
 */
export async function whyNotLive(database: DataSource, id: string, secretHash: Buffer): Promise<WhyNotLive> {
  try {
    const [grant] = await database.query<{ revoked: boolean; expired: boolean; token_expired: boolean }[]>(
      `SELECT revoked_at IS NOT NULL AS revoked, coalesce(expires_at <= now(), false) AS expired,
         EXISTS (SELECT FROM oauth_artifacts WHERE model = 'AccessToken' AND id_hash = $2 AND grant_id = $1 AND expires_at <= now()) AS token_expired
       FROM access_grants WHERE id = $1`,
      [id, secretHash],
    );
    if (!grant) return 'unknown';
    if (grant.revoked) return 'ended';
    return grant.expired || grant.token_expired ? 'expired' : 'wrong secret';
  } catch (cause) {
    throw asUnavailable(cause);
  }
}

/**
 * Whether this is the secret of a server URL that has expired, and whose row is still known. Nothing is told to whoever has another secret.
 * @param secretHash SHA-256 of the secret that was presented
 * @throws AppError `unavailable` when the database does not answer
 */
export async function hasExpired(database: DataSource, id: string, secretHash: Buffer): Promise<boolean> {
  try {
    const rows = await database.query<unknown[]>(
      `SELECT FROM access_grants WHERE id = $1 AND kind = 'server_url' AND secret_hash = $2 AND revoked_at IS NULL AND expires_at <= now()`,
      [id, secretHash],
    );
    return rows.length > 0;
  } catch (cause) {
    throw asUnavailable(cause);
  }
}

/** Updates `last_used_at` once an hour at most, to spare a write per look-up. */
export async function noteUse(database: DataSource, id: string): Promise<void> {
  await database.query(
    `UPDATE access_grants SET last_used_at = now() WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 hour')`,
    [id],
  );
}

/** Moves a credential that was sealed under an earlier master key to the current one, unless another request has done so meanwhile. */
export async function reseal(
  database: DataSource,
  vault: Vault,
  context: EncryptionContext,
  sealed: Buffer,
): Promise<void> {
  await withTenant(database, context.tenant, (manager) =>
    replaceSealed(manager, { context, sealed }, vault.rewrap(context, sealed)),
  );
}
