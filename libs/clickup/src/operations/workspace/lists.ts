import { z } from 'zod';
import { operation } from '../../operation.js';
import { List, Member, Nothing } from '../entities/index.js';

const NewList = z.strictObject({
  name: z.string(),
  content: z.string().optional(),
  markdown_content: z.string().optional(),
  /** Unix milliseconds. */
  due_date: z.int().optional(),
  due_date_time: z.boolean().optional(),
  priority: z.int().optional(),
  assignee: z.int().optional(),
  /** The colour of the List, not a task status. */
  status: z.string().optional(),
});

export const GetLists = operation({
  id: 'GetLists',
  method: 'GET',
  path: '/api/v2/folder/{folder_id}/list',
  verb: 'list',
  toolset: 'workspace',
  summary: 'The Lists of a Folder.',
  query: z.strictObject({ archived: z.boolean().optional() }),
  response: z.strictObject({ lists: z.array(List) }),
  showsTheWay: true,
});

export const GetFolderlessLists = operation({
  id: 'GetFolderlessLists',
  method: 'GET',
  path: '/api/v2/space/{space_id}/list',
  verb: 'list',
  toolset: 'workspace',
  summary: 'The Lists that lie directly in a Space.',
  query: z.strictObject({ archived: z.boolean().optional() }),
  response: z.strictObject({ lists: z.array(List) }),
  showsTheWay: true,
});

export const GetList = operation({
  id: 'GetList',
  method: 'GET',
  path: '/api/v2/list/{list_id}',
  verb: 'get',
  toolset: 'workspace',
  summary: 'One List with its statuses and task count.',
  response: List,
});

export const CreateList = operation({
  id: 'CreateList',
  method: 'POST',
  path: '/api/v2/folder/{folder_id}/list',
  verb: 'create',
  toolset: 'workspace',
  summary: 'Adds a List to a Folder.',
  body: NewList,
  response: List,
  changesDirectory: 'tree',
});

export const CreateFolderlessList = operation({
  id: 'CreateFolderlessList',
  method: 'POST',
  path: '/api/v2/space/{space_id}/list',
  verb: 'create',
  toolset: 'workspace',
  summary: 'Adds a List directly to a Space.',
  body: NewList,
  response: List,
  changesDirectory: 'tree',
});

export const UpdateList = operation({
  id: 'UpdateList',
  method: 'PUT',
  path: '/api/v2/list/{list_id}',
  verb: 'update',
  toolset: 'workspace',
  summary: 'Changes name, description, dates, priority, owner or colour of a List.',
  body: NewList.extend({ assignee: z.string().optional(), unset_status: z.boolean().optional() }),
  response: List,
  changesDirectory: 'tree',
});

export const DeleteList = operation({
  id: 'DeleteList',
  method: 'DELETE',
  path: '/api/v2/list/{list_id}',
  verb: 'delete',
  toolset: 'workspace',
  summary: 'Deletes a List with its tasks.',
  response: Nothing,
  changesDirectory: 'tree',
});

export const GetListMembers = operation({
  id: 'GetListMembers',
  method: 'GET',
  path: '/api/v2/list/{list_id}/member',
  verb: 'list',
  toolset: 'members',
  summary: 'The people a List was shared with.',
  response: z.strictObject({ members: z.array(Member) }),
});
