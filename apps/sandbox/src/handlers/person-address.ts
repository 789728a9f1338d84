import { type Call } from '../call.js';
import { numberField } from '../fields.js';
import { refuse } from '../refusal.js';
import { type CustomRole } from '../world/people.js';
import { type Role, type User, type Workspace } from '../world/types.js';

/** The Workspace of the path; people are managed by API on the Enterprise plan only, and guests see nobody. */
export function enterprise({ access }: Call, workspace: Workspace): Workspace {
  if (workspace.plan.name !== 'Enterprise') throw refuse.notEnterprise();
  access.mayBuild(workspace);
  return workspace;
}

/** The same for requests that change people: only the owner and admins may. */
export function managed(call: Call): Workspace {
  const workspace = enterprise(call, call.access.workspace(call.path.team_id));
  if (!call.access.isAdmin(workspace)) throw refuse.noAccess();
  return workspace;
}

export function personOf({ world }: Call, workspace: Workspace, id: string | undefined): User {
  const user = world.users.get(Number(id));
  if (!user || !workspace.members.has(user)) throw refuse.personUnknown();
  return user;
}

/** A guest of the Workspace; a member is none. */
export function guestOf({ world, path }: Call, workspace: Workspace): User {
  const user = world.users.get(Number(path.guest_id));
  if (!user || workspace.members.get(user) !== 4) throw refuse.guestUnknown();
  return user;
}

/** The address of an invitation to somebody who is not there yet. */
export function newEmail({ world, body }: Call, workspace: Workspace): string {
  const email = typeof body.email === 'string' ? body.email.trim().toLowerCase() : '';
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) throw refuse.emailInvalid();
  const known = [...world.users.values()].find((user) => user.email === email);
  if (known && workspace.members.has(known)) throw refuse.alreadyIn();
  return email;
}

/** The custom role that a body names; it must narrow one of `roles`. Undefined when none is named. */
export function customRoleOf(
  { world, body }: Call,
  workspace: Workspace,
  roles: readonly Role[],
): CustomRole | undefined {
  const id = numberField(body, 'custom_role_id');
  if (id == null) return undefined;
  const role = world.people.roles.get(id);
  if (!role || role.workspace !== workspace || !roles.includes(role.inherited)) throw refuse.roleUnknown();
  return role;
}
