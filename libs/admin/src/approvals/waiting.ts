import { type Decisions, type Pending, type WaitingForOther } from '#libs/approvals';
import { type Mandate } from '../access/mandate.js';

/** What waits, as far as somebody may see it: their own with all that is in it, that of others without. */
export async function waitingFor(
  decisions: Decisions,
  { workspaceId, ownOnly, administrator: { personId } }: Mandate,
): Promise<{ own: Pending[]; others: WaitingForOther[] }> {
  const [own, others] = await Promise.all([
    personId === undefined ? [] : decisions.of(personId, [workspaceId]),
    ownOnly === undefined ? decisions.ofOthers(workspaceId, personId) : [],
  ]);
  return { own, others };
}

/** As whom somebody refuses: their own, or where they administer the Workspace anybody's in it. */
export const refuserOf = ({ workspaceId, ownOnly, administrator: { personId, grantId } }: Mandate) => ({
  personId: ownOnly,
  tenantIds: [workspaceId],
  by: personId ?? 'operator',
  // For oneself the rules of REST hold; who refuses for others is let in as somebody else anyway.
  ...(ownOnly !== undefined && { rest: { grantId } }),
});
