import { GetTask, GetTaskComments, type Task } from '#libs/clickup';
import { formatDuration } from '#libs/core';
import { z } from 'zod';
import { commentColumns } from '../answers/comment.js';
import { priorityWord, Ref } from '../arguments/inputs.js';
import { dateText, dayText } from '../arguments/moments.js';
import { Table, table } from '../answers/table.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { addressOf } from '../arguments/address.js';
import { customFields } from './custom-fields.js';
import { people, placeName, taskColumns } from '../answers/task.js';

const PARTS = [
  'description',
  'comments',
  'subtasks',
  'checklists',
  'custom_fields',
  'links',
  'attachments',
  'all',
] as const;
type Part = (typeof PARTS)[number];
/** How many characters of the description are shown without `include: ["description"]`. */
const EXCERPT = 300;

/** What every answer shows. */
function core(task: Task, zone: string) {
  return {
    id: task.id,
    custom_id: task.custom_id ?? undefined,
    name: task.name,
    status: task.status.status,
    priority: priorityWord(task.priority?.id),
    assignees: people(task.assignees) || undefined,
    due: dateText(task.due_date, zone),
    start: dateText(task.start_date, zone),
    list: placeName(task),
    list_id: task.list.id,
    parent: task.parent ?? undefined,
    tags: task.tags.length ? task.tags.map(({ name }) => name) : undefined,
    estimate: task.time_estimate ? formatDuration(Number(task.time_estimate)) : undefined,
    tracked: task.time_spent ? formatDuration(task.time_spent) : undefined,
    created: dayText(task.date_created, zone),
    updated: dayText(task.date_updated, zone),
    closed: dayText(task.date_closed, zone),
    url: task.url,
  };
}

/** The beginning of a long description, saying how much is left. */
function description(task: Task, whole: boolean): string | undefined {
  const text = (task.markdown_description ?? task.description ?? '').trim();
  if (whole || text.length <= EXCERPT) return text || undefined;
  return `${text.slice(0, EXCERPT)}… (${text.length - EXCERPT} more characters: include description)`;
}

/** The relations of a task. Their direction is told by which end the task is (ClickUp fact 28). */
function links({ id, dependencies = [], linked_tasks = [] }: Task) {
  return {
    waiting_on: dependencies.filter(({ task_id }) => task_id === id).map(({ depends_on }) => depends_on),
    blocking: dependencies.filter(({ depends_on }) => depends_on === id).map(({ task_id }) => task_id),
    linked: linked_tasks.map(({ link_id, task_id }) => (link_id === id ? task_id : link_id)),
  };
}

/** The parts that come with the task itself. */
function parts(task: Task, wants: (part: Part) => boolean, context: ToolContext) {
  const fields = customFields(task.custom_fields ?? [], context.zone);
  return {
    ...(wants('subtasks') && task.subtasks?.length && { subtasks: table(task.subtasks, taskColumns(context)) }),
    ...(wants('checklists') &&
      task.checklists?.length && {
        checklists: task.checklists.map(({ name, items }) => ({
          name,
          items: items.map((item) => `[${item.resolved ? 'x' : ' '}] ${item.name}`),
        })),
      }),
    ...(wants('custom_fields') && Object.keys(fields).length && { custom_fields: fields }),
    ...(wants('links') && links(task)),
    ...(wants('attachments') &&
      task.attachments?.length && {
        attachments: table(task.attachments, { title: ({ title }) => title, url: ({ url }) => url }),
      }),
  };
}

export const getTask = defineTool({
  name: 'get_task',
  title: 'Get task',
  description:
    'One task. task_id: id, custom id like ENG-123, or URL. include adds parts; without it the description is cut short.',
  toolset: 'tasks',
  verb: 'get',
  covers: [GetTask, GetTaskComments],
  input: z.strictObject({ task_id: Ref, include: z.array(z.enum(PARTS)).max(PARTS.length).optional() }),
  output: z.strictObject({
    id: z.string(),
    custom_id: z.string().optional(),
    name: z.string(),
    status: z.string(),
    priority: z.string().optional(),
    assignees: z.string().optional(),
    due: z.string().optional(),
    start: z.string().optional(),
    list: z.string(),
    list_id: z.string(),
    parent: z.string().optional(),
    tags: z.array(z.string()).optional(),
    estimate: z.string().optional(),
    tracked: z.string().optional(),
    created: z.string().optional(),
    updated: z.string().optional(),
    closed: z.string().optional(),
    url: z.string(),
    description: z.string().optional(),
    subtasks: Table.optional(),
    checklists: z.array(z.strictObject({ name: z.string(), items: z.array(z.string()) })).optional(),
    custom_fields: z.record(z.string(), z.string()).optional(),
    waiting_on: z.array(z.string()).optional(),
    blocking: z.array(z.string()).optional(),
    linked: z.array(z.string()).optional(),
    attachments: Table.optional(),
    comments: Table.optional(),
    older_comments: z.string().optional(),
  }),
  async handler({ task_id, include = [] }, context) {
    const wants = (part: Part) => include.includes(part) || include.includes('all');
    const { path, query } = await addressOf('task_id', task_id, context);
    const reading = {
      ...query,
      include_markdown_description: true,
      ...(wants('subtasks') && { include_subtasks: true }),
    };
    const [task, commented] = await Promise.all([
      context.clickup.call(GetTask, { path, query: reading }),
      wants('comments') ? context.clickup.call(GetTaskComments, { path, query }) : undefined,
    ]);
    return {
      ...core(task, context.zone),
      description: description(task, wants('description')),
      ...parts(task, wants, context),
      ...(commented?.comments.length && { comments: table(commented.comments, commentColumns(context)) }),
      ...((commented?.comments.length ?? 0) >= GetTaskComments.pageSize && {
        older_comments: `The newest ${GetTaskComments.pageSize} are shown: list_comments shows older ones, if there are any.`,
      }),
    };
  },
});
