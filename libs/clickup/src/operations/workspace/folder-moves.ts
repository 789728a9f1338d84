import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { Nothing } from '../entities/index.js';
import { recoverMovedFolder } from './folder-recovery.js';

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
