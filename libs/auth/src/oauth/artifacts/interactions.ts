import { AppError, sha256 } from '#libs/core';
import { type InteractionResults } from 'oidc-provider';

/** The database, or a transaction. */
export interface Queryable {
  query<Rows>(statement: string, values: unknown[]): Promise<Rows>;
}

export const ended = () =>
  new AppError(
    'invalid_parameters',
    'This authorization has expired or is finished already. Start again in the application that sent you here.',
  );

/**
 * Notes what a person has decided: the first decision stays, whichever replica it reaches.
 * @param grant of an approval: from now on the interaction lives and dies with that grant, and what the library remembers of it is stored
 * @returns false when it was decided before, or is gone
 */
export async function decideInteraction(
  database: Queryable,
  uid: string,
  result: InteractionResults,
  grant?: { id: string; payload: object; seconds: number },
): Promise<boolean> {
  const [done] = await database.query<{ decided: boolean }[]>(
    `WITH decided AS (
       UPDATE oauth_artifacts SET payload = payload || jsonb_build_object('result', $2::jsonb), grant_id = $3, consumed_at = now()
       WHERE model = 'Interaction' AND id_hash = $1 AND consumed_at IS NULL AND expires_at > now() RETURNING grant_id
     ), granted AS (
       INSERT INTO oauth_artifacts (model, id_hash, grant_id, payload, expires_at)
       SELECT 'Grant', $4, grant_id, $5, now() + $6 * interval '1 second' FROM decided WHERE grant_id IS NOT NULL
     )
     SELECT EXISTS (SELECT FROM decided) AS decided`,
    [
      sha256(uid),
      JSON.stringify(result),
      grant?.id ?? null,
      grant ? sha256(grant.id) : null,
      grant?.payload ?? null,
      grant?.seconds ?? null,
    ],
  );
  return done!.decided;
}

/**
 * Called when the browser goes back to the client. An authorization that was not approved is deleted here. An approved one is deleted
 * by the statement that stores its code, so that a failure of the database neither spends it twice nor loses it.
 * @throws AppError `invalid_parameters` when another request was first
 */
export async function leaveInteraction(database: Queryable, uid: string): Promise<void> {
  const [{ left } = { left: false }] = await database.query<{ left: boolean }[]>(
    `WITH gone AS (DELETE FROM oauth_artifacts WHERE model = 'Interaction' AND id_hash = $1 AND grant_id IS NULL RETURNING 1)
     SELECT EXISTS (SELECT 1 FROM gone) OR EXISTS (SELECT 1 FROM oauth_artifacts WHERE model = 'Interaction' AND id_hash = $1 AND grant_id IS NOT NULL) AS left`,
    [sha256(uid)],
  );
  if (!left) throw ended();
}
