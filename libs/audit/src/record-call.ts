import { type ErrorCode } from '#libs/core';
import { scopeViolations, toolCalls, toolSeconds, upstreamRequests, upstreamRetries } from './metrics.js';

/** What is recorded of a tool call: no arguments, no content, no names of people or objects (SEC-D22). */
interface CallRecord {
  tool: string;
  /** Pseudonym of the gateway credential. */
  caller: string;
  outcome: 'success' | 'preview' | ErrorCode;
  /** Milliseconds. */
  ms: number;
  requests: number;
  retries: number;
  /** Writes whose target had moved out of what the caller may change between the check and the write. */
  scopeViolations?: number;
}

/** The one place where a tool call is counted; later also where it is audited. */
export function recordCall({ tool, outcome, ms, requests, retries, scopeViolations: violations }: CallRecord): void {
  toolCalls.inc({ tool, outcome });
  toolSeconds.observe({ tool }, ms / 1000);
  if (requests) upstreamRequests.inc({ tool }, requests);
  if (violations) scopeViolations.inc({ tool }, violations);
  if (retries) upstreamRetries.inc({ tool }, retries);
}
