import { type Call } from '../call.js';
import { objectIn, textsIn } from '../fields.js';
import { type Comment, type Task } from '../world/types.js';
import { type Event } from './event.js';
import { watchPlace } from './place-events.js';
import { changed, created, deleted, look } from './task-events.js';

/**
 * Remembers how the objects of a write look before it is done. The function it returns compares that with how they look afterwards
 * and makes the events. So handlers need to know nothing of events.
 */
export function watch(operation: string, call: Call): (answer: object | undefined) => Event[] {
  const { world } = call;
  const before = new Map([...new Set(tasksOf(call).flatMap(withChildren))].map((task) => [task, look(task)]));
  const place = watchPlace(operation, call);
  return (answer = {}) => {
    const { id } = answer as { id?: unknown };
    const made = typeof id === 'string' ? world.tasks.get(id) : undefined;
    return [
      ...(made && !before.has(made) ? created(made, call) : []),
      ...[...before].flatMap(([task, seen]) =>
        world.tasks.has(task.id) ? changed(task, seen, call) : [deleted(task)],
      ),
      ...place(answer),
    ];
  };
}

const withChildren = (task: Task): Task[] => [task, ...task.children.flatMap(withChildren)];

/** The tasks that a request is about: named by an id of their own, or through a comment, a time entry or a merge. */
function tasksOf({ world, user, path, query, body }: Call): Task[] {
  const workspace = world.workspaces.get(query.text('team_id') ?? '');
  const task = (id: unknown) =>
    typeof id === 'string' ? (world.tasks.get(id) ?? (workspace && world.taskByCustomId(workspace, id))) : undefined;
  const comment = world.comments.get(path.comment_id ?? '');
  const entries = [path.timer_id, path.interval_id, ...textsIn(body.time_entry_ids)].map(
    (id) => world.entries.get(id ?? '')?.task,
  );
  // Starting and stopping a timer ends the one that runs, which no request names.
  const running = [...world.workspaces.values()]
    .flatMap((each) => each.entries)
    .find((entry) => entry.end === null && entry.user === user)?.task;
  const sources = textsIn(body.source_task_ids).map(task);
  return [
    task(path.task_id),
    task(body.tid),
    comment && rootOf(comment),
    ...entries,
    running,
    ...sources,
    task(objectIn(body)?.parent),
  ].filter((found) => found !== undefined);
}

function rootOf({ on }: Comment): Task | undefined {
  return 'replies' in on ? rootOf(on) : 'relations' in on ? on : undefined;
}
