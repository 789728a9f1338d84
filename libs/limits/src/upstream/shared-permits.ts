import { type Allowance, ASSUMED_LIMIT, type SavedAllowance } from './allowance.js';
import { AwayPermits } from './away-permits.js';
import { type BudgetFeedback, type BudgetState } from './budget.js';
import { allowanceOf, type LedgerRow, PROBE_MS, takeTurn, type Dealt, VALID_MS } from './ledger.js';
import { type Demand, type Permits } from './permits.js';
import { type BudgetRules } from './token-budget.js';

/** How long nothing is told to the ledger at most while something is held: by oneself, and where others use the token too. */
const RENEW_MS = { alone: 2_500, shared: 2_000 };
const RETRY_MS = 1_000;
const MAX_ATTEMPTS = 20;
const MINUTE_MS = 60_000;

/** Where the ledgers lie that replicas share. Both reject when the database is away. */
export interface LedgerRows {
  /** @returns the row, its version (0 = there is none), the database's time in milliseconds, and how many replicas live */
  read(tokenHash: string): Promise<{ row?: LedgerRow; version: number; now: number; replicas: number }>;
  /** Writes the row if it still has that version. @returns whether it had */
  write(tokenHash: string, version: number, row: LedgerRow): Promise<boolean>;
}

/** What all tokens of a process have in common. */
export interface Replica {
  id: string;
  rows: LedgerRows;
  rules: BudgetRules;
  /** How many replicas live, when the database was last asked. */
  replicas: number;
  /** When the database was away last, as far as this process has noticed. */
  interruptedAt: number;
  /** Those that hold something. */
  shares: Set<SharedPermits>;
}

/**
 * This process's share of a token's budget. It takes a handful of permits in one round trip and comes again when they are used up; what it does
 * not use it gives back. While it holds nothing it costs nothing.
 */
export class SharedPermits implements Permits {
  /** From when on each that is held may be used, ascending. */
  private held: number[] = [];
  private inFlight = 0;
  private slots = 0;
  private validUntil = -Infinity;
  /** What the ledger does not know of yet. */
  private uses: { at: number; feedback: BudgetFeedback | undefined }[] = [];
  private usedSinceTurn = false;
  private turning: Promise<void> | undefined;
  private again = false;
  private askAt = -Infinity;
  /** From when on it is worth asking for a person: if only bulk work waited at the last turn, `askAt` is when that has its next one. */
  private askForPeopleAt = -Infinity;
  private turnedAt = -Infinity;
  private probedAt = -Infinity;
  private dealt: Dealt = { permits: [], slots: 0, retryInMs: 0, sharers: 0, mayProbe: false };
  private row: LedgerRow | undefined;
  private view: Allowance | undefined;
  /** The database's clock less ours. */
  private offset = 0;
  private away: AwayPermits | undefined;
  /** Nobody has looked for a while whether the database is back: others may have sent all that `away` allows. */
  private isStale = false;
  private disarm: (() => void) | undefined;

  constructor(
    private readonly tokenHash: string,
    private readonly demand: Demand,
    private readonly replica: Replica,
  ) {}

  get busy(): boolean {
    return this.inFlight > 0 || this.held.length > 0 || this.uses.length > 0 || this.turning !== undefined;
  }

  get isUnsure(): boolean {
    return this.away?.isUnsure ?? false;
  }

  get places(): number {
    return (this.away?.maxInFlight(this.replica.rules.maxInFlight) ?? this.slots) - this.inFlight;
  }

  readyAt(now: number, spread: boolean): number {
    const { maxInFlight } = this.replica.rules;
    const full = this.places <= 0;
    const [next] = this.held;
    if (!full && next !== undefined && Math.max(now, next) < this.validUntil) return Math.max(now, next);
    if (this.isStale && now >= this.askAt) return Infinity;
    if (this.away) return full ? Infinity : this.away.readyAt(now, spread);
    if (this.turning || (full && this.slots === maxInFlight)) return Infinity;
    // Our part of what is under way may grow.
    const askAt = Math.max(
      this.worthAskingAt(spread),
      full && this.inFlight > 0 ? this.turnedAt + RETRY_MS : -Infinity,
    );
    return askAt > now ? askAt : Infinity;
  }

  earliest(n: number, now: number): number {
    const more = n - (now < this.validUntil ? this.held.length : 0);
    if (more <= 0) return Math.max(now, this.held[n - 1] ?? now);
    if (this.isStale) return now;
    if (this.away) return this.away.earliest(more, now);
    return this.view ? Math.max(now, this.view.earliest(more, now + this.offset) - this.offset) : now;
  }

  take(now: number): void {
    this.inFlight += 1;
    this.usedSinceTurn = true;
    this.replica.shares.add(this);
    if (this.holds(now)) this.held.shift();
    else this.away?.take(now);
    // Before they run out, so that hardly anybody waits for the database.
    const plenty = this.dealt.permits.length > 1 && this.dealt.retryInMs === 0;
    if (!this.away && plenty && this.few) this.seek(now);
    else this.arm(now);
  }

  release(now: number, feedback: BudgetFeedback | undefined): void {
    const over = this.inFlight > this.slots && !this.away;
    this.inFlight -= 1;
    this.uses.push({ at: now, feedback });
    if (this.away) {
      this.uses = this.uses.filter(({ at }) => at > now - MINUTE_MS);
      if (feedback) this.away.learn(now, feedback, this.inFlight);
    }
    const lower = feedback?.limit !== undefined && feedback.limit < (this.view?.limit ?? Infinity);
    // Somebody has sent what the ledger does not know of: another program, or a replica that died before it told.
    const short = feedback?.remaining !== undefined && feedback.remaining < this.held.length + this.inFlight;
    const less = lower || (short && this.held.length > 0);
    if (feedback && (feedback.exhausted || less)) {
      // Until the ledger has answered, this process goes by what it has heard itself.
      this.view?.learn(now + this.offset, feedback, this.inFlight);
      this.held = [];
    }
    // The others must hear of it before they send what they hold, and also when more is under way here than our part is.
    if (feedback?.exhausted || over || less) this.turn();
    else this.arm(now);
  }

  seek(now: number): void {
    if (this.turning || now < this.worthAskingAt(this.demand.spread)) return;
    // What is held is used first, as soon as it may be; our part of what is under way may grow meanwhile.
    if (this.valid(now) && !this.few && now < this.turnedAt + RETRY_MS) return;
    this.turn();
  }

  state(now: number): BudgetState {
    const limit = this.replica.rules.limit ?? ASSUMED_LIMIT;
    if (!this.view) return { limit, remaining: this.held.length, resetInMs: MINUTE_MS };
    // What has left since the last turn is gone; what is held may still be sent.
    const held = this.held.length;
    this.view.outstanding = this.inFlight + this.uses.length + held;
    const state = this.view.state(now + this.offset);
    this.view.outstanding = 0;
    const remaining = state.remaining + held;
    // What has left since the last turn is not in the window yet, and comes back a minute later at most.
    const resetInMs = state.resetInMs || (remaining < state.limit ? MINUTE_MS : 0);
    return { ...state, remaining, resetInMs };
  }

  /** Gives back what is held. */
  async close(): Promise<void> {
    await this.turning;
    this.usedSinceTurn = false;
    if (this.busy) this.turn();
    await this.turning;
    this.disarm?.();
  }

  private holds(now: number): boolean {
    return this.valid(now) && this.held[0]! <= now;
  }

  private valid(now: number): boolean {
    return this.held.length > 0 && now < this.validUntil;
  }

  private get few(): boolean {
    return this.held.length <= this.dealt.permits.length / 3;
  }

  /** Comes back to the ledger in time, as long as there is something to tell it. */
  private arm(now: number): void {
    if (this.disarm || this.turning) return;
    if (!this.busy && !(this.away && this.demand.waiting > 0)) {
      this.replica.shares.delete(this);
      this.isStale = this.away !== undefined;
      return;
    }
    const renew = this.dealt.sharers > 0 ? RENEW_MS.shared : RENEW_MS.alone;
    const at = this.away ? this.askAt : Math.max(this.turnedAt, now - renew) + renew;
    this.disarm = this.replica.rules.clock.after(Math.max(1, at - now), () => {
      this.disarm = undefined;
      this.turn();
    });
  }

  private turn(): void {
    if (this.turning) {
      this.again = true;
      return;
    }
    this.disarm?.();
    this.disarm = undefined;
    this.turning = this.atLedger()
      .catch(() => this.lost())
      .then(() => {
        this.turning = undefined;
        this.isStale = false;
        const { again } = this;
        this.again = false;
        if (again) this.turn();
        this.arm(this.replica.rules.clock.now());
        this.demand.pump();
      });
  }

  private async atLedger(): Promise<void> {
    const { rows, rules, id } = this.replica;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const began = rules.clock.now();
      const { waiting, spread } = this.demand;
      const used = this.uses.length;
      const uses = this.uses.map(({ at, feedback }) => ({ ago: began - at, feedback }));
      const { row: before, version, now, replicas } = await rows.read(this.tokenHash);
      const idle = waiting === 0 && this.inFlight === 0 && !this.usedSinceTurn;
      if (idle || !this.valid(began)) this.held = [];
      const { row, dealt } = takeTurn(
        before,
        now,
        {
          replica: id,
          uses,
          inFlight: this.inFlight,
          // What ended since `uses` was written is told next time.
          keeps: this.inFlight + this.held.length + this.uses.length - used,
          wants: Math.max(waiting, this.usedSinceTurn ? 1 : 0),
          spread,
          wasAway: replicas > 1 && (this.away !== undefined || this.missedSomething(began)),
        },
        rules,
      );
      this.usedSinceTurn = false;
      if (!(await rows.write(this.tokenHash, version, row))) continue;
      this.uses.splice(0, used);
      this.slots = dealt.slots;
      this.validUntil = began + VALID_MS;
      this.away = undefined;
      this.dealt = dealt;
      this.row = row;
      this.view = allowanceOf(row, rules);
      this.view.outstanding = 0;
      this.replica.replicas = replicas;
      this.turnedAt = rules.clock.now();
      this.offset = now - this.turnedAt;
      this.askFrom(this.turnedAt + dealt.retryInMs, spread ? this.turnedAt : undefined);
      for (const inMs of dealt.permits) this.held.push(this.turnedAt + inMs);
      this.held.sort((a, b) => a - b);
      return;
    }
    // Others were always quicker: that is no reason to think that the database is away.
    this.askFrom(rules.clock.now() + 1 + rules.random() * 50);
  }

  private worthAskingAt(spread: boolean): number {
    return spread ? this.askAt : this.askForPeopleAt;
  }

  private askFrom(at: number, forPeople = at): void {
    this.askAt = at;
    this.askForPeopleAt = forPeople;
  }

  /** The ledger may lack what others have sent within its minute while the database was away. */
  private missedSomething(now: number): boolean {
    const { interruptedAt } = this.replica;
    return this.turnedAt < interruptedAt && now < interruptedAt + MINUTE_MS;
  }

  private lost(): void {
    const { rules } = this.replica;
    const now = rules.clock.now();
    this.askFrom(now + RETRY_MS);
    if (this.away) return;
    const limit = this.view?.limit ?? rules.limit ?? ASSUMED_LIMIT;
    const replicas = Math.max(this.replica.replicas, this.dealt.sharers + 1);
    const mayProbe = now >= this.probedAt + MINUTE_MS && this.dealt.mayProbe && now < this.turnedAt + PROBE_MS;
    if (mayProbe) this.probedAt = now;
    this.away = new AwayPermits(
      now,
      {
        allowance: this.row && inLocalTime(this.row.allowance, this.offset),
        limit,
        replicas,
        unreported: this.uses.map(({ at }) => at),
        inFlight: this.inFlight,
        mayProbe,
      },
      rules.random,
    );
  }
}

function inLocalTime(saved: SavedAllowance, offset: number): SavedAllowance {
  const { window, resetAt, toldAt, pausedUntil, lastTaken } = saved;
  return {
    ...saved,
    window: { ...window, times: window.times.map((at) => at - offset) },
    resetAt: resetAt - offset,
    toldAt: toldAt - offset,
    pausedUntil: pausedUntil - offset,
    lastTaken: lastTaken - offset,
  };
}
