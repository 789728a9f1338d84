import { type Forecast } from '#libs/limits';
import { type CallWrites } from './outcomes/after-writes.js';
import { type Credential } from './credential.js';
import { type ArgumentsOf, type CallOperation, type Operation, type Parent, type Target } from '../operation.js';

/** The call that a judge decides on. */
export interface JudgedCall {
  path: Readonly<Record<string, string>>;
  query: Readonly<Record<string, unknown>>;
  body: unknown;
  /** Where an object lies that ClickUp does not look up by id, according to the caller. A claim that has to be verified. */
  parent?: Parent;
  /** It is not sent, so no answer of it will be judged: what an answer would have to tell has to be told before. */
  unanswered?: boolean;
  /** Reads with the same credential, budget, signal and deadline; its requests count as the call's own. */
  read: ClickUpClient;
}

/** A judge's answer for a request that may be sent. */
export interface Approval {
  /** In the order of the targets that were asked about, with canonical ids. These ids are sent instead of those that came in. */
  targets: readonly Target[];
  /** Called after the write was sent, whatever became of it: what is cached of the things that it may have changed is forgotten. */
  written?(): void;
  /** Whether ClickUp's answer says that everything still lies where it lay when it was judged. */
  holds?(answer: unknown): boolean;
}

/**
 * Judges one outgoing request right before it leaves. A write is judged by everything it touches, a read by its operation alone, because
 * `ReadLimits` decide what it may show. Without an approval the request is sent as it came in.
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
  /** The query of a read, narrowed to what may be seen if ClickUp has a parameter for that. */
  narrow(
    operation: Operation,
    query: Readonly<Record<string, unknown>>,
    call: JudgedCall,
  ): Promise<Readonly<Record<string, unknown>>>;
  /**
   * @throws AppError `clickup_not_found` for an object that may not be seen, exactly as for one that does not exist; `forbidden` for a
   * read whose answer could not be limited to what may be seen
   */
  checkTargets(operation: Operation, targets: readonly Target[], call: JudgedCall): Promise<void>;
  /** The answer without what may not be seen. */
  filterAnswer(operation: Operation, answer: unknown, call: JudgedCall): Promise<unknown>;
}

/** What a client for one tool call is made of. */
export interface CallContext {
  credential: Credential;
  /** Whose work this is, for fairness between people who share a token. */
  person: string;
  /** Which Workspace's work it is, for fairness between Workspaces. */
  tenant?: string | undefined;
  /** Without it every write is refused. */
  authorize?: Authorize;
  /** Without it everything the credential sees is shown. */
  readLimits?: ReadLimits;
  /** Answers keep the secrets in them: only for work of our own that passes none of them on. */
  secrets?: true;
  signal?: AbortSignal;
  /** Id of the request that this is done for; only logs carry it. */
  reqId?: string | undefined;
  /**
   * `performance.now()` milliseconds after which nothing is started and no read is awaited any more. A write is not begun when less than ten
   * seconds are left; one that has left is awaited for its own timeout, because its outcome has to be told.
   */
  deadline: number;
  /** Writes are begun and given up like reads: for a page that cannot wait, and where a lost write is begun anew by a person. */
  cutsWrites?: true;
  priority: 'interactive' | 'bulk';
  /**
   * Its reads may be answered by what another call asks ClickUp right now, or was just told (`Coalesced`). Not for calls that write: they
   * read to decide, to compare and to find out what became of a write, and must not be told what was so a moment ago.
   */
  coalesced?: boolean;
  /** ClickUp's rate limit is told at once instead of waited for, as UPSTREAM_RETRY=off has it for everybody (contract item 26). */
  tellsThrottle?: boolean;
  /**
   * Awaited before each write leaves, with the operation and the ids of what it is about (`kind:id`). Where it fails, nothing is sent.
   */
  beforeWrites?: ((operation: string, objects: readonly string[]) => Promise<void>) | undefined;
  /**
   * Stands in for ClickUp: nothing is sent. Asked for each request that was judged and would leave now; what it returns is the answer, what it
   * throws is how the request ends.
   * @param lookUp it is asked for by a judge, to find out about what it judges
   */
  instead?: ((operation: Operation, targets: readonly Target[], lookUp: boolean) => unknown) | undefined;
  /** Told when a request has to wait long for the budget. */
  waiting?: (forecast: Forecast) => void;
}

/**
 * Told of a write that was sent.
 * @param done false when it failed, or when nobody knows
 */
export type WriteListener = (
  operation: Operation,
  sent: Pick<JudgedCall, 'path' | 'query' | 'body'>,
  done: boolean,
) => void;

/** ClickUp as seen by one tool call. Made for that call, thrown away after it. */
export interface ClickUpClient {
  readonly call: CallOperation;
  /**
   * Judges several writes together and sends none. A tool that sends many writes calls this first, so that none is done when one is
   * refused. All must have the Workspace, the Doc and the parent of the first.
   * @throws AppError `forbidden`, `invalid_parameters`
   */
  judge<O extends Operation>(operation: O, calls: readonly ArgumentsOf<O>[]): Promise<void>;
  readonly credential: Credential;
  /** The partition of the cache in which answers may be kept; undefined means that of the credential. */
  readonly cachePartition?: string;
  readonly stats: CallStats;
  /** Has the listener told of each write that was sent, whatever became of it: what is kept of the things that it changed is forgotten. */
  whenWritten?(listener: WriteListener): void;
  /** What time it is at ClickUp (Unix ms): what dates of its objects are compared with, because our own clock may be minutes off. */
  now(): number;
}

/** The same client with something around each of its calls and judgements; in all else it is the client itself. */
export const aroundCalls = (
  client: ClickUpClient,
  around: <T>(work: () => Promise<T>) => Promise<T>,
): ClickUpClient => ({
  credential: client.credential,
  cachePartition: client.cachePartition,
  stats: client.stats,
  now: () => client.now(),
  call: (operation, args) => around(() => client.call(operation, args)),
  judge: (operation, calls) => around(() => client.judge(operation, calls)),
  whenWritten: (listener) => client.whenWritten?.(listener),
});

/** What one tool call cost upstream. */
export interface CallStats {
  /** Requests sent, retries included. */
  requests: number;
  retries: number;
  /** Milliseconds spent waiting for budget. */
  waitedMs: number;
  /** Milliseconds of pauses before repetitions. */
  pausedMs?: number;
  /** Milliseconds from sending to the last byte, or of waiting for a request that another call sent, added up over what may have run side by side. */
  upstreamMs: number;
  /** Objects that writes changed, as `kind:id`; see `noteChanges`. */
  wrote?: Set<string>;
  created?: Set<string>;
  doubtful?: Set<string>;
  /** Objects that reads asked for by id, as `kind:id`: the first of them. */
  read?: Set<string>;
  /** What became of the writes that were sent; absent while there was none. */
  writes?: CallWrites;
  /** Writes whose target had moved out of what the caller may change between the check and the write. */
  scopeViolations?: number;
  /** ClickUp's own state, from the newest answer's headers. */
  rateLimit?: { limit: number; remaining: number; resetInSeconds: number };
}
