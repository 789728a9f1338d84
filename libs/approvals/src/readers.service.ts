import { type Caller, tenantOf, withTenant } from '#libs/connections';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** For how long a reading counts at least. */
const COUNTS = "interval '65 minutes'";
/** So long a reading that was noted is not noted again: less than what the interval above has beyond the hour. */
const NOTED_MS = 5 * 60_000;
const MOST = 10_000;

type Reading = Pick<Caller, 'id' | 'kind' | 'workspaceId'>;

/**
 * Which callers have read what others may have written, so that a sentence in it may speak through them. In the database, because the
 * change that follows may come to another replica.
 */
@Injectable()
export class Readers {
  /** When this process noted a caller, by `performance.now()`, the longest ago first. */
  private readonly noted = new Map<string, number>();

  constructor(private readonly database: DataSource) {}

  /** To be awaited before a text is given out. @throws AppError (by rejecting) `unavailable`: what cannot be noted is not read */
  async note({ id, kind, workspaceId }: Reading): Promise<void> {
    const [tenantId, key] = [tenantOf(workspaceId), `${kind} ${id}`];
    const before = this.noted.get(key);
    if (before !== undefined && performance.now() - before < NOTED_MS) return;
    const now = performance.now();
    await withTenant(this.database, tenantId, (manager) =>
      manager.query(
        `INSERT INTO readers (tenant_id, caller_id, expires_at) VALUES ($1, $2, now() + ${COUNTS})
         ON CONFLICT (tenant_id, caller_id) DO UPDATE SET expires_at = excluded.expires_at`,
        [tenantId, key],
      ),
    );
    this.noted.delete(key);
    for (const oldest of this.noted.keys()) if (this.noted.size >= MOST) this.noted.delete(oldest);
    this.noted.set(key, now);
  }

  /** Whether a caller has read within the last hour, wherever that was noted. @throws AppError (by rejecting) `unavailable` */
  async has({ id, kind, workspaceId }: Reading): Promise<boolean> {
    const tenantId = tenantOf(workspaceId);
    const rows = await withTenant(this.database, tenantId, (manager) =>
      manager.query<unknown[]>(`SELECT 1 FROM readers WHERE tenant_id = $1 AND caller_id = $2 AND expires_at > now()`, [
        tenantId,
        `${kind} ${id}`,
      ]),
    );
    return rows.length > 0;
  }
}
