import { Allowance, reserve, type SavedAllowance } from './allowance.js';
import { type BudgetFeedback } from './budget.js';

const MINUTE_MS = 60_000;

/** What a replica knew of a token when the database went away. */
export interface LastKnown {
  /** In local time; undefined where the ledger was never read. */
  allowance: SavedAllowance | undefined;
  /** Requests per minute. */
  limit: number;
  /** Replicas that may send with this token, this one included. */
  replicas: number;
  /** Local times of own requests that the ledger does not know of. */
  unreported: readonly number[];
  inFlight: number;
  /** Whether one request may leave at once to hear from ClickUp what is left; else nothing does for a minute, or until an answer tells. */
  mayProbe: boolean;
}

/**
 * A conservative part of a token's budget, for as long as the database is away: the limit divided by the replicas. What the others have sent
 * in the last minute is unknown, so in the first minute only what ClickUp itself says is left is divided.
 */
export class AwayPermits {
  private readonly allowance: Allowance;
  private readonly alone: boolean;
  /** ClickUp has not told yet what is left. */
  isUnsure: boolean;

  constructor(
    now: number,
    private readonly known: LastKnown,
    random: () => number,
  ) {
    const { allowance, limit, replicas, unreported, inFlight } = known;
    this.alone = replicas === 1 && allowance !== undefined;
    this.isUnsure = !this.alone;
    this.allowance = this.alone
      ? new Allowance(limit, random, allowance)
      : new Allowance(Math.max(1, Math.floor(limit / replicas)), random);
    for (const at of unreported) this.allowance.counted(at);
    for (let i = 0; i < inFlight; i += 1) this.allowance.counted(now);
    if (!this.alone) this.allowance.tell(now, known.mayProbe ? 1 : 0, MINUTE_MS);
  }

  /** @param most requests that one token may have under way */
  maxInFlight(most: number): number {
    return Math.max(1, Math.floor(most / this.known.replicas));
  }

  readyAt(now: number, spread: boolean): number {
    return this.allowance.readyAt(now, spread);
  }

  earliest(n: number, now: number): number {
    return this.allowance.earliest(n, now);
  }

  take(now: number): void {
    this.allowance.take(now);
  }

  learn(now: number, feedback: BudgetFeedback, inFlight: number): void {
    const { limit, replicas } = this.known;
    if (this.alone) return this.allowance.learn(now, feedback, inFlight);
    const { remaining, resetInMs, exhausted } = feedback;
    if (exhausted || remaining !== undefined) this.isUnsure = false;
    if (exhausted) this.allowance.learn(now, { exhausted, resetInMs }, inFlight);
    if (remaining === undefined) return;
    const left = Math.floor((remaining - inFlight - reserve(limit)) / replicas);
    this.allowance.tell(now, Math.max(0, left), resetInMs ?? MINUTE_MS);
  }
}
