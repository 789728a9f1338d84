import { type Call, type Handler } from '../call.js';
import { objectIn, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { folderWire, fullListWire } from '../wire/places.js';
import { fullTaskWire } from '../wire/task.js';
import { addFolder, addList, addTask, type Use } from '../world/from-template.js';
import { makeFolder } from '../world/make.js';
import { type Folder } from '../world/types.js';
import { workspaceOf } from '../world/world.js';

const PAGE = 100;
/** How long it takes until something is there that was only promised, milliseconds. */
const CREATION_MS = 1500;

const wire = (templates: ReadonlyMap<string, { name: string }>) =>
  [...templates].map(([id, { name }]) => ({ id, name }));

export const GetTaskTemplates: Handler = ({ world, access, path, query }) => {
  const from = Math.max(0, Math.trunc(query.number('page') ?? 0)) * PAGE;
  return { templates: wire(world.templates.of(access.workspace(path.team_id)).tasks).slice(from, from + PAGE) };
};

export const GetListTemplates: Handler = ({ world, access, path }) => ({
  templates: wire(world.templates.of(access.workspace(path.team_id)).lists),
});
export const GetFolderTemplates: Handler = ({ world, access, path }) => ({
  templates: wire(world.templates.of(access.workspace(path.team_id)).folders),
});

export const CreateTaskFromTemplate: Handler = (call) => {
  const list = call.access.list(call.path.list_id);
  const template = found(call.world.templates.of(workspaceOf(list)).tasks, call);
  const name = textField(call.body, 'name')?.trim();
  if (!name) throw refuse.nameInvalid();
  const task = addTask(list, template, name, useBy(call));
  return { id: task.id, task: fullTaskWire(task, false, false, call.access) };
};

export const CreateFolderListFromTemplate: Handler = (call) =>
  createList(call.access.folder(call.path.folder_id), call);
export const CreateSpaceListFromTemplate: Handler = (call) =>
  createList(call.access.space(call.path.space_id).hidden, call);

function createList(folder: Folder, call: Call): object {
  const { world, access, body } = call;
  access.mayBuild(folder.space.workspace);
  const template = found(world.templates.of(folder.space.workspace).lists, call);
  const name = nameIn(call);
  if (folder.lists.some((list) => list.name.toLowerCase() === name.toLowerCase())) throw refuse.nameTaken();
  const id = world.ids.next('list');
  const content = textField(objectIn(body.options) ?? {}, 'content');
  const make = () => addList(folder, id, template, name, content, useBy(call));
  return promised(call, folder, make, id) ?? { id, list: fullListWire(make()) };
}

export const CreateFolderFromTemplate: Handler = (call) => {
  const { world, access, path, body } = call;
  const space = access.space(path.space_id);
  access.mayBuild(space.workspace);
  const template = found(world.templates.of(space.workspace).folders, call);
  const above = textField(body, 'parent_folder_id');
  const parent = above === undefined ? undefined : access.folder(above);
  if (parent && parent.space !== space) throw refuse.notAuthorized();
  const folder = makeFolder(space, world.ids.next('folder'), { name: nameIn(call), parent });
  const make = () => addFolder(folder, template, useBy(call));
  // A number here, unlike every other id of a Folder.
  const id = Number(folder.id);
  const answer = promised(call, parent ?? space.hidden, make, id);
  if (answer) return answer;
  make();
  return { id, folder: folderWire(folder, folder.lists) };
};

/** Answers the id alone and does the work later, unless the caller wants to wait. If the place is deleted meanwhile, nothing is made. */
function promised(
  { world, body, now }: Call,
  place: Folder,
  make: () => unknown,
  id: string | number,
): object | undefined {
  if (objectIn(body.options)?.return_immediately === false) return undefined;
  world.later.schedule(now + CREATION_MS, () => void (world.folders.has(place.id) && make()));
  return { id };
}

function found<T>(templates: ReadonlyMap<string, T>, { path }: Call): T {
  const template = templates.get(path.template_id ?? '');
  if (!template) throw refuse.templateUnknown();
  return template;
}

function nameIn({ body }: Call): string {
  const name = textField(body, 'name')?.trim();
  if (!name) throw refuse.placeNameInvalid();
  return name;
}

/** Every part comes along unless its option says no. */
function useBy({ world, user, now, body }: Call): Use {
  const options = objectIn(body.options) ?? {};
  return { world, user, now, takes: (part) => options[part] !== false && options[part] !== 0 };
}
