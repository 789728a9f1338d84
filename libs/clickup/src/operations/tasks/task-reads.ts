import { z } from 'zod';
import { operation } from '../../operation.js';
import { CustomIdQuery } from './custom-id.js';
import { Member, Task } from '../entities/index.js';
import { TASKS_PER_PAGE } from './task-paging.js';

const Filter = z.strictObject({
  /** From 0. */
  page: z.int().optional(),
  order_by: z.enum(['id', 'created', 'updated', 'due_date']).optional(),
  reverse: z.boolean().optional(),
  subtasks: z.boolean().optional(),
  statuses: z.array(z.string()).optional(),
  include_closed: z.boolean().optional(),
  assignees: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
  due_date_gt: z.int().optional(),
  due_date_lt: z.int().optional(),
  date_created_gt: z.int().optional(),
  date_created_lt: z.int().optional(),
  date_updated_gt: z.int().optional(),
  date_updated_lt: z.int().optional(),
  date_done_gt: z.int().optional(),
  date_done_lt: z.int().optional(),
  /** JSON text: `[{"field_id","operator","value"}]`. */
  custom_fields: z.string().optional(),
  custom_items: z.array(z.number()).optional(),
  include_markdown_description: z.boolean().optional(),
});

export const GetTasks = operation({
  id: 'GetTasks',
  method: 'GET',
  path: '/api/v2/list/{list_id}/task',
  verb: 'list',
  toolset: 'tasks',
  summary: `The tasks of one List, ${TASKS_PER_PAGE} per page; closed ones, subtasks and guests from other Lists only when asked for.`,
  query: Filter.extend({
    archived: z.boolean().optional(),
    include_timl: z.boolean().optional(),
    watchers: z.array(z.string()).optional(),
    /** JSON text: one `{"field_id","operator","value"}`. */
    custom_field: z.string().optional(),
  }),
  pageSize: TASKS_PER_PAGE,
  response: z.strictObject({ tasks: z.array(Task), last_page: z.boolean() }),
  // Tasks that have their home elsewhere come only when asked for.
  tasksFrom: ({ query }) => (query.include_timl === true ? 'anywhere' : 'path'),
});

export const GetFilteredTeamTasks = operation({
  id: 'GetFilteredTeamTasks',
  method: 'GET',
  path: '/api/v2/team/{team_Id}/task',
  verb: 'search',
  toolset: 'tasks',
  summary: `Tasks of a whole Workspace by place, status, person, tag and date, ${TASKS_PER_PAGE} per page; fewer than ${TASKS_PER_PAGE} means the last page.`,
  query: Filter.extend({
    space_ids: z.array(z.string()).optional(),
    /** Folder ids. */
    project_ids: z.array(z.string()).optional(),
    list_ids: z.array(z.string()).optional(),
    parent: z.string().optional(),
  }),
  pageSize: TASKS_PER_PAGE,
  // ClickUp does not say whether a page is the last. The gateway does where it left tasks out, because the length of such a page tells
  // nothing.
  response: z.strictObject({ tasks: z.array(Task), last_page: z.boolean().optional() }),
  targets: ({ query: { parent } }) => (parent === undefined ? [] : [{ kind: 'task', id: parent }]),
  ofWorkspace: 'placed',
  placeFilters: { space_ids: 'space', project_ids: 'folder', list_ids: 'list' },
  tasksFrom: () => 'filters',
});

export const GetTask = operation({
  id: 'GetTask',
  method: 'GET',
  path: '/api/v2/task/{task_id}',
  verb: 'get',
  toolset: 'tasks',
  summary: 'One task; subtasks and Markdown only when asked for.',
  query: CustomIdQuery.extend({
    include_subtasks: z.boolean().optional(),
    include_markdown_description: z.boolean().optional(),
    /** JSON text: `[{"field_id","operator","value"}]`. */
    custom_fields: z.string().optional(),
  }),
  response: Task,
});

export const GetTaskMembers = operation({
  id: 'GetTaskMembers',
  method: 'GET',
  path: '/api/v2/task/{task_id}/member',
  verb: 'list',
  toolset: 'members',
  summary: 'The people a task was shared with; takes no custom id.',
  response: z.strictObject({ members: z.array(Member) }),
});
