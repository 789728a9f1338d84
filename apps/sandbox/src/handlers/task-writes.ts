import { type Call, type Handler } from '../call.js';
import { fillNewTask } from '../field-values.js';
import {
  dateField,
  flagField,
  numberField,
  numbersIn,
  objectIn,
  priorityField,
  textField,
  textsIn,
} from '../fields.js';
import { refuse } from '../refusal.js';
import { fullTaskWire } from '../wire/task.js';
import { makeTask } from '../world/make.js';
import { flatten } from '../world/markdown.js';
import { link } from '../world/relations.js';
import { enterStatus } from '../world/status-history.js';
import { putTag } from '../world/tagging.js';
import { type List, type Status, type Task, type User } from '../world/types.js';
import { statusesOf, workspaceOf } from '../world/world.js';
import { taskOf } from './task-address.js';

export const CreateTask: Handler = (call) => {
  const { world, access, user, path, body, now } = call;
  const list = access.list(path.list_id);
  const name = textField(body, 'name')?.trim();
  if (!name) throw refuse.nameInvalid();
  const [first] = statusesOf(list);
  if (!first) throw refuse.statusUnknown();
  const parent = typeof body.parent === 'string' ? parentIn(list, access.task(body.parent)) : undefined;
  const linked = typeof body.links_to === 'string' ? access.task(body.links_to) : undefined;
  const task = makeTask(list, '', user, first, now, { name, parent });
  apply(task, call);
  task.assignees = membersOf(list, world.users, numbersIn(body.assignees));
  task.groups = groupsNamed(call, list, textsIn(body.group_assignees));
  fillNewTask(task, call);
  for (const tag of textsIn(body.tags)) putTag(task, tag, user);
  Object.assign(task, { id: world.ids.next('task'), customId: world.nextCustomId(list.folder.space), updated: now });
  world.addTask(task);
  if (linked) link(task, linked, user, now);
  return fullTaskWire(task, false, false);
};

/**
 * Changes what it knows and answers 200 to the rest: `tags`, `custom_fields`, `list_id`, a plain array of assignees
 * and `parent: null` are taken and do nothing.
 */
export const UpdateTask: Handler = (call) => {
  const { world, access, body, now } = call;
  const task = taskOf(call, call.path.task_id);
  const parent = typeof body.parent === 'string' ? parentIn(task.list, access.task(body.parent)) : undefined;
  if (parent && isBelow(parent, task)) throw refuse.parentBelow();
  if (body.name !== undefined && !textField(body, 'name')?.trim()) throw refuse.nameInvalid();
  apply(task, call);
  task.name = textField(body, 'name')?.trim() ?? task.name;
  task.assignees = changed(call, task.list, task.assignees, body.assignees);
  task.groups = changedGroups(call, task, body.group_assignees);
  task.watchers = changed(call, task.list, task.watchers, body.watchers);
  if (parent && parent !== task.parent) world.moveBelow(task, parent);
  task.updated = now;
  world.changed(task);
  return fullTaskWire(task, false, false);
};

export const DeleteTask: Handler = (call) => {
  call.world.removeTask(taskOf(call, call.path.task_id));
  return undefined;
};

/** The fields that creating and updating share. Reads everything before it changes anything, so that a refusal leaves no half. */
function apply(task: Task, { body, now }: Call): void {
  const status = statusNamed(task.list, body.status);
  const due = dateField(body, 'due_date');
  const start = dateField(body, 'start_date');
  const estimate = numberField(body, 'time_estimate');
  const points = numberField(body, 'points');
  const priority = priorityField(body);
  const customItemId = numberField(body, 'custom_item_id');
  const given = { due, start, estimate, points, priority, customItemId, archived: flagField(body, 'archived') };
  Object.assign(task, Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
  describe(task, body);
  if (estimate !== undefined) task.relations.estimates.clear();
  if (status) enterStatus(task, status, now);
}

/** Markdown wins over plain text; an empty string changes nothing, a blank one clears. */
function describe(task: Task, body: Call['body']): void {
  const markdown = textField(body, 'markdown_content');
  const plain = textField(body, 'description');
  const text = markdown || plain;
  if (!text) return;
  task.markdown = text.trim();
  task.text = markdown ? flatten(markdown) : text.trim();
}

function statusNamed(list: List, name: unknown): Status | undefined {
  if (typeof name !== 'string') return undefined;
  const status = statusesOf(list).find((candidate) => candidate.status.toLowerCase() === name.toLowerCase());
  if (!status) throw refuse.statusUnknown();
  return status;
}

function parentIn(list: List, parent: Task): Task {
  if (parent.list !== list) throw refuse.parentElsewhere();
  return parent;
}

function isBelow(task: Task, above: Task): boolean {
  return task === above || (task.parent !== undefined && isBelow(task.parent, above));
}

/** Ids of people outside of the Workspace are dropped without a word. */
const membersOf = (list: List, users: ReadonlyMap<number, User>, ids: readonly number[]): User[] =>
  [...new Set(ids)].flatMap((id) => users.get(id) ?? []).filter((user) => workspaceOf(list).members.has(user));

/** Groups of other Workspaces are dropped like people of others. */
const groupsNamed = ({ world }: Call, list: List, ids: readonly string[]) =>
  world.people.groupsOf(workspaceOf(list)).filter(({ id }) => ids.includes(id));

function changedGroups(call: Call, task: Task, change: unknown): Task['groups'] {
  const { add, rem } = objectIn(change) ?? {};
  const gone = textsIn(rem);
  return [...new Set([...task.groups, ...groupsNamed(call, task.list, textsIn(add))])].filter(
    ({ id }) => !gone.includes(id),
  );
}

function changed({ world }: Call, list: List, before: readonly User[], change: unknown): User[] {
  const { add, rem } = objectIn(change) ?? {};
  const gone = new Set(numbersIn(rem));
  return [...new Set([...before, ...membersOf(list, world.users, numbersIn(add))])].filter(({ id }) => !gone.has(id));
}
