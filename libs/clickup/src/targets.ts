import { type Operation, type Target, type TargetKind } from './operation.js';

/** What the parameters in paths name. `undefined`: nothing of its own, the object named beside it decides. */
export const PATH_TARGETS: Readonly<Record<string, TargetKind | undefined>> = {
  team_id: 'workspace',
  team_Id: 'workspace',
  space_id: 'space',
  folder_id: 'folder',
  list_id: 'list',
  task_id: 'task',
  comment_id: 'comment',
  timer_id: 'time_entry',
  tag_name: undefined,
  workspace_id: 'workspace',
  channel_id: 'channel',
  message_id: 'message',
  reaction: undefined,
  comment_type: undefined,
};

const parameters = (path: string): string[] => [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '');

/** The arguments of a call, as far as targets are read from them. */
interface Call {
  path?: Readonly<Record<string, string>> | undefined;
  query?: unknown;
  body?: unknown;
}

/**
 * Everything a call touches: the objects its path names and those the row adds from query and body.
 * A Workspace counts only when nothing inside it is named, because the narrower object decides.
 * @throws Error for a path parameter without a row in `PATH_TARGETS`
 */
export function targetsOf(operation: Operation, { path = {}, query = {}, body = {} }: Call): Target[] {
  const fromPath = parameters(operation.path as string).flatMap((name): Target[] => {
    if (!(name in PATH_TARGETS)) throw new Error(`Path parameter ${name} of ${operation.id} has no row in PATH_TARGETS.`);
    const kind = PATH_TARGETS[name];
    // ClickUp takes several ids with commas in some segments (timer_id of DeleteatimeEntry): each one is judged.
    return kind === undefined ? [] : (path[name] ?? '').split(',').map((id) => ({ kind, id }));
  });
  const all = [...fromPath, ...(operation.targets?.({ path, query, body }) ?? [])];
  const narrow = all.filter(({ kind }) => kind !== 'workspace');
  return narrow.length > 0 ? narrow : all;
}
