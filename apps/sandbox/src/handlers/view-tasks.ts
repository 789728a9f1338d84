import { type Call, type Handler } from '../call.js';
import { objectIn } from '../fields.js';
import { refuse } from '../refusal.js';
import { taskWire } from '../wire/task.js';
import { type Task } from '../world/types.js';
import { PARENT_TYPES, type Parts, type View } from '../world/views.js';
import { workspaceOf } from '../world/world.js';
import { viewFilter } from './view-filter.js';

const SIZE = 100;

/** What sorting compares; tasks without it come last in both directions. */
const KEYS: Readonly<Record<string, (task: Task) => string | number | null>> = {
  name: (task) => task.name.toLowerCase(),
  status: (task) => task.status.orderindex,
  priority: (task) => task.priority,
  assignee: (task) => task.assignees[0]?.username ?? null,
  dueDate: (task) => task.due,
  startDate: (task) => task.start,
  dateCreated: (task) => task.created,
  dateUpdated: (task) => task.updated,
};

/** `page` must be there. Chat views and forms show no tasks. */
export const GetViewTasks: Handler = (call) => {
  const { access, path, query, user, now } = call;
  const view = access.view(path.view_id);
  const page = query.number('page');
  if (page === undefined) throw refuse.viewPage();
  const { parts } = view;
  if (!parts || view.type === 'conversation') return { tasks: [], last_page: true };
  const matches = viewFilter(parts, { user, now });
  const found = tasksAt(call, view).filter((task) => matches(task) && access.seesTask(task));
  const skip = Math.max(0, Math.trunc(page)) * SIZE;
  return {
    tasks: sorted(found, parts)
      .slice(skip, skip + SIZE)
      .map((task) => taskWire(task, false)),
    last_page: found.length <= skip + SIZE,
  };
};

/** Newest first. */
function tasksAt({ world }: Call, { parent: { id, type } }: View): Task[] {
  if (type === PARENT_TYPES.workspace) return world.workspace(id).tasks.toReversed();
  if (type === PARENT_TYPES.list) return world.lists.get(id)?.tasks.toReversed() ?? [];
  const space = type === PARENT_TYPES.space ? world.spaces.get(id) : world.folders.get(id)?.space;
  const [list] = [...(space?.folders ?? []), ...(space ? [space.hidden] : [])].flatMap(({ lists }) => lists);
  const inside = ({ list: { folder } }: Task) => (type === PARENT_TYPES.space ? folder.space.id : folder.id) === id;
  return list ? workspaceOf(list).tasks.filter(inside).toReversed() : [];
}

function sorted(tasks: readonly Task[], { sorting }: Parts): readonly Task[] {
  const orders = (Array.isArray(sorting.fields) ? sorting.fields : []).flatMap((order) => {
    const { field, dir } = objectIn(order) ?? {};
    const key = typeof field === 'string' && Object.hasOwn(KEYS, field) ? KEYS[field] : undefined;
    return key ? [{ key, sign: dir === -1 ? -1 : 1 }] : [];
  });
  return orders.length === 0
    ? tasks
    : tasks.toSorted((a, b) => orders.reduce((decided, { key, sign }) => decided || compare(key(a), key(b), sign), 0));
}

function compare(a: string | number | null, b: string | number | null, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a === b ? 0 : (a < b ? -1 : 1) * sign;
}
