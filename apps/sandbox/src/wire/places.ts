import { type Folder, type List, type Space, type Status, type Workspace } from '../world/types.js';
import { isOpen, statusesOf } from '../world/world.js';
import { userWire } from './user.js';
import { ms, PRIORITIES } from './scalars.js';

export const teamWire = (workspace: Workspace) => ({
  id: workspace.id,
  name: workspace.name,
  color: workspace.color,
  avatar: null,
  members: [...workspace.members].map(([user, role]) => ({ user: { ...userWire(user), role } })),
});

export const statusWire = ({ id, status, color, orderindex, type }: Status) => ({
  id,
  status,
  color,
  orderindex,
  type,
});

/** With `members`, which only GetSpaces gives, and only for private Spaces. */
export const spaceWire = (space: Space, withMembers = false) => ({
  id: space.id,
  name: space.name,
  color: space.color,
  private: space.private,
  avatar: null,
  admin_can_manage: space.adminCanManage,
  archived: space.archived,
  ...(withMembers && space.private ? { members: [...space.members].map((user) => ({ user: userWire(user) })) } : {}),
  statuses: space.statuses.map(statusWire),
  multiple_assignees: space.multipleAssignees,
  features: space.features,
});

const spaceRef = (space: Space) => ({ id: space.id, name: space.name, access: true });
export const folderRef = (folder: Folder) => ({
  id: folder.id,
  name: folder.name,
  hidden: folder.hidden,
  access: true,
});

const openTasks = (list: List): number =>
  list.tasks.reduce((count, task) => count + (isOpen(task) && !task.archived && !task.parent ? 1 : 0), 0);

const orderOf = (folder: Folder): number => Math.max(0, folder.space.folders.indexOf(folder));

/** A Folder without its Lists: the answer to writes. */
export const bareFolderWire = (folder: Folder) => ({
  id: folder.id,
  name: folder.name,
  orderindex: orderOf(folder),
  override_statuses: false,
  hidden: folder.hidden,
  space: spaceRef(folder.space),
  task_count: String(folder.lists.reduce((count, list) => count + openTasks(list), 0)),
  ...(folder.parent ? { parent_folder: folder.parent.id } : {}),
});

/** @param lists those of its Lists that may be seen */
export const folderWire = (folder: Folder, lists: readonly List[]) => ({
  ...bareFolderWire(folder),
  archived: folder.archived,
  statuses: folder.space.statuses.map(statusWire),
  lists: lists.map((list) => ({
    ...listCore(list),
    space: spaceRef(list.folder.space),
    statuses: statusesOf(list).map(statusWire),
  })),
});

const listCore = (list: List) => ({
  id: list.id,
  name: list.name,
  orderindex: list.folder.lists.indexOf(list),
  status: list.color === null ? null : { status: list.color, color: list.color, hide_label: true },
  priority:
    list.priority === null
      ? null
      : { priority: PRIORITIES[list.priority]?.priority ?? '', color: PRIORITIES[list.priority]?.color ?? '' },
  assignee: list.assignee ? userWire(list.assignee) : null,
  task_count: String(openTasks(list)),
  due_date: ms(list.due),
  start_date: ms(list.start),
  archived: list.archived,
  override_statuses: list.statuses !== undefined,
  permission_level: 'create',
});

/** A List as GetLists and GetFolderlessLists give it: without its statuses. */
export const listWire = (list: List) => ({
  ...listCore(list),
  content: list.content,
  folder: folderRef(list.folder),
  space: spaceRef(list.folder.space),
});

/** A List by itself. */
export const fullListWire = (list: List) => ({
  ...listWire(list),
  due_date_time: list.due === null ? null : list.dueTime,
  start_date_time: list.start === null ? null : list.startTime,
  inbound_address: `add.task.${list.id}.c0ffee@tasks.clickup.com`,
  statuses: statusesOf(list).map(statusWire),
});
