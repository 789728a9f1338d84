import { type Handler } from '../call.js';
import { numberField, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { bareFolderWire, folderWire } from '../wire/places.js';
import { type Access } from '../world/access.js';
import { makeFolder } from '../world/make.js';
import { type Folder } from '../world/types.js';

const visible = (folder: Folder, access: Access) =>
  folder.lists.filter((list) => !list.archived && access.seesList(list));

export const GetFolders: Handler = ({ access, path, query }) => {
  const archived = query.flag('archived');
  const { folders } = access.space(path.space_id);
  return {
    folders: folders
      .filter((folder) => folder.archived === archived && access.seesFolder(folder))
      .map((folder) => folderWire(folder, visible(folder, access))),
  };
};

export const GetFolder: Handler = ({ access, path, query }) => {
  const folder = access.folder(path.folder_id);
  const below = query.flag('include_subfolders')
    ? { folders: folder.space.folders.filter(({ parent }) => parent === folder).map(({ id }) => ({ id })) }
    : {};
  return { ...folderWire(folder, visible(folder, access)), ...below };
};

export const CreateFolder: Handler = ({ world, access, path, body }) => {
  const space = access.space(path.space_id);
  access.mayBuild(space.workspace);
  const name = textField(body, 'name')?.trim();
  if (!name) throw refuse.placeNameInvalid();
  const above = textField(body, 'parent_folder_id');
  const parent = above === undefined ? undefined : access.folder(above);
  if (parent && parent.space !== space) throw refuse.notAuthorized();
  const folder = makeFolder(space, world.ids.next('folder'), { name, parent });
  world.addFolder(folder);
  return bareFolderWire(folder);
};

/** Only the name of a Folder can be changed. */
export const UpdateFolder: Handler = ({ access, path, body }) => {
  const folder = access.folder(path.folder_id);
  access.mayBuild(folder.space.workspace);
  folder.name = textField(body, 'name')?.trim() || folder.name;
  return bareFolderWire(folder);
};

/** Like the real one it ignores the Space when a Folder is named, puts the Folder first when no position is, and says nothing of the result. */
export const MoveFolder: Handler = ({ world, access, path, body }) => {
  const folder = access.folder(path.folder_id);
  const { workspace } = folder.space;
  access.mayBuild(workspace);
  const above = textField(body, 'parent_folder_id');
  const to = textField(body, 'space_id');
  const parent = above === undefined ? (to === undefined ? folder.parent : undefined) : access.folder(above);
  const space = above !== undefined ? parent!.space : to === undefined ? folder.space : access.space(to);
  if (space.workspace !== workspace) throw refuse.notAuthorized();
  for (let each = parent; each; each = each.parent) if (each === folder) throw refuse.folderBelow();
  world.moveFolder(folder, space, parent, numberField(body, 'position') ?? 0);
  return {};
};

export const DeleteFolder: Handler = ({ world, access, path }) => {
  const folder = access.folder(path.folder_id);
  access.mayBuild(folder.space.workspace);
  world.removeFolder(folder);
  return {};
};
