/** One request as it came in. */
export interface Recorded {
  method: string;
  /** Without the query. */
  path: string;
  /** Keys as on the wire (`statuses[]`); repeated ones are arrays. */
  query: Record<string, string | string[]>;
  /** The sandbox's own tokens in clear, nothing of any other: somebody may have pointed a real one here. */
  token: string;
  /** Unix milliseconds. */
  at: number;
}

export interface Stats {
  requests: number;
  /** Requests that changed something. */
  writes: number;
  operations: Record<string, number>;
}

const KEEP = 100_000;

/** What was asked of the sandbox; the control plane itself is not in it. */
export class Journal {
  private recorded: Recorded[] = [];
  private counts: Stats = { requests: 0, writes: 0, operations: {} };

  record(request: Recorded, operation: string): void {
    this.recorded.push(request);
    // Trimmed in large steps: one shift per request would move the whole array.
    if (this.recorded.length >= KEEP * 1.5) this.recorded = this.recorded.slice(-KEEP);
    this.counts.requests++;
    this.counts.operations[operation] = (this.counts.operations[operation] ?? 0) + 1;
  }

  wrote(): void {
    this.counts.writes++;
  }

  /** The newest 100,000, oldest first. */
  requests(): Recorded[] {
    return this.recorded.slice(-KEEP);
  }

  stats(): Stats {
    return structuredClone(this.counts);
  }

  clear(): void {
    this.recorded = [];
    this.counts = { requests: 0, writes: 0, operations: {} };
  }
}
