import { GetFolder, GetFolderlessLists, GetFolders, GetGoal, GetList, GetSpace, GetTask, GetView, type Target, type TargetKind } from '#libs/clickup';
import { type ToolContext } from '../tool.js';

type Call = ToolContext['clickup']['call'];

/** An object as it is now: what a person recognises it by, and how much hangs below it. */
type Now = Readonly<Record<string, string | number | undefined>>;

const FEW = 3;
const ALL = { query: {} };

/** How the objects that a preview can show are read; what has no row here is named by its id alone. */
const READERS: Partial<Record<TargetKind, (call: Call, id: string) => Promise<Now>>> = {
  async task(call, id) {
    const { name, status, list, date_updated, subtasks = [] } = await call(GetTask, { path: { task_id: id }, query: { include_subtasks: true } });
    return { name, status: status.status, list: list.name, subtasks: subtasks.length, updated: date_updated ?? undefined };
  },
  async list(call, id) {
    const { name, task_count, space } = await call(GetList, { path: { list_id: id } });
    return { name, space: space?.name, tasks: task_count ?? undefined };
  },
  async folder(call, id) {
    const { name, lists = [], task_count } = await call(GetFolder, { path: { folder_id: id } });
    return { name, lists: lists.length, tasks: task_count };
  },
  async space(call, space_id) {
    const path = { space_id };
    const [{ name }, { folders }, { lists }] = await Promise.all([call(GetSpace, { path }), call(GetFolders, { path, ...ALL }), call(GetFolderlessLists, { path, ...ALL })]);
    return { name, folders: folders.length, lists: folders.reduce((sum, folder) => sum + (folder.lists?.length ?? 0), lists.length) };
  },
  async goal(call, id) {
    const { goal } = await call(GetGoal, { path: { goal_id: id } });
    return { name: goal.name, key_results: goal.key_results.length };
  },
  async view(call, id) {
    const { view } = await call(GetView, { path: { view_id: id } });
    return { name: view.name };
  },
};

/** What a change would touch, one line each, as it is now; of many the first few are read. */
export async function currentOf(targets: readonly Target[], { clickup }: Pick<ToolContext, 'clickup'>): Promise<string> {
  const lines = targets.map(async ({ kind, id }, index) => {
    const now = index < FEW ? await READERS[kind]?.(clickup.call, id) : undefined;
    const facts = Object.entries(now ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]));
    return [`${kind} ${id}`, ...facts].join(', ');
  });
  return (await Promise.all(lines)).join('; ');
}
