import { type LeavingSignal } from '#libs/core';
import { type Clock, monotonic } from '#libs/limits';
import { Waiter } from './waiter.js';

/** Requests under way at which only the first one of each token still leaves. */
const TOTAL = 256;
/** Sockets in all, whatever happens; a process may hold some 1,000 files where nobody allowed more. */
export const MAX_SOCKETS = 1_024;
/** What a token holds is at most this part of what is free, so that some is always free for the next. */
const SHARE = 1 / 8;
/** A request without an answer weighs one more for each time that this passes. */
const SLOW_MS = 10_000;

interface Token {
  /** When its requests under way left. */
  readonly leftAt: Set<Slot>;
  readonly waiting: Set<Waiter<Slot>>;
}

/** The place of one request under way. */
export class Slot {
  private open = true;

  /** @internal */
  constructor(
    readonly since: number,
    private readonly end: (slot: Slot) => void,
  ) {}

  release(): void {
    if (!this.open) return;
    this.open = false;
    this.end(this);
  }
}

/**
 * Connections to ClickUp, shared by tokens: 26 tenants whose calls hang once held all of them, and everybody waited for 30 s. A token may
 * hold an eighth of what is free (dynamic thresholds, Choudhury and Hahne 1998): alone it gets all that its budget lets leave, among thirty
 * greedy ones some six, and a fifth stays free for whoever comes. What it holds weighs more the longer it is not answered, so a slow
 * token's share shrinks. A token that holds none never waits.
 */
export class Slots {
  private readonly tokens = new Map<string, Token>();
  /** In the order of their turns. */
  private readonly waiting = new Set<string>();
  private held = 0;

  constructor(private readonly clock: Clock = monotonic) {}

  get inUse(): number {
    return this.held;
  }

  /** A place for one request, which must be released; undefined where it has to be waited for. */
  atOnce(tokenHash: string): Slot | undefined {
    const token = this.tokens.get(tokenHash) ?? { leftAt: new Set(), waiting: new Set() };
    return token.waiting.size === 0 && this.fits(token) ? this.give(tokenHash, token) : undefined;
  }

  /**
   * A place for one request, which must be released. Tokens take turns, the requests of one keep their order.
   * @returns undefined when the deadline (`Clock.now()` milliseconds) passed
   * @throws AppError `cancelled` when the signal fires
   */
  take(
    tokenHash: string,
    { deadline, signal }: { deadline: number; signal?: LeavingSignal },
  ): Promise<Slot | undefined> {
    const slot = this.atOnce(tokenHash);
    if (slot) return Promise.resolve(slot);
    const token = this.tokens.get(tokenHash) ?? { leftAt: new Set(), waiting: new Set() };
    this.tokens.set(tokenHash, token);
    const waiter = new Waiter<Slot>(this.clock, { until: deadline, signal }, (left) => {
      token.waiting.delete(left);
      this.tidy(tokenHash, token);
    });
    token.waiting.add(waiter);
    this.waiting.add(tokenHash);
    return waiter.outcome;
  }

  private fits({ leftAt }: Token): boolean {
    if (leftAt.size === 0) return this.held < MAX_SOCKETS;
    const now = this.clock.now();
    let weight = 1;
    for (const { since } of leftAt) weight += 1 + (now - since) / SLOW_MS;
    return weight <= (TOTAL - this.held) * SHARE;
  }

  private give(tokenHash: string, token: Token): Slot {
    const slot = new Slot(this.clock.now(), (ended) => {
      token.leftAt.delete(ended);
      this.held -= 1;
      this.tidy(tokenHash, token);
      this.pump();
    });
    this.tokens.set(tokenHash, token);
    token.leftAt.add(slot);
    this.held += 1;
    return slot;
  }

  /** Gives what became free, one to each token in turn, until nothing fits any more. */
  private pump(): void {
    for (let given = true; given;) {
      given = false;
      for (const tokenHash of [...this.waiting]) {
        const token = this.tokens.get(tokenHash)!;
        if (!this.fits(token)) continue;
        const [waiter] = token.waiting;
        token.waiting.delete(waiter!);
        this.waiting.delete(tokenHash);
        if (token.waiting.size) this.waiting.add(tokenHash);
        waiter!.grant(this.give(tokenHash, token));
        given = true;
      }
    }
  }

  private tidy(tokenHash: string, { leftAt, waiting }: Token): void {
    if (waiting.size === 0) this.waiting.delete(tokenHash);
    if (waiting.size === 0 && leftAt.size === 0) this.tokens.delete(tokenHash);
  }
}
