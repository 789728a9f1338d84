import {
  type Arguments,
  GetTask,
  type Operation,
  type Parent,
  pathParameters,
  planOf,
  type Target,
  withTaskIds,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { taskIdOf } from '../arguments/address.js';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';
import { argumentsInWords, type Given, sorted, type Sorted, WORKSPACE } from './flat.js';
import { resolved } from './references.js';

const PLAIN_TASK = /^[a-z0-9]{1,20}$/;

/**
 * The arguments as they can be sent: the Workspace need not be named, everything that has a name may be given by it, dates and durations
 * may be words. What is an id already costs no request.
 * @throws AppError `invalid_parameters` that names the argument, and the arguments that the operation takes
 */
export async function addressed(row: Operation, given: Given, context: ToolContext): Promise<Arguments> {
  const parts = sorted(row, given);
  await fillWorkspace(row, parts, context);
  const missing = pathParameters(row).find((name) => parts.path[name] === undefined);
  if (missing !== undefined) throw wanting(row, missing);
  const { path, query, body, parent } = await resolved(row, parts, context);
  const args = await withTask(row, { path, query, body, parent }, context);
  check(row, 'query', row.query, args.query ?? {});
  if (row.body !== undefined) check(row, 'body', row.body, args.body ?? {});
  else if (args.body !== undefined) throw notTaken(row, 'body');
  const sent: Arguments = {
    path: args.path,
    ...(Object.keys(args.query ?? {}).length && { query: args.query }),
    ...(args.body !== undefined && { body: args.body }),
  };
  const named = Object.keys(parent).length ? await parentOf(parent, context) : undefined;
  return { ...(await withOtherTasks(row, sent, context)), ...(named && { parent: named }) };
}

async function fillWorkspace(row: Operation, parts: Sorted, { directory }: ToolContext): Promise<void> {
  for (const name of pathParameters(row)) {
    if (!WORKSPACE.has(name)) continue;
    const { [name]: ref } = parts.path;
    if (ref === undefined || !/^\d+$/.test(ref)) parts.path[name] = (await directory.workspace(ref, `args.${name}`)).id;
  }
  // A list of groups needs it in the query.
  const needed = (row.query as z.ZodObject | undefined)?.shape.team_id as z.ZodType | undefined;
  if (needed && !needed.safeParse(undefined).success) parts.query.team_id ??= (await directory.workspace()).id;
}

async function parentOf(
  { task_id, list_id, view_id, comment_id }: Sorted['parent'],
  context: ToolContext,
): Promise<Parent> {
  return {
    ...(task_id !== undefined && { task: await taskIdOf('task_id', task_id, context) }),
    ...(list_id !== undefined && { list: await naming('list_id', () => context.directory.listId(list_id)) }),
    ...(view_id !== undefined && { view: view_id }),
    ...(comment_id !== undefined && { comment: comment_id }),
  };
}

/** Query and body name tasks too (parent, links_to, depends_on, …): there, ClickUp takes their own ids only. */
async function withOtherTasks(row: Operation, args: Arguments, context: ToolContext): Promise<Arguments> {
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
  { clickup }: Pick<ToolContext, 'clickup'>,
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

/** The task of the path: as custom id where the operation takes one, else by its own id. */
async function withTask(row: Operation, parts: Sorted, context: ToolContext): Promise<Sorted> {
  const { task_id: ref } = parts.path;
  if (ref === undefined || !pathParameters(row).includes('task_id') || parts.query.custom_task_ids !== undefined)
    return parts;
  const understands = 'custom_task_ids' in ((row.query as z.ZodObject | undefined)?.shape ?? {});
  const { task_id, query } = await naming('task_id', () => context.directory.task(ref));
  if (!query.custom_task_ids) return { ...parts, path: { ...parts.path, task_id } };
  if (understands) return { ...parts, path: { ...parts.path, task_id }, query: { ...parts.query, ...query } };
  return { ...parts, path: { ...parts.path, task_id: await taskIdOf('task_id', ref, context) } };
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** Checks as the transport will, in words that help. */
function check(row: Operation, where: 'query' | 'body', schema: unknown, value: unknown): void {
  const parsed = ((schema as z.ZodType | undefined) ?? z.strictObject({})).safeParse(value);
  const [issue] = parsed.error?.issues ?? [];
  if (!issue) return;
  const at = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
  const name = at.map((key) => (/^[\w$-]{1,64}$/.test(String(key)) ? String(key) : '?')).join('.') || where;
  if (issue.code === 'unrecognized_keys') throw notTaken(row, name);
  const came = at.reduce<unknown>((inside, key) => (inside as Record<PropertyKey, unknown> | undefined)?.[key], value);
  if (came === undefined) throw wanting(row, name);
  const wanted =
    issue.code === 'invalid_value'
      ? `one of ${issue.values.map(String).join(', ')}`
      : (issue.code === 'invalid_type' && WORDS[issue.expected]) || 'another value';
  throw new AppError(
    'invalid_parameters',
    `${name}: ${shown(came)} came; give ${wanted}. ${row.id} takes ${argumentsInWords(row)}.`,
    { details: { parameter: name, ...(issue.code === 'invalid_type' && { type: issue.expected }) } },
  );
}

const shown = (value: unknown): string =>
  Array.isArray(value)
    ? 'a list'
    : typeof value === 'object' && value !== null
      ? 'an object'
      : String(JSON.stringify(value)).slice(0, 60);

const wanting = (row: Operation, name: string) =>
  new AppError('invalid_parameters', `Missing argument: ${name}. ${row.id} takes ${argumentsInWords(row)}.`, {
    details: { parameter: name, required: true },
  });
const notTaken = (row: Operation, name: string) =>
  new AppError('invalid_parameters', `Unknown argument: ${name}. ${row.id} takes ${argumentsInWords(row)}.`, {
    details: { parameter: name },
  });
