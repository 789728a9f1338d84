import { announce, inTransaction, Invalidations, personPseudonyms } from '#libs/connections';
import { LOGGER, MASTER_KEY } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { ENDED, tierOf } from './statuses.js';

/** How long a replica has a row for itself while it asks Stripe, and so when another tries again. */
const LEASE = '1 minute';
/** What may change without a message that arrives here is looked at so often. */
const LOOKED_AT_EVERY = '1 day';

/** Somebody of whom Stripe is to be asked. */
export interface Due {
  id: string;
  personId: string;
  customerId: string;
  /** The reason to ask that this is the answer to. */
  wanted: number;
}

const DUE = 'id, person_id AS "personId", customer_id AS "customerId", wanted';

/**
 * Who has subscribed. What a message of Stripe says is never believed: it is a reason to ask. Reasons are counted, and an answer to a later
 * one is not replaced by the answer to an earlier one, so whatever comes in whatever order to whichever replica, what Stripe said last counts.
 */
@Injectable()
export class Subscribers {
  private readonly pseudonym: (personId: string) => string | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly invalidations: Invalidations,
    @Inject(LOGGER) private readonly log: Pick<Logger, 'info'>,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
  ) {
    this.pseudonym = masterKey ? personPseudonyms(masterKey) : () => undefined;
  }

  /** The row of a person, made if there is none. @throws AppError (by rejecting) `unavailable` */
  async of(personId: string): Promise<{ id: string; customerId: string | null; wanted: number }> {
    const [row] = await this.query<{ id: string; customerId: string | null; wanted: number }>(
      `INSERT INTO subscribers (id, person_id) VALUES ($1, $2)
        ON CONFLICT (person_id) DO UPDATE SET person_id = excluded.person_id RETURNING id, customer_id AS "customerId", wanted`,
      [uuidv7(), personId],
    );
    return row!;
  }

  /** @returns the customer who was noted first */
  async becomes(id: string, customerId: string): Promise<string> {
    const [row] = await this.query<{ customerId: string }>(
      `WITH changed AS (UPDATE subscribers SET customer_id = coalesce(customer_id, $2) WHERE id = $1 RETURNING customer_id)
        SELECT customer_id AS "customerId" FROM changed`,
      [id, customerId],
    );
    return row!.customerId;
  }

  /** One more reason to ask of somebody, to be answered by whoever gave it. */
  async ask(id: string): Promise<Due> {
    const [row] = await this.query<Due>(
      `WITH changed AS (UPDATE subscribers SET wanted = wanted + 1 WHERE id = $1 RETURNING *) SELECT ${DUE} FROM changed`,
      [id],
    );
    return row!;
  }

  /**
   * Notes a message of Stripe: it is a reason to ask of its customer, once.
   * @throws AppError (by rejecting) `unavailable`; then Stripe has to repeat it
   */
  async note(eventId: string, customerId: string): Promise<'taken' | 'repeated' | 'unknown_customer'> {
    const [row] = await this.query<{ known: boolean; stored: boolean }>(
      `WITH known AS (SELECT id FROM subscribers WHERE customer_id = $2),
        stored AS (INSERT INTO stripe_events (id) SELECT $1 FROM known ON CONFLICT DO NOTHING RETURNING id),
        due AS (UPDATE subscribers s SET wanted = s.wanted + 1 FROM known, stored WHERE s.id = known.id)
      SELECT EXISTS (SELECT FROM known) AS known, EXISTS (SELECT FROM stored) AS stored`,
      [eventId, customerId],
    );
    if (!row!.known) return 'unknown_customer';
    return row!.stored ? 'taken' : 'repeated';
  }

  /** Gives out people of whom Stripe is to be asked, each to one replica at a time. */
  take(most: number): Promise<Due[]> {
    return this.query<Due>(
      `WITH changed AS (
        UPDATE subscribers SET taken_until = now() + interval '${LEASE}' WHERE id IN (
          SELECT id FROM subscribers WHERE wanted > answered AND customer_id IS NOT NULL AND (taken_until IS NULL OR taken_until < now())
          ORDER BY checked_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        RETURNING *)
      SELECT ${DUE} FROM changed`,
      [most],
    );
  }

  /** What was not asked for a day is to be asked: a message may have been lost for good, and Stripe repeats it for three days only. */
  async lookAgain(): Promise<void> {
    await this.query(
      `WITH changed AS (UPDATE subscribers SET wanted = wanted + 1
        WHERE checked_at < now() - interval '${LOOKED_AT_EVERY}' AND wanted = answered AND status <> ALL ($1)) SELECT`,
      [ENDED],
    );
  }

  /**
   * Stores what Stripe has answered, unless a later answer is there.
   * @param status undefined when Stripe does not know the customer any more
   */
  async answer({ id, personId, wanted }: Due, status: string | undefined): Promise<void> {
    const tier = tierOf(status);
    const changed = await inTransaction(this.database, async (manager) => {
      const [row] = await manager.query<{ before: string }[]>(
        `WITH old AS (SELECT id, status FROM subscribers WHERE id = $1 AND answered < $2 FOR UPDATE),
          changed AS (UPDATE subscribers s SET status = coalesce($3, 'canceled'), answered = $2, checked_at = now(), taken_until = NULL,
            customer_id = CASE WHEN $3::text IS NULL THEN NULL ELSE customer_id END FROM old WHERE s.id = old.id)
        SELECT status AS before FROM old`,
        [id, wanted, status],
      );
      if (!row || tierOf(row.before) === tier) return false;
      await announce(manager, 'tier', personId);
      return true;
    });
    if (!changed) return;
    this.invalidations.drop('tier', personId);
    this.log.info({ person: this.pseudonym(personId), tier, status }, 'the tier of a person has changed');
  }

  private query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    return inTransaction(this.database, (manager) => manager.query<Row[]>(sql, parameters));
  }
}
