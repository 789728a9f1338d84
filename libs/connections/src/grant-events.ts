import { type AuditEvent, type AuditEventKind, type Fact } from '#libs/audit';
import { type Places, type Policy } from '#libs/permissions';

/** Something that was done to a grant or a connection, for the audit. */
export function grantEvent(
  event: AuditEventKind,
  tenant: string,
  about: Partial<Pick<AuditEvent, 'grant' | 'person' | 'kind' | 'client' | 'objects' | 'reason' | 'detail'>>,
): AuditEvent {
  return { event, tenant, at: Date.now(), decision: 'allowed', ...about };
}

/** One event for each grant that ended. */
export const endedEvents = (
  tenant: string,
  ids: readonly string[],
  about: Pick<Partial<AuditEvent>, 'person' | 'kind' | 'reason'>,
): AuditEvent[] => ids.map((grant) => grantEvent('grant_ended', tenant, { grant, ...about }));

/** What a policy says, as facts: places by hidden ids, everything else in words of our own. */
export function policyFacts(policy: Policy): Readonly<Record<string, Fact>> {
  const { mode, methods, toolsets, disabledToolsets, enabledTools, disabledTools, risks, profile, confirm, clients } =
    policy;
  const words = {
    mode,
    methods,
    toolsets,
    disabledToolsets,
    enabledTools,
    disabledTools,
    risks,
    profile,
    confirm,
    clients,
  };
  const facts: [string, Fact | undefined][] = [
    ...Object.entries(words),
    ['read', policy.read && places(policy.read)],
    ['write', policy.write && places(policy.write)],
  ];
  return Object.fromEntries(facts.flatMap(([name, fact]) => (fact === undefined ? [] : [[name, fact]])));
}

const places = ({ spaces, folders, lists }: Places): Fact => ({
  objects: [
    ...spaces.map((id) => `space:${id}`),
    ...folders.map((id) => `folder:${id}`),
    ...lists.map((id) => `list:${id}`),
  ],
});
