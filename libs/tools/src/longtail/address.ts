import {
  type Arguments,
  GetTask,
  type Operation,
  type Parent,
  pathParameters,
  type Place,
  planOf,
  type Target,
  withTaskIds,
} from '#libs/clickup';
import { type z } from 'zod';
import { naming } from '../arguments/naming.js';
import { taskIdOf } from '../arguments/address.js';
import { type ToolContext } from '../tool/tool.js';

/** Arguments as a caller of the long tail gives them. */
export interface Given {
  path?: Record<string, string> | undefined;
  query?: Record<string, unknown> | undefined;
  body?: unknown;
  parent?: GivenParent | undefined;
}

/** Where the caller says that a comment or a checklist lies: a task, List or chat view by any reference, the comment of a thread by id. */
export interface GivenParent {
  task_id?: string | undefined;
  list_id?: string | undefined;
  view_id?: string | undefined;
  comment_id?: string | undefined;
}

type Lookups = Pick<ToolContext, 'clickup' | 'directory'>;

const WORKSPACE = ['team_id', 'team_Id', 'workspace_id'];
const PLACES: Readonly<Record<string, Place['kind']>> = { space_id: 'space', folder_id: 'folder', list_id: 'list' };
const DIGITS = /^\d+$/;
const PLAIN_TASK = /^[a-z0-9]{1,20}$/;

/**
 * The arguments as they can be sent: the Workspace need not be named, places may be given as URL, name or path, and tasks as custom id
 * or URL. What is an id already costs no request.
 */
export async function addressed(row: Operation, given: Given, context: Lookups): Promise<Arguments> {
  const args = await withPlaces(row, given, context);
  const parent = given.parent && (await parentOf(given.parent, context));
  return { ...(await withOtherTasks(row, args, context)), ...(parent && { parent }) };
}

async function parentOf({ task_id, list_id, view_id, comment_id }: GivenParent, context: Lookups): Promise<Parent> {
  return {
    ...(task_id !== undefined && { task: await taskIdOf('parent.task_id', task_id, context) }),
    ...(list_id !== undefined && { list: await naming('parent.list_id', () => context.directory.listId(list_id)) }),
    ...(view_id !== undefined && { view: view_id }),
    ...(comment_id !== undefined && { comment: comment_id }),
  };
}

/** Query and body name tasks too (parent, links_to, depends_on, …): there, ClickUp takes their own ids only. */
async function withOtherTasks(row: Operation, args: Arguments, context: Lookups): Promise<Arguments> {
  const plan = planOf(row);
  if (!row.targets || (args.query as { custom_task_ids?: unknown } | undefined)?.custom_task_ids) return args;
  const inPath = Object.values((args.path ?? {}) as Record<string, string>);
  const from = plan
    .targets(plan.prepare(args))
    .filter(({ kind, id }) => kind === 'task' && !inPath.includes(id) && !PLAIN_TASK.test(id));
  const to = await Promise.all(
    from.map(async (target) => ({ ...target, id: await taskIdOf('task id', target.id, context) })),
  );
  return from.length ? withTaskIds(args, from, to) : args;
}

/**
 * Every task by its own id, asking for those that are named by custom ids. What is confirmed must be the object: a custom id may be
 * given to another one meanwhile.
 */
export async function withOwnIds(
  args: Arguments,
  targets: readonly Target[],
  { clickup }: Lookups,
): Promise<Arguments> {
  const named = targets.filter(({ custom }) => custom !== undefined);
  if (named.length === 0) return args;
  const own = await Promise.all(
    named.map(async ({ kind, id, custom }): Promise<Target> => {
      const task = await clickup.call(GetTask, {
        path: { task_id: id },
        query: { custom_task_ids: true, team_id: custom },
      });
      return { kind, id: task.id };
    }),
  );
  return withTaskIds(args, named, own);
}

async function withPlaces(
  row: Operation,
  { path: given = {}, query, body }: Given,
  context: Lookups,
): Promise<Arguments> {
  const path = { ...given };
  const names = pathParameters(row);
  for (const name of names) {
    const value = given[name];
    const kind = PLACES[name];
    if (value === undefined && WORKSPACE.includes(name))
      path[name] = (await context.directory.workspace(undefined, `path.${name}`)).id;
    else if (value !== undefined && kind === 'list' && DIGITS.test(value))
      path[name] = await naming(`path.${name}`, () => context.directory.listId(value));
    else if (value !== undefined && kind && !DIGITS.test(value))
      path[name] = (await naming(`path.${name}`, () => context.directory.place(value, [kind]))).id;
  }
  const parts = { path, ...(query && { query }), ...(body !== undefined && { body }) };
  return names.includes('task_id') && given.task_id !== undefined && query?.custom_task_ids === undefined
    ? withTask(row, given.task_id, parts, context)
    : parts;
}

async function withTask(
  row: Operation,
  ref: string,
  { path, query, ...rest }: Arguments,
  { clickup, directory }: Lookups,
): Promise<Arguments> {
  const { task_id, query: custom } = await naming('path.task_id', () => directory.task(ref));
  const taken = { ...(path as object), task_id };
  if (!custom.custom_task_ids) return { path: taken, ...(query !== undefined && { query }), ...rest };
  const understands = 'custom_task_ids' in ((row.query as z.ZodObject | undefined)?.shape ?? {});
  if (understands) return { path: taken, query: { ...(query as object | undefined), ...custom }, ...rest };
  const { id } = await clickup.call(GetTask, { path: { task_id }, query: custom });
  return { path: { ...taken, task_id: id }, ...(query !== undefined && { query }), ...rest };
}
