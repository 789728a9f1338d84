import { GetFilteredTeamTasks, type ArgumentsOf, type Task } from '#libs/clickup';
import { z } from 'zod';
import { type ToolContext } from '../tool.js';

/** ClickUp's fixed page size; a shorter page is the last (the answer has no last_page, ClickUp fact 15). */
const PAGE_SIZE = 100;

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
 * Reads up to `pages` pages. Tasks that a page repeats are dropped: new tasks push older ones onto the next page, and a page
 * that brings nothing new ends the scan, whatever ClickUp says.
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
    // Where a part of the answer was hidden, its length says nothing, and it is told whether it was the last page.
    const { last_page = answer.tasks.length < PAGE_SIZE || fresh.length === 0 } = answer as { last_page?: boolean };
    if (last_page) return { tasks: [...seen.values()] };
    if (pages > 1) context.progress(seen.size, undefined, 'tasks scanned');
  }
  const tasks = [...seen.values()];
  return { tasks, next: [first + pages, tasks.at(-1)?.id ?? ''] };
}
