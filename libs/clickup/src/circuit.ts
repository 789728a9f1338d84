const FAILURES = 5;
const WITHIN_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 5_000;

/**
 * Stops sending to a host that is down: opens after 5 failures in a row within 10 s, then lets one probe through every 1 to 5 s.
 * Failures are those of the way to ClickUp (connection, timeout, 502 to 504); a plain 500 is an answer, so that no caller can shut out the others with a bad request.
 */
export class Circuit {
  private row: number[] = [];
  private openUntil = 0;
  private pauseMs = FIRST_PAUSE_MS;
  private probing = false;

  isOpen(now: number): boolean {
    return this.openUntil > 0 && (this.probing || now < this.openUntil);
  }

  /** Whether a request may leave now. Each `true` must be followed by `succeeded`, `failed` or `undecided`. */
  admits(now: number): boolean {
    if (this.isOpen(now)) return false;
    this.probing = this.openUntil > 0;
    return true;
  }

  succeeded(): void {
    if (this.row.length) this.row = [];
    this.openUntil = 0;
    this.pauseMs = FIRST_PAUSE_MS;
    this.probing = false;
  }

  failed(now: number): void {
    const probed = this.probing;
    this.probing = false;
    this.row = [...this.row.filter((at) => at > now - WITHIN_MS), now];
    if (!probed && (this.openUntil > 0 || this.row.length < FAILURES)) return;
    this.openUntil = now + this.pauseMs;
    this.pauseMs = Math.min(MAX_PAUSE_MS, this.pauseMs * 2);
  }

  /** The caller left before the answer came. */
  undecided(): void {
    this.probing = false;
  }
}
