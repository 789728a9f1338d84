import { type Credential } from './credential.js';
import { type ArgumentsOf, type CallOperation, type Operation, type Parent, type Target } from '../operation.js';

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
 * Judges one outgoing request right before it leaves: a write on everything it touches, a read on what it is (what it may show is told
 * by `ReadLimits`). Without an approval what came in is sent.
 * @throws AppError `forbidden`
 */
export type Authorize = (
  operation: Operation,
  targets: readonly Target[],
  call: JudgedCall,
) => Promise<Approval | void>;

/** What a caller may see, where that is not everything its credential sees. */
export interface ReadLimits {
  /** Names this set of limits: an answer that was kept under one set of limits is never shown under another. */
  readonly key: string;
  /** The arguments of a read with what narrows it to what may be seen, where ClickUp has a parameter for that. */
  narrow(
    operation: Operation,
    query: Readonly<Record<string, unknown>>,
    call: JudgedCall,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** @throws AppError `clickup_not_found` for what may not be seen, as for what is not there; `forbidden` for answers of which no part could be hidden */
  checkTargets(operation: Operation, targets: readonly Target[], call: JudgedCall): Promise<void>;
  /** The answer without what may not be seen. */
  filterAnswer(operation: Operation, answer: unknown, call: JudgedCall): Promise<unknown>;
}

/** What a client for one tool call is made of. */
export interface CallContext {
  credential: Credential;
  /** Whose work this is, for fairness between people who share a token. */
  person: string;
  /** Without it every write is refused. */
  authorize?: Authorize;
  /** Without it everything the credential sees is shown. */
  readLimits?: ReadLimits;
  /** Answers come with the secrets in them: for work of our own, that hands none of them on. */
  secrets?: true;
  signal?: AbortSignal;
  /** `performance.now()` milliseconds after which nothing is started or awaited any more. */
  deadline: number;
  priority: 'interactive' | 'bulk';
}

/** ClickUp as seen by one tool call. Made for that call, thrown away after it. */
export interface ClickUpClient {
  readonly call: CallOperation;
  /**
   * Judges several writes as a whole and sends none: what a tool that sends many does first, so that none is done when one is refused.
   * They share the Workspace, the Doc and the parent of the first.
   * @throws AppError `forbidden`, `invalid_parameters`
   */
  judge<O extends Operation>(operation: O, calls: readonly ArgumentsOf<O>[]): Promise<void>;
  readonly credential: Credential;
  /** Under what name its answers may be kept; without one, under that of the credential. */
  readonly cachePartition?: string;
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
