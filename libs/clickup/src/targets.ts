import { type Operation, type Target, type TargetKind } from './operation.js';
import { isCustomTaskId } from './task-ids.js';

/**
 * The kind of object that each parameter of a path names. `undefined`: it is not judged by itself but with the object that is named
 * beside it.
 */
export const PATH_TARGETS: Readonly<Record<string, TargetKind | undefined>> = {
  team_id: 'workspace',
  team_Id: 'workspace',
  space_id: 'space',
  folder_id: 'folder',
  list_id: 'list',
  task_id: 'task',
  comment_id: 'comment',
  timer_id: 'time_entry',
  goal_id: 'goal',
  key_result_id: 'key_result',
  view_id: 'view',
  interval_id: 'time_entry',
  workspace_id: 'workspace',
  doc_id: 'doc',
  page_id: 'page',
  webhook_id: 'webhook',
  tag_name: undefined,
  checklist_id: 'checklist',
  checklist_item_id: undefined,
  links_to: 'task',
  // What `entity_id` names depends on `entity_type`: the row says it.
  entity_type: undefined,
  entity_id: undefined,
  template_id: 'template',
  field_id: undefined,
  guest_id: 'guest',
  user_id: 'user',
  group_id: 'group',
  object_type: undefined,
  object_id: undefined,
  channel_id: 'channel',
  message_id: 'message',
  reaction: undefined,
  comment_type: undefined,
};

/** The names of all parameters in a path, in their order, whether they name an object or not. */
export const pathParameters = ({ path }: Operation): string[] =>
  [...String(path).matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);

interface Parameter {
  name: string;
  kind: TargetKind;
}
const parameters = new WeakMap<Operation, readonly Parameter[]>();

/**
 * The parameters of a path that name an object; found once for each row.
 * @throws Error for a path parameter without a row in `PATH_TARGETS`
 */
export function parametersOf(operation: Operation): readonly Parameter[] {
  let found = parameters.get(operation);
  if (!found)
    parameters.set(
      operation,
      (found = pathParameters(operation).flatMap((name): Parameter[] => {
        if (!(name in PATH_TARGETS))
          throw new Error(`Path parameter ${name} of ${operation.id} has no row in PATH_TARGETS.`);
        const kind = PATH_TARGETS[name];
        return kind === undefined ? [] : [{ name, kind }];
      })),
    );
  return found;
}

/** Kinds that do not say where the call works: a person, for example, can be in several Workspaces. */
const NOWHERE: ReadonlySet<TargetKind> = new Set(['workspace', 'guest', 'user']);

/** The arguments of a call, as far as targets are read from them. */
interface Call {
  path?: Readonly<Record<string, string>> | undefined;
  query?: unknown;
  body?: unknown;
}

/**
 * Everything a call touches: the objects its path names and those the row adds from query and body. The Workspace of the path is left out
 * when something in it is named, because the narrower object decides. A Workspace that the row adds always counts.
 * @throws Error for a path parameter without a row in `PATH_TARGETS`
 */
export function targetsOf(operation: Operation, { path = {}, query = {}, body = {} }: Call): Target[] {
  const fromPath = parametersOf(operation).map(({ name, kind }): Target => ({ kind, id: path[name] ?? '' }));
  const fromRow = operation.targets?.({ path, query, body }) ?? [];
  const lies = ({ kind }: Target) => !NOWHERE.has(kind);
  const narrower = fromPath.some(lies) || fromRow.some(lies);
  const all = [...(narrower ? fromPath.filter(({ kind }) => kind !== 'workspace') : fromPath), ...fromRow];
  const { custom_task_ids, team_id = '' } = query as { custom_task_ids?: boolean; team_id?: string };
  // API v3 takes custom ids without being told, in the Workspace of its path.
  const workspace = custom_task_ids ? team_id : path.workspace_id;
  if (workspace === undefined) return all;
  return all.map((target) =>
    target.kind === 'task' && isCustomTaskId(target.id) ? { ...target, custom: workspace } : target,
  );
}
