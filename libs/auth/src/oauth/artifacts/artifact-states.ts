import { type AdapterPayload } from 'oidc-provider';

/** For so long a redeemed code counts as unknown and not as stolen: a second request at the same time must not end the session of the first (SEC-D7). */
export const RACE = `interval '5 seconds'`;
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

/**
 * Stores what is issued for a grant, in one statement, so all of it or nothing.
 * $1 = id of the grant, $2 = what is issued, $3 = seconds that the grant lasts at least; $4 = SHA-256 of a refresh token that is used up, $5 = the answer to it, sealed.
 *
 * The first part holds the grant: codes, rotations and revocations of one grant come one after another, and after a revocation it finds
 * nothing, so nothing is issued. A code needs the approval that it comes from, which it uses up: one approval, one code. The time of the
 * first use of a refresh token stays. Access tokens beyond the newest of a session go; the new one is not among those that are seen.
 */
export const ISSUE = `
  WITH live AS (
    UPDATE access_grants SET expires_at = greatest(expires_at, now() + $3 * interval '1 second')
    WHERE id = $1 AND revoked_at IS NULL AND expires_at > now() RETURNING id
  ), fresh AS (
    SELECT model, decode(hash, 'hex') AS id_hash, generation, payload, now() + seconds * interval '1 second' AS expires_at
    FROM jsonb_to_recordset($2) AS f (model text, hash text, generation integer, payload jsonb, seconds double precision)
  ), approval AS (
    DELETE FROM oauth_artifacts a USING live WHERE a.model = 'Interaction' AND a.grant_id = live.id AND EXISTS (SELECT FROM fresh WHERE model = 'AuthorizationCode')
    RETURNING a.id_hash
  ), used AS (
    UPDATE oauth_artifacts a SET consumed_at = now(), payload = a.payload || jsonb_build_object('answer', $5::text) FROM live
    WHERE a.model = 'RefreshToken' AND a.id_hash = $4 AND a.consumed_at IS NULL
  ), surplus AS (
    DELETE FROM oauth_artifacts WHERE model = 'AccessToken' AND EXISTS (SELECT FROM fresh WHERE model = 'AccessToken') AND id_hash IN (
      SELECT a.id_hash FROM oauth_artifacts a, live WHERE a.model = 'AccessToken' AND a.grant_id = live.id ORDER BY a.expires_at DESC OFFSET ${MOST_ACCESS_TOKENS - 1})
  ), stored AS (
    INSERT INTO oauth_artifacts (model, id_hash, grant_id, generation, payload, expires_at)
    SELECT f.model, f.id_hash, live.id, f.generation, f.payload, f.expires_at FROM fresh f, live
    WHERE f.model <> 'AuthorizationCode' OR EXISTS (SELECT FROM approval)
    RETURNING model
  )
  SELECT EXISTS (SELECT FROM live) AS live, EXISTS (SELECT FROM stored) AS stored`;
