import { CreateTask } from '#libs/clickup';
import { z } from 'zod';
import { priorityWord, Ref } from '../arguments/inputs.js';
import { dateText } from '../arguments/moments.js';
import { defineTool } from '../tool/tool.js';
import { NEW_TASK, prepareTask } from './new-task.js';
import { notApplied, NotApplied } from '../answers/not-applied.js';

export const createTask = defineTool({
  name: 'create_task',
  title: 'Create task',
  description:
    'Create a task or subtask (parent). list_id: id, URL or path like "Space / Folder / List". Description in Markdown; dates ISO or words ("next Friday 3pm"); people by name or "me".',
  toolset: 'tasks',
  verb: 'create',
  covers: [CreateTask],
  input: z.strictObject({ list_id: Ref, ...NEW_TASK }),
  output: z.strictObject({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    priority: z.string().optional(),
    due: z.string().optional(),
    url: z.string(),
    custom_id: z.string().optional(),
    not_applied: NotApplied,
  }),
  headline: () => '✅ Task created successfully',
  async handler({ list_id, ...task }, context) {
    const prepared = await prepareTask(list_id, task, context);
    const created = await context.clickup.call(CreateTask, {
      path: { list_id: prepared.list_id },
      body: prepared.body,
    });
    return {
      id: created.id,
      name: created.name,
      status: created.status.status,
      priority: priorityWord(created.priority?.id),
      due: dateText(created.due_date, context.zone),
      url: created.url,
      custom_id: created.custom_id ?? undefined,
      not_applied: notApplied(prepared.wanted, created, context.zone),
    };
  },
});
