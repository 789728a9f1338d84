import { type Call, type Handler } from '../call.js';
import { objectIn, textsIn } from '../fields.js';
import { refuse } from '../refusal.js';
import { mergeInto } from '../world/merging.js';
import { enterStatus } from '../world/status-history.js';
import { type List, type Status, type Task } from '../world/types.js';
import { statusesOf, workspaceOf } from '../world/world.js';

/** Where the ClickApp for several Lists is off, this answers 200 and does nothing (ClickUp fact 29). */
export const AddTaskToList: Handler = (call) => {
  const [task, list] = taskAndList(call);
  if (task.list.folder.space.multipleLists && task.list !== list) call.world.related.addToList(task, list);
  return {};
};

/** A task cannot be taken out of its home List. */
export const RemoveTaskFromList: Handler = (call) => {
  const [task, list] = taskAndList(call);
  if (task.list === list) throw refuse.homeList();
  call.world.related.removeFromList(task, list);
  return {};
};

/** Subtasks go with their task; a subtask that is moved alone becomes a task of its own. */
export const moveTask: Handler = (call) => {
  const { world, access, path, now } = call;
  const workspace = access.workspace(path.workspace_id);
  const [task, list] = taskAndList(call);
  if (workspaceOf(task.list) !== workspace) throw refuse.notAuthorized();
  const moved = withSubtasks(task);
  // All of them are looked up before the first one moves, so that a refusal leaves no half.
  const statuses = moved.map((each) => statusThere(each, list, call.body.status_mappings));
  if (task.list !== list) {
    world.moveTask(task, list);
    for (const [at, each] of moved.entries()) {
      enterStatus(each, statuses[at] ?? each.status, now);
      each.updated = now;
    }
  }
  return { data: { task_id: task.id, new_list_id: list.id } };
};

/** Irreversible. Takes no custom ids. */
export const mergeTasks: Handler = ({ world, access, path, body, now }) => {
  const target = access.task(path.task_id);
  const sources = [...new Set(textsIn(body.source_task_ids))].map((id) => access.task(id));
  if (sources.length === 0) throw refuse.mergeNothing();
  if (sources.some((source) => source === target || withSubtasks(source).includes(target))) throw refuse.mergeItself();
  if (sources.some(({ list }) => workspaceOf(list) !== workspaceOf(target.list))) throw refuse.notAuthorized();
  for (const source of sources) mergeInto(world, target, source, now);
  return {};
};

function taskAndList({ access, path }: Call): [Task, List] {
  const task = access.task(path.task_id);
  const list = access.list(path.list_id);
  if (workspaceOf(list) !== workspaceOf(task.list)) throw refuse.notAuthorized();
  return [task, list];
}

const withSubtasks = (task: Task): Task[] => [task, ...task.children.flatMap(withSubtasks)];

/** The status of the same name, otherwise the one it is mapped to. */
function statusThere({ status }: Task, list: List, mappings: unknown): Status {
  const there = statusesOf(list);
  const mapped = (Array.isArray(mappings) ? mappings : [])
    .map(objectIn)
    .find((mapping) => mapping?.source_status_id === status.id)?.destination_status_id;
  const found = there.find((candidate) =>
    mapped === undefined ? candidate.status.toLowerCase() === status.status.toLowerCase() : candidate.id === mapped,
  );
  if (!found) throw refuse.statusUnmapped();
  return found;
}
