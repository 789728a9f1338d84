import { GetFilteredTeamTasks, GetTask } from '#libs/clickup';
import { AppError, formatInstant } from '#libs/core';
import { type ToolContext } from '../tool/tool.js';
import { type KeptTask } from './kept-task.js';
import { readChanges, readOn } from './reading.js';
import { TaskIndex } from './task-index.js';

/** Under which name the index is kept. */
export const KEPT_INDEX = 'tasks/index';
/** An index that nobody has used for so long is forgotten. */
const UNUSED_MS = 60 * 60_000;
/** For so long nothing is asked for: what we write ourselves makes the index ask at once. */
const FRESH_MS = 5_000;
/** After so long everything is read again, a few pages with each use, because ClickUp does not tell what was deleted. */
const RENEWED_AFTER_MS = 15 * 60_000;
const RENEWED_AT_ONCE = 4;
/** An index that was not renewed for so long is made anew. */
const OLDEST_MS = 60 * 60_000;
/** A task that was shown to us so long ago is looked up before it is shown. */
const SURE_MS = 5 * 60_000;
const MOST_LOOKED_UP = 5;
/** How long one call may read, on the clock of `performance.now()`: AI clients wait for about a minute. */
const READING_MS = 25_000;
/** What reading leaves to others of the requests that ClickUp allows per minute. */
const LEFT_TO_OTHERS = 0.1;

export type IndexContext = Pick<
  ToolContext,
  'clickup' | 'directory' | 'cache' | 'permits' | 'taskIndex' | 'now' | 'progress'
>;

/**
 * The index of the caller's tasks, as it is kept: it belongs to one credential under one set of read limits. Nothing is asked of ClickUp.
 * @returns undefined where indexes are switched off, or where this caller may not list tasks (any more)
 */
function keptIndex({ cache, permits, taskIndex }: IndexContext): TaskIndex | undefined {
  if (!taskIndex || !permits(GetFilteredTeamTasks).allowed) return undefined;
  const kept = cache.peek<TaskIndex>(KEPT_INDEX);
  if (kept) return kept.full ? undefined : kept;
  const index = new TaskIndex();
  cache.keep(KEPT_INDEX, UNUSED_MS, index, index.bytes);
  return index;
}

/**
 * The index with all changes that ClickUp tells of. The first use reads all tasks, 100 per request, as far as time, ClickUp's limit and
 * the memory for it go; later uses cost one request, or none within some seconds.
 * @param how `complete`: only an index that was read to its end, which is never begun here
 * @returns undefined where there is none: look through ClickUp's own lists then
 */
export async function indexFor(
  context: IndexContext,
  how: 'build' | 'complete' = 'build',
): Promise<TaskIndex | undefined> {
  const index = keptIndex(context);
  if (!index || (how === 'complete' && index.fullSince === undefined)) return undefined;
  const started = performance.now();
  const refreshed = index.turn.then(() => refresh(index, started, context));
  // The next one waits for its turn, whatever becomes of this one.
  index.turn = refreshed.catch(() => undefined);
  await refreshed;
  return index.full ? undefined : index;
}

async function refresh(index: TaskIndex, started: number, context: IndexContext): Promise<void> {
  const { now, cache } = context;
  if (index.fullSince !== undefined && now - index.fullSince > OLDEST_MS) index.renew();
  const building = index.fullSince === undefined;
  const knowsChanges = index.size === 0 || now - index.asOf < FRESH_MS || (await readChanges(index, now, context));
  const old = index.fullSince !== undefined && now - index.fullSince > RENEWED_AFTER_MS;
  if (!knowsChanges || (old && index.unread.length === 0)) {
    index.unread = [{}];
    index.begun = undefined;
  }
  if (index.unread.length > 0) {
    if (index.size === 0) index.asOf = now;
    let pages = 0;
    const most = building || !knowsChanges ? Infinity : RENEWED_AT_ONCE;
    const enough = () => {
      const read = pages++;
      return read >= most || (read > 0 && isEnough(started, context));
    };
    await readOn(index, now, () => index.bytes > cache.room || enough(), context).finally(() => keep(index, cache));
  } else keep(index, cache);
}

/** Keeps the index, or the knowledge that there is no room for one: a part of the tasks could never be completed. */
function keep(index: TaskIndex, cache: IndexContext['cache']): void {
  if (index.bytes > cache.room) index.full = true;
  const kept = index.full ? Object.assign(new TaskIndex(), { full: true }) : index;
  cache.keep(KEPT_INDEX, UNUSED_MS, kept, kept.bytes);
}

function isEnough(started: number, { clickup }: IndexContext): boolean {
  const { rateLimit } = clickup.stats;
  return (
    performance.now() - started > READING_MS ||
    (rateLimit !== undefined && rateLimit.remaining < rateLimit.limit * LEFT_TO_OTHERS)
  );
}

/** How far the index can be trusted, in words. */
export async function stateOf(index: TaskIndex, context: IndexContext & Pick<ToolContext, 'zone'>): Promise<string> {
  const at = (ms: number) => formatInstant(ms, context.zone, true).slice(11, 16);
  const count = (tasks: number) => tasks.toLocaleString('en');
  if (index.fullSince === undefined) {
    const open = await openTasks(context);
    return open > index.size
      ? `indexed ${count(index.size)} of about ${count(open)} tasks`
      : `indexed ${count(index.size)} tasks, and there are more`;
  }
  const since = context.now - index.fullSince > FRESH_MS ? `, deletions by others up to ${at(index.fullSince)}` : '';
  return `all ${count(index.size)} tasks indexed, as of ${at(index.asOf)}${since}`;
}

/** How many open tasks there are, as ClickUp counts them. */
async function openTasks({ directory }: IndexContext): Promise<number> {
  const spaces = await directory.tree();
  const open = (places: typeof spaces): number =>
    places.reduce((sum, { taskCount = 0, children }) => sum + taskCount + open(children), 0);
  return open(spaces);
}

/**
 * The tasks without those that are gone meanwhile, as far as looking up the first few of them can tell; whatever was shown to us a short
 * time ago is not looked up.
 */
export async function stillThere(
  index: TaskIndex,
  tasks: readonly KeptTask[],
  context: IndexContext,
): Promise<Set<string>> {
  const { now, clickup } = context;
  const doubtful = tasks.filter(({ seen }) => now - seen > SURE_MS).slice(0, MOST_LOOKED_UP);
  await Promise.all(
    doubtful.map(async ({ id }) => {
      try {
        index.put([await clickup.call(GetTask, { path: { task_id: id }, query: {} })], now);
      } catch (error) {
        if (!(error instanceof AppError && GONE.has(error.code))) throw error;
        index.drop(id);
      }
    }),
  );
  return new Set(tasks.filter(({ id }) => index.get(id) !== undefined).map(({ id }) => id));
}
const GONE: ReadonlySet<string> = new Set(['clickup_not_found', 'clickup_forbidden']);
