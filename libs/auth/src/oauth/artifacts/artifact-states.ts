import { type AdapterPayload } from 'oidc-provider';

/** For so long a redeemed code counts as unknown and not as stolen: a second request at the same time must not end the session of the first (SEC-D7). */
const RACE = `interval '5 seconds'`;
/** A client that never received the answer, or its second process, may send its refresh token again (SEC-D19). */
const GRACE = `interval '30 seconds'`;
/** A redeemed code is remembered, so that sending it again is noticed. */
export const REMEMBERED = `interval '1 day'`;
/** Live access tokens of one session. All of them are read at every look-up of the session, so a client that refreshes without end must not add to them. */
const MOST_ACCESS_TOKENS = 20;

/** `spent` = used before: when it is sent again, two programs have it. */
type State = 'good' | 'spent' | 'unknown';

export interface Found {
  payload: AdapterPayload;
  seconds_left: number;
  used: boolean;
  state: State;
  /** Of the Workspace that it was granted in; null for what belongs to no grant. */
  tenant_id: string | null;
}

/** Live artifacts only: of $1 = model, $2 = SHA-256 of the id. */
export const FIND = `
  SELECT a.payload, extract(epoch FROM a.expires_at - now())::double precision AS seconds_left, a.consumed_at IS NOT NULL AS used,
    g.tenant_id, CASE
      WHEN a.consumed_at IS NULL THEN 'good'
      WHEN a.model = 'AuthorizationCode' AND a.consumed_at > now() - ${RACE} THEN 'unknown'
      WHEN a.model = 'RefreshToken' AND a.consumed_at > now() - ${GRACE} AND NOT EXISTS (
        SELECT 1 FROM oauth_artifacts later
        WHERE later.model = 'RefreshToken' AND later.grant_id = a.grant_id AND later.generation > a.generation AND later.consumed_at IS NOT NULL
      ) THEN 'good'
      ELSE 'spent'
    END AS state
  FROM oauth_artifacts a LEFT JOIN access_grants g ON g.id = a.grant_id
  WHERE a.model = $1 AND a.id_hash = $2 AND a.expires_at > now()
    AND (a.grant_id IS NULL OR (g.revoked_at IS NULL AND g.expires_at > now()))`;

export const STORE = `
  INSERT INTO oauth_artifacts (model, id_hash, grant_id, generation, payload, expires_at)
  VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 second')
  ON CONFLICT (model, id_hash) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at`;

/** Of $1 = SHA-256 of a refresh token, $2 = the answer to it, sealed. The time of the first use stays. */
export const MARK_USED = `
  UPDATE oauth_artifacts SET consumed_at = now(), payload = payload || jsonb_build_object('answer', $2::text)
  WHERE model = 'RefreshToken' AND id_hash = $1 AND consumed_at IS NULL`;

export const KEEP_NEWEST_ACCESS_TOKENS = `
  DELETE FROM oauth_artifacts WHERE model = 'AccessToken' AND id_hash IN (
    SELECT id_hash FROM oauth_artifacts WHERE model = 'AccessToken' AND grant_id = $1 ORDER BY expires_at DESC OFFSET ${MOST_ACCESS_TOKENS})`;
