import {
  type CallOperation,
  type ClickUpClient,
  DeleteFolder,
  DeleteList,
  DeleteSpace,
  DeleteTask,
  mergeTasks,
  type Operation,
  UpdateFolder,
  UpdateList,
  UpdateSpace,
} from '#libs/clickup';
import { isRead } from '#libs/core';
import { type Kept } from '../tool/tool.js';
import { KEPT_INDEX } from './index-for.js';
import { type KeptTask } from './kept-task.js';
import { type TaskIndex } from './task-index.js';

type Path = Readonly<Record<string, string | undefined>>;

/** What lies in a place that was deleted. */
const DELETED = new Map<Operation, (task: KeptTask, path: Path) => boolean>([
  [DeleteList, ({ list }, { list_id }) => list.id === list_id],
  [DeleteFolder, ({ folder }, { folder_id }) => folder.id === folder_id],
  [DeleteSpace, ({ space }, { space_id }) => space.id === space_id],
]);
/** After these, tasks show other names of their places, or lie elsewhere, without having been changed themselves. */
const PLACES: ReadonlySet<Operation> = new Set<Operation>([UpdateList, UpdateFolder, UpdateSpace]);

/**
 * The client, which also tells the index of tasks what its writes have made untrue, so that what we changed or deleted ourselves is right
 * in the very next answer.
 */
export function watched(clickup: ClickUpClient, cache: Pick<Kept, 'peek'>): ClickUpClient {
  const call = async (operation: Operation, args: { path?: Path; body?: unknown }) => {
    if (isRead(operation.verb)) return clickup.call(operation, args as never);
    try {
      const answer = await clickup.call(operation, args as never);
      note(cache.peek<TaskIndex>(KEPT_INDEX), operation, args);
      return answer;
    } catch (error) {
      // It may have been done all the same.
      cache.peek<TaskIndex>(KEPT_INDEX)?.stale();
      throw error;
    }
  };
  return {
    call: call as unknown as CallOperation,
    judge: (operation, calls) => clickup.judge(operation, calls),
    credential: clickup.credential,
    cachePartition: clickup.cachePartition,
    stats: clickup.stats,
  };
}

function note(
  index: TaskIndex | undefined,
  operation: Operation,
  { path = {}, body }: { path?: Path; body?: unknown },
): void {
  if (!index) return;
  index.stale();
  const lies = DELETED.get(operation);
  if (operation === DeleteTask) index.drop(path.task_id ?? '');
  else if (operation === mergeTasks)
    for (const id of (body as { source_task_ids: string[] }).source_task_ids) index.drop(id);
  else if (lies) index.dropWhere((task) => lies(task, path));
  else if (PLACES.has(operation) || operation.id === 'MoveFolder') index.renew();
  else if (path.task_id !== undefined) index.doubt(path.task_id);
}
