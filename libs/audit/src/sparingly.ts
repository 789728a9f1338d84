/** How many lines may be written within a minute: in all, and for one source. */
interface Most {
  total: number;
  each: number;
}

const WINDOW_MS = 60_000;

/**
 * Bounds lines that strangers can cause: whoever sends requests without end must not fill the disk, nor push out what others did (SEC-C6).
 * Each thing leaves one line a minute, each source and all sources together a bounded number; what was left out is counted, and told once
 * when the minute is over.
 */
export class Sparingly {
  private written = 0;
  private skipped = 0;
  private readonly sources = new Map<string, number>();
  private readonly things = new Set<string>();
  private minute?: NodeJS.Timeout;

  /** @param tell writes the one line about those that were left out */
  constructor(
    private readonly most: Most,
    private readonly tell: (skipped: number) => void,
    private readonly windowMs = WINDOW_MS,
  ) {}

  /**
   * Whether a line may be written now. If so, write it.
   * @param source whose share it uses up, such as a network
   * @param thing what has a line already does not get a second one; undefined: each time is another thing
   */
  admits(source: string, thing?: string): boolean {
    // The process need not live on for the sake of a count.
    this.minute ??= setTimeout(() => this.begin(), this.windowMs).unref();
    const before = this.sources.get(source) ?? 0;
    if (
      this.written >= this.most.total ||
      before >= this.most.each ||
      (thing !== undefined && this.things.has(thing))
    ) {
      this.skipped += 1;
      return false;
    }
    this.written += 1;
    this.sources.set(source, before + 1);
    if (thing !== undefined) this.things.add(thing);
    return true;
  }

  private begin(): void {
    const { skipped } = this;
    this.minute = undefined;
    this.written = this.skipped = 0;
    this.sources.clear();
    this.things.clear();
    if (skipped) this.tell(skipped);
  }
}
