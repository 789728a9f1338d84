import { CreateTask, CreateTaskFromTemplate, GetTask, type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { NotApplied } from '../answers/changes.js';
import { oneLine } from '../answers/one-line.js';
import { placeName } from '../answers/task.js';
import { priorityWord, Ref } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { NEW_TASK, type NewTask } from '../task-changes/inputs.js';
import { prepareTask } from '../task-changes/new-task.js';
import { newTags, spaceOfList } from '../task-changes/tags.js';
import { assigneesShown, dated, missing, wantName } from '../task-changes/wants.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

/** What the answer shows of the new task. */
const shown = (task: Task, { zone }: ToolContext) => ({
  id: task.id,
  name: oneLine(task.name),
  status: task.status.status,
  priority: priorityWord(task.priority?.id),
  due: dated(task.due_date, zone) || undefined,
  url: task.url,
  custom_id: task.custom_id ?? undefined,
  list: oneLine(placeName(task)),
  assignees: assigneesShown(task) || undefined,
});

/** A template brings everything but the name; the operation takes nothing else. */
async function fromTemplate(list: string, template: string, { name, ...others }: NewTask, context: ToolContext) {
  const given = Object.entries(others).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  if (given.length)
    throw new AppError(
      'invalid_parameters',
      `template: the template decides about ${given.join(', ')}: leave that out, and change it afterwards with update_task.`,
      { details: { parameter: 'template' } },
    );
  const list_id = await naming('list_id', () => context.directory.listId(list));
  const { id: template_id } = await naming('template', () =>
    context.directory.object('template', template, undefined, ({ about }) => about === 'task'),
  );
  const { id, task } = await context.clickup.call(CreateTaskFromTemplate, {
    path: { list_id, template_id },
    body: { name },
  });
  const created = task ?? (await read(id, context));
  return created
    ? { ...shown(created, context), not_applied: some(missing([wantName(name)], created)) }
    : unread(id, name);
}

/** It exists, whether it can be read or not. */
async function read(id: string, { clickup }: ToolContext): Promise<Task | undefined> {
  try {
    return await clickup.call(GetTask, { path: { task_id: id }, query: {} });
  } catch (thrown) {
    if (AppError.of(thrown).code === 'internal_error') throw thrown;
    return undefined;
  }
}
const unread = (id: string, name: string) => ({
  id,
  name: oneLine(name),
  status: 'not known: the new task could not be read yet',
  url: `https://app.clickup.com/t/${id}`,
});

const some = <T>(items: T[]): T[] | undefined => (items.length ? items : undefined);

export const createTask = defineTool({
  name: 'create_task',
  title: 'Create task',
  description:
    'Create a task, or a subtask (parent). Dates ISO or words ("next Friday 3pm"), description in Markdown, people and groups by name or "me".',
  toolset: 'tasks',
  verb: 'create',
  covers: [CreateTask, CreateTaskFromTemplate],
  needs: { template: [CreateTaskFromTemplate] },
  input: z.strictObject({ list_id: Ref, ...NEW_TASK, template: Ref.optional() }),
  output: z.strictObject({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    priority: z.string().optional(),
    due: z.string().optional(),
    url: z.string(),
    custom_id: z.string().optional(),
    list: z.string().optional(),
    assignees: z.string().optional(),
    new_tags: z.array(z.string()).optional(),
    not_applied: NotApplied,
  }),
  headline: ({ not_applied }) =>
    not_applied ? '⚠️ Task created, but not in everything as asked' : '✅ Task created successfully',
  async handler({ list_id, template, ...task }, context) {
    if (template !== undefined) return fromTemplate(list_id, template, task, context);
    const prepared = await prepareTask(list_id, task, context);
    const { body, wants } = prepared;
    const fresh = task.tags?.length ? await newTags(task.tags, await spaceOfList(list_id, context), context) : [];
    const created = await context.clickup.call(CreateTask, { path: { list_id: prepared.list_id }, body });
    if (fresh.length) context.directory.invalidate('tag');
    return { ...shown(created, context), new_tags: some(fresh), not_applied: some(missing(wants, created)) };
  },
});
