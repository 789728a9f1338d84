import { type Credential } from './credential.js';
import { type Caller, type Operation, type Target } from './operation.js';

/**
 * Judges one outgoing write on everything it touches, right before it leaves.
 * @throws AppError `forbidden`
 */
export type Authorize = (operation: Operation, targets: readonly Target[]) => Promise<void>;

/** What a client for one tool call is made of. */
export interface CallContext {
  credential: Credential;
  /** Whose work this is, for fairness between people who share a token. */
  person: string;
  /** Without it every write is refused. */
  authorize?: Authorize;
  signal?: AbortSignal;
  /** `performance.now()` milliseconds after which nothing is started or awaited any more. */
  deadline: number;
  priority: 'interactive' | 'bulk';
}

/** ClickUp as seen by one tool call. Made for that call, thrown away after it. */
export interface ClickUpClient {
  readonly call: Caller;
  readonly credential: Credential;
  readonly stats: CallStats;
}

/** What one tool call cost upstream. */
export interface CallStats {
  /** Requests sent, retries included. */
  requests: number;
  retries: number;
  /** Milliseconds spent waiting for budget. */
  waitedMs: number;
  /** ClickUp's own state, from the newest answer's headers. */
  rateLimit?: { limit: number; remaining: number; resetInSeconds: number };
}
