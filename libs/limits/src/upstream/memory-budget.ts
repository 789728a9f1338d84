import { type Budget, type BudgetRequest, type BudgetState, type Lease } from './budget.js';
import { OwnPermits } from './own-permits.js';
import { type PermitsFor } from './permits.js';
import { WaitingRoom } from './waiting-room.js';
import { type BudgetRules, rulesWith, TokenBudget } from './token-budget.js';

const FORGET_AFTER_MS = 5 * 60_000;

/** The budget of a single process: exact, in memory, one queue per ClickUp token (SEC-D17). Tokens that were not used for five minutes are forgotten. */
export class MemoryBudget implements Budget {
  private readonly tokens = new Map<string, TokenBudget>();
  private readonly rules: BudgetRules;
  private readonly room = new WaitingRoom();
  private readonly permitsFor: PermitsFor;
  private sweptAt: number;

  constructor(rules: Partial<BudgetRules> = {}, permitsFor?: PermitsFor) {
    this.rules = rulesWith(rules);
    this.permitsFor = permitsFor ?? (() => new OwnPermits(this.rules));
    this.sweptAt = this.rules.clock.now();
  }

  acquire(request: BudgetRequest): Promise<Lease> {
    let token = this.tokens.get(request.tokenHash);
    if (!token) {
      this.sweep();
      token = new TokenBudget(this.rules, this.room, (demand) => this.permitsFor(request.tokenHash, demand));
      this.tokens.set(request.tokenHash, token);
    }
    return token.acquire(request);
  }

  get waiting(): number {
    return this.room.inAll;
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
