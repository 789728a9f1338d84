import { type ArgumentsOf, type CreateTask } from '#libs/clickup';
import { z } from 'zod';
import { MAX_IDS, Markdown, Name, Priority, Ref, When } from '../arguments/inputs.js';
import { moment } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';
import { personIds, taskIdOf } from '../arguments/address.js';
import { type Wanted } from '../answers/not-applied.js';

export const People = z.array(Ref).max(MAX_IDS);
export const Tags = z.array(z.string().min(1).max(100)).max(MAX_IDS);

/** What a new task may be given. */
export const NEW_TASK = {
  name: Name,
  description: Markdown.optional(),
  status: z.string().min(1).max(100).optional(),
  priority: Priority.optional(),
  due_date: When.optional(),
  start_date: When.optional(),
  assignees: People.optional(),
  tags: Tags.optional(),
  parent: Ref.optional(),
};

/** A creation that is ready to be sent: every name resolved, every date read. */
export interface PreparedTask {
  list_id: string;
  body: NonNullable<ArgumentsOf<typeof CreateTask>['body']>;
  wanted: Wanted;
}

/**
 * Resolves and reads everything, so that nothing is written unless all of it is understood.
 * @param where how errors name the arguments of this task, for example `tasks[3].`
 * @throws AppError `invalid_parameters`, `clickup_not_found`
 */
export async function prepareTask(
  list: string,
  task: z.output<z.ZodObject<typeof NEW_TASK>>,
  context: ToolContext,
  where = '',
): Promise<PreparedTask> {
  const { name, description, status, priority, tags } = task;
  const list_id = await naming(`${where}list_id`, () => context.directory.listId(list));
  const due = await moment(`${where}due_date`, task.due_date, context);
  const start = await moment(`${where}start_date`, task.start_date, context);
  const assignees = task.assignees && (await personIds(`${where}assignees`, task.assignees, context));
  const parent = task.parent === undefined ? undefined : await taskIdOf(`${where}parent`, task.parent, context);
  const body = {
    name,
    status,
    priority,
    tags,
    assignees,
    parent,
    ...(description && { markdown_content: description }),
    ...(due && { due_date: due.ms, due_date_time: due.hasTime }),
    ...(start && { start_date: start.ms, start_date_time: start.hasTime }),
  };
  const wanted = {
    name,
    description,
    status,
    priority,
    due_date: due,
    start_date: start,
    parent,
    assignees: assignees && { add: assignees },
    tags: tags && { add: tags },
  };
  return { list_id, body, wanted };
}
