import { type EventPosition } from '#libs/admin';
import { type DataSource } from 'typeorm';

/** What one replica is sending just now; no other does until it has ended, or has not been heard of for two minutes. */
export interface Claim extends EventPosition {
  tenant: string;
  sink: string;
  claim: string;
}

const HELD = `now() + interval '2 minutes'`;
const OWN = 'chain = $1 AND sink = $2 AND claim = $3';
const own = ({ tenant, sink, claim }: Claim) => [tenant, sink, claim];
const changed = (answer: [unknown, number]) => answer[1] > 0;

/** Every Workspace is looked at once: what was stored while no sink was known is sent too. */
export async function markAll(database: DataSource, sink: string): Promise<void> {
  await database.query(
    `INSERT INTO audit_pushes (chain, sink) SELECT id, $1 FROM tenants
     ON CONFLICT (chain, sink) DO UPDATE SET news = true WHERE NOT audit_pushes.news`,
    [sink],
  );
}

/** Takes a Workspace that has something to be sent; undefined when there is none. */
export async function claimNext(database: DataSource, sink: string, claim: string): Promise<Claim | undefined> {
  // Whoever stores events holds the row until they are there: what is read after this is all that the mark was for.
  const [[row]] = await database.query<[{ tenant: string; day: string; seq: number }[], number]>(
    `UPDATE audit_pushes SET claim = $2, again_at = ${HELD}, news = false
     WHERE (chain, sink) = (SELECT chain, sink FROM audit_pushes
       WHERE sink = $1 AND (news OR claim IS NOT NULL) AND (again_at IS NULL OR again_at < now())
       ORDER BY again_at NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING chain AS tenant, day::text, seq`,
    [sink, claim],
  );
  return row && { ...row, sink, claim };
}

/** Notes up to where the sink has taken everything. @returns whether the claim still holds */
export async function moveTo(database: DataSource, held: Claim, { day, seq }: EventPosition): Promise<boolean> {
  return changed(
    await database.query(
      `UPDATE audit_pushes SET day = $4::date, seq = $5, failures = 0, again_at = ${HELD} WHERE ${OWN}`,
      [...own(held), day, seq],
    ),
  );
}

/** Ends a claim. @param unfinished there is more, which is sent soon */
export async function release(database: DataSource, held: Claim, unfinished: boolean): Promise<void> {
  await database.query(`UPDATE audit_pushes SET claim = NULL, again_at = NULL, news = news OR $4 WHERE ${OWN}`, [
    ...own(held),
    unfinished,
  ]);
}

/** Ends a claim after a failure: tried again after 2 seconds, and after twice as long each time, up to 5 minutes. */
export async function putOff(database: DataSource, held: Claim): Promise<void> {
  await database.query(
    `UPDATE audit_pushes SET claim = NULL, news = true, failures = failures + 1,
       again_at = now() + least(interval '5 minutes', interval '1 second' * 2 ^ least(failures + 1, 10)) WHERE ${OWN}`,
    own(held),
  );
}
