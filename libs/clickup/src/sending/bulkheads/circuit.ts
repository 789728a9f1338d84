const FAILURES = 5;
export const WITHIN_MS = 10_000;
const FIRST_PAUSE_MS = 500;
/** Slow enough for ClickUp, and quick enough that calls which wait for four seconds see several probes. */
const PAUSE_GROWTH = 1.5;
const MAX_PAUSE_MS = 5_000;
/** A probe that takes longer counts as failed. A write must run to its end, but after this time others may probe, too. */
export const PROBE_MS = 5_000;

/** How a request was let through; a probe finds out for others whether ClickUp answers again. */
export type Admission = 'normal' | 'probe';

/**
 * Stops sending requests of one token while ClickUp does not answer them: opens after 5 failures in a row within 10 s, then lets one
 * probe through every 0.5 to 5 s. Failures are those of the way to ClickUp (connection, timeout, 502 to 504); a plain 500 is an answer to
 * one request.
 */
export class Circuit {
  /** When the latest failures were, without a success between them. */
  private failedAt: number[] = [];
  private openUntil = 0;
  private opened?: number;
  private pauseMs = FIRST_PAUSE_MS;
  private probingUntil = 0;

  isOpen(now: number): boolean {
    return this.openUntil > 0 && (now < this.openUntil || now < this.probingUntil);
  }

  /** When it opened first; undefined when it has not. */
  get openedAt(): number | undefined {
    return this.opened;
  }

  /** Before this time certainly no request is let through that was not. */
  get opensAt(): number {
    return Math.max(this.openUntil, this.probingUntil);
  }

  /**
   * Whether a request may leave now, and as what. Each admission must be followed by `failed` or `undecided`, or by throwing the circuit
   * away.
   * @param careful whether ClickUp does not answer other tokens either: then only one request at a time may leave, even while this
   * circuit is closed
   */
  admits(now: number, careful = false): Admission | undefined {
    if (this.isOpen(now) || (careful && now < this.probingUntil)) return undefined;
    if (!careful && this.openUntil === 0) return 'normal';
    this.probingUntil = now + PROBE_MS;
    return 'probe';
  }

  failed(now: number, as: Admission): void {
    if (as === 'probe') this.probingUntil = 0;
    this.failedAt = [...this.failedAt.filter((at) => at > now - WITHIN_MS), now];
    if (as === 'normal' && (this.openUntil > 0 || this.failedAt.length < FAILURES)) return;
    this.opened ??= now;
    this.openUntil = now + this.pauseMs;
    this.pauseMs = Math.min(MAX_PAUSE_MS, this.pauseMs * PAUSE_GROWTH);
  }

  /** The caller left before the answer came. */
  undecided(as: Admission): void {
    if (as === 'probe') this.probingUntil = 0;
  }
}
