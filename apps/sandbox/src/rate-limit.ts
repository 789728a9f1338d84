const MINUTE = 60_000;
/** What the headers say when no limit is configured: the largest plan's. */
const UNLIMITED = 10_000;

interface Window {
  startedAt: number;
  used: number;
}

/** Requests per token and minute, counted in a fixed window that begins with its first request. */
export class RateLimit {
  private readonly windows = new Map<string, Window>();

  /** @param limit 0 = none */
  constructor(public limit: number) {}

  /**
   * Counts one request.
   * @returns ClickUp's three headers; the reset in Unix seconds
   */
  count(token: string, now: number): { headers: Record<string, string>; exceeded: boolean } {
    let window = this.windows.get(token);
    if (!window || now >= window.startedAt + MINUTE) this.windows.set(token, (window = { startedAt: now, used: 0 }));
    window.used++;
    const limit = this.limit || UNLIMITED;
    return {
      headers: {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(Math.max(0, limit - window.used)),
        'x-ratelimit-reset': String(Math.ceil((window.startedAt + MINUTE) / 1000)),
      },
      exceeded: this.limit > 0 && window.used > this.limit,
    };
  }

  clear(): void {
    this.windows.clear();
  }
}
