import { type Call, type Handler } from '../call.js';
import { objectIn, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { viewWire } from '../wire/view.js';
import { type Workspace } from '../world/types.js';
import {
  PARENT_NUMBERS,
  type ParentType,
  PARENT_TYPES,
  PARTS,
  type Parts,
  type View,
  VIEW_TYPES,
} from '../world/views.js';
import { workspaceOf } from '../world/world.js';

type Parent = View['parent'];

/** The Workspace that a place lies in. @throws Refusal 401 for a place that is not there, or not for this person */
const WORKSPACES: Readonly<Record<ParentType, (call: Call, id: string | undefined) => Workspace>> = {
  [PARENT_TYPES.workspace]: ({ access }, id) => access.workspace(id),
  [PARENT_TYPES.space]: ({ access }, id) => access.space(id).workspace,
  [PARENT_TYPES.folder]: ({ access }, id) => access.folder(id).space.workspace,
  [PARENT_TYPES.list]: ({ access }, id) => workspaceOf(access.list(id)),
};

/** The views of one place, without those of the places in it. */
const viewsAt =
  (type: ParentType, parameter: string): Handler =>
  (call) => {
    const { world, access, path } = call;
    const id = path[parameter] ?? '';
    WORKSPACES[type](call, id);
    return {
      views: world.views
        .at(type, id)
        .filter((view) => access.seesView(view))
        .map(viewWire),
    };
  };

const createAt =
  (type: ParentType, parameter: string): Handler =>
  (call) => {
    const { world, user, path, now } = call;
    const parent: Parent = { id: path[parameter] ?? '', type };
    const workspace = mayBuildAt(call, parent);
    return {
      view: viewWire(
        world.views.add(workspace, { ...written(call), parent, creator: user, created: now, visibility: 'public' }),
      ),
    };
  };

export const GetTeamViews = viewsAt(PARENT_TYPES.workspace, 'team_id');
export const GetSpaceViews = viewsAt(PARENT_TYPES.space, 'space_id');
export const GetFolderViews = viewsAt(PARENT_TYPES.folder, 'folder_id');
export const GetListViews = viewsAt(PARENT_TYPES.list, 'list_id');
export const CreateTeamView = createAt(PARENT_TYPES.workspace, 'team_id');
export const CreateSpaceView = createAt(PARENT_TYPES.space, 'space_id');
export const CreateFolderView = createAt(PARENT_TYPES.folder, 'folder_id');
export const CreateListView = createAt(PARENT_TYPES.list, 'list_id');

export const GetView: Handler = ({ access, path }) => ({ view: viewWire(access.view(path.view_id)) });

/** Takes the whole view; another parent moves it. */
export const UpdateView: Handler = (call) => {
  const { access, path, body } = call;
  const view = access.view(path.view_id);
  const { id, type } = objectIn(body.parent) ?? {};
  if (typeof id !== 'string' || !PARENT_NUMBERS.includes(type as number)) throw refuse.viewIncomplete();
  const parent: Parent = { id, type: type as ParentType };
  mayBuildAt(call, view.parent);
  if (mayBuildAt(call, parent) !== WORKSPACES[view.parent.type](call, view.parent.id)) throw refuse.notAuthorized();
  Object.assign(view, written(call), { parent });
  return { view: viewWire(view) };
};

export const DeleteView: Handler = (call) => {
  const view = call.access.view(call.path.view_id);
  mayBuildAt(call, view.parent);
  call.world.views.all.delete(view.id);
  return {};
};

function mayBuildAt(call: Call, { id, type }: Parent): Workspace {
  const workspace = WORKSPACES[type](call, id);
  call.access.mayBuild(workspace);
  return workspace;
}

/** Everything that makes a view. @throws Refusal 400 when a part is missing */
function written({ body }: Call): Pick<View, 'name' | 'type' | 'parts'> {
  const name = textField(body, 'name')?.trim();
  const type = textField(body, 'type');
  const parts = PARTS.flatMap((part) => {
    const value = objectIn(body[part]);
    return value ? [[part, value] as const] : [];
  });
  if (!name || !type || !VIEW_TYPES.includes(type) || parts.length < PARTS.length) throw refuse.viewIncomplete();
  return { name, type, parts: Object.fromEntries(parts) as Parts };
}
