/** Work that ClickUp does some time after it has answered. It is done when the first request after its time comes, so that no timer has to run. */
export class Later {
  private waiting: { at: number; run: () => void }[] = [];

  /** @param at Unix milliseconds */
  schedule(at: number, run: () => void): void {
    this.waiting.push({ at, run });
  }

  /** Does what was due by `now`, in the order in which it was scheduled. */
  settle(now: number): void {
    if (this.waiting.length === 0) return;
    const due = this.waiting.filter(({ at }) => at <= now);
    this.waiting = this.waiting.filter(({ at }) => at > now);
    for (const { run } of due) run();
  }
}
