/** For so long the same call waits to hear whether the answer of the one before it reaches its caller, in milliseconds. */
const DELIVERY_MS = 1_000;

/**
 * Calls of this process that are done, and whose items are forgotten once their callers have the answers. Until then the same call cannot
 * tell them from one that was interrupted, and would go on with what there is no more to do: it waits here.
 */
export class Endings {
  private readonly open = new Map<string, Promise<void>>();

  /**
   * @param whenDelivered has something done once the caller has its answer, and never where the caller has gone
   * @param forget forgets the items; never rejects
   */
  begin(key: string, whenDelivered: (work: () => void) => void, forget: () => Promise<void> | void): void {
    const over = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, DELIVERY_MS).unref();
      whenDelivered(() => {
        clearTimeout(timer);
        resolve(forget());
      });
    }).then(() => {
      if (this.open.get(key) === over) this.open.delete(key);
    });
    this.open.set(key, over);
  }

  /** Resolves when no call of this key is about to end: its caller has the answer, or will have none. */
  of(key: string): Promise<void> | undefined {
    return this.open.get(key);
  }
}
