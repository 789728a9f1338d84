import { type ArgumentsOf, GetFilteredTeamTasks, type Task } from '#libs/clickup';
import { AppError, type ErrorCode } from '#libs/core';
import { type ToolContext } from '../tool/tool.js';
import { type TaskIndex, type Unread } from './task-index.js';

type Query = NonNullable<ArgumentsOf<typeof GetFilteredTeamTasks>['query']>;
type Context = Pick<ToolContext, 'clickup' | 'directory' | 'progress'>;

/** Everything, because an index is asked for closed tasks and subtasks, too. */
const ALL = { include_closed: true, subtasks: true } as const;
/** Requests under way at a time. */
const AT_ONCE = 4;
/** Requests for changes; when more has changed, everything is read again. */
const CHANGE_PAGES = 5;
/** ClickUp may show a change a little later than it dates it. */
const LATE_MS = 60_000;
/**
 * How many of the tasks that were changed last are asked for again with the changes: those that do not come are gone. What is deleted is
 * mostly new, and ClickUp tells of deletions in no other way.
 */
const ASKED_AGAIN = 30;
const DAY_MS = 86_400_000;

/** What ends a reading that has brought something already, without making an error of it. */
const INTERRUPTIONS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'clickup_rate_limit',
  'clickup_server_error',
  'deadline_exceeded',
  'unavailable',
]);

interface Page {
  tasks: Task[];
  last: boolean;
}

/** One page of the tasks of a Workspace. */
async function pageOf(query: Query, { clickup, directory }: Context): Promise<Page> {
  const { id: team_Id } = await directory.workspace();
  const { tasks, last_page } = await clickup.call(GetFilteredTeamTasks, { path: { team_Id }, query });
  // ClickUp does not say which page is the last; a shorter one is (ClickUp fact 15).
  return { tasks, last: last_page ?? tasks.length < GetFilteredTeamTasks.pageSize };
}

/**
 * Reads what the index has not read yet, by date of creation: pages that are counted would shift whenever a task is deleted. The rest is
 * cut into parts that are read at the same time.
 * @param enough says after each page whether to stop for now
 */
export async function readOn(index: TaskIndex, now: number, enough: () => boolean, context: Context): Promise<void> {
  index.begun ??= now;
  const since = index.begun;
  try {
    await readParts(index, now, () => index.unread.length === 0 || enough(), context);
  } catch (error) {
    if (!(error instanceof AppError && INTERRUPTIONS.has(error.code) && index.size > 0)) throw error;
  }
  if (index.unread.length > 0) return;
  index.dropWhere(({ seen }) => seen < since);
  index.fullSince = since;
  index.begun = undefined;
}

async function readParts(index: TaskIndex, now: number, stopped: () => boolean, context: Context): Promise<void> {
  // The newest page and the oldest one tell how far there is to go.
  while (!stopped() && index.unread.length === 1) {
    await readOne(index, now, context);
    divide(index, now);
  }
  const worker = async () => {
    while (!stopped()) await readOne(index, now, context);
  };
  const readers = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  const failed = readers.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Reads one page of one part; when that fails, the part is still to be read. */
async function readOne(index: TaskIndex, now: number, context: Context): Promise<void> {
  const part = index.unread.pop();
  if (!part) return;
  try {
    const { after, before, reverse, page } = part;
    const bounds = { date_created_gt: after, date_created_lt: before, reverse, page: page ?? 0 };
    const { tasks, last } = await pageOf({ ...ALL, order_by: 'created', ...bounds }, context);
    index.put(tasks, now);
    if (!last) index.unread.push(...restOf(part, tasks, now));
    context.progress(index.size, undefined, 'tasks read');
  } catch (error) {
    index.unread.push(part);
    throw error;
  }
}

/** What is left of a part after one full page of it. The page itself tells its order, so that nothing depends on what ClickUp means by it. */
function restOf(part: Unread, tasks: readonly Task[], now: number): Unread[] {
  const created = tasks.map(({ date_created }) => Number(date_created));
  const [first, final] = [created[0]!, created.at(-1)!];
  const falls = created.every((at, index) => index === 0 || at <= created[index - 1]!);
  const rises = created.every((at, index) => index === 0 || at >= created[index - 1]!);
  if (first === final && (falls || rises)) {
    const { after = -1, before = Infinity } = part;
    // All of one moment, so far: it may go on, before and behind it there may be more.
    if (before - after <= 2) return [{ ...part, page: (part.page ?? 0) + 1 }];
    return [
      { after, before: first },
      { after: first - 1, before: first + 1, page: 0 },
      ...(before === Infinity ? [{ after: first }] : [{ after: first, before }]),
    ];
  }
  if (falls) return [{ ...part, before: final + 1, page: 0 }];
  if (rises) return [{ ...part, after: final - 1, page: 0 }];
  return halves(part, now);
}

const halves = ({ after = 0, before }: Unread, now: number): Unread[] => {
  const end = before ?? now + DAY_MS;
  const middle = Math.floor((after + end) / 2);
  return [
    { after, before: middle + 1 },
    { after: middle, ...(before !== undefined && { before }) },
  ];
};

/** Cuts the only part that is left into parts of equal length. Before that, its oldest task has to be known: it is read from its end. */
function divide(index: TaskIndex, now: number): void {
  const [only, another] = index.unread;
  if (!only || another) return;
  if (only.after === undefined) {
    index.unread = [{ ...only, reverse: true }];
    return;
  }
  const { after, before = now + DAY_MS } = only;
  const step = Math.ceil((before - after) / AT_ONCE);
  index.unread = Array.from({ length: AT_ONCE }, (_, at) => ({
    after: after + at * step - (at > 0 ? 1 : 0),
    before: Math.min(before, after + (at + 1) * step),
  })).filter((part) => part.before - part.after > 1);
}

/**
 * Asks for what has changed since the index asked last, in one request where it is not too much.
 * @returns whether the index knows all changes now; otherwise everything has to be read again
 */
export async function readChanges(index: TaskIndex, now: number, context: Context): Promise<boolean> {
  const changed = [...index.all()].map(({ date_updated }) => date_updated);
  const newest = changed.reduce((most, at) => Math.max(most, at), 0);
  const since = Math.min(newest - LATE_MS, nthLargest(changed, ASKED_AGAIN));
  const shown = new Set<string>();
  for (let page = 0; page < CHANGE_PAGES; page++) {
    const { tasks, last } = await pageOf({ ...ALL, order_by: 'updated', date_updated_gt: since - 1, page }, context);
    index.put(tasks, now);
    for (const { id } of tasks) shown.add(id);
    if (!last) continue;
    index.dropWhere(
      ({ id, date_updated, seen }) =>
        date_updated >= since && date_updated < now - LATE_MS && seen < now && !shown.has(id),
    );
    index.asOf = now;
    return true;
  }
  index.asOf = now;
  return false;
}

/** The n-th largest number, or the smallest where there are fewer. */
function nthLargest(numbers: readonly number[], n: number): number {
  const largest: number[] = [];
  for (const each of numbers) {
    if (largest.length === n && each <= largest[0]!) continue;
    if (largest.length === n) largest.shift();
    const at = largest.findIndex((known) => known > each);
    largest.splice(at < 0 ? largest.length : at, 0, each);
  }
  return largest[0] ?? 0;
}
