/** A window is counted in so many parts: a hit counts for one window and up to one part longer (5 %). */
export const PARTS = 20;
const SLOTS = PARTS + 1;

/** Hits of a sliding window, by its parts. What is kept does not grow with the hits. */
export class Ring {
  /** Hits that count now. */
  total = 0;
  private readonly slots = new Uint32Array(SLOTS);

  /** @param newest number of the part that is under way */
  constructor(private newest: number) {}

  /**
   * Brings the ring up to a part. A clock that went back by more than a part (a database that moved to another machine) takes its hits along:
   * otherwise nothing would leave until that clock has caught up.
   */
  advance(part: number): void {
    if (part === this.newest) return;
    if (part < this.newest - 1) return this.fill(part, this.hits());
    for (let passed = Math.max(this.newest, part - SLOTS) + 1; passed <= part; passed += 1) {
      const slot = passed % SLOTS;
      this.total -= this.slots[slot]!;
      this.slots[slot] = 0;
    }
    this.newest = Math.max(this.newest, part);
  }

  /** Counts hits in the newest part. */
  add(weight: number): void {
    this.slots[this.newest % SLOTS]! += weight;
    this.total += weight;
  }

  /** The part in which `count` of the hits will have left the window. */
  leavesAt(count: number): number {
    let left = count;
    for (let old = this.newest - PARTS; old <= this.newest; old += 1) {
      left -= this.slots[slotOf(old)]!;
      if (left <= 0) return old + SLOTS;
    }
    return this.newest + 1;
  }

  /** As replicas tell each other: the number of the newest part, then the hits of each part, newest first. */
  toCounts(): number[] {
    return [this.newest, ...this.hits()];
  }

  /** The ring that was told. */
  static of(counts: readonly number[]): Ring {
    const ring = new Ring(counts[0] ?? 0);
    ring.merge(counts);
    return ring;
  }

  /** Adds what another ring has told; the newer of the two newest parts is that of the result. */
  merge([newest = 0, ...hits]: readonly number[]): void {
    if (newest > this.newest) this.advance(newest);
    for (const [age, count] of hits.entries()) {
      const part = newest - age;
      if (part < this.newest - PARTS || part > this.newest) continue;
      this.slots[slotOf(part)]! += count;
      this.total += count;
    }
  }

  private hits(): number[] {
    return Array.from({ length: SLOTS }, (_, age) => this.slots[slotOf(this.newest - age)]!);
  }

  private fill(newest: number, hits: readonly number[]): void {
    this.newest = newest;
    for (const [age, count] of hits.entries()) this.slots[slotOf(newest - age)] = count;
  }
}

/** Parts before the origin of a clock have negative numbers. */
const slotOf = (part: number) => ((part % SLOTS) + SLOTS) % SLOTS;
