import { z } from 'zod';
import { operation } from '../../operation.js';
import { Folder, Nothing } from '../entities/index.js';

export const GetFolders = operation({
  id: 'GetFolders',
  method: 'GET',
  path: '/api/v2/space/{space_id}/folder',
  verb: 'list',
  toolset: 'workspace',
  summary: 'The Folders of a Space, usually with their Lists.',
  query: z.strictObject({ archived: z.boolean().optional() }),
  response: z.strictObject({ folders: z.array(Folder) }),
  showsTheWay: true,
});

export const GetFolder = operation({
  id: 'GetFolder',
  method: 'GET',
  path: '/api/v2/folder/{folder_id}',
  verb: 'get',
  toolset: 'workspace',
  summary: 'One Folder with its Lists.',
  query: z.strictObject({ include_subfolders: z.boolean().optional() }),
  response: Folder,
});

export const CreateFolder = operation({
  id: 'CreateFolder',
  method: 'POST',
  path: '/api/v2/space/{space_id}/folder',
  verb: 'create',
  toolset: 'workspace',
  summary: 'Adds a Folder to a Space, or to another Folder.',
  body: z.strictObject({ name: z.string(), parent_folder_id: z.string().optional() }),
  response: Folder,
  targets: ({ body }) => (body.parent_folder_id ? [{ kind: 'folder', id: body.parent_folder_id }] : []),
  changesDirectory: 'tree',
});

export const UpdateFolder = operation({
  id: 'UpdateFolder',
  method: 'PUT',
  path: '/api/v2/folder/{folder_id}',
  verb: 'update',
  toolset: 'workspace',
  summary: 'Renames a Folder.',
  body: z.strictObject({ name: z.string() }),
  response: Folder,
  changesDirectory: 'tree',
});

export const DeleteFolder = operation({
  id: 'DeleteFolder',
  method: 'DELETE',
  path: '/api/v2/folder/{folder_id}',
  verb: 'delete',
  toolset: 'workspace',
  summary: 'Deletes a Folder with its Lists and tasks.',
  response: Nothing,
  changesDirectory: 'tree',
});
