const PER_REQUEST = 0.2;
const PER_SECOND = 2;
const CAPACITY = 50;
const MAX_TOKENS = 10_000;

interface Bucket {
  level: number;
  at: number;
}

/**
 * Keeps repetitions below 20 % of the requests of one ClickUp token, so that retries do not add to an overload. Two per second and a
 * first 50 are always allowed: a small token whose answers fail now and then (fault 21: 30 %) still gets through.
 */
export class RetryBudget {
  private readonly buckets = new Map<string, Bucket>();

  /** Counts a first attempt. */
  deposit(tokenHash: string, now: number): void {
    const bucket = this.of(tokenHash, now);
    bucket.level = Math.min(CAPACITY, bucket.level + PER_REQUEST);
  }

  /** Takes one repetition, if there is one left. */
  withdraw(tokenHash: string, now: number): boolean {
    const bucket = this.of(tokenHash, now);
    bucket.level = Math.min(CAPACITY, bucket.level + ((now - bucket.at) / 1000) * PER_SECOND);
    bucket.at = now;
    if (bucket.level < 1) return false;
    bucket.level -= 1;
    return true;
  }

  private of(tokenHash: string, now: number): Bucket {
    let bucket = this.buckets.get(tokenHash);
    if (!bucket) {
      if (this.buckets.size >= MAX_TOKENS) this.buckets.clear();
      this.buckets.set(tokenHash, (bucket = { level: CAPACITY, at: now }));
    }
    return bucket;
  }
}
