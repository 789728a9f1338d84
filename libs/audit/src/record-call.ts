import { traceHere } from '#libs/core';
import { type Logger } from 'pino';
import { type Audited, callEvent } from './audited-call.js';
import { type CallRecord, type Upstream } from './call-record.js';
import {
  addedSeconds,
  queueSeconds,
  scopeViolations,
  toolCalls,
  toolSeconds,
  upstreamRequests,
  upstreamRetries,
} from './metrics.js';

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
  traceHere()?.tell({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': tool,
    'clickup_mcp.called_as': as,
    'clickup_mcp.operation': operation,
    'clickup_mcp.outcome': outcome,
    'clickup_mcp.request_id': by.reqId,
    'clickup_mcp.requests': requests,
    'clickup_mcp.retries': retries,
    'clickup_mcp.queue_ms': Math.round(waitedMs),
  });
  audited.trail?.note(callEvent(record, audited));
}

function named(field: string, objects: ReadonlySet<string> | undefined): Record<string, unknown> | undefined {
  if (!objects?.size) return undefined;
  return objects.size <= NAMED
    ? { [field]: [...objects] }
    : { [field]: [...objects].slice(0, NAMED), [`${field}_count`]: objects.size };
}
