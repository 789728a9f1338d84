import { type Logger } from 'pino';

/** What the transport tells the operator. */
export type UpstreamLog = Pick<Logger, 'debug' | 'info' | 'warn'>;

/** An outage is told once a minute at most, even when ClickUp answers now and then meanwhile. */
const QUIET_MS = 60_000;

/** Tells the operator when ClickUp cannot be reached, and when it answers again: a line for each outage, not one per call. */
export class Reachability {
  private outage?: { since: number; failures: number; told: boolean; heldBack: boolean };
  private toldAt = -Infinity;

  constructor(
    private readonly log: Pick<UpstreamLog, 'info' | 'warn'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * A request got no answer, or one of a gateway before ClickUp.
   * @param why `ECONNREFUSED`, `timeout`, `503`
   * @param heldBack whether further requests are held back from now on
   */
  failed(why: string, heldBack: boolean): void {
    const now = this.now();
    if (!this.outage) {
      const told = now - this.toldAt >= QUIET_MS;
      this.outage = { since: now, failures: 0, told, heldBack: false };
      if (told) {
        this.toldAt = now;
        this.log.warn(
          { reason: why },
          'ClickUp does not answer: look at https://status.clickup.com, the network of this server (DNS, firewall, proxy) and CLICKUP_API_URL',
        );
      }
    }
    this.outage.failures += 1;
    if (!heldBack || this.outage.heldBack || !this.outage.told) return;
    this.outage.heldBack = true;
    this.log.warn(
      { reason: why, failures: this.outage.failures },
      'ClickUp did not answer several times in a row: calls wait for up to four seconds, later ones are refused at once, and every few seconds one finds out whether it answers again',
    );
  }

  succeeded(): void {
    const { outage } = this;
    if (!outage) return;
    this.outage = undefined;
    if (outage.told)
      this.log.info(
        { failures: outage.failures, after_ms: Math.round(this.now() - outage.since) },
        'ClickUp answers again',
      );
  }
}
