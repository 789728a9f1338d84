import { GetTask } from '#libs/clickup';
import { naming } from './naming.js';
import { type ToolContext } from '../tool/tool.js';

type Lookups = Pick<ToolContext, 'clickup' | 'directory'>;

/** The path and query that name a task on the wire; asks ClickUp nothing. */
export async function addressOf(argument: string, ref: string, { directory }: Pick<ToolContext, 'directory'>) {
  const { task_id, query } = await naming(argument, () => directory.task(ref));
  return { path: { task_id }, query };
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
