import { Allowance } from './allowance.js';
import { type BudgetFeedback, type BudgetState } from './budget.js';
import { type Permits } from './permits.js';
import { type BudgetRules } from './token-budget.js';

/** The permits of a token that no other process uses. */
export class OwnPermits implements Permits {
  private readonly maxInFlight: number;
  private readonly allowance: Allowance;
  private inFlight = 0;

  constructor({ limit, maxInFlight, random }: BudgetRules) {
    this.maxInFlight = maxInFlight;
    this.allowance = new Allowance(limit, random);
  }

  get busy(): boolean {
    return this.inFlight > 0;
  }

  get isUnsure(): boolean {
    return false;
  }

  get places(): number {
    return this.maxInFlight - this.inFlight;
  }

  readyAt(now: number, spread: boolean): number {
    return this.places > 0 ? this.allowance.readyAt(now, spread) : Infinity;
  }

  earliest(n: number, now: number): number {
    return this.allowance.earliest(n, now);
  }

  take(now: number): void {
    this.inFlight += 1;
    this.allowance.take(now);
  }

  release(now: number, feedback: BudgetFeedback | undefined): void {
    this.inFlight -= 1;
    if (feedback) this.allowance.learn(now, feedback, this.inFlight);
  }

  /** Nothing to do: what is ready is known. */
  seek(): void {}

  state(now: number): BudgetState {
    return this.allowance.state(now);
  }
}
