import { type Call, type Handler } from '../call.js';
import { flagField } from '../fields.js';
import { guestWire, rolesWire, sharedWire, teamOfWire } from '../wire/person.js';
import { RIGHTS } from '../world/people.js';
import { type User, type Workspace } from '../world/types.js';
import { customRoleOf, enterprise, guestOf, managed, newEmail } from './person-address.js';

/** The guest is there at once and sees nothing yet. */
export const InviteGuestToWorkspace: Handler = (call) => {
  const { world, user, now } = call;
  const workspace = managed(call);
  const email = newEmail(call, workspace);
  const role = customRoleOf(call, workspace, [4]);
  const guest = world.people.invite(world, workspace, email, 4, user);
  apply(call, workspace, guest);
  world.people.membership(workspace, guest).customRole = role;
  world.people.audit.record(workspace, user, 'INVITE_TO_WORKSPACE', now, { userId: guest.id, role: 'guest' });
  return {
    team: { ...teamOfWire(workspace, [guestWire(world, workspace, guest)]), roles: rolesWire(world, workspace) },
  };
};

export const GetGuest: Handler = (call) => {
  const workspace = enterprise(call, call.access.workspace(call.path.team_id));
  return answer(call, workspace, guestOf(call, workspace));
};

/** What is not sent stays. */
export const EditGuestOnWorkspace: Handler = (call) => {
  const workspace = managed(call);
  const guest = guestOf(call, workspace);
  const membership = call.world.people.membership(workspace, guest);
  membership.customRole = customRoleOf(call, workspace, [4]) ?? membership.customRole;
  apply(call, workspace, guest);
  return answer(call, workspace, guest);
};

export const RemoveGuestFromWorkspace: Handler = (call) => {
  const { world, user, now } = call;
  const workspace = managed(call);
  const guest = guestOf(call, workspace);
  world.people.remove(workspace, guest);
  world.people.audit.record(workspace, user, 'REMOVE_FROM_WORKSPACE', now, { userId: guest.id });
  return {
    team: teamOfWire(
      workspace,
      guestsOf(workspace).map((other) => guestWire(world, workspace, other)),
    ),
  };
};

const guestsOf = ({ members }: Workspace) => [...members].flatMap(([user, role]) => (role === 4 ? [user] : []));

const answer = ({ world }: Call, workspace: Workspace, guest: User) => ({
  guest: { ...guestWire(world, workspace, guest), shared: sharedWire(world, workspace, guest) },
});

function apply({ world, body }: Call, workspace: Workspace, guest: User): void {
  const { rights } = world.people.membership(workspace, guest);
  for (const right of RIGHTS) rights[right] = flagField(body, right) ?? rights[right];
}
