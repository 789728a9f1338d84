import { type AuditEvent, type AuditEventKind } from '#libs/audit';
import { type Approval } from './approval.entity.js';

type About = Pick<Approval, 'id' | 'tool' | 'risk' | 'callerKind' | 'callerId'>;

/**
 * What happened to an approval, for the audit: which change it was is sealed with its row, and gone with it.
 * @param personId whose change it is, or who decided
 */
export const approvalEvent = (
  event: Extract<AuditEventKind, `approval_${string}`>,
  tenant: string,
  { id, tool, risk, callerKind, callerId }: About,
  personId: string | undefined,
  detail: AuditEvent['detail'] = {},
): AuditEvent => ({
  event,
  tenant,
  at: Date.now(),
  grant: callerId,
  person: personId,
  kind: callerKind,
  tool,
  decision: event === 'approval_refused' ? 'refused' : 'allowed',
  ...(event === 'approval_refused' && { layer: 'person' }),
  approval: id,
  detail: { risk, ...detail },
});
