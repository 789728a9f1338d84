import { type Membership } from '../world/people.js';
import { sharedWith, type Shareable } from '../world/sharing.js';
import { type User, type Workspace } from '../world/types.js';
import { statusesOf, type World } from '../world/world.js';
import { bareFolderWire, listWire, statusWire } from './places.js';
import { ms } from './scalars.js';
import { taskWire } from './task.js';
import { userWire } from './user.js';

function personWire(workspace: Workspace, user: User, { customRole, invited, joined, lastActive }: Membership) {
  return {
    ...userWire(user),
    role: workspace.members.get(user) ?? 4,
    custom_role: customRole ? { id: customRole.id, name: customRole.name } : null,
    last_active: ms(lastActive),
    date_joined: ms(joined),
    date_invited: String(invited),
  };
}

/** One of the people of a Workspace. */
export function inviteeWire(world: World, workspace: Workspace, user: User) {
  const membership = world.people.membership(workspace, user);
  return {
    user: personWire(workspace, user, membership),
    ...(membership.invitedBy ? { invited_by: userWire(membership.invitedBy) } : {}),
  };
}

/** A guest, without what was shared. */
export const guestWire = (world: World, workspace: Workspace, user: User) => ({
  ...inviteeWire(world, workspace, user),
  ...world.people.membership(workspace, user).rights,
});

/** The Workspace as the answer to an invitation: with the new one only. */
export const teamOfWire = (workspace: Workspace, members: object[]) => ({
  id: workspace.id,
  name: workspace.name,
  color: workspace.color,
  avatar: null,
  members,
});

const BUILT_IN = ['owner', 'admin', 'member', 'guest'].map((name, index) => ({ id: index + 1, name, custom: false }));

export const rolesWire = (world: World, workspace: Workspace) => [
  ...BUILT_IN,
  ...world.people
    .rolesOf(workspace)
    .map(({ id, name, inherited }) => ({ id, name, custom: true, inherited_role: inherited })),
];

/** What was shared with one person by itself, with the level of each. */
export function sharedWire(world: World, workspace: Workspace, user: User) {
  const { tasks, lists, folders } = sharedWith(user, workspace.spaces);
  const permission_level = (object: Shareable) => world.people.sharing.level(object, user);
  return {
    tasks: tasks.map((task) => ({ ...taskWire(task, false), permission_level: permission_level(task) })),
    lists: lists.map((list) => ({
      ...listWire(list),
      statuses: statusesOf(list).map(statusWire),
      permission_level: permission_level(list),
    })),
    folders: folders.map((folder) => ({
      ...bareFolderWire(folder),
      archived: folder.archived,
      statuses: folder.space.statuses.map(statusWire),
      lists: folder.lists.map(listWire),
      permission_level: permission_level(folder),
    })),
  };
}
