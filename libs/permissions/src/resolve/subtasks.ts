import { GetTask } from '#libs/clickup';
import { type Lookup } from './lookup.js';
import { same, Unresolved } from './where.js';

/** With more subtasks the write is refused; it can be done in parts. */
const MAX_TASKS = 200;

/**
 * Ids of everything below these tasks, at any depth, level by level; what is learned of places on the way is kept. One request for each
 * task: ClickUp does not say whether what it lists below a task is all of it or one level.
 * @throws Unresolved where there are too many
 */
export async function subtasksOf(ids: readonly string[], lookup: Lookup): Promise<string[]> {
  const seen = new Set(ids);
  const found: string[] = [];
  let level = [...seen];
  while (level.length > 0) {
    if (seen.size - ids.length > MAX_TASKS) throw new Unresolved('it has too many subtasks to look through');
    const below = await Promise.all(level.map((id) => oneLevel(id, lookup)));
    const fresh = below.flatMap(({ subtasks }) => subtasks).filter((id) => !seen.has(id) && seen.add(id));
    const open = new Set(below.filter(({ whole }) => !whole).flatMap(({ subtasks }) => subtasks));
    found.push(...fresh);
    level = fresh.filter((id) => open.has(id));
  }
  return found;
}

interface Level {
  subtasks: string[];
  /** Whether `subtasks` holds all levels, so that none of them has to be asked for more. */
  whole: boolean;
}

/** Kept as long as places are: a call is judged before its preview, again before it is sent, and should ask only once. */
const oneLevel = (task_id: string, lookup: Lookup): Promise<Level> =>
  lookup.cache.read(`below/${task_id}`, () => readLevel(task_id, lookup));

async function readLevel(task_id: string, lookup: Lookup): Promise<Level> {
  const task = await lookup.call(GetTask, { path: { task_id }, query: { include_subtasks: true } });
  same(task_id, task.id);
  lookup.learn(task);
  const { subtasks = [] } = task;
  for (const { id, list, space, folder, locations } of subtasks)
    if (list && space && folder) lookup.learn({ id, list, space, folder, locations });
  return {
    subtasks: subtasks.map(({ id }) => id),
    whole: subtasks.some(({ parent }) => typeof parent === 'string' && parent !== task_id),
  };
}
