import { type LeavingSignal } from '#libs/core';
/** A request that wants to be sent with a ClickUp token. */
export interface BudgetRequest {
  /** {@link Credential.hash}: the limit is per ClickUp token. */
  tokenHash: string;
  /** Whose work it is: people who share a token get equal shares. */
  person: string;
  /** Which Workspace's work it is; without one the token stands for it. */
  tenant?: string | undefined;
  priority: 'interactive' | 'bulk';
  signal?: LeavingSignal;
  /** `performance.now()` milliseconds. */
  deadline: number;
  /** Called at most once, before the wait, where more than about two seconds of it lie ahead. */
  waiting?: (forecast: Forecast) => void;
}

/** What a request that has to wait may be told. It is an estimate: others come and go. */
export interface Forecast {
  /** How many requests are served before it. */
  position: number;
  /** Milliseconds. */
  waitMs: number;
}

/** How much of a token's budget is left, as far as this process knows. */
export interface BudgetState {
  /** Requests per minute. */
  limit: number;
  /** Requests that may be sent at once. */
  remaining: number;
  /** Milliseconds until all of it is there again. */
  resetInMs: number;
}

/** What an answer told about the token's budget; all undefined when nothing came back. */
export interface BudgetFeedback {
  /** X-RateLimit-Limit: requests per minute. */
  limit?: number;
  /** X-RateLimit-Remaining. */
  remaining?: number;
  /** Milliseconds from now until the window resets. */
  resetInMs?: number;
  /** ClickUp answered 429. */
  exhausted?: boolean;
}

export interface Lease {
  /** Must be called exactly once, when the request is over. */
  release(feedback?: BudgetFeedback): void;
  /** How long the request waited. */
  readonly waitedMs: number;
}

/** Hands out permission to send one request to ClickUp. Every request that was accepted ends in a lease or a thrown error (SEC-D17). */
export interface Budget {
  /**
   * @throws AppError `clickup_rate_limit` when a queue is full or the deadline would pass first, with `position` and `retry_after_seconds`;
   * `cancelled` when the signal fires; `unavailable` while the database is away and nobody can say what is left
   */
  acquire(request: BudgetRequest): Promise<Lease>;
  /** Requests that wait in this process. */
  readonly waiting: number;
  /** @returns undefined for a token that was not used in the last minutes */
  state(tokenHash: string): BudgetState | undefined;
}
