import { type ErrorCode, type Verb } from '#libs/core';

/** Whether something is so; `unknown` where only ClickUp could tell. */
export type Known = 'needed' | 'not_needed' | 'unknown';
export const KNOWN = ['needed', 'not_needed', 'unknown'] as const satisfies readonly Known[];

export const DECISIONS = ['allowed', 'refused', 'unknown'] as const;

/** One request to ClickUp, as it was judged. */
export interface JudgedRequest {
  /** operationId. */
  operation: string;
  effect: Verb;
  /** What it touches, as `kind:id`, as far as that is known. */
  objects: readonly string[];
  decision: (typeof DECISIONS)[number];
  /** Which layer refuses it; undefined where none does, or it is none of the layers. */
  layer?: string | undefined;
  /** Why it is refused, or what is not known. */
  reason?: string | undefined;
}

/** What would become of a call. */
export interface Explanation {
  /** The tool that was meant. */
  tool: string;
  decision: (typeof DECISIONS)[number];
  /** Whose word decided: see `LayerName`, or `client list`. */
  layer?: string | undefined;
  /** A sentence. */
  reason: string;
  /** What the call would answer, where it is refused. */
  error?: ErrorCode | undefined;
  /** Whether the call is shown first, to be confirmed. */
  confirmation: Known;
  /** Whether the call waits for a person. */
  approval: Known;
  /** What it would ask ClickUp first, in the order in which it was judged. What follows depends on the answers. */
  judged: readonly JudgedRequest[];
  /** What else the tool may send, judged on what the call has named so far. */
  expected: readonly JudgedRequest[];
  /** What was not judged, or is not known, in sentences. */
  open: readonly string[];
}
