import { type BudgetFeedback, type BudgetState } from './budget.js';
import { type SavedWindow, SlidingWindow } from './sliding-window.js';

/** That of the smallest plan (developer.clickup.com/docs/rate-limits). */
export const ASSUMED_LIMIT = 100;
const SPACED_BELOW = 0.2;
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 90_000;
const MAX_BACKOFF_MS = 30_000;
const JITTER_MS = 1_000;
/** Resets that differ by less name the same window of ClickUp's. */
const SAME_RESET_MS = 2_000;

const clamp = (ms: number) => Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, ms));
/** Kept free for requests that we cannot count: those of other programs that use the same token, and those under way. */
export const reserve = (limit: number): number => Math.max(2, Math.ceil(limit * 0.02));

/** An allowance as JSON. Times are milliseconds of the clock that it was used with. */
export interface SavedAllowance {
  window: SavedWindow;
  learned?: number;
  /** Absent: ClickUp has not told. */
  remaining?: number;
  resetAt: number;
  toldAt: number;
  pausedUntil: number;
  strikes: number;
  lastTaken: number;
}

/**
 * How many requests one ClickUp token may still send, and when (SEC-D17): bursts freely within a sliding minute, spaced when less than 20 % is left,
 * never above what ClickUp told or the operator allows, paused after a 429. Times are `Clock.now()` milliseconds.
 */
export class Allowance {
  /** Requests that were allowed, and of which nobody has told yet whether and when they were sent. */
  outstanding = 0;
  private readonly window: SlidingWindow;
  private learned?: number;
  private remaining: number;
  private resetAt: number;
  private toldAt: number;
  private pausedUntil: number;
  private strikes: number;
  private lastTaken: number;

  constructor(
    /** The operator's own ceiling. */
    private readonly ceiling: number | undefined,
    private readonly random: () => number,
    saved?: SavedAllowance,
    /** Milliseconds: how exactly the times of requests are kept. */
    grain = 1,
  ) {
    this.window = new SlidingWindow(undefined, grain, saved?.window);
    this.learned = saved?.learned;
    this.remaining = saved?.remaining ?? Infinity;
    this.resetAt = saved?.resetAt ?? 0;
    this.toldAt = saved?.toldAt ?? 0;
    this.pausedUntil = saved?.pausedUntil ?? 0;
    this.strikes = saved?.strikes ?? 0;
    this.lastTaken = saved?.lastTaken ?? -MAX_PAUSE_MS;
  }

  save(): SavedAllowance {
    const { learned, remaining, resetAt, toldAt, pausedUntil, strikes, lastTaken } = this;
    const window = this.window.save();
    return {
      window,
      learned,
      remaining: remaining === Infinity ? undefined : remaining,
      resetAt,
      toldAt,
      pausedUntil,
      strikes,
      lastTaken,
    };
  }

  /** Requests per minute, before the reserve. */
  get limit(): number {
    return Math.min(this.ceiling ?? Infinity, this.learned ?? this.ceiling ?? ASSUMED_LIMIT);
  }

  /** Requests that may be sent at once. */
  slots(now: number): number {
    const own = this.usable - this.window.count(now) - this.outstanding;
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
    const own = this.window.emptyAt(now);
    return {
      limit: this.limit,
      remaining: now < this.pausedUntil ? 0 : this.slots(now),
      resetInMs: Math.max(0, Math.ceil((upstream > now ? upstream : own) - now)),
    };
  }

  /** A request leaves. */
  take(now: number): void {
    this.promise(now);
    this.window.add(now);
  }

  /** A request may leave; `counted` follows when it is over. */
  promise(now: number): void {
    this.remaining -= 1;
    this.lastTaken = now;
  }

  /** `n` requests that were promised will not leave. */
  giveBack(n: number): void {
    this.remaining += n;
  }

  /** A request was under way until `at`: ClickUp has counted it by then. */
  counted(at: number): void {
    this.window.add(at);
  }

  /**
   * @param now when the answer came
   * @param inFlight requests under way that ClickUp may not have counted yet
   */
  learn(now: number, { limit, remaining, resetInMs, exhausted }: BudgetFeedback, inFlight: number): void {
    if (limit) this.learned = limit;
    if (remaining !== undefined && now >= this.toldAt) {
      // As long as ClickUp counts no more than we do, nobody else uses the token, and those under way are counted here.
      const others = (this.learned ?? this.limit) - remaining > this.window.count(now) + this.outstanding;
      const left = remaining - reserve(this.limit) - (others ? inFlight : 0);
      const resetAt = now + clamp(resetInMs ?? this.window.length);
      const sameWindow = now < this.resetAt && Math.abs(resetAt - this.resetAt) < SAME_RESET_MS;
      // Answers may overtake each other: within one window what is left only shrinks.
      this.remaining = sameWindow ? Math.min(this.remaining, left) : left;
      this.resetAt = resetAt;
      this.toldAt = now;
    }
    if (exhausted) this.pause(now, resetInMs);
    else if (now >= this.pausedUntil) this.strikes = 0;
  }

  /** What is left until a time, whatever was known before. */
  tell(now: number, left: number, resetInMs: number): void {
    this.remaining = left;
    this.resetAt = now + resetInMs;
    this.toldAt = now;
  }

  /** Whether ClickUp has told its limit. */
  get told(): boolean {
    return this.learned !== undefined;
  }

  /** Requests per minute, after the reserve. */
  get usable(): number {
    return Math.max(1, this.limit - reserve(this.limit));
  }

  /** When the n-th request from now fits, going by what is counted now. */
  private refillAt(n: number, now: number): number {
    const own = this.window.leftAt(this.window.count(now) + this.outstanding + n - this.usable, now);
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
