/** What time it is at ClickUp, going by the Date of its newest answer: our own clock may be minutes off. */
export class UpstreamClock {
  private date?: string;
  private heardAt = 0;

  heard({ date }: Readonly<Record<string, string | string[] | undefined>>): void {
    if (typeof date !== 'string') return;
    this.date = date;
    this.heardAt = performance.now();
  }

  /** Unix milliseconds; of our own clock until ClickUp has said something. */
  now(): number {
    const there = this.date === undefined ? NaN : Date.parse(this.date);
    return Number.isNaN(there) ? Date.now() : there + Math.round(performance.now() - this.heardAt);
  }
}
