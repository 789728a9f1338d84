import { createHmac } from 'node:crypto';
import { type DataSource, type EntityManager } from 'typeorm';

/** What is known of a request that creates; `undone`: it made nothing. */
export type Stage = 'under_way' | 'answered' | 'unnamed' | 'lost' | 'undone';

interface Row {
  id: string;
  trace: Buffer;
  sent: Buffer;
  state: Stage;
  object: Buffer | null;
}
/** One creation as other replicas are told of it; the texts are stored as digests. */
export interface Told {
  id: string;
  trace: string;
  sent: string;
  state: Stage;
  /** The id of what was made. */
  object?: string;
}

const UPSERT = `
  INSERT INTO begun_creations (id, trace, sent, state, object, expires_at)
  SELECT *, now() + interval '15 minutes' FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::text[], $5::bytea[])
  ON CONFLICT (id) DO UPDATE SET state = excluded.state, object = excluded.object, expires_at = excluded.expires_at`;
const LOOK = `
  SELECT id, sent, state, object FROM begun_creations
  WHERE expires_at > now() AND id <> $1 AND (trace = $2 OR object = ANY($3::bytea[]))`;
const CLAIM = `
  UPDATE begun_creations SET state = 'answered', object = $2, expires_at = now() + interval '15 minutes'
  WHERE id = $1 AND NOT EXISTS (SELECT FROM begun_creations WHERE object = $2 AND id <> $1 AND expires_at > now())
  RETURNING id`;

/**
 * The creations of all replicas, and of processes that were killed. The protocol: a creation is written down before it leaves, so whoever
 * sees an object in ClickUp and looks here afterwards finds the request that may have made it. That is one statement, shared by all
 * creations that leave at the same moment. What became of it is written later and delays nobody: until then others take it to be under
 * way, and adopt nothing.
 */
export class BegunCreations {
  private waiting = new Map<string, Row>();
  private flushing?: Promise<boolean>;
  private next?: Promise<boolean>;

  constructor(
    private readonly database: DataSource,
    /** Names and texts are short enough to be guessed from a plain digest. */
    private readonly key: Buffer,
  ) {}

  /** Resolves when it is written down; false when that failed. Never rejects. What is told of one creation is written in this order. */
  tell({ id, trace, sent, state, object }: Told): Promise<boolean> {
    this.waiting.set(id, {
      id,
      trace: this.digest(trace),
      sent: this.digest(sent),
      state,
      object: object === undefined ? null : this.digest(object),
    });
    return this.flush();
  }

  /**
   * What other creations, of this process as well, have to do with these objects: which of them were answered to somebody, and how the
   * others of this trace stand. Has to be asked after ClickUp was asked for the objects.
   * @param asking the id of the creation that asks
   * @throws Error of the database
   */
  async look(
    asking: Pick<Told, 'id' | 'trace' | 'sent'>,
    objects: readonly string[],
  ): Promise<{ owned: ReadonlySet<string>; others: { id: string; isOpen: boolean; isSame: boolean }[] }> {
    if (this.waiting.size || this.flushing) await this.flush();
    const digests = objects.map((object) => this.digest(object));
    const [trace, sent] = [this.digest(asking.trace), this.digest(asking.sent)];
    const rows = await this.database.query<Omit<Row, 'trace'>[]>(LOOK, [asking.id, trace, digests]);
    return {
      owned: new Set(objects.filter((_, index) => rows.some(({ object }) => object?.equals(digests[index]!)))),
      others: rows
        .filter(({ state }) => state === 'under_way' || state === 'unnamed' || state === 'lost')
        .map((row) => ({ id: row.id, isOpen: row.state === 'under_way', isSame: row.sent.equals(sent) })),
    };
  }

  /** Gives an object to a creation, unless another has it. @throws Error of the database */
  claim({ id, trace }: Pick<Told, 'id' | 'trace'>, object: string): Promise<boolean> {
    return this.database.transaction(async (manager: EntityManager) => {
      // Two that claim the same object have the same trace: they come one after another.
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        this.digest(trace).toString('hex'),
      ]);
      const [rows] = await manager.query<[unknown[], number]>(CLAIM, [id, this.digest(object)]);
      return rows.length === 1;
    });
  }

  /** One statement at a time; what comes meanwhile goes with the next. */
  private flush(): Promise<boolean> {
    if (!this.flushing) return (this.flushing = this.write().finally(() => (this.flushing = undefined)));
    return (this.next ??= this.flushing.then(() => {
      this.next = undefined;
      return this.flush();
    }));
  }

  private async write(): Promise<boolean> {
    const rows = [...this.waiting.values()];
    this.waiting = new Map();
    if (rows.length === 0) return true;
    const column = (name: keyof Row) => rows.map((row) => row[name]);
    try {
      await this.database.query(UPSERT, [
        column('id'),
        column('trace'),
        column('sent'),
        column('state'),
        column('object'),
      ]);
      return true;
    } catch {
      // The next that is told tries again what has not changed since: as long as it is not written, others may see it under way or not at all.
      for (const row of rows)
        if (!this.waiting.has(row.id) && this.waiting.size < MAX_WAITING) this.waiting.set(row.id, row);
      return false;
    }
  }

  private digest(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest();
  }
}

/** While the database is away, so many are kept to be told later. */
const MAX_WAITING = 10_000;
