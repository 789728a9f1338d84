import { type CallOperation } from '../../operation.js';
import { GetFolder } from './folders.js';

interface Move {
  path: { folder_id: string };
  body: { parent_folder_id?: string | undefined; space_id?: string | undefined };
}

/** A Folder that lies where it was to go was moved; any other may be moved again, and so may one that only changes its position. */
export async function recoverMovedFolder(
  { path: { folder_id }, body: { parent_folder_id, space_id } }: Move,
  read: CallOperation,
): Promise<Record<string, never> | 'not_done'> {
  if (parent_folder_id === undefined && space_id === undefined) return 'not_done';
  const { space, parent_folder } = await read(GetFolder, { path: { folder_id } });
  const isThere =
    parent_folder_id === undefined ? space.id === space_id && !parent_folder : parent_folder === parent_folder_id;
  return isThere ? {} : 'not_done';
}
