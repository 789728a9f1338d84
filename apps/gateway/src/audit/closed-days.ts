import { type Logger } from 'pino';
import { type EntityManager } from 'typeorm';

interface Closed {
  workspace: string;
  day: string;
  rows: number;
  mac: string;
}

/**
 * Writes the heads of closed days into the log, in a transaction of their Workspace. Whoever keeps the log elsewhere can prove with them
 * that nothing was cut off (SEC-D23). One may be told twice, where the process ends in between; none is left out.
 */
export async function tellClosedDays(manager: EntityManager, log: Pick<Logger, 'info'>): Promise<void> {
  const closed = await manager.query<Closed[]>(`
    WITH told AS (
      UPDATE audit_heads SET told_at = now()
      WHERE tenant_id = current_setting('app.tenant_id') AND told_at IS NULL AND day < (now() AT TIME ZONE 'UTC')::date
      RETURNING tenant_id, day, rows, mac
    )
    SELECT tenant_id AS workspace, day::text, rows, encode(mac, 'hex') AS mac FROM told ORDER BY day`);
  for (const head of closed) log.info({ audit: 'head', ...head }, 'a day of the audit is closed');
}

/** Forgets whose pseudonyms were that no event has any more, and the counters of their days, in a transaction of their Workspace. */
export async function forgetUnused(manager: EntityManager, retentionDays: number): Promise<void> {
  // The events of a day go within the day that follows its last one.
  await manager.query(
    `DELETE FROM audit_actors WHERE tenant_id = current_setting('app.tenant_id') AND used_on < (now() AT TIME ZONE 'UTC')::date - ($1 + 1)`,
    [retentionDays],
  );
  await manager.query(
    `DELETE FROM usage_days WHERE tenant_id = current_setting('app.tenant_id') AND day < (now() AT TIME ZONE 'UTC')::date - ($1 + 1)`,
    [retentionDays],
  );
}
