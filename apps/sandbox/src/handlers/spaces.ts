import { type Call, type Handler } from '../call.js';
import { flagField, objectIn, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { spaceWire } from '../wire/places.js';
import { DEFAULT_STATUSES, makeSpace, makeStatuses } from '../world/make.js';
import { type Space } from '../world/types.js';

export const GetSpaces: Handler = ({ access, path, query }) => {
  const archived = query.flag('archived');
  const { spaces } = access.workspace(path.team_id);
  return {
    spaces: spaces
      .filter((space) => space.archived === archived && access.seesSpace(space))
      .map((space) => spaceWire(space, true)),
  };
};

export const GetSpace: Handler = ({ access, path }) => spaceWire(access.space(path.space_id));

export const CreateSpace: Handler = (call) => {
  const { world, access, path, body, user } = call;
  const workspace = access.workspace(path.team_id);
  access.mayBuild(workspace);
  const name = textField(body, 'name')?.trim();
  if (!name) throw refuse.placeNameInvalid();
  const id = world.ids.next('space');
  const space = makeSpace(workspace, id, world.ids.next('folder'), {
    name,
    members: new Set([user]),
    statuses: makeStatuses(`p${id}`, DEFAULT_STATUSES),
  });
  apply(space, call);
  world.addSpace(space);
  return spaceWire(space);
};

export const UpdateSpace: Handler = (call) => {
  const space = call.access.space(call.path.space_id);
  call.access.mayBuild(space.workspace);
  apply(space, call);
  return spaceWire(space);
};

export const DeleteSpace: Handler = ({ world, access, path }) => {
  const space = access.space(path.space_id);
  access.mayBuild(space.workspace);
  world.removeSpace(space);
  return {};
};

function apply(space: Space, { body, user }: Call): void {
  space.name = textField(body, 'name')?.trim() || space.name;
  space.color = textField(body, 'color') ?? space.color;
  space.multipleAssignees = flagField(body, 'multiple_assignees') ?? space.multipleAssignees;
  space.adminCanManage = flagField(body, 'admin_can_manage') ?? space.adminCanManage;
  space.private = flagField(body, 'private') ?? space.private;
  if (space.private) space.members.add(user);
  for (const [app, wanted] of Object.entries(objectIn(body.features) ?? {})) {
    const known = space.features[app];
    if (known)
      for (const [key, value] of Object.entries(known)) known[key] = flagField(objectIn(wanted) ?? {}, key) ?? value;
  }
}
