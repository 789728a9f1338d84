import { AppError, Leaving } from '#libs/core';
import { type Clock, type Forecast } from '#libs/limits';
import { ownTurn } from '../turns.js';
import { type CallContext } from './client.js';

/** Texts, in bytes, that many may parse one right after another without holding up everybody else. */
const QUICKLY_PARSED = 256 * 1024;

/** An answer of ClickUp's that several callers are given. */
export interface Shareable {
  /** Of its text. */
  readonly bytes: number;
  /** A structure that nobody else has. */
  copy(): unknown;
}

/** The part of a call that says how long it waits, and behind whom. */
export type Waiting = Pick<CallContext, 'signal' | 'deadline' | 'person' | 'priority' | 'waiting'>;
/** Sends a request for all who wait for it. */
export type Send = (context: Pick<CallContext, 'signal' | 'waiting'>) => Promise<Shareable>;

/** What became of a flight, told before anybody who waits for it is. */
export interface FlightLog {
  landed(answer: Shareable): void;
  failed(error: unknown): void;
}

/** One request and all who wait for it. It goes on as long as one of them does. */
export class Flight {
  private readonly seats = new Set<Seat>();
  private readonly given = new Set<string>();
  private leaving: Leaving | undefined = new Leaving();
  private answer: Shareable | undefined;
  private wait?: Forecast & { since: number };

  constructor(
    private starter: Waiting,
    send: Send,
    log: FlightLog,
    private readonly clock: Clock,
  ) {
    send({ signal: this.leaving!, waiting: (wait) => this.told(wait) }).then(
      (answer) => {
        log.landed(answer);
        this.landed(answer);
      },
      (error: unknown) => {
        log.failed(error);
        for (const seat of this.seats) seat.fail(error);
      },
    );
  }

  /**
   * Whether this caller may join. A request that queues does so behind its own person's others, in its own priority. And whoever asks again
   * after an answer wants news: they may have changed something where this process does not see it, in ClickUp or through another replica.
   */
  serves(caller: Waiting): boolean {
    if (this.answer) return !this.given.has(caller.person);
    return !this.leaving!.aborted && (!this.wait || this.isOf(caller));
  }

  /** Rejects with the AppError of the request, or with `cancelled` or `deadline_exceeded` of this caller alone. */
  answerTo(caller: Waiting): Promise<unknown> {
    if (this.answer) {
      this.given.add(caller.person);
      return Promise.resolve(this.answer.copy());
    }
    if (this.wait && caller !== this.starter) {
      const waitedMs = this.clock.now() - this.wait.since;
      caller.waiting?.({ position: this.wait.position, waitMs: Math.max(0, this.wait.waitMs - waitedMs) });
    }
    return new Promise((resolve, reject) => {
      const seat = new Seat(caller, this.starter.deadline, resolve, reject, () => this.left(seat));
      this.seats.add(seat);
      if (caller.signal?.aborted) seat.handleEvent();
    });
  }

  /** Whether it failed for want of the time, or of the place in the queue, that its starter had, where this caller has another. */
  failedForOthers(error: unknown, caller: Waiting): boolean {
    if (caller === this.starter || caller.signal?.aborted || performance.now() >= caller.deadline) return false;
    const code = error instanceof AppError ? error.code : undefined;
    if (code === 'cancelled') return true;
    if (code !== 'deadline_exceeded' && code !== 'clickup_rate_limit') return false;
    return caller.deadline > this.starter.deadline || !this.isOf(caller);
  }

  private landed(answer: Shareable): void {
    const { person, priority, deadline } = this.starter;
    this.answer = answer;
    // The answer may be kept: lets go of the call that it was begun for, of which hundreds would be held.
    this.starter = { person, priority, deadline };
    this.leaving = undefined;
    const inTurn = answer.bytes > QUICKLY_PARSED && this.seats.size > 1;
    const copy = () => answer.copy();
    for (const seat of this.seats) {
      this.given.add(seat.caller.person);
      seat.take(inTurn ? () => ownTurn().then(copy) : copy);
    }
    this.seats.clear();
  }

  private left(seat: Seat): void {
    this.seats.delete(seat);
    if (this.seats.size === 0) this.leaving?.abort();
  }

  private isOf({ person, priority }: Waiting): boolean {
    return person === this.starter.person && priority === this.starter.priority;
  }

  private told(wait: Forecast): void {
    this.wait = { ...wait, since: this.clock.now() };
    // The budget may speak while the request is begun: its starter is not among the callers yet.
    const callers = new Set([this.starter, ...[...this.seats].map(({ caller }) => caller)]);
    for (const caller of callers) caller.waiting?.(wait);
  }
}

/** The place of one who waits for an answer: until it is there, until its own time is up, or until it leaves. */
class Seat {
  private readonly since = performance.now();
  private readonly timer: NodeJS.Timeout | undefined;

  /** @param until the deadline of the request itself, which then ends with an error of its own */
  constructor(
    readonly caller: Waiting,
    until: number,
    private readonly resolve: (answer: unknown) => void,
    private readonly reject: (error: unknown) => void,
    private readonly leave: () => void,
  ) {
    caller.signal?.addEventListener('abort', this);
    if (caller.deadline < until)
      this.timer = setTimeout(() => this.giveUp(this.tooLate()), Math.max(0, caller.deadline - this.since));
  }

  take(copy: () => unknown): void {
    this.end();
    try {
      this.resolve(copy());
    } catch (error) {
      this.reject(error);
    }
  }

  fail(error: unknown): void {
    this.end();
    this.reject(error);
  }

  /** The signal fired. */
  handleEvent(): void {
    this.giveUp(new AppError('cancelled'));
  }

  private giveUp(error: AppError): void {
    this.fail(error);
    this.leave();
  }

  private end(): void {
    this.caller.signal?.removeEventListener('abort', this);
    clearTimeout(this.timer);
  }

  private tooLate(): AppError {
    return new AppError('deadline_exceeded', undefined, {
      details: { waited_ms: Math.round(performance.now() - this.since) },
    });
  }
}
