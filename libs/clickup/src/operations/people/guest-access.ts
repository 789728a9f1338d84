import { z } from 'zod';
import { operation } from '../../operation.js';
import { CustomIdQuery } from '../tasks/custom-id.js';
import { Guest } from '../entities/index.js';

/** Whether the answer lists everything that the guest sees; it does unless this is false. */
const Answer = z.strictObject({ include_shared: z.boolean().optional() });
const Level = z.strictObject({
  /** `read` views only, `create` is everything. */
  permission_level: z.enum(['read', 'comment', 'edit', 'create']),
});
const response = z.strictObject({ guest: Guest });

export const AddGuestToTask = operation({
  id: 'AddGuestToTask',
  method: 'POST',
  path: '/api/v2/task/{task_id}/guest/{guest_id}',
  verb: 'add',
  risk: 'admin',
  toolset: 'guests',
  summary: 'Shares a task with a guest (Enterprise).',
  query: Answer.extend(CustomIdQuery.shape),
  body: Level,
  response,
});

export const RemoveGuestFromTask = operation({
  id: 'RemoveGuestFromTask',
  method: 'DELETE',
  path: '/api/v2/task/{task_id}/guest/{guest_id}',
  verb: 'remove',
  risk: 'admin',
  toolset: 'guests',
  summary: 'Takes a task away from a guest (Enterprise).',
  query: Answer.extend(CustomIdQuery.shape),
  response,
});

export const AddGuestToList = operation({
  id: 'AddGuestToList',
  method: 'POST',
  path: '/api/v2/list/{list_id}/guest/{guest_id}',
  verb: 'add',
  risk: 'admin',
  toolset: 'guests',
  summary: 'Shares a List and its tasks with a guest (Enterprise).',
  query: Answer,
  body: Level,
  response,
});

export const RemoveGuestFromList = operation({
  id: 'RemoveGuestFromList',
  method: 'DELETE',
  path: '/api/v2/list/{list_id}/guest/{guest_id}',
  verb: 'remove',
  risk: 'admin',
  toolset: 'guests',
  summary: 'Takes a List away from a guest (Enterprise).',
  query: Answer,
  response,
});

export const AddGuestToFolder = operation({
  id: 'AddGuestToFolder',
  method: 'POST',
  path: '/api/v2/folder/{folder_id}/guest/{guest_id}',
  verb: 'add',
  risk: 'admin',
  toolset: 'guests',
  summary: 'Shares a Folder with its Lists with a guest (Enterprise).',
  query: Answer,
  body: Level,
  response,
});

export const RemoveGuestFromFolder = operation({
  id: 'RemoveGuestFromFolder',
  method: 'DELETE',
  path: '/api/v2/folder/{folder_id}/guest/{guest_id}',
  verb: 'remove',
  risk: 'admin',
  toolset: 'guests',
  summary: 'Takes a Folder away from a guest (Enterprise).',
  query: Answer,
  response,
});
