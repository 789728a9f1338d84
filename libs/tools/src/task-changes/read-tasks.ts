import { GetTasks, type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type Address, readTask } from '../task-parts/the-task.js';
import { concurrently } from '../tool/concurrently.js';
import { type ToolContext } from '../tool/tool.js';

/** Fewer tasks than this are read one by one. */
const FEW = 4;
/** A page of a List is worth its request when it saves at least so many others. */
const WORTH = 4;
/** As many requests as one ClickUp token may have in flight (SEC-D17). */
export const CONCURRENCY = 10;

export interface Named {
  /** How errors name it. */
  argument: string;
  ref: string;
  address: Address;
  /** The List that it probably lies in. */
  list?: string;
}

type Reading = Pick<ToolContext, 'clickup'>;

const is = ({ id, custom_id }: Task, { path, query }: Address): boolean =>
  query.custom_task_ids ? custom_id?.toLowerCase() === path.task_id.toLowerCase() : id === path.task_id;

/** Rows of lists may lack what a task by itself shows; then it is read by itself, because what is not shown is not known. */
export const isWhole = ({ custom_fields, group_assignees }: Task): boolean =>
  custom_fields !== undefined && group_assignees !== undefined;

/**
 * Many tasks with few requests: mostly they lie in one List, whose pages have a hundred. In the order of `named`.
 * @throws AppError `clickup_not_found` that names the argument of a task that is not there
 */
export async function readTasks(named: readonly Named[], context: Reading): Promise<Task[]> {
  const found = new Map<Named, Task>();
  let open = [...named];
  const keep = (tasks: readonly Task[]) => {
    for (const one of open) {
      const task = tasks.find((candidate) => is(candidate, one.address));
      if (task && isWhole(task)) found.set(one, task);
    }
    open = open.filter((one) => !found.has(one));
  };
  const alone = async (some: readonly Named[]) => {
    const tasks = await concurrently(some, CONCURRENCY, ({ argument, ref, address }) =>
      readTask(argument, ref, address, context),
    );
    for (const [index, one] of some.entries()) found.set(one, tasks[index]!);
    open = open.filter((one) => !found.has(one));
    return tasks;
  };
  const tried = new Set<string>();
  while (open.length >= FEW) {
    const list =
      open.find(({ list }) => list !== undefined && !tried.has(list))?.list ?? (await alone([open[0]!]))[0]!.list.id;
    if (tried.has(list)) continue;
    tried.add(list);
    await pagesOf(list, () => Math.floor(open.length / WORTH), keep, context);
  }
  await alone(open);
  return named.map((one) => found.get(one)!);
}

/** Goes through the pages of a List as long as they are worth it. A List that cannot be read is no error: its tasks are read one by one. */
async function pagesOf(
  list_id: string,
  left: () => number,
  keep: (tasks: readonly Task[]) => void,
  { clickup }: Reading,
): Promise<void> {
  for (let page = 0; page < left(); page++) {
    try {
      const { tasks, last_page } = await clickup.call(GetTasks, {
        path: { list_id },
        query: { page, include_closed: true, subtasks: true },
      });
      keep(tasks);
      if (last_page) return;
    } catch (thrown) {
      if (AppError.of(thrown).code === 'internal_error') throw thrown;
      return;
    }
  }
}
