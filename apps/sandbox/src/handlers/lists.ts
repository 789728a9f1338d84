import { type Call, type Handler } from '../call.js';
import { dateField, flagField, numberField, priorityField, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { fullListWire, listWire } from '../wire/places.js';
import { memberWire } from '../wire/user.js';
import { makeList } from '../world/make.js';
import { flatten } from '../world/markdown.js';
import { type Folder, type List, type User } from '../world/types.js';
import { workspaceOf } from '../world/world.js';

const listsOf = (folder: Folder, { access, query }: Call) => {
  const archived = query.flag('archived');
  return { lists: folder.lists.filter((list) => list.archived === archived && access.seesList(list)).map(listWire) };
};

export const GetLists: Handler = (call) => listsOf(call.access.folder(call.path.folder_id), call);
export const GetFolderlessLists: Handler = (call) => listsOf(call.access.space(call.path.space_id).hidden, call);
export const GetList: Handler = ({ access, path }) => fullListWire(access.list(path.list_id));
export const CreateList: Handler = (call) => create(call.access.folder(call.path.folder_id), call);
export const CreateFolderlessList: Handler = (call) => create(call.access.space(call.path.space_id).hidden, call);

/** `status` is the colour of the List. A `folder_id` is accepted and does nothing. */
export const UpdateList: Handler = (call) => {
  const { access, path, body } = call;
  const list = access.list(path.list_id);
  access.mayBuild(workspaceOf(list));
  apply(list, call);
  if (flagField(body, 'unset_status')) list.color = null;
  return fullListWire(list);
};

export const DeleteList: Handler = ({ world, access, path }) => {
  const list = access.list(path.list_id);
  access.mayBuild(workspaceOf(list));
  world.removeList(list);
  return {};
};

/** Only those it was shared with by hand; access that comes from the Folder or Space is not listed. */
export const GetListMembers: Handler = ({ access, path }) => ({
  members: [...access.list(path.list_id).guests].map(memberWire),
});

function create(folder: Folder, call: Call): object {
  const { world, access, body } = call;
  access.mayBuild(folder.space.workspace);
  const name = textField(body, 'name')?.trim();
  if (!name) throw refuse.placeNameInvalid();
  const list = makeList(folder, world.ids.next('list'), { name });
  apply(list, call);
  world.addList(list);
  return fullListWire(list);
}

function apply(list: List, { world, body }: Call): void {
  const due = dateField(body, 'due_date');
  const start = dateField(body, 'start_date');
  const priority = priorityField(body);
  const assignee = numberField(body, 'assignee');
  const markdown = textField(body, 'markdown_content');
  list.name = textField(body, 'name')?.trim() || list.name;
  list.content = markdown === undefined ? (textField(body, 'content') ?? list.content) : flatten(markdown);
  list.color = textField(body, 'status') ?? list.color;
  if (due !== undefined) Object.assign(list, { due, dueTime: flagField(body, 'due_date_time') ?? false });
  if (start !== undefined) Object.assign(list, { start, startTime: flagField(body, 'start_date_time') ?? false });
  if (priority !== undefined) list.priority = priority;
  if (assignee !== undefined) list.assignee = memberOf(list, world.users.get(assignee ?? 0));
}

const memberOf = (list: List, user: User | undefined) =>
  user && workspaceOf(list).members.has(user) ? user : undefined;
