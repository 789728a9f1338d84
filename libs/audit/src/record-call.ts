import { type ErrorCode } from '#libs/core';
import { type Logger } from 'pino';
import { type Audited, callEvent } from './audited-call.js';
import {
  addedSeconds,
  queueSeconds,
  scopeViolations,
  toolCalls,
  toolSeconds,
  upstreamRequests,
  upstreamRetries,
} from './metrics.js';

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
interface Upstream {
  requests: number;
  retries: number;
  /** From sending to the last byte. */
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

/** So many objects are named in a line; the others are counted. */
const NAMED = 10;
const NOTHING: Upstream = { requests: 0, retries: 0, upstreamMs: 0, waitedMs: 0 };

/** The one place where a tool call is counted, leaves its line and is audited. */
export function recordCall(log: Pick<Logger, 'info'>, record: CallRecord, audited: Audited): void {
  const { tool, as, operation, outcome, reason, by, ms, upstream = NOTHING } = record;
  const { requests, retries, upstreamMs, waitedMs, scopeViolations: violations } = upstream;
  toolCalls.inc({ tool, outcome });
  toolSeconds.observe({ tool }, ms / 1000);
  // Requests that ran side by side took less time than the sum of them.
  addedSeconds.observe(Math.max(0, ms - upstreamMs - waitedMs - (upstream.pausedMs ?? 0)) / 1000);
  if (requests) {
    upstreamRequests.inc({ tool }, requests);
    queueSeconds.observe(waitedMs / 1000);
  }
  if (violations) scopeViolations.inc({ tool }, violations);
  if (retries) upstreamRetries.inc({ tool }, retries);
  log.info(
    {
      reqId: by.reqId,
      tool,
      as,
      operation,
      outcome,
      reason,
      ...by,
      ...named('wrote', upstream.wrote),
      ...named('created', upstream.created),
      ...named('doubtful', upstream.doubtful),
      requests,
      retries,
      upstream_ms: Math.round(upstreamMs),
      queue_ms: Math.round(waitedMs),
      paused_ms: upstream.pausedMs && Math.round(upstream.pausedMs),
      ms: Math.round(ms),
    },
    'tool call',
  );
  audited.trail?.note(callEvent(record, audited));
}

function named(field: string, objects: ReadonlySet<string> | undefined): Record<string, unknown> | undefined {
  if (!objects?.size) return undefined;
  return objects.size <= NAMED
    ? { [field]: [...objects] }
    : { [field]: [...objects].slice(0, NAMED), [`${field}_count`]: objects.size };
}
