import { isRead, type Risk, type Verb } from '#libs/core';
import { type Target } from '#libs/clickup';

/** What a credential was granted. Pure data; layers only ever narrow it. */
export interface Policy {
  readonly mode: 'read' | 'write';
}

export type Decision = { allowed: true } | { allowed: false; reason: string };

/** The one decision: everything that is not known to be granted is refused. */
export function decide(policy: Policy, verb: Verb, _risk: Risk, _targets: readonly Target[]): Decision {
  if (isRead(verb) || policy.mode === 'write') return { allowed: true };
  return { allowed: false, reason: 'this connection is read-only' };
}
