import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { Nothing } from '../entities/index.js';
import { recoverMergedTasks, recoverMovedTask } from './place-recovery.js';

const tasks = (ids: readonly string[] = []): Target[] => ids.map((id) => ({ kind: 'task', id }));

export const AddTaskToList = operation({
  id: 'AddTaskToList',
  method: 'POST',
  path: '/api/v2/list/{list_id}/task/{task_id}',
  verb: 'add',
  toolset: 'tasks',
  summary: 'Shows a task in one more List; without the ClickApp for multiple Lists it does nothing and still succeeds.',
  response: Nothing,
  relocates: true,
});

export const RemoveTaskFromList = operation({
  id: 'RemoveTaskFromList',
  method: 'DELETE',
  path: '/api/v2/list/{list_id}/task/{task_id}',
  verb: 'remove',
  toolset: 'tasks',
  summary: 'Takes a task out of an additional List, never out of its home List.',
  response: Nothing,
  relocates: true,
});

export const moveTask = operation({
  id: 'moveTask',
  method: 'PUT',
  path: '/api/v3/workspaces/{workspace_id}/tasks/{task_id}/home_list/{list_id}',
  verb: 'move',
  toolset: 'tasks',
  summary: 'Moves a task to another home List; a status that does not exist there needs a mapping.',
  body: z.strictObject({
    move_custom_fields: z.boolean().optional(),
    /** Field ids; without them all are moved. */
    custom_fields_to_move: z.array(z.string()).optional(),
    status_mappings: z
      .array(z.strictObject({ source_status_id: z.string(), destination_status_id: z.string() }))
      .optional(),
  }),
  response: z.strictObject({ data: z.strictObject({ task_id: z.string(), new_list_id: z.string() }) }),
  takesSubtasks: () => true,
  recover: recoverMovedTask,
});

export const mergeTasks = operation({
  id: 'mergeTasks',
  method: 'POST',
  path: '/api/v2/task/{task_id}/merge',
  verb: 'merge',
  // The sources are gone for good: nothing in ClickUp takes a merge back.
  risk: 'destructive',
  toolset: 'tasks',
  summary: 'Merges other tasks into this one for good; takes no custom ids.',
  body: z.strictObject({ source_task_ids: z.array(z.string()) }),
  response: Nothing,
  targets: ({ body }) => tasks(body.source_task_ids),
  // The subtasks of the sources get another parent.
  takesSubtasks: () => true,
  recover: recoverMergedTasks,
});
