import { AppError } from '#libs/core';
import { type CallOperation } from '../operation.js';
import { type Place, type PlaceStatus } from './directory.js';
import {
  type Folder,
  GetFolder,
  GetFolderlessLists,
  GetFolders,
  GetList,
  GetLists,
  GetSpace,
  GetSpaces,
  type List,
  type Space,
} from '../operations/index.js';

/** What the directory keeps of a Space, a Folder, a List. */
export interface SpaceNode {
  id: string;
  name: string;
  statuses?: PlaceStatus[];
}
export interface ListNode {
  id: string;
  name: string;
  taskCount?: number;
  /** Its own statuses; undefined when it inherits those of its Folder or Space. */
  statuses?: PlaceStatus[];
  /** It has statuses of its own, but the answer did not list them. */
  ownStatuses?: true;
}
export interface FolderNode extends SpaceNode {
  /** Of a subfolder: the id of the Folder that holds it. */
  parent?: string;
  lists: ListNode[];
}

const ACTIVE = { query: { archived: false } } as const;
const AT_ONCE = 8;

/** One request. */
export async function loadSpaces(call: CallOperation, team_id: string): Promise<SpaceNode[]> {
  return rows((await call(GetSpaces, { path: { team_id }, ...ACTIVE })).spaces).map(spaceNode);
}

/** The Folders of a Space. One request, and one more for each Folder that is answered without its Lists. */
export async function loadFolders(call: CallOperation, space_id: string): Promise<FolderNode[]> {
  const { folders } = await call(GetFolders, { path: { space_id }, ...ACTIVE });
  // The hidden Folder of folderless Lists is no place of its own.
  return bounded(
    rows(folders).filter(({ hidden }) => !hidden),
    (folder) => folderNode(call, folder),
  );
}

/** One request: the Lists that lie directly in a Space. */
export async function loadLists(call: CallOperation, space_id: string): Promise<ListNode[]> {
  return rows((await call(GetFolderlessLists, { path: { space_id }, ...ACTIVE })).lists).map(listNode);
}

/** A List by id with the names of what holds it; one request. */
export async function loadList(call: CallOperation, list_id: string) {
  const list = await call(GetList, { path: { list_id } });
  return { list: listNode(list), folder: list.folder?.hidden ? undefined : list.folder, space: list.space };
}

/** A Folder by id, and the Folders that hold it, outermost first. */
export async function loadFolder(
  call: CallOperation,
  folder_id: string,
): Promise<{ folders: FolderNode[]; space: SpaceNode }> {
  const folder = await call(GetFolder, { path: { folder_id } });
  const folders = [await folderNode(call, folder)];
  for (
    let parent = folder.parent_folder;
    parent && !folders.some(({ id }) => id === parent);
    parent = folders[0]?.parent
  ) {
    folders.unshift(await folderNode(call, await call(GetFolder, { path: { folder_id: parent } })));
  }
  return { folders, space: { id: folder.space.id, name: folder.space.name } };
}

/** The statuses that a place has itself; undefined when it inherits them. One request. */
export async function loadStatuses(call: CallOperation, { kind, id }: Pick<Place, 'kind' | 'id'>) {
  if (kind === 'list') return inOrder((await call(GetList, { path: { list_id: id } })).statuses);
  if (kind === 'space') return inOrder((await call(GetSpace, { path: { space_id: id } })).statuses);
  const folder = await call(GetFolder, { path: { folder_id: id } });
  return folder.override_statuses ? inOrder(folder.statuses) : undefined;
}

/** Runs `work` on each item, few at once, in order of the items; after a failure nothing more is started. */
export async function bounded<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(items[index]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}

const spaceNode = ({ id, name, statuses }: Space): SpaceNode => ({ id, name, statuses: inOrder(statuses) });

async function folderNode(call: CallOperation, folder: Folder): Promise<FolderNode> {
  const { id, name, statuses, override_statuses, parent_folder } = folder;
  // ClickUp's document types these Lists as plain strings. Whenever they are not objects, they are asked for.
  const nested = folder.lists?.every((list) => typeof list === 'object')
    ? folder.lists
    : (await call(GetLists, { path: { folder_id: id }, ...ACTIVE })).lists;
  const lists = rows(nested)
    .filter(({ archived }) => !archived)
    .map(listNode);
  return {
    id,
    name,
    parent: parent_folder ?? undefined,
    lists,
    statuses: override_statuses ? (inOrder(statuses) ?? []) : undefined,
  };
}

function listNode({ id, name, task_count, statuses, override_statuses }: List): ListNode {
  const own = inOrder(statuses);
  const taskCount =
    task_count === null || task_count === undefined || task_count === '' ? undefined : Number(task_count);
  return { id, name, taskCount, statuses: own, ownStatuses: own || override_statuses === false ? undefined : true };
}

const inOrder = (statuses: Space['statuses'] | undefined): PlaceStatus[] | undefined =>
  statuses?.length
    ? [...statuses].sort((a, b) => a.orderindex - b.orderindex).map(({ status, type }) => ({ name: status, type }))
    : undefined;

/** Without this check, an answer that lacks its list would be taken for an empty one. */
export function rows<T>(answer: T[] | undefined): T[] {
  if (!Array.isArray(answer))
    throw new AppError('clickup_server_error', 'ClickUp gave an answer that is not understood');
  return answer;
}
