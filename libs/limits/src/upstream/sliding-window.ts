const COMPACT_AT = 1024;

/** Counts what happened in the last `length` milliseconds. Its memory is bounded by time (one entry per millisecond), not by the number of events. */
export class SlidingWindow {
  private readonly times: number[] = [];
  private readonly counts: number[] = [];
  private head = 0;
  private total = 0;

  constructor(readonly length = 60_000) {}

  /** Times are rounded up to whole milliseconds, so an event is never forgotten too early. */
  add(now: number): void {
    const time = Math.ceil(now);
    const last = this.times.length - 1;
    if (last >= this.head && this.times[last] === time) this.counts[last]! += 1;
    else {
      this.times.push(time);
      this.counts.push(1);
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

  private compact(): void {
    this.times.splice(0, this.head);
    this.counts.splice(0, this.head);
    this.head = 0;
  }
}
