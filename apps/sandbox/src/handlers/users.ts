import { type Call, type Handler } from '../call.js';
import { flagField, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { inviteeWire, rolesWire, sharedWire, teamOfWire } from '../wire/person.js';
import { renewUserWire } from '../wire/user.js';
import { type User, type Workspace } from '../world/types.js';
import { customRoleOf, enterprise, managed, newEmail, personOf } from './person-address.js';

/** The custom role, where one is named, decides over `admin`. */
export const InviteUserToWorkspace: Handler = (call) => {
  const { world, user, body, now } = call;
  const workspace = managed(call);
  const email = newEmail(call, workspace);
  const customRole = customRoleOf(call, workspace, [2, 3]);
  const role = customRole?.inherited ?? (flagField(body, 'admin') ? 2 : 3);
  const invited = world.people.invite(world, workspace, email, role, user);
  world.people.membership(workspace, invited).customRole = customRole;
  world.people.audit.record(workspace, user, 'INVITE_TO_WORKSPACE', now, { userId: invited.id, role });
  return {
    team: { ...teamOfWire(workspace, [inviteeWire(world, workspace, invited)]), roles: rolesWire(world, workspace) },
  };
};

export const GetUser: Handler = (call) => {
  const workspace = enterprise(call, call.access.workspace(call.path.team_id));
  return answer(call, workspace, personOf(call, workspace, call.path.user_id));
};

export const EditUserOnWorkspace: Handler = (call) => {
  const { world, user, body, now } = call;
  const workspace = managed(call);
  const person = changeable(call, workspace);
  const customRole = customRoleOf(call, workspace, [2, 3]);
  const role = customRole?.inherited ?? (flagField(body, 'admin') ? 2 : 3);
  person.username = textField(body, 'username')?.trim() || person.username;
  renewUserWire(person);
  workspace.members.set(person, role);
  world.people.membership(workspace, person).customRole = customRole;
  world.people.audit.record(workspace, user, 'CHANGE_USER_ROLE', now, { userId: person.id, role });
  return answer(call, workspace, person);
};

export const RemoveUserFromWorkspace: Handler = (call) => {
  const { world, user, now } = call;
  const workspace = managed(call);
  const person = changeable(call, workspace);
  world.people.remove(workspace, person);
  world.people.audit.record(workspace, user, 'REMOVE_FROM_WORKSPACE', now, { userId: person.id });
  const rest = [...workspace.members].flatMap(([other, role]) => (role === 4 ? [] : [other]));
  return {
    team: teamOfWire(
      workspace,
      rest.map((other) => inviteeWire(world, workspace, other)),
    ),
  };
};

export const GetCustomRoles: Handler = ({ world, access, path, query }) => {
  const workspace = access.workspace(path.team_id);
  access.mayBuild(workspace);
  const holders = (id: number) =>
    [...workspace.members.keys()]
      .filter((user) => world.people.membership(workspace, user).customRole?.id === id)
      .map((user) => user.id);
  return {
    custom_roles: world.people.rolesOf(workspace).map(({ id, name, inherited, created }) => ({
      id,
      team_id: workspace.id,
      name,
      inherited_role: inherited,
      date_created: String(created),
      ...(query.flag('include_members') ? { members: holders(id) } : {}),
    })),
  };
};

/** A member or admin: guests have operations of their own, and the owner stays what they are. */
function changeable(call: Call, workspace: Workspace): User {
  const person = personOf(call, workspace, call.path.user_id);
  const role = workspace.members.get(person);
  if (role === 4) throw refuse.personUnknown();
  if (role === 1) throw refuse.ownerStays();
  return person;
}

const answer = ({ world, query }: Call, workspace: Workspace, person: User) => ({
  member: {
    ...inviteeWire(world, workspace, person),
    ...(query.text('include_shared') === 'false' ? {} : { shared: sharedWire(world, workspace, person) }),
  },
});
