import { type Access } from '#libs/auth';
import { AppError } from '#libs/core';
import { approveOf } from '#libs/permissions';
import { ApprovalGate } from '../approvals/gate.js';
import { Previews } from '../confirmations/previews.js';
import { type Known } from './explanation.js';
import { NotSent } from './not-sent.js';
import { type Rehearsal } from './rehearsal.js';

/** What stands between a call and what it does: noted here, while the rehearsal goes on. */
export interface Gates {
  confirmation: Known;
  approval: Known;
}

/** As for any call; that something is shown first does not keep the rehearsal from going on. */
export function rehearsedPreviews(
  { confirmations }: Rehearsal,
  gates: Gates,
  masterKey: Buffer | undefined,
): Pick<Previews, 'of'> {
  const previews = new Previews(confirmations, masterKey);
  return {
    of: async (tool, by, call, token, context) => {
      const passed = await previews.of(tool, by, call, token, context).catch(goingOn);
      gates.confirmation = passed === undefined ? 'unknown' : passed.preview ? 'needed' : 'not_needed';
      return { now: context.now, selection: passed?.selection };
    },
  };
}

/** The same for a change that may wait for a person. */
export function rehearsedApprovals(
  rehearsal: Rehearsal,
  gates: Gates,
  access: Access,
): Pick<ApprovalGate, 'watches' | 'pass' | 'mayGoOn'> {
  const gate = new ApprovalGate(rehearsal.approvals, rehearsal.readers, {
    url: (id) => access.pageUrl(`/approvals/${id}`),
    // A rehearsal has no client that could ask its user.
    fitsForm: () => false,
    about: () => undefined,
    heard: () => Promise.reject(new AppError('internal_error')),
  });
  return {
    watches: (tool, policies) => gate.watches(tool, policies),
    mayGoOn: (policies, approval) => gate.mayGoOn(policies, approval),
    pass: async (tool, by, call, context) => {
      const passed = await gate.pass(tool, by, call, context).catch(goingOn);
      // Where every write is asked for, it need not be known what this one does.
      const certain = approveOf(by.policies) === 'all_writes' && !rehearsal.isKnown;
      if (passed) gates.approval = passed.preview ? 'needed' : 'not_needed';
      else gates.approval = certain ? 'needed' : 'unknown';
      return { now: context.now, selection: passed?.selection };
    },
  };
}

/** Where only ClickUp could tell whether anybody has to be asked, the rehearsal goes on without knowing. */
const goingOn = (thrown: unknown): undefined => {
  if (!(thrown instanceof NotSent)) throw thrown;
};
