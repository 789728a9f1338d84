import { AddTagToTask, type ArgumentsOf, RemoveTagFromTask, type Task, UpdateTask } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Markdown, Name, Priority, priorityWord, Ref, When } from '../arguments/inputs.js';
import { dateText, moment } from '../arguments/moments.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { addressOf, personIds } from '../arguments/address.js';
import { People, Tags } from './new-task.js';
import { notApplied, NotApplied, type Wanted } from '../answers/not-applied.js';
import { changeTags, judgeTags, type Progress, tagChanges, taskAfter } from './tag-changes.js';
import { people } from '../answers/task.js';

const NONE = 'none';

const input = z.strictObject({
  task_id: Ref,
  name: Name.optional(),
  description: Markdown.optional(),
  status: z.string().min(1).max(100).optional(),
  priority: Priority.optional(),
  due_date: When.optional(),
  start_date: When.optional(),
  add_assignees: People.optional(),
  remove_assignees: People.optional(),
  add_tags: Tags.optional(),
  remove_tags: Tags.optional(),
});
type Change = z.output<typeof input>;
type Body = NonNullable<ArgumentsOf<typeof UpdateTask>['body']>;

/** What to send and what the task should show afterwards; every name and date is resolved here, before anything is written. */
async function prepare(change: Change, context: ToolContext): Promise<{ body: Body; wanted: Wanted }> {
  const { name, description, status, priority, add_tags, remove_tags } = change;
  const due = change.due_date === NONE ? null : await moment('due_date', change.due_date, context);
  const start = await moment('start_date', change.start_date, context);
  const add = await personIds('add_assignees', change.add_assignees ?? [], context);
  const rem = await personIds('remove_assignees', change.remove_assignees ?? [], context);
  const assignees = add.length + rem.length > 0 ? { add, rem } : undefined;
  const fields: Body = {
    name,
    status,
    priority,
    assignees,
    // ClickUp ignores an empty text; a blank clears it (ClickUp fact 19).
    ...(description !== undefined && { markdown_content: description || ' ' }),
    ...(due === null && { due_date: null }),
    ...(due && { due_date: due.ms, due_date_time: due.hasTime }),
    ...(start && { start_date: start.ms, start_date_time: start.hasTime }),
  };
  const body = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Body;
  const wanted = {
    name,
    description,
    status,
    priority,
    due_date: due,
    start_date: start,
    assignees,
    tags: { add: add_tags, rem: remove_tags },
  };
  if (Object.keys(body).length === 0 && !add_tags?.length && !remove_tags?.length) {
    throw new AppError('invalid_parameters', 'Nothing to change: give at least one field besides task_id.', {
      details: { required: ['name', 'status', '…'] },
    });
  }
  return { body, wanted };
}

/** What the task does not show, and why the changes of its tags ended where they did. */
function ignored(wanted: Wanted, task: Task, { failure }: Progress, zone: string): NotApplied | undefined {
  return notApplied(wanted, task, zone)?.map((difference) =>
    failure && difference.field === 'tags'
      ? { ...difference, got: `${difference.got} (stopped there: ${failure.message})` }
      : difference,
  );
}

export const updateTask = defineTool({
  name: 'update_task',
  title: 'Update task',
  description:
    'Change the given fields of a task; others stay. description (Markdown) replaces the old one. "" clears description, "none" clears priority and due_date.',
  toolset: 'tasks',
  verb: 'update',
  covers: [UpdateTask, AddTagToTask, RemoveTagFromTask],
  input,
  output: z.strictObject({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    priority: z.string().optional(),
    due: z.string().optional(),
    start: z.string().optional(),
    assignees: z.string().optional(),
    tags: z.array(z.string()).optional(),
    url: z.string(),
    not_applied: NotApplied,
  }),
  headline: ({ not_applied }) => (not_applied ? 'Task updated, but not in everything' : 'Task updated'),
  async handler(args, context) {
    const { body, wanted } = await prepare(args, context);
    const address = await addressOf('task_id', args.task_id, context);
    const tags = tagChanges(args);
    const updates = Object.keys(body).length > 0;
    if (updates && tags.length > 0) await context.clickup.judge(UpdateTask, [{ ...address, body }]);
    await judgeTags(tags, address, context);
    const updated = updates ? await context.clickup.call(UpdateTask, { ...address, body }) : undefined;
    const progress = await changeTags(tags, address, context);
    const { done, failure } = progress;
    // When it is certain that nothing was changed, the call has failed. Otherwise the answer says what was done and what was not.
    if (failure && !updated && done.length === 0 && failure.code !== 'unknown_outcome') throw failure;
    // Tags answer nothing, so after them the task is read; without tags there was an update, which answers it.
    const task = updated && tags.length === 0 ? updated : await taskAfter(progress, address, updated, context);
    return {
      id: task.id,
      name: task.name,
      status: task.status.status,
      priority: priorityWord(task.priority?.id),
      due: dateText(task.due_date, context.zone),
      start: dateText(task.start_date, context.zone),
      assignees: people(task.assignees) || undefined,
      tags: task.tags.length ? task.tags.map(({ name }) => name) : undefined,
      url: task.url,
      not_applied: ignored(wanted, task, progress, context.zone),
    };
  },
});
