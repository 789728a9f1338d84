import { GetFilteredTeamTasks, type ArgumentsOf, type Task } from '#libs/clickup';
import { z } from 'zod';
import { type ToolContext } from '../tool/tool.js';

type Query = NonNullable<ArgumentsOf<typeof GetFilteredTeamTasks>['query']>;

/** Where a scan stands: the next page and the last task seen, by which a shifted page is recognised. */
export const ScanPosition = z.tuple([z.number(), z.string()]);
export type ScanPosition = z.infer<typeof ScanPosition>;

export interface Scan {
  tasks: Task[];
  /** Where to go on; undefined when everything was seen. */
  next?: ScanPosition;
}

/**
 * Reads up to `pages` pages. Tasks that a page repeats are dropped, because new tasks push older ones onto the next page. A page that
 * brings nothing new ends the scan, even if ClickUp says that there are more.
 */
export async function scanTasks(
  query: Query,
  from: ScanPosition | undefined,
  pages: number,
  context: ToolContext,
): Promise<Scan> {
  const [first, last] = from ?? [0, undefined];
  const { id: team_Id } = await context.directory.workspace();
  const seen = new Map<string, Task>();
  for (let page = first; page < first + pages; page++) {
    const answer = await context.clickup.call(GetFilteredTeamTasks, { path: { team_Id }, query: { ...query, page } });
    // The last task of the call before, and all that stand before it, have been shown already.
    const shown = answer.tasks.findIndex(({ id }) => id === last) + 1;
    const fresh = (page === first ? answer.tasks.slice(shown) : answer.tasks).filter(({ id }) => !seen.has(id));
    for (const task of fresh) seen.set(task.id, task);
    const { last_page = answer.tasks.length < GetFilteredTeamTasks.pageSize || fresh.length === 0 } = answer;
    if (last_page) return { tasks: [...seen.values()] };
    if (pages > 1) context.progress(seen.size, undefined, 'tasks scanned');
  }
  const tasks = [...seen.values()];
  return { tasks, next: [first + pages, tasks.at(-1)?.id ?? ''] };
}
