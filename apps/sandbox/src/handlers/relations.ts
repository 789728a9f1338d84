import { type Call, type Handler } from '../call.js';
import { textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { taskWire } from '../wire/task.js';
import { depend, link, linked, without } from '../world/relations.js';
import { type Task } from '../world/types.js';
import { workspaceOf } from '../world/world.js';
import { taskOf } from './task-address.js';

/** The body names exactly one of the two ends. */
export const AddDependency: Handler = (call) => {
  const { body, user, now } = call;
  const task = taskOf(call, call.path.task_id);
  const on = textField(body, 'depends_on');
  const before = textField(body, 'dependency_of');
  if ((on === undefined) === (before === undefined)) throw refuse.dependencyEnds();
  const other = otherOf(call, task, on ?? before);
  if (on === undefined) depend(other, task, user, now);
  else depend(task, other, user, now);
  return {};
};

/** The ends come in the query. Removing a dependency that is not there answers 200. */
export const DeleteDependency: Handler = (call) => {
  const { query } = call;
  const task = taskOf(call, call.path.task_id);
  const on = query.text('depends_on');
  const before = query.text('dependency_of');
  if (!on && !before) throw refuse.dependencyEnds();
  if (on) part(task, otherOf(call, task, on));
  if (before) part(otherOf(call, task, before), task);
  return {};
};

export const AddTaskLink: Handler = (call) => {
  const [task, other] = endsOf(call);
  link(task, other, call.user, call.now);
  return { task: taskWire(task, false) };
};

export const DeleteTaskLink: Handler = (call) => {
  const [task, other] = endsOf(call);
  const gone = linked(task, other);
  for (const end of [task, other]) without(end.relations.links, (candidate) => candidate === gone);
  return { task: taskWire(task, false) };
};

function endsOf(call: Call): [Task, Task] {
  const task = taskOf(call, call.path.task_id);
  return [task, otherOf(call, task, call.path.links_to)];
}

function otherOf(call: Call, task: Task, id: string | undefined): Task {
  const other = taskOf(call, id);
  if (other === task) throw refuse.relatedToItself();
  if (workspaceOf(other.list) !== workspaceOf(task.list)) throw refuse.notAuthorized();
  return other;
}

function part(task: Task, on: Task): void {
  for (const end of [task, on]) without(end.relations.dependencies, (known) => known.task === task && known.on === on);
}
