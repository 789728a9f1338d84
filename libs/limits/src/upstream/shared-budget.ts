import { type Budget, type BudgetRequest, type BudgetState, type Lease } from './budget.js';
import { MemoryBudget } from './memory-budget.js';
import { type LedgerRows, type Replica, SharedPermits } from './shared-permits.js';
import { type BudgetRules, rulesWith } from './token-budget.js';

/** Until the database has told, because it is away from the first request on. */
const ASSUMED_REPLICAS = 4;

/** A budget that replicas share: each has its queues, and takes permits from a ledger that all of them can read (SEC-D17, fault 49). */
export class SharedBudget implements Budget {
  private readonly queues: MemoryBudget;
  private readonly replica: Replica;

  /** @param id of this process, like that of no other */
  constructor(id: string, rows: LedgerRows, given: Partial<BudgetRules> = {}) {
    const rules = rulesWith(given);
    this.replica = { id, rows, rules, replicas: ASSUMED_REPLICAS, interruptedAt: -Infinity, shares: new Set() };
    this.queues = new MemoryBudget(rules, (hash, demand) => new SharedPermits(hash, demand, this.replica));
  }

  acquire(request: BudgetRequest): Promise<Lease> {
    return this.queues.acquire(request);
  }

  get waiting(): number {
    return this.queues.waiting;
  }

  state(tokenHash: string): BudgetState | undefined {
    return this.queues.state(tokenHash);
  }

  /** Call it when the database is back: other replicas may have sent what the ledger does not know of yet. */
  interrupted(): void {
    this.replica.interruptedAt = this.replica.rules.clock.now();
  }

  /** Gives back what this process holds, so that the others need not wait until its leases end. */
  async close(): Promise<void> {
    await Promise.all([...this.replica.shares].map((share) => share.close()));
  }
}
