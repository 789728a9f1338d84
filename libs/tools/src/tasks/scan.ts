import { GetFilteredTeamTasks, GetTasks, type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { type ToolContext } from '../tool/tool.js';
import { type UnderstoodFilters } from './filters.js';
import { below } from './filter-places.js';
import { type TaskQuery } from './task-filter.js';

/** Where a scan stands: which of its sources, the next page there, and the last task that was shown, by which a shifted page is recognised. */
export const ScanPosition = z.tuple([z.int().min(0), z.int().min(0), z.string()]);
export type ScanPosition = z.infer<typeof ScanPosition>;

interface Scanned {
  task: Task;
  /** The source and the page that it came from. */
  at: readonly [source: number, page: number];
}

export interface Scan {
  found: Scanned[];
  /** How many tasks were looked at. */
  looked: number;
  /** Where to go on; undefined when everything was seen. */
  next?: ScanPosition;
}

/** How much is read, and in which order. */
interface Extent {
  order: TaskQuery;
  archived: boolean;
  from: ScanPosition | undefined;
  wanted: number;
  pages: number;
}

/** All that there is, in up to so many pages; the newest last, so that new tasks move none from one page to the next. */
export const allOf = (archived: boolean, pages: number): Extent => ({
  order: { order_by: 'created', reverse: true },
  archived,
  from: undefined,
  wanted: Infinity,
  pages,
});

type Read = (page: number) => Promise<{ tasks: Task[]; last_page?: boolean | undefined }>;

/** What is paged through: the tasks of the Workspace, or of one List after another where archived ones are wanted, which ClickUp shows per List only. */
function sourcesOf(
  { query, places }: Pick<UnderstoodFilters, 'query' | 'places'>,
  order: TaskQuery,
  archived: boolean,
  { clickup, directory }: ToolContext,
): Read[] {
  if (!archived)
    return [
      async (page) => {
        const { id: team_Id } = await directory.workspace();
        return clickup.call(GetFilteredTeamTasks, { path: { team_Id }, query: { ...query, ...order, page } });
      },
    ];
  const lists = places.flatMap(below).filter(({ kind }) => kind === 'list');
  if (lists.length === 0)
    throw new AppError(
      'invalid_parameters',
      'archived: ClickUp shows archived tasks per List: name Lists in `within`.',
      {
        details: { parameter: 'within' },
      },
    );
  const { list_ids, project_ids, space_ids, parent, ...rest } = query;
  return lists.map(
    ({ id }) =>
      (page) =>
        clickup.call(GetTasks, { path: { list_id: id }, query: { ...rest, ...order, archived, page } }),
  );
}

/**
 * Reads pages until there are `wanted` tasks that pass, or `pages` were read. Tasks that a page repeats are dropped, because new tasks push
 * older ones onto the next page. A page that brings nothing new ends a source, even if ClickUp says that there are more.
 */
export async function scanTasks(
  filters: Pick<UnderstoodFilters, 'query' | 'places' | 'holds'>,
  { order, archived, from, wanted, pages }: Extent,
  context: ToolContext,
): Promise<Scan> {
  const sources = sourcesOf(filters, order, archived, context);
  const seen = new Set<string>();
  let looked = 0;
  const found: Scanned[] = [];
  let [source, page] = from ?? [0, 0];
  let after = from?.[2];
  for (let read = 0; read < pages && found.length < wanted; read++) {
    const answer = await sources[source]!(page);
    // The last task of the call before, and all that stand before it, have been shown already.
    const shown = after === undefined ? 0 : answer.tasks.findIndex(({ id }) => id === after) + 1;
    const fresh = answer.tasks.slice(shown).filter(({ id }) => !seen.has(id));
    after = undefined;
    for (const { id } of answer.tasks.slice(0, shown)) seen.add(id);
    looked += fresh.length;
    for (const task of fresh) {
      seen.add(task.id);
      if (filters.holds(task)) found.push({ task, at: [source, page] });
    }
    const last =
      answer.last_page ?? (answer.tasks.length < GetFilteredTeamTasks.pageSize || (fresh.length === 0 && shown === 0));
    if (last) [source, page] = [source + 1, 0];
    else page++;
    if (source >= sources.length) return { found, looked };
    if (read > 0) context.progress(looked, undefined, 'tasks looked at');
  }
  return { found, looked, next: [source, page, found.at(-1)?.task.id ?? ''] };
}
