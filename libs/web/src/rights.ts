/**
 * Who asks to administer. `operator` holds ADMIN_TOKEN or comes from the operator's group, for all Workspaces; `auditor` is told so by the
 * operator; the others are what ClickUp says they are in a Workspace.
 */
export const ROLES = ['operator', 'owner', 'admin', 'auditor', 'member', 'guest'] as const;
export type Role = (typeof ROLES)[number];

/** What a route of the administration needs, by role. A role that is named nowhere is refused. */
interface Right {
  /** `anywhere`: of no Workspace, so no role in one is asked for; otherwise of the one that the request names. */
  of: 'workspace' | 'anywhere';
  /** Roles that have it for all that is there. */
  whole: readonly Role[];
  /** Roles that have it for what is their own, and see nothing else. */
  own: readonly Role[];
}

const MANAGERS: readonly Role[] = ['operator', 'owner', 'admin'];
const READERS: readonly Role[] = [...MANAGERS, 'auditor'];
const OTHERS: readonly Role[] = ['member', 'guest'];

const rights = <Name extends string>(table: Record<Name, Right>): Record<Name, Right> => table;

/** The rights, and who has them: the one table. A law walks every role over every route. */
export const RIGHTS = rights({
  'workspaces.read': { of: 'anywhere', whole: READERS, own: OTHERS },
  'connections.read': { of: 'workspace', whole: READERS, own: OTHERS },
  'audit.read': { of: 'workspace', whole: READERS, own: [] },
  'usage.read': { of: 'workspace', whole: READERS, own: OTHERS },
  'connections.change': { of: 'workspace', whole: MANAGERS, own: OTHERS },
  'connections.check': { of: 'workspace', whole: MANAGERS, own: OTHERS },
  'grants.read': { of: 'workspace', whole: READERS, own: OTHERS },
  'grants.end': { of: 'workspace', whole: MANAGERS, own: OTHERS },
  // For oneself, whatever else one may do: nobody makes keys for others.
  'keys.make': { of: 'workspace', whole: [], own: ['owner', 'admin', ...OTHERS] },
  // Of others: which tool, whose and since when, and nothing of what is in it.
  'approvals.read': { of: 'workspace', whole: READERS, own: OTHERS },
  // Whoever may end what somebody has connected may refuse what is asked for with it.
  'approvals.refuse': { of: 'workspace', whole: MANAGERS, own: OTHERS },
  // Changes that wait are approved by the person in whose name they would be made, whatever else somebody may do.
  'approvals.decide': { of: 'workspace', whole: [], own: ['owner', 'admin', ...OTHERS] },
  'people.read': { of: 'workspace', whole: READERS, own: OTHERS },
  'people.end': { of: 'workspace', whole: MANAGERS, own: OTHERS },
  'policies.read': { of: 'workspace', whole: READERS, own: [] },
  'policies.change': { of: 'workspace', whole: MANAGERS, own: [] },
  'clients.read': { of: 'workspace', whole: READERS, own: [] },
  'health.read': { of: 'workspace', whole: READERS, own: [] },
});
export type RightName = keyof typeof RIGHTS;
