import { sha256 } from '#libs/core';
import { type EntityManager } from 'typeorm';

/**
 * Adds `write` to the scopes of a session that was approved for reading only, in the transaction that widens its rights: of what was issued,
 * and of what will be. Only for a client that did not ask for less (RFC 6749 section 3.3): the person now grants what it asked for.
 * @param resource the one that scopes are for
 */
export async function allowWriting(manager: EntityManager, grantId: string, resource: string): Promise<void> {
  await manager.query(
    `UPDATE oauth_artifacts SET payload = jsonb_set(payload, '{scope}', to_jsonb(regexp_replace(payload ->> 'scope', '\\mread\\M', 'read write')))
     WHERE grant_id = $1 AND model IN ('AuthorizationCode', 'AccessToken', 'RefreshToken') AND payload ->> 'scope' !~ '\\mwrite\\M'`,
    [grantId],
  );
  await manager.query(
    `UPDATE oauth_artifacts SET payload = jsonb_set(payload, ARRAY['resources', $2], to_jsonb('read write'::text))
     WHERE model = 'Grant' AND id_hash = $1 AND payload #>> ARRAY['resources', $2] = 'read'`,
    [sha256(grantId), resource],
  );
}
