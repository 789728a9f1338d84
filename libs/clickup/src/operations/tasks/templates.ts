import { z } from 'zod';
import { operation } from '../../operation.js';
import { Folder, List, Task, Template } from '../entities/index.js';
import { traceOfTask } from './task-recovery.js';

const Import = z.boolean().optional();
/** What of the template's content comes along. With `return_immediately` (the default) the id is answered before the object exists. */
const Options = z.strictObject({
  return_immediately: z.boolean().optional(),
  content: z.string().optional(),
  automation: Import,
  include_views: Import,
  old_due_date: Import,
  old_start_date: Import,
  old_followers: Import,
  comment_attachments: Import,
  recur_settings: Import,
  old_tags: Import,
  old_statuses: Import,
  subtasks: Import,
  custom_type: Import,
  old_assignees: Import,
  attachments: Import,
  comment: Import,
  old_status: Import,
  external_dependencies: Import,
  internal_dependencies: Import,
  priority: Import,
  custom_fields: Import,
  old_checklists: Import,
  relationships: Import,
  old_subtask_assignees: Import,
  /** ISO 8601, unlike everywhere else. */
  start_date: z.string().optional(),
  due_date: z.string().optional(),
  remap_start_date: Import,
  skip_weekends: Import,
  archived: z.literal([1, 2]).meta({ type: 'integer' }).nullable().optional(),
});
const NewList = z.strictObject({
  name: z.string(),
  options: Options.extend({ time_estimate: z.number().optional() }).optional(),
});
const NewFolder = z.strictObject({
  name: z.string(),
  parent_folder_id: z.string().optional(),
  options: Options.extend({ time_estimate: Import }).optional(),
});

const Templates = z.strictObject({ templates: z.array(Template) });
/** The object itself comes only when the request waited for it. */
const ListMade = z.strictObject({ id: z.string(), list: List.optional() });

export const GetTaskTemplates = operation({
  id: 'GetTaskTemplates',
  method: 'GET',
  path: '/api/v2/team/{team_id}/taskTemplate',
  verb: 'list',
  toolset: 'templates',
  summary: 'The task templates of a Workspace, by pages from 0.',
  query: z.strictObject({ page: z.int() }),
  // Not documented. If pages are shorter than this, some templates are not found, but no wrong ones are.
  pageSize: 100,
  response: Templates,
});

export const GetListTemplates = operation({
  id: 'GetListTemplates',
  method: 'GET',
  path: '/api/v2/team/{team_id}/list_template',
  verb: 'list',
  toolset: 'templates',
  summary: 'The List templates of a Workspace.',
  response: Templates,
});

export const GetFolderTemplates = operation({
  id: 'GetFolderTemplates',
  method: 'GET',
  path: '/api/v2/team/{team_id}/folder_template',
  verb: 'list',
  toolset: 'templates',
  summary: 'The Folder templates of a Workspace.',
  response: Templates,
});

export const CreateTaskFromTemplate = operation({
  id: 'CreateTaskFromTemplate',
  method: 'POST',
  path: '/api/v2/list/{list_id}/taskTemplate/{template_id}',
  verb: 'create',
  toolset: 'templates',
  summary: 'Makes a task in a List from a task template.',
  body: z.strictObject({ name: z.string() }),
  // The document says only that an object comes back; without its id nobody could use the new task.
  response: z.strictObject({ id: z.string(), task: Task.optional() }),
  // Its task must not be mistaken for the work of a `CreateTask` of the same name.
  trace: traceOfTask,
});

export const CreateFolderListFromTemplate = operation({
  id: 'CreateFolderListFromTemplate',
  method: 'POST',
  path: '/api/v2/folder/{folder_id}/list_template/{template_id}',
  verb: 'create',
  toolset: 'templates',
  summary: 'Makes a List in a Folder from a List template; it may appear some time after the answer.',
  body: NewList,
  response: ListMade,
  changesDirectory: 'tree',
});

export const CreateSpaceListFromTemplate = operation({
  id: 'CreateSpaceListFromTemplate',
  method: 'POST',
  path: '/api/v2/space/{space_id}/list_template/{template_id}',
  verb: 'create',
  toolset: 'templates',
  summary: 'Makes a List directly in a Space from a List template; it may appear some time after the answer.',
  body: NewList,
  response: ListMade,
  changesDirectory: 'tree',
});

export const CreateFolderFromTemplate = operation({
  id: 'CreateFolderFromTemplate',
  method: 'POST',
  path: '/api/v2/space/{space_id}/folder_template/{template_id}',
  verb: 'create',
  toolset: 'templates',
  summary: 'Makes a Folder with its Lists from a Folder template; it may appear some time after the answer.',
  body: NewFolder,
  // The id is documented as a number, while all other ids of Folders are text: both are accepted.
  response: z.strictObject({ id: z.union([z.string(), z.int()]), folder: Folder.optional() }),
  targets: ({ body }) => (body.parent_folder_id ? [{ kind: 'folder', id: body.parent_folder_id }] : []),
  changesDirectory: 'tree',
});
