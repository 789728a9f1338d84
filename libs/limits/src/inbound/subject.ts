import { Ring } from './ring.js';
import { partMs, partOf, type Tier, type Window, WINDOWS } from './tiers.js';

/** Where a caller stands after a request. */
export interface Standing {
  /** The window that refuses; otherwise the shortest that has a limit. */
  window: Window;
  limit: number;
  remaining: number;
  /** Seconds until the oldest request that counts has left; of a refusal, until it would pass. */
  resetInSeconds: number;
  refused: boolean;
}

/** What replicas tell each other of one subject: per window the number of its newest part and the requests by part, newest first. */
export type Counts = Readonly<Record<Window['name'], number[]>>;

/** Whoever requests are counted for: a person, or a key that belongs to nobody. */
export class Subject {
  /** Whether the counts of the other replicas were ever heard. */
  known = false;
  /** Requests that the others do not know of yet, for all this process knows. */
  untold = 0;
  private all: readonly Ring[];
  private own: readonly Ring[] | undefined;
  private underWay: { rings: readonly Ring[]; weight: number } | undefined;

  /** @param digest under which replicas share it; undefined = it counts for this process alone */
  constructor(
    now: number,
    readonly digest?: Buffer,
  ) {
    this.all = rings(now);
  }

  /**
   * Counts a request if all windows have room for it; a refused one does not count.
   * @param weight how many it counts as
   * @returns undefined where nothing is limited
   */
  take(now: number, weight: number, tier: Tier): Standing | undefined {
    const refusal = this.refusal(now, weight, tier);
    if (refusal) return refusal;
    this.own ??= rings(now);
    for (const [at, window] of WINDOWS.entries()) {
      const own = this.own[at]!;
      own.advance(partOf(window, now));
      own.add(weight);
      this.all[at]!.add(weight);
    }
    this.untold += weight;
    return this.standing(now, tier);
  }

  /** Where a request would stand that does not fit; undefined when it fits. Of several windows the one that keeps it longest. */
  refusal(now: number, weight: number, tier: Tier): Standing | undefined {
    let refusal: Standing | undefined;
    for (const [at, window] of WINDOWS.entries()) {
      const [limit, ring] = [tier[window.name], this.all[at]!];
      ring.advance(partOf(window, now));
      if (limit === 0 || ring.total + weight <= limit) continue;
      const resetInSeconds = secondsUntil(window, ring.leavesAt(ring.total + weight - limit), now);
      if (resetInSeconds > (refusal?.resetInSeconds ?? 0))
        refusal = { window, limit, remaining: Math.max(0, limit - ring.total), resetInSeconds, refused: true };
    }
    return refusal;
  }

  /** What the others are to be told; it is under way until `told` or `notTold`. */
  tell(now: number): Counts {
    const own = this.own ?? rings(now);
    this.own = undefined;
    this.underWay = { rings: own, weight: this.untold };
    for (const [at, window] of WINDOWS.entries()) own[at]!.advance(partOf(window, now));
    return Object.fromEntries(WINDOWS.map(({ name }, at) => [name, own[at]!.toCounts()])) as Counts;
  }

  /** The others know what was under way: these are the requests of all. */
  told(counts: Counts): void {
    this.all = WINDOWS.map(({ name }, at) => {
      const ring = Ring.of(counts[name]);
      if (this.own) ring.merge(this.own[at]!.toCounts());
      return ring;
    });
    this.untold -= this.underWay?.weight ?? 0;
    this.underWay = undefined;
    this.known = true;
  }

  /** What was under way did not arrive: it will be told again. */
  notTold(): void {
    const back = this.underWay?.rings;
    if (back && this.own) for (const [at, ring] of back.entries()) ring.merge(this.own[at]!.toCounts());
    this.own = back ?? this.own;
    this.underWay = undefined;
  }

  private standing(now: number, tier: Tier): Standing | undefined {
    for (const [at, window] of WINDOWS.entries()) {
      const [limit, ring] = [tier[window.name], this.all[at]!];
      if (limit === 0) continue;
      const resetInSeconds = secondsUntil(window, ring.leavesAt(1), now);
      return { window, limit, remaining: limit - ring.total, resetInSeconds, refused: false };
    }
    return undefined;
  }
}

const rings = (now: number): readonly Ring[] => WINDOWS.map((window) => new Ring(partOf(window, now)));
const secondsUntil = ({ seconds }: Window, part: number, now: number): number =>
  Math.max(1, Math.ceil((part * partMs(seconds) - now) / 1000));
