import { AppError } from '#libs/core';
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

/** One request and all who wait for it. It goes on as long as one of them does. */
export class Flight {
  readonly answer: Promise<Shareable>;
  private readonly callers = new Set<Waiting>();
  private readonly given = new Set<string>();
  private leaving: AbortController | undefined = new AbortController();
  private ended = false;
  private wait?: Forecast & { since: number };

  constructor(
    private starter: Waiting,
    send: Send,
    private readonly clock: Clock,
  ) {
    this.answer = send({ signal: this.leaving!.signal, waiting: (wait) => this.told(wait) });
    this.answer.then(
      () => this.landed(),
      () => (this.ended = true),
    );
  }

  /** Its answer may be kept: lets go of the call that it was begun for, of which hundreds would be held. */
  private landed(): void {
    const { person, priority, deadline } = this.starter;
    this.ended = true;
    this.starter = { person, priority, deadline };
    this.leaving = undefined;
  }

  /**
   * Whether this caller may join. A request that queues does so behind its own person's others, in its own priority. And whoever asks again
   * after an answer wants news: they may have changed something where this process does not see it, in ClickUp or through another replica.
   */
  serves(caller: Waiting): boolean {
    if (this.ended) return !this.given.has(caller.person);
    return !this.leaving?.signal.aborted && (!this.wait || this.isOf(caller));
  }

  /** @throws AppError that of the request, or `cancelled` or `deadline_exceeded` of this caller alone */
  async answerTo(caller: Waiting): Promise<unknown> {
    this.callers.add(caller);
    if (this.wait && !this.ended && caller !== this.starter) {
      const waitedMs = this.clock.now() - this.wait.since;
      caller.waiting?.({ position: this.wait.position, waitMs: Math.max(0, this.wait.waitMs - waitedMs) });
    }
    try {
      const answer = await patient(this.answer, caller, this.starter.deadline);
      this.given.add(caller.person);
      if (answer.bytes > QUICKLY_PARSED && this.callers.size > 1) await ownTurn();
      return answer.copy();
    } finally {
      this.callers.delete(caller);
      if (this.callers.size === 0 && !this.ended) this.leaving?.abort();
    }
  }

  /** Whether it failed for want of the time, or of the place in the queue, that its starter had, where this caller has another. */
  failedForOthers(error: unknown, caller: Waiting): boolean {
    if (caller === this.starter || caller.signal?.aborted || performance.now() >= caller.deadline) return false;
    const code = error instanceof AppError ? error.code : undefined;
    if (code === 'cancelled') return true;
    if (code !== 'deadline_exceeded' && code !== 'clickup_rate_limit') return false;
    return caller.deadline > this.starter.deadline || !this.isOf(caller);
  }

  private isOf({ person, priority }: Waiting): boolean {
    return person === this.starter.person && priority === this.starter.priority;
  }

  private told(wait: Forecast): void {
    this.wait = { ...wait, since: this.clock.now() };
    // The budget may speak while the request is begun: its starter is not among the callers yet.
    for (const caller of new Set([this.starter, ...this.callers])) caller.waiting?.(wait);
  }
}

/** Waits as long as the caller does. @param until the deadline of the request itself, which then ends with an error of its own */
function patient<T>(answer: Promise<T>, { signal, deadline }: Waiting, until: number): Promise<T> {
  if (!signal && deadline >= until) return answer;
  const since = performance.now();
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const end = () => {
      signal?.removeEventListener('abort', leave);
      clearTimeout(timer);
    };
    const fail = (error: Error) => (end(), reject(error));
    const leave = () => fail(new AppError('cancelled'));
    answer.then((value) => (end(), resolve(value)), fail);
    if (signal?.aborted) return leave();
    signal?.addEventListener('abort', leave);
    if (deadline < until) timer = setTimeout(() => fail(tooLate(since)), Math.max(0, deadline - since));
  });
}

const tooLate = (since: number) =>
  new AppError('deadline_exceeded', undefined, { details: { waited_ms: Math.round(performance.now() - since) } });
