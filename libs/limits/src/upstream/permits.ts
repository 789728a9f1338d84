import { type BudgetFeedback, type BudgetState } from './budget.js';

/** Says how many requests of one token may leave, and when. Times are `Clock.now()` milliseconds. */
export interface Permits {
  /** Whether something is held or under way, so that it must not be forgotten. */
  readonly busy: boolean;
  /** How many more may be under way. */
  readonly places: number;
  /** Nothing leaves because nobody can say what is left, not because ClickUp's limit is reached. */
  readonly isUnsure: boolean;
  /** When one more request may be sent; `now` if at once, Infinity while that depends on what ends first. @param spread whether only bulk work waits */
  readyAt(now: number, spread: boolean): number;
  /** A time before which `n` more requests certainly cannot have been sent. */
  earliest(n: number, now: number): number;
  take(now: number): void;
  /** A request that was taken is over. */
  release(now: number, feedback: BudgetFeedback | undefined): void;
  /** Requests wait, and nothing is ready for them. */
  seek(now: number): void;
  state(now: number): BudgetState;
}

/** The queue that permits are for. */
export interface Demand {
  readonly waiting: number;
  /** Only bulk work waits, which is spread over the rest of the window. */
  readonly spread: boolean;
  /** Call it when more may be ready. */
  pump(): void;
}

export type PermitsFor = (tokenHash: string, demand: Demand) => Permits;
