import { AppError } from '#libs/core';
import { Counter } from 'prom-client';
import { type Logger } from 'pino';
import { registry } from '../metrics.js';
import { type AuditEvent } from './events.js';

/** The injection token of the process's {@link AuditTrail}; without one nothing is audited, as on standard input and output. */
export const AUDIT = Symbol('AUDIT');

/** Events of one Workspace that are stored together. */
export interface Batch {
  readonly tenant: string;
  readonly events: AuditEvent[];
  /** What may have been stored already, where the database was lost before it could say so: the first `count` events, up to this row. */
  readonly attempts: { count: number; day: string; seq: number; mac: Buffer }[];
}

/** What stores events: `T` is a transaction of the Workspace. */
export interface AuditRows<T> {
  /** Stores a batch in a transaction of its own, once, however often it is tried. @throws what the database throws */
  append(batch: Batch): Promise<void>;
  /** Stores events of one Workspace in the transaction of what they record. */
  within(transaction: T, events: readonly AuditEvent[]): Promise<void>;
  /** How the events of a Workspace name an object, given as `kind:id`. @throws what the database throws */
  naming(tenant: string): Promise<(object: string) => string>;
}

/** How long an event waits for others, in milliseconds. */
const FLUSH_MS = 500;
/** After a failure. */
const RETRY_MS = 2_000;
/** So many events of one Workspace are not waited for any longer. */
const FULL = 500;
/** So many events are kept while they cannot be stored; about 10 MB. */
const MOST = 20_000;
/** Transactions at a time, so that calls find a connection too. */
const AT_A_TIME = 2;

const eventsDropped = new Counter({
  name: 'audit_events_dropped_total',
  help: 'Audit events that were dropped because the database was away for too long',
  registers: [registry],
});
const eventsStored = new Counter({
  name: 'audit_events_total',
  help: 'Audit events that were stored',
  registers: [registry],
});

interface Queue {
  batch: Batch;
  waiters: { resolve: () => void; reject: (error: unknown) => void }[];
  dropped: number;
  /** Whether its batch is being stored. */
  busy: boolean;
}

/**
 * What happened, on its way into the database. Calls leave their events here and go on; all of a moment are stored together, in one
 * transaction per Workspace. What waits is bounded: while the database is away for long, further events are counted and dropped.
 */
export class AuditTrail<T = unknown> {
  private readonly queues = new Map<string, Queue>();
  private waiting = 0;
  private storing = 0;
  private timer: NodeJS.Timeout | undefined;
  private due = Infinity;
  private readonly idle: (() => void)[] = [];

  constructor(
    private readonly rows: AuditRows<T>,
    private readonly log: Pick<Logger, 'warn'>,
  ) {}

  /** Has an event stored soon. It is lost with the process, if that is killed within half a second. */
  note(event: AuditEvent): void {
    const queue = this.queueOf(event.tenant);
    if (!this.add(queue, event)) return;
    this.within(queue.batch.events.length >= FULL ? 0 : FLUSH_MS);
  }

  /**
   * Resolves once the event is stored; all that wait in the same moment share a transaction.
   * @throws AppError `unavailable` when the database does not take it: then what it announces must not be done
   */
  async durable(event: AuditEvent): Promise<void> {
    const queue = this.queueOf(event.tenant);
    if (!this.add(queue, event)) throw notStored();
    const stored = new Promise<void>((resolve, reject) => queue.waiters.push({ resolve, reject }));
    this.within(0);
    await stored;
  }

  /** Stores events with what they record, in its transaction: all of it or nothing. All are of the transaction's Workspace. */
  async inTransaction(transaction: T, events: readonly AuditEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.rows.within(transaction, events);
    eventsStored.inc(events.length);
  }

  /** How the events of a Workspace name an object, given as `kind:id`. @throws AppError (by rejecting) `unavailable` */
  async naming(tenant: string): Promise<(object: string) => string> {
    try {
      return await this.rows.naming(tenant);
    } catch (cause) {
      throw new AppError('unavailable', undefined, { cause });
    }
  }

  /** Stores what waits, as far as the database takes it. */
  async close(): Promise<void> {
    for (const queue of this.queues.values()) this.store(queue);
    while (this.storing > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
    clearTimeout(this.timer);
    if (this.waiting) this.log.warn({ events: this.waiting }, 'audit events could not be stored');
  }

  private queueOf(tenant: string): Queue {
    let queue = this.queues.get(tenant);
    if (!queue) this.queues.set(tenant, (queue = { batch: newBatch(tenant), waiters: [], dropped: 0, busy: false }));
    return queue;
  }

  /** @returns whether there was room for it */
  private add(queue: Queue, event: AuditEvent): boolean {
    if (this.waiting >= MOST) {
      queue.dropped += 1;
      eventsDropped.inc();
      return false;
    }
    queue.batch.events.push(event);
    this.waiting += 1;
    return true;
  }

  /** Begins to store within `ms` milliseconds, if it is not to begin earlier. */
  private within(ms: number): void {
    const due = performance.now() + ms;
    if (due >= this.due) return;
    this.due = due;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), ms);
    this.timer.unref();
  }

  private flush(): void {
    this.due = Infinity;
    for (const queue of this.queues.values()) {
      if (this.storing >= AT_A_TIME) return;
      this.store(queue);
    }
  }

  private store(queue: Queue): void {
    if (queue.busy || queue.batch.events.length === 0) return;
    const { batch, waiters } = queue;
    // Whatever comes meanwhile is stored next.
    Object.assign(queue, { batch: newBatch(batch.tenant), waiters: [], busy: true });
    this.storing += 1;
    const count = batch.events.length;
    void this.rows
      .append(batch)
      .then(
        () => this.stored(queue, batch.tenant, count, waiters),
        (error: unknown) => this.failed(queue, batch, waiters, error),
      )
      .finally(() => {
        this.storing -= 1;
        for (const resolve of this.idle.splice(0)) resolve();
      });
  }

  private stored(queue: Queue, tenant: string, count: number, waiters: Queue['waiters']): void {
    this.waiting -= count;
    eventsStored.inc(count);
    queue.busy = false;
    // What it has left comes after that of the others.
    this.queues.delete(tenant);
    if (queue.batch.events.length > 0) this.queues.set(tenant, queue);
    for (const { resolve } of waiters) resolve();
    if (queue.dropped > 0) {
      const detail = { count: queue.dropped };
      queue.dropped = 0;
      this.note({ event: 'events_dropped', tenant, at: Date.now(), decision: 'allowed', detail });
    }
    if (queue.waiters.length > 0 || this.storing >= AT_A_TIME) this.within(0);
    else if (this.waiting > 0) this.within(FLUSH_MS);
  }

  private failed(queue: Queue, batch: Batch, waiters: Queue['waiters'], error: unknown): void {
    // It stays as it is, so that it can be seen whether it was stored after all.
    batch.events.push(...queue.batch.events);
    queue.batch = batch;
    queue.busy = false;
    this.log.warn({ err: error, events: batch.events.length }, 'audit events could not be stored: tried again');
    for (const { reject } of [...waiters, ...queue.waiters.splice(0)]) reject(notStored(error));
    this.within(RETRY_MS);
  }
}

const newBatch = (tenant: string): Batch => ({ tenant, events: [], attempts: [] });

const notStored = (cause?: unknown) =>
  new AppError('unavailable', 'What this would change could not be written into the audit, so nothing was changed.', {
    details: { reason: 'database' },
    cause,
  });
