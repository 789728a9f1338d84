import { monotonic } from '../clock.js';
import { type Budget, type BudgetRequest, type BudgetState, type Lease } from './budget.js';
import { type BudgetRules, TokenBudget } from './token-budget.js';

const FORGET_AFTER_MS = 5 * 60_000;

/** The budget of a single process: exact, in memory, one queue per ClickUp token (SEC-D17). Tokens that were not used for five minutes are forgotten. */
export class MemoryBudget implements Budget {
  private readonly tokens = new Map<string, TokenBudget>();
  private readonly rules: BudgetRules;
  private readonly everybody = { waiting: 0 };
  private sweptAt: number;

  constructor(rules: Partial<BudgetRules> = {}) {
    this.rules = {
      maxInFlight: 10,
      maxQueue: 200,
      maxQueueInAll: 2_000,
      maxWaitMs: 60_000,
      clock: monotonic,
      random: Math.random,
      ...rules,
    };
    this.sweptAt = this.rules.clock.now();
  }

  acquire(request: BudgetRequest): Promise<Lease> {
    let token = this.tokens.get(request.tokenHash);
    if (!token) {
      this.sweep();
      token = new TokenBudget(this.rules, this.everybody);
      this.tokens.set(request.tokenHash, token);
    }
    return token.acquire(request);
  }

  state(tokenHash: string): BudgetState | undefined {
    return this.tokens.get(tokenHash)?.state();
  }

  /** How many tokens are remembered. */
  get size(): number {
    return this.tokens.size;
  }

  /** Runs when a new token comes, because only then memory grows, and at most once a minute. */
  private sweep(): void {
    const now = this.rules.clock.now();
    if (now - this.sweptAt < 60_000) return;
    this.sweptAt = now;
    for (const [hash, token] of this.tokens) if (now - token.idleSince() > FORGET_AFTER_MS) this.tokens.delete(hash);
  }
}
