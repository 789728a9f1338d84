import { type Caller, Invalidations, tenantOf, withTenant } from '#libs/connections';
import { sha256 } from '#libs/core';
import { type Ledger } from '#libs/tools';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Endings } from './endings.js';
import { RequestedItem } from './requested-item.entity.js';

/** A call lives no longer, so what it began longer ago is under way nowhere. */
const LONGEST_CALL_MS = 120_000;
/** A call that was interrupted is taken up again soon or not at all. */
const KEPT = "interval '1 day'";

/** What calls under a `request_key` have begun, in the database, for all replicas: a repeated call goes on instead of beginning anew. */
@Injectable()
export class RequestKeys {
  /** Calls of this process that are at work. */
  private readonly atWork = new Set<string>();
  private calls = 0;
  private readonly endings = new Endings();

  constructor(
    private readonly database: DataSource,
    private readonly invalidations: Invalidations,
  ) {}

  /**
   * The ledger of one caller for one tool; keys of others are never seen.
   * @param whenDelivered has something done once the caller has its answer
   * @returns also `release`, to be called when the call is over
   */
  ledger(
    caller: Pick<Caller, 'id' | 'workspaceId'>,
    tool: string,
    whenDelivered: (work: () => void) => void,
  ): Ledger & { release(): void } {
    const tenantId = tenantOf(caller.workspaceId);
    const holder = `${this.invalidations.process}/${(this.calls += 1)}`;
    this.atWork.add(holder);
    const hash = (key: string) => sha256(JSON.stringify([caller.id, tool, key]));
    const within = <T>(work: (manager: EntityManager) => Promise<T>) => withTenant(this.database, tenantId, work);
    return {
      release: () => void this.atWork.delete(holder),
      read: async (key) => {
        await this.endings.of(hash(key).toString('hex'));
        // Who ends while the rows are on their way was at work on them, and is about to forget them.
        const working = new Set(this.atWork);
        const rows = await within((manager) =>
          manager.query<Row[]>(
            `SELECT item, digest, state, object_id AS id, ref, holder, (extract(epoch FROM now() - begun_at) * 1000)::float8 AS age
                FROM requested_items WHERE tenant_id = $1 AND key_hash = $2 AND expires_at > now()`,
            [tenantId, hash(key)],
          ),
        );
        const busy = await this.busy(rows, holder, working);
        return new Map(
          rows.map((row) => [
            row.item,
            {
              digest: row.digest.toString('base64url'),
              ageMs: row.age,
              busy: busy.has(row),
              ...(row.id !== null && row.ref !== null && { made: { id: row.id, ref: row.ref } }),
            },
          ]),
        );
      },
      begin: (key, item, digest) =>
        within(async (manager) => {
          await manager.query('DELETE FROM requested_items WHERE tenant_id = $1 AND expires_at < now()', [tenantId]);
          const inserted: unknown[] = await manager.query(
            `INSERT INTO requested_items (tenant_id, key_hash, item, digest, state, holder, expires_at)
              VALUES ($1, $2, $3, $4, 'sent', $5, now() + ${KEPT}) ON CONFLICT DO NOTHING RETURNING item`,
            [tenantId, hash(key), item, Buffer.from(digest, 'base64url'), holder],
          );
          return inserted.length === 1;
        }),
      made: (key, item, { id, ref }) =>
        within(async (manager) => {
          await manager.update(
            RequestedItem,
            { tenantId, keyHash: hash(key), item },
            { state: 'made', objectId: id, ref },
          );
        }),
      unknown: (key, item) =>
        within(async (manager) => {
          await manager.update(RequestedItem, { tenantId, keyHash: hash(key), item }, { state: 'unknown' });
        }),
      forget: (key, item) =>
        within(async (manager) => {
          await manager.delete(RequestedItem, { tenantId, keyHash: hash(key), item });
        }),
      close: (key) =>
        this.endings.begin(hash(key).toString('hex'), whenDelivered, () => this.forget(tenantId, hash(key))),
    };
  }

  /** What cannot be forgotten only makes the same call answer what there is already, for a day. */
  private forget(tenantId: string, keyHash: Buffer): Promise<void> {
    return withTenant(this.database, tenantId, async (manager) => {
      await manager.delete(RequestedItem, { tenantId, keyHash });
    }).catch(() => undefined);
  }

  /** Of these rows those that other calls are at work on. */
  private async busy(rows: readonly Row[], own: string, working: ReadonlySet<string>): Promise<ReadonlySet<Row>> {
    const held = rows.filter(({ holder, age }) => holder !== null && holder !== own && age < LONGEST_CALL_MS);
    const processOf = (holder: string) => holder.split('/')[0]!;
    const living = await this.invalidations.living([...new Set(held.map(({ holder }) => processOf(holder!)))]);
    return new Set(
      held.filter(({ holder }) =>
        processOf(holder!) === this.invalidations.process ? working.has(holder!) : living.has(processOf(holder!)),
      ),
    );
  }
}

interface Row {
  item: number;
  digest: Buffer;
  state: string;
  id: string | null;
  ref: string | null;
  holder: string | null;
  age: number;
}
