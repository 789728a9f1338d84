import { type Status, type Task } from './types.js';
import { statusesOf } from './world.js';

/** One status that a task was in, from then on. */
interface Stay {
  status: Status;
  since: number;
}

/** Puts a task into a status and remembers when. */
export function enterStatus(task: Task, status: Status, now: number): void {
  const over = status.type === 'done' || status.type === 'closed';
  if (status !== task.status) task.relations.statuses = [...historyOf(task), { status, since: now }];
  task.status = status;
  task.done = over ? (task.done ?? now) : null;
  task.closed = status.type === 'closed' ? (task.closed ?? now) : null;
}

/** Every stay, oldest first. Tasks of the seed began in the first status of their List and changed when they were done, or halfway to their last change. */
export function historyOf(task: Task): readonly Stay[] {
  if (task.relations.statuses.length > 0) return task.relations.statuses;
  const [first] = statusesOf(task.list);
  if (!first || first.id === task.status.id) return [{ status: task.status, since: task.created }];
  return [
    { status: first, since: task.created },
    { status: task.status, since: task.done ?? Math.floor((task.created + task.updated) / 2) },
  ];
}
