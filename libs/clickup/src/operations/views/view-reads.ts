import { z } from 'zod';
import { operation } from '../../operation.js';
import { Task, View } from '../entities/index.js';

const Views = z.strictObject({ views: z.array(View) });

export const GetTeamViews = operation({
  id: 'GetTeamViews',
  method: 'GET',
  path: '/api/v2/team/{team_id}/view',
  verb: 'list',
  toolset: 'views',
  summary: 'The views of a Workspace (the Everything level), with their filters; not those of the places inside it.',
  response: Views,
});

export const GetSpaceViews = operation({
  id: 'GetSpaceViews',
  method: 'GET',
  path: '/api/v2/space/{space_id}/view',
  verb: 'list',
  toolset: 'views',
  summary: 'The views of a Space, with their filters; not those of the places inside it.',
  response: Views,
});

export const GetFolderViews = operation({
  id: 'GetFolderViews',
  method: 'GET',
  path: '/api/v2/folder/{folder_id}/view',
  verb: 'list',
  toolset: 'views',
  summary: 'The views of a Folder, with their filters; not those of the places inside it.',
  response: Views,
});

export const GetListViews = operation({
  id: 'GetListViews',
  method: 'GET',
  path: '/api/v2/list/{list_id}/view',
  verb: 'list',
  toolset: 'views',
  summary: 'The views of a List, with their filters.',
  response: Views,
});

export const GetView = operation({
  id: 'GetView',
  method: 'GET',
  path: '/api/v2/view/{view_id}',
  verb: 'get',
  toolset: 'views',
  summary: 'One view with its filters, sorting, grouping, columns and settings.',
  response: z.strictObject({ view: View }),
});

export const GetViewTasks = operation({
  id: 'GetViewTasks',
  method: 'GET',
  path: '/api/v2/view/{view_id}/task',
  verb: 'list',
  toolset: 'views',
  summary: 'The tasks that a view shows, filtered and sorted as it says, page by page until the last one.',
  /** From 0, and never left out. */
  query: z.strictObject({ page: z.int() }),
  response: z.strictObject({ tasks: z.array(Task), last_page: z.boolean() }),
  tasksFrom: () => 'anywhere',
});
