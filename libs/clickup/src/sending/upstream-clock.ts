/** What time it is at ClickUp, going by the Date of its newest answer: our own clock may be minutes off. */
export class UpstreamClock {
  private date?: string;
  private heardAt = 0;

  heard({ date }: Readonly<Record<string, string | string[] | undefined>>): void {
    if (typeof date !== 'string') return;
    this.date = date;
    this.heardAt = performance.now();
  }

  /** Whether ClickUp has said what time it is. */
  get isSet(): boolean {
    return this.date !== undefined && !Number.isNaN(Date.parse(this.date));
  }

  /** Unix milliseconds; of our own clock until ClickUp has said something. */
  now(): number {
    return this.at(performance.now());
  }

  /** What time it was there. @param moment `performance.now()` milliseconds */
  at(moment: number): number {
    return this.isSet
      ? Date.parse(this.date!) + Math.round(moment - this.heardAt)
      : Math.round(Date.now() + moment - performance.now());
  }
}
