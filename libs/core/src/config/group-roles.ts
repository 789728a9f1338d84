/** What the members of a group of the identity provider are here. */
export interface GroupRole {
  group: string;
  role: 'operator' | 'admin' | 'auditor';
  /** Where; undefined = in every Workspace. */
  workspaceId?: string;
}

const ENTRY = /^([^=,]+)=(operator|admin|auditor)(?::([\w-]{1,64}))?$/;

/**
 * Reads `platform=operator,team-a=admin:90120,audit=auditor`. Characters of a group that mean something here are percent-encoded (`%2C` for a comma,
 * `%3D` for `=`).
 * @returns undefined for a text that says something else
 */
export function groupRoles(text: string): readonly GroupRole[] | undefined {
  const entries = text.split(',').map((item) => roleOf(item.trim()));
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

function roleOf(item: string): GroupRole | undefined {
  const [, written = '', role, workspaceId] = ENTRY.exec(item) ?? [];
  const group = decoded(written);
  // An admin is one of a Workspace, and an operator is bound to none.
  if (!group || !role || (role === 'admin') !== (workspaceId !== undefined && role !== 'auditor')) return undefined;
  return { group, role: role as GroupRole['role'], ...(workspaceId !== undefined && { workspaceId }) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
