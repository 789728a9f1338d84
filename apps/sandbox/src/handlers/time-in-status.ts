import { type Call, type Handler } from '../call.js';
import { refuse } from '../refusal.js';
import { timeInStatusWire } from '../wire/relations.js';
import { type Task } from '../world/types.js';
import { workspaceOf } from '../world/world.js';
import { taskOf } from './task-address.js';

const AT_MOST = 100;

const GetTasksTimeInStatus: Handler = (call) => spent(taskOf(call, call.path.task_id), call);

/** `task_ids` is repeated without brackets. */
const GetBulkTasksTimeInStatus: Handler = (call) => {
  const ids = call.query.all('task_ids');
  if (ids.length === 0 || ids.length > AT_MOST) throw refuse.tooManyTasks();
  const tasks = new Set(ids.map((id) => taskOf(call, id)));
  return Object.fromEntries([...tasks].map((task) => [task.id, spent(task, call)]));
};

/** Only where the Workspace has the ClickApp. */
function spent(task: Task, { now }: Call): object {
  if (!workspaceOf(task.list).timeInStatus) throw refuse.noTimeInStatus();
  return timeInStatusWire(task, now);
}

// Their operationIds hold an apostrophe, which no identifier of TypeScript may have.
export { GetTasksTimeInStatus as "GetTask'sTimeinStatus", GetBulkTasksTimeInStatus as "GetBulkTasks'TimeinStatus" };
