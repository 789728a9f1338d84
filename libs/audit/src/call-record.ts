import { type ErrorCode } from '#libs/core';

/** Who called, and with what: pseudonyms, and what the client says of itself. */
export interface CalledBy {
  reqId?: string | undefined;
  /** Id and kind of the gateway credential. */
  grant: string;
  kind: string;
  /** Pseudonym of the person whose connection it is. */
  person?: string | undefined;
  /** Workspace id. */
  workspace?: string | undefined;
  client?: string | undefined;
  client_version?: string | undefined;
}

/** What a call cost upstream and what it changed there. Times in milliseconds, added up over requests that may have run side by side. */
export interface Upstream {
  requests: number;
  retries: number;
  /** From sending to the last byte; of a shared request, what this call has waited for it. */
  upstreamMs: number;
  /** Waited for the budget. */
  waitedMs: number;
  /** Pauses before repetitions. */
  pausedMs?: number;
  /** Objects that were written, as `kind:id`; made ones among `created`; those of which nobody knows among `doubtful`. */
  wrote?: ReadonlySet<string>;
  created?: ReadonlySet<string>;
  doubtful?: ReadonlySet<string>;
  /** Objects that reads asked for by id. */
  read?: ReadonlySet<string>;
  /** Writes whose target had moved out of what the caller may change between the check and the write. */
  scopeViolations?: number;
}

/** What is recorded of a tool call: no arguments, no content, no names of people or objects (SEC-D22). */
export interface CallRecord {
  /** Of the catalogue; `unknown` for a name that is not in it, which is the caller's own text. */
  tool: string;
  /** The name that was called, where it stands for this tool: an alias, `confirm_change`, `call_write_operation`. */
  as?: string | undefined;
  /** operationId, where the tool is one that calls any operation. */
  operation?: string | undefined;
  outcome: 'ok' | 'preview' | ErrorCode;
  /** In words without content; see `reasonOf`. */
  reason?: string | undefined;
  by: CalledBy;
  /** Milliseconds. */
  ms: number;
  upstream?: Upstream | undefined;
}
