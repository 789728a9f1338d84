import { type Call, type Handler } from '../call.js';
import { numbersIn, objectIn, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { groupWire } from '../wire/group.js';
import { type Group } from '../world/people.js';
import { type User, type Workspace } from '../world/types.js';

/** Ids that are not groups of the Workspace are left out, not refused. */
export const GetTeams1: Handler = ({ world, access, query }) => {
  const workspace = access.workspace(query.text('team_id'));
  const wanted = query.all('group_ids');
  return {
    groups: world.people
      .groupsOf(workspace)
      .filter(({ id }) => wanted.length === 0 || wanted.includes(id))
      .map(groupWire),
  };
};

export const CreateUserGroup: Handler = (call) => {
  const { world, access, path, body, user, now } = call;
  const workspace = access.workspace(path.team_id);
  access.mayBuild(workspace);
  const name = textField(body, 'name')?.trim();
  if (!name) throw refuse.groupName();
  const handle = freeHandle(call, workspace, textField(body, 'handle') ?? name);
  const group = world.people.addGroup({
    workspace,
    creator: user,
    name,
    handle,
    created: now,
    members: new Set(peopleIn(call, workspace, body.members)),
  });
  world.people.audit.record(workspace, user, 'TEAM_CREATED', now, { groupId: group.id });
  return groupWire(group);
};

/** Members change only as `{add, rem}`; a plain array is ignored. */
export const UpdateTeam: Handler = (call) => {
  const { world, body, user, now } = call;
  const group = groupOf(call);
  const { workspace } = group;
  const { add, rem } = objectIn(body.members) ?? {};
  const added = peopleIn(call, workspace, add);
  const handle = textField(body, 'handle');
  if (handle !== undefined) group.handle = freeHandle(call, workspace, handle, group);
  group.name = textField(body, 'name')?.trim() || group.name;
  for (const person of added) group.members.add(person);
  for (const id of numbersIn(rem)) group.members.delete(world.users.get(id) as User);
  world.people.audit.record(workspace, user, 'TEAM_EDITED', now, { groupId: group.id });
  return groupWire(group);
};

export const DeleteTeam: Handler = (call) => {
  const { world, user, now } = call;
  const group = groupOf(call);
  world.people.groups.delete(group.id);
  world.people.audit.record(group.workspace, user, 'TEAM_DELETED', now, { groupId: group.id });
  return {};
};

function groupOf({ world, access, path }: Call): Group {
  const group = world.people.groups.get(path.group_id ?? '');
  if (!group || !access.role(group.workspace)) throw refuse.notAuthorized();
  access.mayBuild(group.workspace);
  return group;
}

/** A handle is in lower case, without blanks, and unique in its Workspace. */
function freeHandle({ world }: Call, workspace: Workspace, wanted: string, own?: Group): string {
  const handle = wanted.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '');
  if (!handle) throw refuse.groupName();
  if (world.people.groupsOf(workspace).some((group) => group !== own && group.handle === handle))
    throw refuse.handleTaken();
  return handle;
}

function peopleIn({ world }: Call, workspace: Workspace, ids: unknown): User[] {
  return numbersIn(ids).map((id) => {
    const person = world.users.get(id);
    if (!person || !workspace.members.has(person)) throw refuse.personUnknown();
    return person;
  });
}
