import {
  type ClickUpClient,
  DeleteFolder,
  DeleteList,
  DeleteSpace,
  DeleteTask,
  mergeTasks,
  type Operation,
} from '#libs/clickup';
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
const PLACES: ReadonlySet<string> = new Set(['UpdateList', 'UpdateFolder', 'UpdateSpace', 'MoveFolder']);

/** Writes of these only add to a task, and nothing that the index keeps: what they touched is there, as it was. */
const BESIDE: ReadonlySet<string> = new Set(['attachments', 'checklists', 'comments']);

/** Tells the index of tasks what writes of this call have made untrue, so that the very next answer is right. */
export function watchWrites(clickup: ClickUpClient, cache: Pick<Kept, 'peek'>): void {
  clickup.whenWritten?.((operation, { path, body }, done) => {
    const index = cache.peek<TaskIndex>(KEPT_INDEX);
    index?.stale();
    // What failed may have been done all the same: it is looked up, but not forgotten.
    if (done) note(index, operation, path, body);
    else if (path.task_id !== undefined) index?.doubt(path.task_id);
  });
}

function note(index: TaskIndex | undefined, operation: Operation, path: Path, body: unknown): void {
  const lies = DELETED.get(operation);
  if (lies) index?.dropWhere((task) => lies(task, path));
  else if (PLACES.has(operation.id)) index?.renew();
  else if (operation === mergeTasks)
    for (const id of (body as { source_task_ids: string[] }).source_task_ids) index?.drop(id);
  else if (path.task_id === undefined || BESIDE.has(operation.toolset)) return;
  else if (operation === DeleteTask) index?.drop(path.task_id);
  else index?.doubt(path.task_id);
}
