import { type DataSource } from 'typeorm';

/** Bytes that all registrations may take, as the database stores them. */
const ROOM = 64 << 20;
/** Bytes of a row beside its metadata: id, dates, its entry in the index. */
const ROW = 200;

/**
 * Keeps the registrations within their room by removing those that no grant needs: never used ones first, then those that were unused
 * longest. None is refused because of others, since a ceiling for all would let one program lock everybody out (SEC-D8).
 * @returns how many were removed
 */
export async function makeRoom(database: DataSource, room = ROOM): Promise<number> {
  const [, removed] = await database.query<[unknown, number]>(
    `WITH kept AS (
       SELECT c.id, needed.it AS needed, sum(pg_column_size(c.metadata) + ${ROW}) OVER (ORDER BY needed.it DESC, c.last_used_at > c.created_at DESC, c.last_used_at DESC, c.id) AS bytes
       FROM oauth_clients c, LATERAL (SELECT EXISTS (SELECT FROM access_grants g WHERE g.client_id = c.id) AS it) needed)
     DELETE FROM oauth_clients WHERE id IN (SELECT id FROM kept WHERE NOT needed AND bytes > $1)`,
    [room],
  );
  return removed;
}
