const COMPACT_AT = 1024;

/** How often something happened at which times; ascending. */
export interface SavedWindow {
  times: number[];
  counts: number[];
}

/** Counts what happened in the last `length` milliseconds. Its memory is bounded by time (one entry per millisecond), not by the number of events. */
export class SlidingWindow {
  private readonly times: number[];
  private readonly counts: number[];
  private head = 0;
  private total: number;

  constructor(
    readonly length = 60_000,
    /** Milliseconds: the step of the times. */
    private readonly grain = 1,
    { times, counts }: SavedWindow = { times: [], counts: [] },
  ) {
    this.times = [...times];
    this.counts = [...counts];
    this.total = counts.reduce((sum, count) => sum + count, 0);
  }

  save(): SavedWindow {
    return { times: this.times.slice(this.head), counts: this.counts.slice(this.head) };
  }

  /** Times are rounded up, so an event is never forgotten too early. They come in order, or nearly. */
  add(at: number): void {
    const time = Math.ceil(at / this.grain) * this.grain;
    let after = this.times.length;
    while (after > this.head && this.times[after - 1]! > time) after -= 1;
    if (after > this.head && this.times[after - 1] === time) this.counts[after - 1]! += 1;
    else {
      this.times.splice(after, 0, time);
      this.counts.splice(after, 0, 1);
    }
    this.total += 1;
  }

  count(now: number): number {
    while (this.head < this.times.length && this.times[this.head]! + this.length <= now)
      this.total -= this.counts[this.head++]!;
    if (this.head >= COMPACT_AT && this.head * 2 >= this.times.length) this.compact();
    return this.total;
  }

  /** When the `n` oldest of the events counted now will have left; `now` for n ≤ 0, Infinity when there are fewer. */
  leftAt(n: number, now: number): number {
    if (n <= 0) return now;
    let left = n;
    for (let index = this.head; index < this.times.length; index += 1) {
      left -= this.counts[index]!;
      if (left <= 0) return this.times[index]! + this.length;
    }
    return Infinity;
  }

  /** When all of the events counted now will have left; `now` where there are none. */
  emptyAt(now: number): number {
    return this.count(now) > 0 ? this.times.at(-1)! + this.length : now;
  }

  private compact(): void {
    this.times.splice(0, this.head);
    this.counts.splice(0, this.head);
    this.head = 0;
  }
}
