/** Requests are begun for so long in one turn of the event loop; what has come beyond that waits for the next. */
const TURN_MS = 10;
/** Begun in one turn at most, each in a callback of its own, so that its promises are served before the next. */
const PER_TURN = 32;
/** As many as there may be connections, unless MAX_CONNECTIONS says more. */
const MAX_WAITING = 10_000;

/**
 * When requests begin. A thousand that come at once are read in one turn of the event loop, and begun there they would take a second
 * before anything else has its turn: probes, answers of ClickUp's, the database. So they begin in their order, a few in each turn.
 * While there are few, nobody waits.
 */
export class Pace {
  private readonly waiting: (() => void)[] = [];
  private reading: number | undefined;
  private beginning: number | undefined;
  private scheduled = 0;
  private whenEmpty: (() => void)[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Begins `work` now or in a later turn. @returns false when too many wait: then it never begins */
  begin(work: () => void): boolean {
    if (this.waiting.length >= MAX_WAITING) return false;
    if (this.waiting.length === 0 && this.hasTime()) {
      work();
    } else {
      this.waiting.push(work);
      this.schedule();
    }
    return true;
  }

  /** Resolves when nothing waits. */
  async empty(): Promise<void> {
    if (this.waiting.length > 0) await new Promise<void>((resolve) => this.whenEmpty.push(resolve));
  }

  /** Whether requests that are read now may also begin now. */
  private hasTime(): boolean {
    const now = this.now();
    if (this.reading === undefined) {
      this.reading = now;
      setImmediate(() => (this.reading = undefined));
    }
    return now - this.reading < TURN_MS;
  }

  private schedule(): void {
    if (this.scheduled > 0) return;
    this.scheduled = Math.min(PER_TURN, this.waiting.length);
    for (let count = 0; count < this.scheduled; count += 1) setImmediate(() => this.next());
    if (this.scheduled === 0) for (const resolve of this.whenEmpty.splice(0)) resolve();
  }

  private next(): void {
    const now = this.now();
    this.beginning ??= now;
    try {
      if (now - this.beginning < TURN_MS) this.waiting.shift()?.();
    } finally {
      if (--this.scheduled === 0) {
        this.beginning = undefined;
        this.schedule();
      }
    }
  }
}
