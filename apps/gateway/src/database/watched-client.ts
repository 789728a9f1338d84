import { traceHere } from '#libs/core';
import { Client } from 'pg';
import { type EntityManager } from 'typeorm';
import { noteStatement } from './traced.js';

/** A statement of a request; PostgreSQL ends what takes longer (57014). */
export const STATEMENT_TIMEOUT_MS = 5_000;
/** Within this the word that a statement has timed out arrives. */
const MARGIN_MS = 1_000;
const READ_ONLY = '25006';

export interface Patience {
  /** How long an answer is waited for (ms). */
  answerMs: number;
  /** How long it is still waited for on one connection once another has waited in vain (ms). */
  doubtMs: number;
}
const PATIENCE: Patience = { answerMs: STATEMENT_TIMEOUT_MS + MARGIN_MS, doubtMs: 1_000 };

/**
 * The clients of one pool, for its `Client` option. PostgreSQL ends a statement that takes too long, but where packets are dropped (a
 * failover of the network, a firewall that forgot a connection) its word never arrives, and TCP says nothing for a quarter of an hour: a
 * connection that owes an answer for too long is destroyed. What it was asked fails with `ETIMEDOUT`, also where that was COMMIT. The
 * others of the pool are then in doubt: idle ones are destroyed too, busy ones must answer soon. The same after a server has said that it
 * only reads (25006): it has become a standby, and would keep saying so for as long as it is asked.
 */
export function watchedClients({ answerMs, doubtMs }: Patience = PATIENCE): typeof Client {
  const all = new Set<Watched>();

  class Watched extends Client {
    /** For this transaction (ms). */
    limitMs = answerMs;
    private unanswered = 0;
    /** By `performance.now()`, as the two below. */
    private heardAt = 0;
    private askedAt = 0;
    private dueAt = 0;
    private watch: NodeJS.Timeout | undefined;

    override connect(...given: unknown[]): Promise<Client> {
      all.add(this);
      // What others have waited for in vain was asked before it was there.
      this.heardAt = performance.now();
      this.once('end', () => {
        all.delete(this);
        clearTimeout(this.watch);
      });
      return passOn(super.connect.bind(this), given) as Promise<Client>;
    }

    override query(...given: unknown[]): Promise<never> {
      const answer = passOn(super.query.bind(this), given) as Promise<never>;
      // What does not come as a promise is a statement of the pool itself: there is none.
      if (!(answer instanceof Promise)) return answer;
      // What was allowed for a transaction ends with it, as what is SET LOCAL.
      if (given[0] === 'COMMIT' || given[0] === 'ROLLBACK') this.limitMs = answerMs;
      this.unanswered += 1;
      if (this.unanswered === 1) this.ask();
      const trace = traceHere();
      if (trace) noteStatement(trace, given[0], answer);
      answer.then(
        () => this.answered(),
        (error: { code?: string }) => this.answered(error.code),
      );
      return answer;
    }

    /** A goodbye may be awaited for as long as an answer: where packets are dropped, nobody confirms it. */
    override end(...given: unknown[]): Promise<void> {
      clearTimeout(this.watch);
      if (all.has(this)) this.watch = setTimeout(() => this.connection.stream.destroy(), answerMs).unref();
      return passOn(super.end.bind(this), given) as Promise<void>;
    }

    private ask(): void {
      this.askedAt = performance.now();
      this.dueAt = this.askedAt + this.limitMs;
      this.expect(this.limitMs);
    }

    private expect(ms: number): void {
      clearTimeout(this.watch);
      this.watch = setTimeout(() => this.inVain(), ms);
    }

    /** Is given up after so long, if it was not to be earlier. */
    private doubt(ms: number): void {
      const dueAt = performance.now() + ms;
      if (dueAt >= this.dueAt) return;
      this.dueAt = dueAt;
      this.expect(ms);
    }

    private answered(code?: string): void {
      this.heardAt = performance.now();
      this.unanswered -= 1;
      clearTimeout(this.watch);
      if (this.unanswered > 0) this.ask();
      if (code !== READ_ONLY) return;
      this.destroy('the server only reads: it has become a standby');
      for (const other of all) if (!other.unanswered) other.destroy('its server may have become a standby');
    }

    private inVain(): void {
      this.destroy('the database did not answer');
      for (const other of all) {
        if (other === this || other.heardAt > this.askedAt) continue;
        if (other.unanswered) other.doubt(doubtMs);
        else other.destroy('another connection waited for the database in vain');
      }
    }

    private destroy(why: string): void {
      this.connection.stream.destroy(Object.assign(new Error(`Connection terminated: ${why}`), { code: 'ETIMEDOUT' }));
    }
  }
  return Watched;
}

/** Overloads of the driver cannot be named in one call. */
const passOn = (method: (...given: never[]) => unknown, given: unknown[]): unknown => method(...(given as never[]));

/** Gives each further statement of this transaction `ms` milliseconds, here and in PostgreSQL. */
export async function allowStatements(manager: EntityManager, ms: number): Promise<void> {
  await manager.query(`SELECT set_config('statement_timeout', $1, true)`, [String(ms)]);
  const client = (await manager.queryRunner!.connect()) as { limitMs: number };
  client.limitMs = ms + MARGIN_MS;
}
