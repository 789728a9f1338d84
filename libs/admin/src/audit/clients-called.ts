import { type EntityManager } from 'typeorm';

/** So many names begin alike at most before a search goes through all events instead; each costs two look-ups. */
export const MOST_NAMES = 50;

/**
 * What clients of a Workspace call themselves, of those names that begin like this: each found by one step in the index, over all its events.
 * LIKE would go through every event: under row-level security PostgreSQL gives no index a comparison that is not known to leak nothing, and
 * those by which the range of a beginning can be asked for are.
 * @returns at most one name more than `MOST_NAMES`
 */
export async function clientsCalled(manager: EntityManager, tenant: string, beginning: string): Promise<string[]> {
  const rows = await manager.query<{ client: string }[]>(
    `WITH RECURSIVE called (client) AS (
       (SELECT client FROM audit_events WHERE tenant_id = $1 AND client ~>=~ $2 AND client ~<~ $3
        ORDER BY client USING ~<~ LIMIT 1)
       UNION ALL
       SELECT (SELECT e.client FROM audit_events e WHERE e.tenant_id = $1 AND e.client ~>~ called.client AND e.client ~<~ $3
               ORDER BY e.client USING ~<~ LIMIT 1)
       FROM called WHERE called.client IS NOT NULL
     ) SELECT client FROM called WHERE client IS NOT NULL LIMIT ${MOST_NAMES + 1}`,
    // What is stored is printable ASCII (`rowOf` sees to that), so nothing that begins like this comes after DEL.
    [tenant, beginning, `${beginning}\x7f`],
  );
  return rows.map(({ client }) => client);
}
