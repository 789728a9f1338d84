import { APPROVE, type Approve } from '#libs/core';
import { type Policies } from './policy.js';

/** Which changes wait for a person under these layers: the strictest of what they say. */
export function approveOf(policies: Policies): Approve {
  let strictest = 0;
  for (const { approve } of policies) if (approve) strictest = Math.max(strictest, APPROVE.indexOf(approve));
  return APPROVE[strictest]!;
}
