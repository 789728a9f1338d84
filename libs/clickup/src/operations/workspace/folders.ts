import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { Folder, Nothing } from '../entities/index.js';
import { recoverMovedFolder } from './folder-recovery.js';

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

/**
 * The page does not say what is answered, so nothing is relied on. Where both destinations are named, ClickUp follows the Folder and
 * ignores the Space; both are judged all the same.
 */
export const MoveFolder = operation({
  id: 'MoveFolder',
  method: 'PUT',
  path: '/api/v2/folder/{folder_id}/position',
  verb: 'move',
  toolset: 'workspace',
  summary:
    'Moves a Folder with its Lists into another Folder or to another Space, or changes its place among its siblings.',
  documentedAt: 'https://developer.clickup.com/reference/movefolder',
  body: z.strictObject({
    /** Wins over `space_id`; needs subfolders to be switched on for the Workspace. */
    parent_folder_id: z.string().optional(),
    space_id: z.string().optional(),
    /** Among its siblings; without it the Folder comes first. */
    position: z.int().optional(),
    /** Ids of task types in the Folder → those to use after the move. */
    custom_type_map: z.record(z.string(), z.int()).optional(),
  }),
  response: Nothing,
  targets: ({ body: { parent_folder_id, space_id } }): Target[] => [
    ...(parent_folder_id === undefined ? [] : [{ kind: 'folder' as const, id: parent_folder_id }]),
    ...(space_id === undefined ? [] : [{ kind: 'space' as const, id: space_id }]),
  ],
  changesDirectory: 'tree',
  recover: recoverMovedFolder,
});
