import { AppError, type LeavingSignal } from '#libs/core';
import { type Clock, monotonic } from '../clock.js';
import { type BudgetFeedback, type BudgetRequest, type BudgetState, type Lease } from './budget.js';
import { FairQueue } from './fair-queue.js';
import { People } from './people.js';
import { type Demand, type Permits } from './permits.js';
import { type WaitingRoom } from './waiting-room.js';

export interface BudgetRules {
  /** Requests per minute and token at most; unset: what ClickUp says, and before it has spoken what the smallest plan allows. */
  limit?: number;
  maxInFlight: number;
  /** Requests that may wait for one token. */
  maxQueue: number;
  /** Requests of one tenant that may wait in this process, for whatever token. */
  maxQueuePerTenant: number;
  /** Requests that may wait in this process, for whatever token: a few tokens cannot take all of it. */
  maxQueueInAll: number;
  maxWaitMs: number;
  clock: Clock;
  random: () => number;
}

export const rulesWith = (rules: Partial<BudgetRules>): BudgetRules => ({
  maxInFlight: 10,
  maxQueue: 200,
  maxQueuePerTenant: 500,
  maxQueueInAll: 2_000,
  maxWaitMs: 60_000,
  clock: monotonic,
  random: Math.random,
  ...rules,
});

/** From here on a request that has to wait is told so. */
const TELL_ABOVE_MS = 2_000;

/** ClickUp's limit is not reached: saying so would be wrong. */
const UNSURE =
  "The database does not answer, so it is not known how much of ClickUp's rate limit the other replicas have used.";
/** The database is mostly back sooner than the minute after which nothing of the others can count any more. */
const UNSURE_RETRY_SECONDS = 5;

/** One request that waits. The object itself listens to its abort signal, which saves a closure per request. */
class WaitingRequest {
  readonly person: string;
  readonly tenant: string;
  readonly priority: BudgetRequest['priority'];
  readonly expiresAt: number;

  constructor(
    private readonly token: TokenBudget,
    { person, tokenHash, tenant = tokenHash, priority, deadline, signal }: BudgetRequest,
    readonly since: number,
    maxWaitMs: number,
    private readonly resolve: (lease: Lease) => void,
    private readonly reject: (error: AppError) => void,
  ) {
    this.person = person;
    this.tenant = tenant;
    this.priority = priority;
    this.expiresAt = Math.min(deadline, since + maxWaitMs);
    this.signal = signal;
    signal?.addEventListener('abort', this);
  }

  private readonly signal?: LeavingSignal;

  handleEvent(): void {
    this.token.withdraw(this);
    this.reject(new AppError('cancelled'));
  }

  grant(lease: Lease): void {
    this.signal?.removeEventListener('abort', this);
    this.resolve(lease);
  }

  refuse(error: AppError): void {
    this.signal?.removeEventListener('abort', this);
    this.reject(error);
  }
}

class Grant implements Lease {
  private open = true;

  constructor(
    private readonly token: TokenBudget,
    private readonly person: string,
    readonly waitedMs: number,
  ) {}

  release(feedback?: BudgetFeedback): void {
    if (!this.open) return;
    this.open = false;
    this.token.release(this.person, feedback);
  }
}

/** Budget and queue of one ClickUp token. */
export class TokenBudget implements Demand {
  private readonly permits: Permits;
  private readonly queue = new FairQueue<WaitingRequest>();
  private readonly people = new People();
  private usedAt = 0;
  private timer?: { at: number; disarm: () => void };
  /** Nobody who waits has to be told before this that there is no hope. It may be earlier than needed, which costs one look at all of them. */
  private soonest = Infinity;

  constructor(
    private readonly rules: BudgetRules,
    /** Of all tokens of this process. */
    private readonly room: WaitingRoom,
    makePermits: (demand: Demand) => Permits,
  ) {
    this.permits = makePermits(this);
  }

  get waiting(): number {
    return this.queue.size;
  }

  get spread(): boolean {
    return this.queue.interactive === 0;
  }

  /** @throws AppError `clickup_rate_limit`, `cancelled`, `unavailable` where the database is away and ClickUp has not told what is left */
  acquire(request: BudgetRequest): Promise<Lease> {
    const now = (this.usedAt = this.rules.clock.now());
    if (request.signal?.aborted) return Promise.reject(new AppError('cancelled'));
    const ready = !this.queue.size && this.permits.readyAt(now, request.priority === 'bulk') <= now;
    if (ready && this.may(request.person, now)) return Promise.resolve(this.grant(request.person, now, 0));
    const { maxWaitMs } = this.rules;
    const position = this.queue.before(request);
    const full = this.full(request);
    if (full) return Promise.reject(this.refusal(now, position, full));
    if (this.permits.earliest(this.queue.ahead(request) + 1, now) > Math.min(request.deadline, now + maxWaitMs))
      return Promise.reject(this.refusal(now, position));
    const waitMs = this.permits.earliest(position + 1, now) - now;
    if (waitMs > TELL_ABOVE_MS) request.waiting?.({ position, waitMs });
    return new Promise((resolve, reject) => {
      this.enter(new WaitingRequest(this, request, now, maxWaitMs, resolve, reject));
      this.pump(now);
    });
  }

  state(): BudgetState {
    return this.permits.state(this.rules.clock.now());
  }

  release(person: string, feedback?: BudgetFeedback): void {
    const now = (this.usedAt = this.rules.clock.now());
    this.people.end(person, now);
    this.permits.release(now, feedback);
    if (this.queue.size) this.pump(now);
  }

  withdraw(waiting: WaitingRequest): void {
    if (this.leave(waiting) && !this.queue.size) this.sleep(Infinity, 0);
  }

  idleSince(): number {
    return this.queue.size || this.permits.busy ? Infinity : this.usedAt;
  }

  private full({ tokenHash, tenant = tokenHash }: BudgetRequest): string | undefined {
    const { maxQueue, maxQueuePerTenant, maxQueueInAll } = this.rules;
    if (this.queue.size >= maxQueue) return `${maxQueue} requests already wait for this ClickUp token`;
    if (this.room.of(tenant) >= maxQueuePerTenant)
      return `${maxQueuePerTenant} requests of this Workspace already wait for ClickUp`;
    return this.room.inAll >= maxQueueInAll ? `${maxQueueInAll} requests already wait for ClickUp` : undefined;
  }

  private enter(waiting: WaitingRequest): void {
    this.queue.push(waiting);
    this.room.enter(waiting.tenant);
    this.soonest = Math.min(this.soonest, waiting.expiresAt);
  }

  private leave(waiting: WaitingRequest): boolean {
    const left = this.queue.remove(waiting);
    if (left) this.room.leave(waiting.tenant);
    return left;
  }

  private may(person: string, now: number): boolean {
    return this.people.mayTake(person, this.permits.places, now);
  }

  private grant(person: string, now: number, waitedMs: number): Lease {
    this.permits.take(now);
    this.people.begin(person, now);
    return new Grant(this, person, waitedMs);
  }

  /** Grants the requests that fit now, refuses those that cannot be granted before their deadline, and sleeps until the next one may fit. */
  pump(now = this.rules.clock.now()): void {
    let ready = this.ready(now);
    while (this.queue.size && ready <= now) {
      const waiting = this.queue.shift((person) => this.may(person, now));
      // A place is free, and kept for others: what ends first makes another one.
      if (!waiting) break;
      this.room.leave(waiting.tenant);
      waiting.grant(this.grant(waiting.person, now, now - waiting.since));
      ready = this.ready(now);
    }
    if (this.queue.size) this.permits.seek(now);
    const hopeless = Math.max(now, this.permits.earliest(1, now));
    if (this.soonest < hopeless || this.soonest <= now) this.refuseBefore(hopeless, now);
    ready = this.ready(now);
    this.sleep(Math.min(ready > now ? ready : this.people.keptUntil(), this.soonest), now);
  }

  private refuseBefore(hopeless: number, now: number): void {
    this.soonest = Infinity;
    for (const waiting of [...this.queue]) {
      if (waiting.expiresAt < hopeless || waiting.expiresAt <= now) {
        this.leave(waiting);
        waiting.refuse(this.refusal(now, this.queue.before(waiting)));
      } else this.soonest = Math.min(this.soonest, waiting.expiresAt);
    }
  }

  /** A timer that rings too early only looks again, so it is left as it is: each request would make a new one. */
  private sleep(until: number, now: number): void {
    if (this.queue.size && this.timer && this.timer.at <= until) return;
    this.timer?.disarm();
    this.timer = undefined;
    if (!this.queue.size) {
      this.soonest = Infinity;
      return;
    }
    const disarm = this.rules.clock.after(Math.max(1, Math.ceil(until - now)), () => {
      this.timer = undefined;
      this.pump();
    });
    this.timer = { at: until, disarm };
  }

  /** Bulk work alone is spaced over the rest of the window; an interactive request is sent as soon as it fits. */
  private ready(now: number): number {
    return this.permits.readyAt(now, this.spread);
  }

  private refusal(now: number, position: number, reason?: string): AppError {
    const seconds = (at: number) => Math.max(1, Math.ceil((at - now) / 1000));
    const resetInSeconds = seconds(this.permits.earliest(1, now));
    // When this request would have had its turn, had it been let in.
    const retryAfter = Math.max(resetInSeconds, seconds(this.permits.earliest(position + 1, now)));
    if (!reason && this.permits.isUnsure)
      return new AppError('unavailable', UNSURE, {
        details: { reason: 'database', retry_after_seconds: Math.min(retryAfter, UNSURE_RETRY_SECONDS) },
      });
    const { limit, remaining } = this.permits.state(now);
    return new AppError('clickup_rate_limit', reason && `ClickUp API rate limit: ${reason}`, {
      details: {
        limit,
        remaining,
        reset_at: Math.ceil(Date.now() / 1000) + resetInSeconds,
        reset_in_seconds: resetInSeconds,
        position,
        retry_after_seconds: retryAfter,
      },
    });
  }
}
