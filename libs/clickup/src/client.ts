import { type Credential } from './credential.js';
import { type ArgumentsOf, type Caller, type Operation, type Parent, type Target } from './operation.js';

/** The call that a judge decides on. */
export interface JudgedCall {
  path: Readonly<Record<string, string>>;
  query: Readonly<Record<string, unknown>>;
  body: unknown;
  /** Where the caller says that something lies which ClickUp does not look up by id: a claim, to be verified. */
  parent?: Parent;
  /** Reads with the same credential, budget, signal and deadline; its requests count as the call's own. */
  read: ClickUpClient;
}

/** What a judge let pass. */
export interface Approval {
  /** In the order of the targets that were asked about, with canonical ids: these are sent, whatever spelling came in. */
  targets: readonly Target[];
  /** Called when the write was sent, whatever became of it: what it may have changed is not known any more. */
  written?(): void;
  /** Whether ClickUp's answer says that everything still lies where it lay when it was judged. */
  holds?(answer: unknown): boolean;
}

/**
 * Judges one outgoing write on everything it touches, right before it leaves. Without an approval what came in is sent.
 * @throws AppError `forbidden`
 */
export type Authorize = (operation: Operation, targets: readonly Target[], call: JudgedCall) => Promise<Approval | void>;

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
  /**
   * Judges several writes as a whole and sends none: what a tool that sends many does first, so that none is done when one is refused.
   * They share the Workspace, the Doc and the parent of the first.
   * @throws AppError `forbidden`, `invalid_parameters`
   */
  judge<O extends Operation>(operation: O, calls: readonly ArgumentsOf<O>[]): Promise<void>;
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
  /** Writes whose target had moved out of what the caller may change between the check and the write. */
  scopeViolations?: number;
  /** ClickUp's own state, from the newest answer's headers. */
  rateLimit?: { limit: number; remaining: number; resetInSeconds: number };
}
