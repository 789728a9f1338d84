import { type Call, type Handler } from '../call.js';
import { objectIn } from '../fields.js';
import { refuse } from '../refusal.js';
import { type Task } from '../world/types.js';
import { workspaceOf } from '../world/world.js';

const AT_MOST = 10;

/** Sets the estimates that are sent. An estimate that was made for the whole task counts as unassigned from then on. */
export const updateTimeEstimatesByUser: Handler = (call) => {
  const task = addressed(call);
  const sent = estimatesIn(call, task);
  const { estimates } = task.relations;
  if (estimates.size === 0 && task.estimate) estimates.set('unassigned', task.estimate);
  return { data: { total_time_estimate: set(call, task, sent), updated_estimates: Object.fromEntries(sent) } };
};

/** Replaces all estimates: those that are not sent are removed. */
export const replaceTimeEstimatesByUser: Handler = (call) => {
  const task = addressed(call);
  const sent = estimatesIn(call, task);
  task.relations.estimates.clear();
  return { data: { total_time_estimate: set(call, task, sent), assignee_estimates: Object.fromEntries(sent) } };
};

function set({ world, now }: Call, task: Task, sent: ReadonlyMap<string, number>): number {
  const { estimates } = task.relations;
  for (const [who, time] of sent) estimates.set(who, time);
  const total = [...estimates.values()].reduce((sum, time) => sum + time, 0);
  task.estimate = total || null;
  task.updated = now;
  world.changed(task);
  return total;
}

/** Takes both kinds of id without being told which. */
function addressed({ world, access, path }: Call): Task {
  const workspace = access.workspace(path.workspace_id);
  const custom = world.taskByCustomId(workspace, path.task_id ?? '');
  const task = custom ? access.task(custom.id) : access.task(path.task_id);
  if (workspaceOf(task.list) !== workspace) throw refuse.notAuthorized();
  return task;
}

/** An estimate is for somebody who is assigned to the task, or for nobody (`unassigned`). */
function estimatesIn({ body }: Call, task: Task): Map<string, number> {
  if (!Array.isArray(body) || body.length > AT_MOST) throw refuse.estimatesInvalid();
  return new Map(
    body.map((item: unknown): [string, number] => {
      const { assignee, time } = objectIn(item) ?? {};
      if (typeof time !== 'number' || !Number.isInteger(time) || time < 0) throw refuse.estimatesInvalid();
      if (assignee !== 'unassigned' && !task.assignees.some(({ id }) => id === assignee))
        throw refuse.estimateOfStranger();
      return [String(assignee), time];
    }),
  );
}
