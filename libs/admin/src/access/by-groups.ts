import { type GroupRole } from '#libs/core';
import { type Role } from '#libs/web';
import { type Standing } from './administrator.js';

/** What somebody is by their groups. */
export interface ByGroups {
  /** In every Workspace. */
  everywhere?: Role;
  /** In single ones, where that is more. */
  standings: Standing[];
}

/** The most first. */
const ORDER: readonly Role[] = ['operator', 'admin', 'auditor'];
const more = (one: Role | undefined, other: Role): Role =>
  one !== undefined && ORDER.indexOf(one) <= ORDER.indexOf(other) ? one : other;

/** What the members of these groups are, by the operator's table; of several roles the one that may do most. */
export function byGroups(groups: readonly string[], table: readonly GroupRole[]): ByGroups {
  let everywhere: Role | undefined;
  const within = new Map<string, Role>();
  for (const { group, role, workspaceId } of table) {
    if (!groups.includes(group)) continue;
    if (workspaceId === undefined) everywhere = more(everywhere, role);
    else within.set(workspaceId, more(within.get(workspaceId), role));
  }
  const standings = [...within]
    .filter(([, role]) => more(everywhere, role) !== everywhere)
    .map(([workspaceId, role]) => ({ workspaceId, role }));
  return { ...(everywhere && { everywhere }), standings };
}
