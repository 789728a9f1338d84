import { z } from 'zod';
import { operation } from '../../operation.js';
import { CustomIdQuery } from './custom-id.js';
import { CustomField, Nothing, TaskType } from '../entities/index.js';
import { FieldChange } from './task-fields.js';
import { objectsInValue } from './objects-in-value.js';

const Asked = z.strictObject({ include_applied_objects: z.boolean().optional() });
const Fields = z.strictObject({ fields: z.array(CustomField) });

export const GetAccessibleCustomFields = operation({
  id: 'GetAccessibleCustomFields',
  method: 'GET',
  path: '/api/v2/list/{list_id}/field',
  verb: 'list',
  toolset: 'fields',
  summary:
    'The Custom Fields that tasks of a List can have, with those of its Folder, Space and Workspace, and their options.',
  query: Asked,
  response: Fields,
});

export const GetFolderAvailableFields = operation({
  id: 'getFolderAvailableFields',
  method: 'GET',
  path: '/api/v2/folder/{folder_id}/field',
  verb: 'list',
  toolset: 'fields',
  summary: 'The Custom Fields defined at a Folder itself, without those of its Lists.',
  query: Asked,
  response: Fields,
});

export const GetSpaceAvailableFields = operation({
  id: 'getSpaceAvailableFields',
  method: 'GET',
  path: '/api/v2/space/{space_id}/field',
  verb: 'list',
  toolset: 'fields',
  summary: 'The Custom Fields defined at a Space itself, without those of its Folders and Lists.',
  query: Asked,
  response: Fields,
});

export const GetTeamAvailableFields = operation({
  id: 'getTeamAvailableFields',
  method: 'GET',
  path: '/api/v2/team/{team_id}/field',
  verb: 'list',
  toolset: 'fields',
  summary: 'The Custom Fields defined for a whole Workspace, without those of single places.',
  query: Asked,
  response: Fields,
});

/** The form of `value` follows the type of the field; a dropdown takes the id of an option and reads as its position. */
export const SetCustomFieldValue = operation({
  id: 'SetCustomFieldValue',
  method: 'POST',
  path: '/api/v2/task/{task_id}/field/{field_id}',
  verb: 'update',
  toolset: 'fields',
  summary: 'Sets one Custom Field of a task, or presses its button; the field must apply to the type of the task.',
  query: CustomIdQuery,
  body: FieldChange,
  response: Nothing,
  targets: ({ body }) => objectsInValue(body.value),
});

export const RemoveCustomFieldValue = operation({
  id: 'RemoveCustomFieldValue',
  method: 'DELETE',
  path: '/api/v2/task/{task_id}/field/{field_id}',
  verb: 'remove',
  toolset: 'fields',
  summary: 'Empties one Custom Field of a task; the field and its options stay.',
  query: CustomIdQuery,
  response: Nothing,
});

export const GetCustomItems = operation({
  id: 'GetCustomItems',
  method: 'GET',
  path: '/api/v2/team/{team_id}/custom_item',
  verb: 'list',
  toolset: 'fields',
  summary: 'The task types of a Workspace, such as Milestone or Bug, with the ids that tasks name them by.',
  response: z.strictObject({ custom_items: z.array(TaskType) }),
});
