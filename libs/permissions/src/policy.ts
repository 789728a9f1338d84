import { isRead, type Risk, type Verb } from '#libs/core';
import { type Target } from '#libs/clickup';

/** Ids of places; a place includes everything below it. An empty list = nothing. */
export interface Places {
  readonly spaces: readonly string[];
  readonly folders: readonly string[];
  readonly lists: readonly string[];
}

/** One layer of what was granted. Pure data; what is absent is not limited by this layer. */
export interface Policy {
  readonly mode: 'read' | 'selective' | 'write';
  /** Where `selective` may write; absent = nowhere. */
  readonly write?: Places;
  /** Where it may read; absent = everywhere. */
  readonly read?: Places;
  /** Which verbs it may use. */
  readonly methods?: readonly Verb[];
  readonly toolsets?: readonly string[];
  /** Names of tools: only these. */
  readonly enabledTools?: readonly string[];
  /** Names of tools: not these. */
  readonly disabledTools?: readonly string[];
  /** Risks above `normal` that it may take; absent = all that the mode allows. */
  readonly risks?: readonly Risk[];
}

/** The layers that hold for a caller, the operator's first. A call must pass each of them: a layer can only narrow. */
export type Policies = readonly Policy[];

export type Decision = { allowed: true } | { allowed: false; reason: string };

/** The one decision: everything that is not known to be granted is refused. */
export function decide(policies: Policies, verb: Verb, _risk: Risk, _targets: readonly Target[]): Decision {
  if (isRead(verb) || (policies.length > 0 && policies.every(({ mode }) => mode === 'write'))) return { allowed: true };
  return { allowed: false, reason: 'this connection is read-only' };
}
