import { type AuditEvent, type AuditRows, type Batch, type Chain, type Linked, linked } from '#libs/audit';
import { beforeCommit, takeLastStatements, withTenant } from '#libs/connections';
import { AppError } from '#libs/core';
import { type DataSource, type EntityManager } from 'typeorm';
import { type AuditKeys } from './audit-keys.js';
import { type Connection, type Place, placeOf, placing, storing } from './audit-statements.js';

/** SQLSTATE of a row for which there is no partition. */
const NO_MONTH = '23514';

/** Events in PostgreSQL. The chain of a Workspace grows under a lock; two messages to the database are one batch. */
export class PostgresAuditRows implements AuditRows<EntityManager> {
  constructor(
    private readonly database: DataSource,
    private readonly keys: AuditKeys,
    /** Name of the sink that hears of what is stored. */
    private readonly sink?: string,
  ) {}

  async append(batch: Batch): Promise<void> {
    const chain = this.keys.known(batch.tenant) ?? (await this.keyed(batch.tenant));
    const runner = this.database.createQueryRunner();
    try {
      const connection = (await runner.connect()) as Connection;
      try {
        await this.store(connection, chain, batch);
      } catch (error) {
        await connection.query('ROLLBACK').catch(() => undefined);
        if ((error as { code?: string }).code === NO_MONTH) await this.database.query(KEEP_MONTHS);
        throw error;
      }
    } finally {
      await runner.release();
    }
  }

  /** One message more for its transaction: what is appended goes with the COMMIT. */
  async within(manager: EntityManager, events: readonly AuditEvent[]): Promise<void> {
    const [{ tenant } = { tenant: '' }] = events;
    if (events.some((event) => event.tenant !== tenant))
      throw new AppError('internal_error', undefined, { cause: new Error('events of several Workspaces') });
    const connection = (await manager.queryRunner!.connect()) as Connection;
    // What the transaction has appended before has moved the head.
    const statements = [...takeLastStatements(manager), ...placing(tenant, events)];
    const place = placeOf(await connection.query(statements.join(';\n')));
    const chain =
      this.keys.known(tenant) ??
      // Not kept: a transaction that makes a key may yet be undone.
      (place.sealedKey ? this.keys.opened(tenant, place.sealedKey) : await this.keys.storedOrNew(manager, tenant));
    beforeCommit(manager, storing(chain, linkedAt(chain, place, events), this.sink));
  }

  async naming(tenant: string): Promise<(object: string) => string> {
    const chain = this.keys.known(tenant) ?? (await this.keyed(tenant));
    return (object) => chain.target(object);
  }

  private async store(connection: Connection, chain: Chain, { tenant, events, attempts }: Batch): Promise<void> {
    const place = placeOf(await connection.query(['BEGIN', ...placing(tenant, events, attempts)].join(';\n')));
    if (place.storedAlready !== undefined) events.splice(0, place.storedAlready);
    // Whoever has the lock knows that none of them is under way any more.
    attempts.length = 0;
    if (events.length === 0) return void (await connection.query('ROLLBACK'));
    const made = linkedAt(chain, place, events);
    attempts.push({ count: events.length, day: made.day, seq: made.head.rows, mac: made.head.lastMac });
    await connection.query([...storing(chain, made, this.sink), 'COMMIT'].join(';\n'));
  }

  /** The chain, with its key in a transaction of its own: what is kept must be committed. */
  private async keyed(tenant: string): Promise<Chain> {
    const chain = await withTenant(this.database, tenant, (manager) => this.keys.storedOrNew(manager, tenant));
    this.keys.keep(chain);
    return chain;
  }
}

/** Makes the months that are missing, and drops none. */
const KEEP_MONTHS = 'SELECT keep_audit_months(36500)';

function linkedAt(chain: Chain, { today, latest, pseudonyms }: Place, events: readonly AuditEvent[]): Linked {
  // Where the clock of the database went back, the newest day goes on.
  const day = latest && latest.day > today ? latest.day : today;
  return linked(chain, day, latest, events, (subject) => pseudonyms.get(subject) ?? null);
}
