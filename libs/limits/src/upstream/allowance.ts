import { type BudgetFeedback, type BudgetState } from './budget.js';
import { SlidingWindow } from './sliding-window.js';

/** That of the smallest plan (developer.clickup.com/docs/rate-limits). */
const ASSUMED_LIMIT = 100;
const SPACED_BELOW = 0.2;
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 90_000;
const MAX_BACKOFF_MS = 30_000;
const JITTER_MS = 1_000;
/** Resets that differ by less name the same window of ClickUp's. */
const SAME_RESET_MS = 2_000;

const clamp = (ms: number) => Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, ms));
/** Kept free for requests that we cannot count: those of other programs that use the same token, and those under way. */
const reserve = (limit: number) => Math.max(2, Math.ceil(limit * 0.02));

/**
 * How many requests one ClickUp token may still send, and when (SEC-D17): bursts freely within a sliding minute, spaced when less than 20 % is left,
 * never above what ClickUp told or the operator allows, paused after a 429. Times are `Clock.now()` milliseconds.
 */
export class Allowance {
  private readonly window = new SlidingWindow();
  private learned?: number;
  private remaining = Infinity;
  private resetAt = 0;
  private pausedUntil = 0;
  private strikes = 0;
  private lastTaken = -Infinity;

  constructor(
    /** The operator's own ceiling. */
    private readonly ceiling: number | undefined,
    private readonly random: () => number,
  ) {}

  /** Requests per minute, before the reserve. */
  get limit(): number {
    return Math.min(this.ceiling ?? Infinity, this.learned ?? this.ceiling ?? ASSUMED_LIMIT);
  }

  /** Requests that may be sent at once. */
  slots(now: number): number {
    const own = this.usable - this.window.count(now);
    return Math.max(0, now < this.resetAt ? Math.min(own, this.remaining) : own);
  }

  /** The earliest time at which one more request may be sent; `now` if at once. @param spread whether to spread what is left evenly until more comes */
  readyAt(now: number, spread = false): number {
    if (now < this.pausedUntil) return this.pausedUntil;
    const slots = this.slots(now);
    if (slots <= 0) return this.refillAt(1, now);
    if (slots >= this.usable * SPACED_BELOW) return now;
    const even = this.window.length / this.usable;
    const gap = spread ? Math.max(even, (this.refillAt(slots + 1, now) - now) / slots) : even;
    return Math.max(now, this.lastTaken + gap);
  }

  /** A time before which `n` more requests certainly cannot have been sent. */
  earliest(n: number, now: number): number {
    const windows = Math.floor((n - 1) / this.usable);
    const first = n - windows * this.usable;
    const begun = Math.max(this.pausedUntil, first <= this.slots(now) ? now : this.refillAt(first, now));
    return begun + windows * this.window.length;
  }

  state(now: number): BudgetState {
    const upstream = Math.max(this.pausedUntil, this.resetAt);
    const own = this.window.leftAt(this.window.count(now), now);
    return {
      limit: this.limit,
      remaining: now < this.pausedUntil ? 0 : this.slots(now),
      resetInMs: Math.max(0, Math.ceil((upstream > now ? upstream : own) - now)),
    };
  }

  take(now: number): void {
    this.window.add(now);
    this.remaining -= 1;
    this.lastTaken = now;
  }

  /** @param inFlight requests under way that ClickUp may not have counted yet */
  learn(now: number, { limit, remaining, resetInMs, exhausted }: BudgetFeedback, inFlight: number): void {
    if (limit) this.learned = limit;
    if (remaining !== undefined) {
      const left = remaining - inFlight - reserve(this.limit);
      const resetAt = now + clamp(resetInMs ?? this.window.length);
      const sameWindow = now < this.resetAt && Math.abs(resetAt - this.resetAt) < SAME_RESET_MS;
      // Answers may overtake each other: within one window what is left only shrinks.
      this.remaining = sameWindow ? Math.min(this.remaining, left) : left;
      this.resetAt = resetAt;
    }
    if (exhausted) this.pause(now, resetInMs);
    else if (now >= this.pausedUntil) this.strikes = 0;
  }

  private get usable(): number {
    return Math.max(1, this.limit - reserve(this.limit));
  }

  /** When the n-th request from now fits, going by what is counted now. */
  private refillAt(n: number, now: number): number {
    const own = this.window.leftAt(this.window.count(now) + n - this.usable, now);
    const upstream = now < this.resetAt && this.remaining < n ? this.resetAt : now;
    return Math.max(own, upstream);
  }

  private pause(now: number, resetInMs = 0): void {
    // Requests that were under way together with the refused one are refused too: together they count as one strike.
    if (now >= this.pausedUntil) this.strikes += 1;
    const backoff = Math.min(MAX_BACKOFF_MS, MIN_PAUSE_MS * 2 ** (this.strikes - 1));
    this.pausedUntil = Math.max(
      this.pausedUntil,
      now + clamp(clamp(Math.max(resetInMs, backoff)) + this.random() * JITTER_MS),
    );
  }
}
