import { GetTask, type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { MAX_IDS } from '../arguments/inputs.js';
import { CONCURRENCY } from '../task-changes/read-tasks.js';
import { refOf } from '../task-parts/relations.js';
import { concurrently } from '../tool/concurrently.js';
import { type ToolContext } from '../tool/tool.js';
import { below } from './deletion.js';
import { allOf, scanTasks } from './scan.js';

/** Up to so many tasks are read one by one; of more, all tasks of their Lists are. */
const FEW = 50;
/** Pages of such Lists that are looked through. */
const PAGES = 50;

/** A task below another one, which goes along with it. */
export interface Subtask {
  id: string;
  ref: string;
  name: string;
}

/**
 * Everything below each of these tasks, at any depth, whatever its status.
 * @param argument how errors name where the tasks come from
 * @throws AppError `invalid_parameters` when their Lists hold too much for that to be known
 */
export async function subtasksOf(
  tasks: readonly Task[],
  argument: string,
  context: ToolContext,
): Promise<ReadonlyMap<string, Subtask[]>> {
  return tasks.length <= FEW ? oneByOne(tasks, context) : byLists(tasks, argument, context);
}

async function oneByOne(tasks: readonly Task[], { clickup }: ToolContext): Promise<Map<string, Subtask[]>> {
  const query = { include_subtasks: true };
  const found = await concurrently(tasks, CONCURRENCY, async (task): Promise<[string, Subtask[]]> => {
    const { subtasks = [] } =
      task.subtasks === undefined ? await clickup.call(GetTask, { path: { task_id: task.id }, query }) : task;
    return [task.id, below({ subtasks }).map(({ id, name }) => ({ id, ref: id, name }))];
  });
  return new Map(found);
}

async function byLists(
  tasks: readonly Task[],
  argument: string,
  context: ToolContext,
): Promise<Map<string, Subtask[]>> {
  const lists = [...new Set(tasks.map(({ list }) => list.id))];
  const children = new Map<string, Task[]>();
  for (let at = 0; at < lists.length; at += MAX_IDS) {
    const query = { list_ids: lists.slice(at, at + MAX_IDS), include_closed: true, subtasks: true };
    const all = { query, places: [], holds: () => true };
    const { found, next } = await scanTasks(all, allOf(false, PAGES), context);
    if (next)
      throw new AppError(
        'invalid_parameters',
        `${argument}: ${tasks.length} tasks match, and their Lists hold too many others for all subtasks to be seen that would go along. Name fewer Lists in within, or narrow it to ${FEW} tasks.`,
        { details: { parameter: argument } },
      );
    for (const { task } of found)
      if (task.parent) children.set(task.parent, [...(children.get(task.parent) ?? []), task]);
  }
  const under = (id: string): Subtask[] =>
    (children.get(id) ?? []).flatMap((task) => [{ id: task.id, ref: refOf(task), name: task.name }, ...under(task.id)]);
  return new Map(tasks.map(({ id }) => [id, under(id)]));
}
