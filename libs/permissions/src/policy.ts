import { AppError, isRead, type Risk, type Verb } from '#libs/core';
import { type Authorize, type Target } from '#libs/clickup';

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

/** The judge that the transport asks before each write leaves. */
export function authorizer(policy: Policy): Authorize {
  return ({ id, verb, risk }, targets) => {
    const decision = decide(policy, verb, risk, targets);
    if (decision.allowed) return Promise.resolve();
    throw new AppError('forbidden', `Not allowed: ${decision.reason}.`, { details: { operation: id, reason: decision.reason } });
  };
}
