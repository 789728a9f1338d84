import { GetTask, sureTaskId } from '#libs/clickup';
import { AppError } from '#libs/core';
import { taskNamed } from '../find/task-named.js';
import { naming } from './naming.js';
import { type ToolContext } from '../tool/tool.js';

/** What telling tasks, places and people by name takes. */
type Lookups = Parameters<typeof taskNamed>[1];

/**
 * The path and query that name a task on the wire. An id, a custom id and a URL ask ClickUp nothing. A name, alone or behind its List as
 * in `Sprint 42 / Fix the login`, is looked up in the index of tasks, which may have to be made first.
 * @throws AppError `invalid_parameters` with candidates when several tasks bear the name, `clickup_not_found` with similar ones when none
 */
export async function addressOf(argument: string, ref: string, context: Lookups) {
  const sure = sureTaskId(ref);
  if (sure !== undefined) return { path: { task_id: sure }, query: {} };
  const { task_id, query } = await naming(argument, () => found(ref, context));
  return { path: { task_id }, query };
}

/** Ids hold a digit. A single word without one may all the same be an id that somebody made by hand, so it is one where no task has that name. */
const WORD = /^\p{L}+$/u;

async function found(ref: string, context: Lookups) {
  const address = await context.directory.task(ref).catch(refusalOf);
  if (!(address instanceof AppError) && !WORD.test(ref.trim())) return address;
  const id = await taskNamed(ref, context).catch((error: unknown) => {
    if (address instanceof AppError || !(error instanceof AppError) || error.code !== 'clickup_not_found') throw error;
    return undefined;
  });
  if (id !== undefined) return { task_id: id, query: {} };
  if (address instanceof AppError) throw address;
  return address;
}

/** A refusal of what is no id and no URL: it may be a name. */
function refusalOf(error: unknown): AppError {
  if (error instanceof AppError && error.code === 'invalid_parameters') return error;
  throw error;
}

/** The canonical id, for places that take no custom id; one request when the ref is a custom id, otherwise none. */
export async function taskIdOf(argument: string, ref: string, context: Lookups): Promise<string> {
  const { path, query } = await addressOf(argument, ref, context);
  if (!query.custom_task_ids) return path.task_id;
  const { id } = await context.clickup.call(GetTask, { path, query });
  return id;
}

/** The ids of people named by `me`, id, name or e-mail address, each once. */
export async function personIds(
  argument: string,
  refs: readonly string[],
  { directory }: Pick<ToolContext, 'directory'>,
): Promise<number[]> {
  const found = new Set<number>();
  // One after another: all are found in one cached list of perhaps thousands, and the first unknown name ends the work.
  for (const ref of new Set(refs)) found.add((await naming(argument, () => directory.person(ref))).id);
  return [...found];
}
