import { GetTask, type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type Table, table } from '../answers/table.js';
import { concurrently } from '../tool/concurrently.js';
import { type ToolContext } from '../tool/tool.js';

/** Related tasks are read one by one, because ClickUp cannot be asked for several: no more than these, so many at a time. */
const MOST = 30;
const CONCURRENCY = 5;

type Relation = 'subtask_of' | 'waits_on' | 'blocks' | 'linked' | 'also_in_list';
export interface Related {
  relation: Relation;
  /** The id of the other task, or of the List. */
  id: string;
  /** Of a List: its name. */
  name?: string;
}

/** What a task is related to. The direction of a dependency is told by which end the task is (ClickUp fact 28). */
export function relationsOf({
  id,
  parent,
  list,
  dependencies = [],
  linked_tasks = [],
  locations = [],
}: Task): Related[] {
  const to = (relation: Relation, ids: readonly string[]) =>
    [...new Set(ids)].filter((other) => other !== id).map((other): Related => ({ relation, id: other }));
  return [
    ...to('subtask_of', parent ? [parent] : []),
    ...to(
      'waits_on',
      dependencies.filter(({ task_id }) => task_id === id).map(({ depends_on }) => depends_on),
    ),
    ...to(
      'blocks',
      dependencies.filter(({ depends_on }) => depends_on === id).map(({ task_id }) => task_id),
    ),
    ...to(
      'linked',
      linked_tasks.map(({ link_id, task_id }) => (link_id === id ? task_id : link_id)),
    ),
    ...locations
      .filter((other) => other.id !== list.id)
      .map((other): Related => ({ relation: 'also_in_list', id: other.id, name: other.name })),
  ];
}

/** How a task is called in an answer: its custom id where it has one. */
export const refOf = ({ id, custom_id }: Pick<Task, 'id' | 'custom_id'>): string => custom_id || id;

/** Another task as far as the caller may see it; its refusal is part of the answer, because the relation itself is known. */
async function seen(id: string, { clickup }: Pick<ToolContext, 'clickup'>): Promise<Task | AppError> {
  try {
    return await clickup.call(GetTask, { path: { task_id: id }, query: {} });
  } catch (thrown) {
    const error = AppError.of(thrown);
    if (error.code === 'internal_error') throw thrown;
    return error;
  }
}

const unread = (task: AppError | undefined): string => {
  if (task === undefined) return '(not read: open it with get_task)';
  return task.code === 'clickup_not_found' ? '(you may not see it)' : `(not read: ${task.message})`;
};

/**
 * Relations with the names and statuses of what they lead to: one request for each other task, except those in `known`.
 * @param known tasks that were read already, by id
 */
export async function relationTable(
  relations: readonly Related[],
  context: Pick<ToolContext, 'clickup'>,
  known: ReadonlyMap<string, Task> = new Map(),
): Promise<Table> {
  const others = [...new Set(relations.filter(({ name }) => name === undefined).map(({ id }) => id))];
  const unknown = others.filter((id) => !known.has(id)).slice(0, MOST);
  const tasks = new Map<string, Task | AppError>(known);
  const read = await concurrently(unknown, CONCURRENCY, (id) => seen(id, context));
  for (const [index, id] of unknown.entries()) tasks.set(id, read[index]!);
  const rows = relations.map((relation) => ({ ...relation, task: tasks.get(relation.id) }));
  return table(rows, {
    relation: ({ relation }) => relation,
    ref: ({ id, task }) => (task === undefined || task instanceof AppError ? id : refOf(task)),
    name: ({ name, task }) => name ?? (task === undefined || task instanceof AppError ? unread(task) : task.name),
    status: ({ task }) => (task === undefined || task instanceof AppError ? undefined : task.status.status),
  });
}
