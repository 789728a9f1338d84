import { z } from 'zod';
import { FolderRef } from './list.js';
import { Ms, MsText } from './scalars.js';
import { Status } from './status.js';
import { Attachment, Checklist, Dependency, FieldValue, Priority, Sharing, Tag, TaskLink } from './task-parts.js';
import { User } from './user.js';

const Core = z.strictObject({
  id: z.string(),
  custom_id: z.string().nullable().optional(),
  /** The task type; 0 or null is the plain task. */
  custom_item_id: z.int().nullable().optional(),
  name: z.string(),
  /** `text_content` and `description` are flattened; `markdown_description` comes only when asked for. */
  text_content: z.string().nullable().optional(),
  description: z.string().nullable().optional(),
  markdown_description: z.string().nullable().optional(),
  status: Status,
  orderindex: z.string().nullable(),
  date_created: MsText,
  date_updated: MsText,
  date_closed: MsText.nullable(),
  date_done: MsText.nullable().optional(),
  archived: z.boolean().optional(),
  creator: User,
  assignees: z.array(User),
  group_assignees: z.array(z.looseObject({ id: z.string(), name: z.string().optional() })).optional(),
  watchers: z.array(User).optional(),
  checklists: z.array(Checklist).optional(),
  tags: z.array(Tag),
  parent: z.string().nullable(),
  top_level_parent: z.string().nullable().optional(),
  priority: Priority.nullable(),
  due_date: MsText.nullable(),
  start_date: MsText.nullable(),
  points: z.number().nullable().optional(),
  /** Milliseconds. */
  time_estimate: Ms.nullable().optional(),
  /** Milliseconds; left out until there are time entries. */
  time_spent: z.int().nullable().optional(),
  custom_fields: z.array(FieldValue).optional(),
  dependencies: z.array(Dependency).optional(),
  linked_tasks: z.array(TaskLink).optional(),
  locations: z.array(z.strictObject({ id: z.string(), name: z.string() })).optional(),
  team_id: z.string().optional(),
  url: z.string(),
  sharing: Sharing.optional(),
  permission_level: z.string().optional(),
  list: z.strictObject({ id: z.string(), name: z.string(), access: z.boolean().optional() }),
  /** The same as `folder`, under its older name. */
  project: FolderRef.optional(),
  folder: FolderRef,
  space: z.strictObject({ id: z.string() }),
});

/** A task below another. The places may be left out, and what lies below it again need not come along. */
export const Subtask = Core.partial({ list: true, folder: true, space: true, priority: true }).extend({
  get subtasks() {
    return z.array(Subtask).optional();
  },
});
export type Subtask = z.output<typeof Subtask>;

/** A task. `subtasks` and `attachments` come with GetTask only. */
export const Task = Core.extend({
  subtasks: z.array(Subtask).optional(),
  attachments: z.array(Attachment).optional(),
});
export type Task = z.output<typeof Task>;
