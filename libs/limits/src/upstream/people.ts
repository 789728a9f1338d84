/** For so long after a request somebody counts as there: as long as an agent may think between two calls. */
const THERE_MS = 60_000;
/** Of fewer places none is kept: that would take too much from whoever works. */
const ENOUGH_PLACES = 4;

/**
 * The people who use one ClickUp token. While somebody is there who has nothing under way, the last free place is kept for them: otherwise
 * one person's requests have all places at times, begin together and end together, and the others wait for that.
 */
export class People {
  private readonly underWay = new Map<string, number>();
  private inAll = 0;
  /** When each that is there was last seen; whoever was not seen longest comes first. */
  private readonly seenAt = new Map<string, number>();

  begin(person: string, now: number): void {
    this.underWay.set(person, (this.underWay.get(person) ?? 0) + 1);
    this.inAll += 1;
    this.seen(person, now);
  }

  end(person: string, now: number): void {
    const left = this.underWay.get(person)! - 1;
    if (left) this.underWay.set(person, left);
    else this.underWay.delete(person);
    this.inAll -= 1;
    this.seen(person, now);
  }

  /** Whether this person may have one of so many free places. */
  mayTake(person: string, places: number, now: number): boolean {
    if (places > 1 || places + this.inAll < ENOUGH_PLACES || !this.underWay.has(person)) return true;
    this.forget(now);
    return this.seenAt.size === this.underWay.size;
  }

  /** Until when a place is kept, if nobody comes and nothing ends. */
  keptUntil(): number {
    const idle = [...this.seenAt].filter(([person]) => !this.underWay.has(person));
    return (idle.at(-1)?.[1] ?? -Infinity) + THERE_MS;
  }

  private seen(person: string, now: number): void {
    this.seenAt.delete(person);
    this.seenAt.set(person, now);
  }

  private forget(now: number): void {
    for (const [person, at] of this.seenAt) {
      if (at + THERE_MS > now) return;
      if (this.underWay.has(person)) this.seen(person, now);
      else this.seenAt.delete(person);
    }
  }
}
