import { type Clock, monotonic } from '../clock.js';
import { type Counts, type Standing, Subject } from './subject.js';
import { slackOf, type Tier } from './tiers.js';

/** How long nothing is told at most, and when a database that was away is asked again. */
const TELL_MS = 1_000;
/** Who waits for the database longer goes on with what this process knows. */
const PATIENCE_MS = 500;
/** Of one statement. */
const MAX_SUBJECTS = 1_000;
/** Kept in memory; one that was forgotten is read again. */
const MAX_KNOWN = 20_000;

/** Where the counts lie that replicas share. */
export interface InboundRows {
  /**
   * Adds requests to those of the other replicas; without any it only asks for the time. Rejects when the database is away.
   * @returns the database's time in milliseconds, how many replicas live, and the sums in the order of `hits`
   */
  add(
    hits: readonly { subject: Buffer; counts: Counts }[],
  ): Promise<{ now: number; replicas: number; counts: readonly Counts[] }>;
}

/** Whose requests are counted together. */
export interface Counted {
  id: string;
  /** By all replicas together; otherwise by each. */
  shared: boolean;
}

/**
 * Sliding windows for callers, which replicas share (SEC-D24). Each counts by itself and tells the others once a second, or when it has let
 * in so many that the limit might be exceeded by more than 5 % otherwise: only then, and the first time that it sees somebody, a request waits
 * for the database. While that is away each replica goes by what it knows.
 */
export class CallerWindows {
  private readonly shared = new Map<string, Subject>();
  private readonly alone = new Map<string, Subject>();
  /** Those that have something to tell, or to ask. */
  private readonly due = new Set<Subject>();
  private slacks = new WeakMap<Tier, number>();
  /** The database's clock less ours; until that has told, the clock of this machine less ours. */
  private offset: number;
  private timed = false;
  private replicas = 1;
  private away = false;
  private closed = false;
  private turning: Promise<void> | undefined;
  private disarm: (() => void) | undefined;

  /**
   * @param digest of an id, fit for the database
   * @param rows none = nothing is shared
   */
  constructor(
    private readonly digest: (id: string) => Buffer,
    private readonly rows?: InboundRows,
    private readonly clock: Clock = monotonic,
  ) {
    this.offset = Date.now() - clock.now();
  }

  /**
   * Counts a request; refused ones do not count. Large batches that reach several replicas at the same moment may all pass.
   * @param weight how many it counts as
   * @returns where the caller stands; undefined where nothing is limited. A promise only where the database is asked first
   */
  hit(who: Counted, weight: number, tier: Tier): Standing | undefined | Promise<Standing | undefined> {
    const subject = this.subject(who);
    // A batch that is larger than that looks first: what one may keep to itself does not bound it.
    const large = subject.digest !== undefined && !this.away && weight > this.slack(tier);
    return large || this.mustAsk(subject, weight, tier)
      ? this.ask(subject, weight, tier)
      : this.take(subject, weight, tier);
  }

  /** Tells what is left to tell. Call it before the database closes. */
  async close(): Promise<void> {
    await this.turning;
    // A turn that is there now waits for a database that does not answer.
    for (this.away = false; this.due.size > 0 && !this.away && !this.turning;) await this.turn();
    this.closed = true;
    this.disarm?.();
  }

  private now(): number {
    return this.clock.now() + this.offset;
  }

  private subject({ id, shared }: Counted): Subject {
    const subjects = shared && this.rows ? this.shared : this.alone;
    let subject = subjects.get(id);
    if (subject) return subject;
    subjects.set(id, (subject = new Subject(this.now(), subjects === this.shared ? this.digest(id) : undefined)));
    if (subjects.size > MAX_KNOWN)
      for (const [other, known] of subjects) {
        if (this.due.has(known)) continue;
        subjects.delete(other);
        break;
      }
    return subject;
  }

  private slack(tier: Tier): number {
    let slack = this.slacks.get(tier);
    if (slack === undefined) this.slacks.set(tier, (slack = slackOf(tier, this.replicas)));
    return slack;
  }

  private mustAsk(subject: Subject, weight: number, tier: Tier): boolean {
    if (!subject.digest || this.away) return false;
    if (!subject.known) return true;
    // What the others have sent meanwhile only makes a refusal truer.
    const beyond = subject.untold > 0 && subject.untold + weight > this.slack(tier);
    return beyond && !subject.refusal(this.now(), weight, tier);
  }

  private async ask(subject: Subject, weight: number, tier: Tier): Promise<Standing | undefined> {
    do {
      this.due.add(subject);
      await this.turn();
    } while (this.mustAsk(subject, weight, tier));
    return this.take(subject, weight, tier);
  }

  private take(subject: Subject, weight: number, tier: Tier): Standing | undefined {
    const standing = subject.take(this.now(), weight, tier);
    if (!subject.digest || subject.untold === 0) return standing;
    this.due.add(subject);
    if (!this.away && subject.untold * 2 >= this.slack(tier)) this.beginTurn();
    else this.arm();
    return standing;
  }

  private arm(): void {
    if (this.closed) return;
    this.disarm ??= this.clock.after(TELL_MS, () => {
      this.disarm = undefined;
      this.beginTurn();
    });
  }

  /** Never rejects; resolves when the turn is over, or when nobody should wait for it any longer. */
  private turn(): Promise<void> {
    this.beginTurn();
    return this.turning ?? Promise.resolve();
  }

  /** One at a time. */
  private beginTurn(): void {
    this.turning ??= new Promise((resolve) => {
      const disarm = this.clock.after(PATIENCE_MS, () => {
        this.away = true;
        resolve();
      });
      const end = (told: boolean) => {
        disarm();
        this.away = !told;
        this.turning = undefined;
        if (this.due.size > 0) this.arm();
        resolve();
      };
      this.exchange().then(
        () => end(true),
        // Whoever asks the database for more than this has it logged.
        () => end(false),
      );
    });
  }

  /** Rejects when the database is away. */
  private async exchange(): Promise<void> {
    // Parts have numbers by the database's clock, so nothing is told before that is known.
    if (!this.timed) await this.add([]);
    const subjects = [...this.due].slice(0, MAX_SUBJECTS);
    const now = this.now();
    try {
      const counts = await this.add(
        subjects.map((subject) => ({ subject: subject.digest!, counts: subject.tell(now) })),
      );
      for (const [at, subject] of subjects.entries()) {
        subject.told(counts[at]!);
        this.due.delete(subject);
        if (subject.untold > 0) this.due.add(subject);
      }
    } catch (error) {
      for (const subject of subjects) subject.notTold();
      throw error;
    }
  }

  private async add(hits: Parameters<InboundRows['add']>[0]): Promise<readonly Counts[]> {
    const began = this.clock.now();
    const { now, replicas, counts } = await this.rows!.add(hits);
    const ended = this.clock.now();
    // The time of a slow answer is a guess.
    if (!this.timed || ended - began < TELL_MS) this.offset = now - (began + ended) / 2;
    this.timed = true;
    if (replicas !== this.replicas) this.slacks = new WeakMap();
    this.replicas = replicas;
    return counts;
  }
}
