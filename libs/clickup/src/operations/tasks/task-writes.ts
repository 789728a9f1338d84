import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { CustomIdQuery } from './custom-id.js';
import { Nothing, Task } from '../entities/index.js';
import { objectsInValue } from './objects-in-value.js';
import { NewFieldValue } from './task-fields.js';
import { recoverCreatedTask, recoverUpdatedTask, traceOfTask } from './task-recovery.js';

const task = (id: string | null | undefined): Target[] => (id ? [{ kind: 'task', id }] : []);

const Fields = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  /** Wins over `description`. */
  markdown_content: z.string().optional(),
  status: z.string().optional(),
  /** 1 urgent, 2 high, 3 normal, 4 low, null none. */
  priority: z.int().nullable().optional(),
  /** Unix milliseconds. */
  due_date: z.int().optional(),
  due_date_time: z.boolean().optional(),
  /** Milliseconds. */
  time_estimate: z.int().optional(),
  /** Unix milliseconds. */
  start_date: z.int().optional(),
  start_date_time: z.boolean().optional(),
  points: z.number().optional(),
  archived: z.boolean().optional(),
});
const Change = z.strictObject({ add: z.array(z.int()), rem: z.array(z.int()) });

export const CreateTask = operation({
  id: 'CreateTask',
  method: 'POST',
  path: '/api/v2/list/{list_id}/task',
  verb: 'create',
  toolset: 'tasks',
  summary: 'Creates a task or subtask in a List.',
  body: Fields.extend({
    assignees: z.array(z.int()).optional(),
    group_assignees: z.array(z.string()).optional(),
    tags: z.array(z.string()).optional(),
    notify_all: z.boolean().optional(),
    parent: z.string().nullable().optional(),
    links_to: z.string().nullable().optional(),
    check_required_custom_fields: z.boolean().optional(),
    custom_fields: z.array(NewFieldValue).optional(),
    custom_item_id: z.number().optional(),
  }),
  response: Task,
  targets: ({ body }) => [
    ...task(body.parent),
    ...task(body.links_to),
    ...(body.custom_fields ?? []).flatMap(({ value }) => objectsInValue(value)),
  ],
  trace: traceOfTask,
  recover: recoverCreatedTask,
  // A tag that the Space does not have yet is made.
  changesDirectory: 'tag',
});

export const UpdateTask = operation({
  id: 'UpdateTask',
  method: 'PUT',
  path: '/api/v2/task/{task_id}',
  verb: 'update',
  toolset: 'tasks',
  summary: 'Changes the fields of a task that are sent; people are added and removed, never replaced.',
  query: CustomIdQuery,
  body: Fields.extend({
    name: z.string().optional(),
    /** Unix milliseconds; null takes the date away. */
    due_date: z.int().nullable().optional(),
    /** The same. */
    start_date: z.int().nullable().optional(),
    /** Milliseconds; null takes the estimate away. */
    time_estimate: z.int().nullable().optional(),
    custom_item_id: z.number().nullable().optional(),
    parent: z.string().optional(),
    assignees: Change.optional(),
    group_assignees: z
      .strictObject({ add: z.array(z.string()).optional(), rem: z.array(z.string()).optional() })
      .optional(),
    watchers: Change.optional(),
  }),
  response: Task,
  targets: ({ body }) => task(body.parent),
  // Subtasks are archived with their task, and come back with it.
  takesSubtasks: ({ body }) => body.archived !== undefined,
  recover: recoverUpdatedTask,
});

export const DeleteTask = operation({
  id: 'DeleteTask',
  method: 'DELETE',
  path: '/api/v2/task/{task_id}',
  verb: 'delete',
  toolset: 'tasks',
  summary: 'Puts a task into the trash; only a person can take it out again.',
  query: CustomIdQuery,
  response: Nothing,
  takesSubtasks: () => true,
});

export const AddTagToTask = operation({
  id: 'AddTagToTask',
  method: 'POST',
  path: '/api/v2/task/{task_id}/tag/{tag_name}',
  verb: 'add',
  toolset: 'tasks',
  summary: 'Puts a tag on a task.',
  query: CustomIdQuery,
  response: Nothing,
  // A tag that the Space does not have yet is made.
  changesDirectory: 'tag',
});

export const RemoveTagFromTask = operation({
  id: 'RemoveTagFromTask',
  method: 'DELETE',
  path: '/api/v2/task/{task_id}/tag/{tag_name}',
  verb: 'remove',
  toolset: 'tasks',
  summary: 'Takes a tag off a task; the tag itself stays.',
  query: CustomIdQuery,
  response: Nothing,
});
