/** Shorter bodies are not counted: they are many, quick, and bounded by the connections. */
export const COUNTED_FROM = 256 * 1024;
/** A body whose length nobody told is counted as this long until it has become longer. */
export const UNTOLD_BYTES = 2 << 20;
/** What an answer takes in memory, in bytes of its body: body, text, objects, and what a tool makes of them. */
const ANSWER_WEIGHT = 6;

/** Bytes of memory that an answer of so many bytes is counted as. */
export const weightOf = (bytes: number): number => bytes * ANSWER_WEIGHT;

/**
 * The memory that bodies on their way take, in all and per ClickUp token: ten tenants that read ten answers of 9 MB each once took
 * 950 MB. What does not fit waits: tokens in the order in which they came, a smaller one before a larger one that does not fit yet.
 */
export class BytesInFlight {
  private readonly tokens = new Map<string, number>();
  private readonly waiting = new Set<Account>();
  private held = 0;
  private highest = 0;

  /** @param all bytes @param perToken bytes; a single body counts as so many at most, so that each fits when it is alone */
  constructor(
    private readonly all = Infinity,
    private readonly perToken = Infinity,
  ) {}

  get inUse(): number {
    return this.held;
  }

  /** The most that was in use at one time. */
  get peak(): number {
    return this.highest;
  }

  /** For one request; holds nothing yet. */
  account(tokenHash: string): Account {
    return new Account(this, tokenHash);
  }

  /** @internal */
  most(bytes: number): number {
    return Math.min(bytes, this.perToken, this.all);
  }

  /** @internal */
  take(tokenHash: string, bytes: number, force: boolean): boolean {
    const own = this.tokens.get(tokenHash) ?? 0;
    if (!force && (this.held + bytes > this.all || own + bytes > this.perToken)) return false;
    this.held += bytes;
    this.highest = Math.max(this.highest, this.held);
    this.tokens.set(tokenHash, own + bytes);
    return true;
  }

  /** @internal */
  give(tokenHash: string, bytes: number): void {
    const own = (this.tokens.get(tokenHash) ?? 0) - bytes;
    if (own > 0) this.tokens.set(tokenHash, own);
    else this.tokens.delete(tokenHash);
    this.held -= bytes;
    for (const account of this.waiting) if (account.retry()) this.waiting.delete(account);
  }

  /** @internal */
  wait(account: Account): void {
    this.waiting.add(account);
  }

  /** @internal */
  leave(account: Account): void {
    this.waiting.delete(account);
  }
}

/** What one request holds of it. */
export class Account {
  private held = 0;
  private wanted?: { bytes: number; granted: () => void };

  /** @internal */
  constructor(
    private readonly bytes: BytesInFlight,
    private readonly tokenHash: string,
  ) {}

  /** Has it hold that many bytes, if they fit now. Whoever holds some already must not wait for more: two such could wait for each other. */
  raise(bytes: number): boolean {
    const more = this.bytes.most(bytes) - this.held;
    if (more > 0 && !this.bytes.take(this.tokenHash, more, false)) return false;
    this.held += Math.max(0, more);
    return true;
  }

  /** The same without a question: for what must not be refused, because it is there already. */
  force(bytes: number): void {
    const more = Math.max(0, bytes - this.held);
    this.bytes.take(this.tokenHash, more, true);
    this.held += more;
  }

  /** Waits until it can hold that many bytes, then calls `granted`, unless it is released before. */
  await(bytes: number, granted: () => void): void {
    this.wanted = { bytes, granted };
    this.bytes.wait(this);
  }

  /** @internal */
  retry(): boolean {
    const { wanted } = this;
    if (!wanted || !this.raise(wanted.bytes)) return false;
    this.wanted = undefined;
    wanted.granted();
    return true;
  }

  /** Has it hold no more than that many bytes. */
  lower(bytes: number): void {
    const less = this.held - bytes;
    if (less <= 0) return;
    this.held -= less;
    this.bytes.give(this.tokenHash, less);
  }

  release(): void {
    this.wanted = undefined;
    this.bytes.leave(this);
    const { held } = this;
    this.held = 0;
    if (held > 0) this.bytes.give(this.tokenHash, held);
  }
}
