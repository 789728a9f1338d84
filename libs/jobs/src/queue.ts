import { type DataSource, type EntityManager } from 'typeorm';
import PgBoss from 'pg-boss';
import { type Invalidations } from '#libs/connections';

/** The schema of pg-boss in our database; a migration makes it. */
export const QUEUE_SCHEMA = 'pgboss';
/** The one queue. */
export const QUEUE = 'bulk';

/** A run that has not told within so long is taken for dead, and another replica begins it anew. Longer than any run lasts. */
const RUN_SECONDS = 90;
/** A process that has not been seen for so long has ended. A connection that was lost for a moment is back by then. */
const GONE_MS = 8_000;
/** How often one replica looks for runs that are overdue. */
const MAINTENANCE_SECONDS = 30;
/** A job whose runs always die is given up. Runs that end as they should are new jobs of the queue, so they do not count. */
const MOST_DEATHS = 20;

/** Names a job, nothing more: its content is ours, sealed. */
export interface Ticket {
  tenantId: string;
  jobId: string;
}

/** The options of the queue, for the migration that makes it. */
export const QUEUE_OPTIONS = {
  policy: 'standard',
  retryLimit: MOST_DEATHS,
  retryDelay: 0,
  expireInSeconds: RUN_SECONDS,
  retentionMinutes: 24 * 60,
} as const;

/** Which job is to be worked on next, for all replicas (pg-boss). It works on our connections, with the rights of the gateway's login. */
export class Queue {
  private boss: PgBoss;
  private started: Promise<void> | undefined;
  private taken = 0;
  /** Processes that hold runs and are not seen, and since when, by `performance.now()`. */
  private missing = new Map<string, number>();

  /** @param told of failures of its own upkeep, which it tries again */
  constructor(
    private readonly database: DataSource,
    private readonly processes: Pick<Invalidations, 'gone'> & { process: string },
    private readonly told: (error: Error) => void,
  ) {
    this.boss = this.make();
  }

  private make(): PgBoss {
    const boss = new PgBoss({
      db: on(this.database),
      schema: QUEUE_SCHEMA,
      migrate: false,
      schedule: false,
      supervise: true,
      maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
      archiveCompletedAfterSeconds: 3600,
      deleteAfterHours: 1,
    });
    boss.on('error', this.told);
    return boss;
  }

  /** Begins with the first question, and again with the next where the database did not answer. */
  private start(): Promise<void> {
    this.started ??= this.boss
      .start()
      // What this process was killed over may be overdue already.
      .then(() => this.boss.maintain())
      .catch((error: unknown) => {
        this.started = undefined;
        // One that did not start does not start a second time.
        const failed = this.boss;
        this.boss = this.make();
        return failed.stop({ graceful: false, wait: false, close: false }).then(() => {
          throw error;
        });
      });
    return this.started;
  }

  async stop(): Promise<void> {
    await this.boss.stop({ graceful: false, wait: false, close: false });
  }

  /** Puts a job in the queue as part of a transaction. @param afterSeconds when it may begin */
  async put(manager: EntityManager, ticket: Ticket, afterSeconds = 0): Promise<void> {
    await this.boss.send(QUEUE, ticket, { startAfter: afterSeconds, db: on(manager) });
  }

  /**
   * Takes the next job that may begin; undefined when there is none.
   * @returns also the name of this run (which job of the queue it is, and by whom and when it was taken), and whether it is the last that the
   * job gets, because all runs before have died
   * @throws what the database says when it does not answer
   */
  async take(): Promise<{ id: string; ticket: Ticket; isLast: boolean } | undefined> {
    await this.start();
    return this.database.transaction(async (manager) => {
      const [job] = await this.boss.fetch<Ticket>(QUEUE, { batchSize: 1, includeMetadata: true, db: on(manager) });
      if (!job) return undefined;
      const { id, data, retryCount } = job;
      const holder = `${this.processes.process}/${(this.taken += 1)}`;
      await manager.query(
        `UPDATE ${QUEUE_SCHEMA}.job SET data = data || jsonb_build_object('holder', $3::text) WHERE name = $1 AND id = $2`,
        [QUEUE, id, holder],
      );
      return {
        id: `${id}/${holder}`,
        ticket: { tenantId: data.tenantId, jobId: data.jobId },
        isLast: retryCount >= MOST_DEATHS,
      };
    });
  }

  /**
   * Puts back what processes hold that have ended, so that it is begun anew at once and not only when it is overdue.
   * @param now milliseconds; it takes two looks, some seconds apart
   */
  async giveBack(now = performance.now()): Promise<void> {
    const holding = await this.database.query<{ process: string }[]>(
      `SELECT DISTINCT split_part(data->>'holder', '/', 1) AS process FROM ${QUEUE_SCHEMA}.job WHERE name = $1 AND state = 'active' AND data ? 'holder'`,
      [QUEUE],
    );
    const gone = await this.processes.gone(holding.map(({ process }) => process));
    this.missing = new Map([...gone].map((process) => [process, this.missing.get(process) ?? now]));
    const dead = [...this.missing].filter(([, since]) => now - since >= GONE_MS).map(([process]) => process);
    if (dead.length === 0) return;
    await this.database.transaction(async (manager) => {
      const runs = await manager.query<{ id: string }[]>(
        `SELECT id FROM ${QUEUE_SCHEMA}.job WHERE name = $1 AND state = 'active' AND split_part(data->>'holder', '/', 1) = ANY($2) FOR UPDATE SKIP LOCKED`,
        [QUEUE, dead],
      );
      for (const { id } of runs) await this.boss.fail(QUEUE, id, { died: true }, { db: on(manager) });
    });
  }

  /** Whether a run is still this one's: nobody has taken it for dead. It stays so to the end of the transaction. */
  async holds(manager: EntityManager, run: string): Promise<boolean> {
    const [id, ...holder] = run.split('/');
    const held = await manager.query<unknown[]>(
      `SELECT 1 FROM ${QUEUE_SCHEMA}.job WHERE name = $1 AND id = $2 AND state = 'active' AND data->>'holder' = $3 FOR UPDATE`,
      [QUEUE, id, holder.join('/')],
    );
    return held.length === 1;
  }

  /** Whether a process is at work on a job. */
  async isAtWork({ jobId }: Ticket): Promise<boolean> {
    const runs = await this.database.query<unknown[]>(
      `SELECT 1 FROM ${QUEUE_SCHEMA}.job WHERE name = $1 AND state = 'active' AND data->>'jobId' = $2`,
      [QUEUE, jobId],
    );
    return runs.length > 0;
  }

  /** Notes that a run has ended as it should, in the transaction that stores what came of it. */
  async over(manager: EntityManager, run: string): Promise<void> {
    await this.boss.complete(QUEUE, run.split('/')[0]!, {}, { db: on(manager) });
  }
}

/** What pg-boss sends goes through our own connections. */
const on = (through: DataSource | EntityManager): PgBoss.Db => ({
  executeSql: async (text, values) => ({
    rows: rowsOf(await (OWN_TRANSACTION.test(text) ? alone(through, text) : through.query(text, values))),
  }),
});

/** Its upkeep brings BEGIN and COMMIT along. */
const OWN_TRANSACTION = /^\s*BEGIN;/;

/** When such a text fails, the connection must not go back to the pool in the middle of a transaction. */
async function alone(through: DataSource | EntityManager, text: string): Promise<unknown> {
  const runner = ('manager' in through ? through : through.connection).createQueryRunner();
  try {
    return (await runner.query(text)) as unknown;
  } catch (error) {
    // Where that fails, the connection is gone, and does not go back.
    await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

/** TypeORM answers an UPDATE with its rows and their number, and a text of several statements with nothing. */
function rowsOf(answer: unknown): unknown[] {
  if (!Array.isArray(answer)) return [];
  const [rows, count] = answer as unknown[];
  return Array.isArray(rows) && typeof count === 'number' ? (rows as unknown[]) : answer;
}
