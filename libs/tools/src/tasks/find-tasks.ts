import { GetBulkTasksTimeInStatus, GetFilteredTeamTasks, GetTask, GetTasks, type Task } from '#libs/clickup';
import { z } from 'zod';
import { ANSWER_TOKENS, cutTable } from '../answers/budget.js';
import { Scope, scope } from '../answers/scope.js';
import { TABLE, type Table } from '../answers/table.js';
import { taskRefOf } from '../answers/task.js';
import { UNLISTED } from '../arguments/inputs.js';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { indexFor, stateOf, stillThere } from '../find/index-for.js';
import { type Hit, TaskIndex } from '../find/task-index.js';
import { concurrently } from '../tool/concurrently.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { counted, CountBy } from './counts.js';
import { FILTERS, understood, type UnderstoodFilters } from './filters.js';
import { type Column, Columns, hoisted, LIVE_COLUMNS, longEnough, rowsOf } from './rows.js';
import { type Scan, ScanPosition, scanTasks } from './scan.js';
import { type AnyTask, type TaskQuery } from './task-filter.js';

/** Rows of one answer, where they are short. */
const PAGE = 100;
/** With so many the answer ends where ClickUp's page ends: filling it up would read each page twice. */
const ENOUGH = PAGE / 2;
/** Pages of ClickUp's that one call looks through where few tasks pass; more where all have to be seen to be counted. */
const SCANNED_PAGES = 10;
const COUNTED_PAGES = 50;
/** Tasks that fit a text, per answer. */
const MATCHES = 10;
/** Tasks of one answer that are read one by one, for what lists do not show. */
const AT_ONCE = 5;
/** Matches outside the filters that are named. */
const OUTSIDE = 3;

const Offset = z.tuple([z.literal('row'), z.int().min(0)]);
const Position = z.union([ScanPosition, Offset]);
type Position = z.infer<typeof Position>;

const Text = z.string().min(1).max(200).optional();
const input = z.strictObject({
  text: Text,
  // As search calls it.
  query: Text.meta(UNLISTED),
  ...FILTERS,
  columns: Columns.optional(),
  count_by: CountBy.optional(),
  order_by: z.enum(['due_date', 'updated', 'created', 'id']).optional(),
  reverse: z.boolean().optional().meta(UNLISTED),
  ...PAGED_INPUT,
});
type Args = z.output<typeof input>;

interface Answer extends Table {
  scope: string;
  all_rows?: string;
  total?: number;
  complete: boolean;
  next_cursor?: string;
}

export const findTasks = defineTool({
  name: 'find_tasks',
  title: 'Find tasks',
  description:
    'Tasks by any filter, open ones unless statuses or done say otherwise. Periods: "overdue", "this week", "2026-11-01..2026-11-15", "older than 4 days", "none". count_by: counts instead.',
  toolset: 'tasks',
  verb: 'search',
  covers: [GetFilteredTeamTasks, GetTasks],
  needs: { in_status: [GetBulkTasksTimeInStatus], 'columns=days_in_status': [GetBulkTasksTimeInStatus] },
  input,
  output: z.strictObject({
    scope: Scope,
    ...TABLE,
    all_rows: z.string().optional(),
    total: z.number().optional(),
    complete: z.boolean(),
    ...PAGED_OUTPUT,
  }),
  async handler({ query, ...given }, context) {
    const args = { ...given, text: given.text ?? query };
    const position = positionOf(args, Position, context);
    const filters = await understood(args, context);
    if (args.count_by) return count(args, filters, position, context);
    return args.text === undefined
      ? list(args, filters, position, context)
      : search(args, args.text, filters, position, context);
  },
});

const isOffset = (position: Position | undefined): position is z.infer<typeof Offset> => position?.[0] === 'row';
const scanFrom = (position: Position | undefined): ScanPosition | undefined =>
  isOffset(position) ? undefined : position;
const number = (count: number): string => count.toLocaleString('en');

/** How ClickUp is asked to sort. Tasks without a due date come first there when the next ones are wanted, so they are left out. */
function orderOf({ order_by, reverse, columns = [] }: Args): { order: TaskQuery; said: string | undefined } {
  const order = {
    order_by,
    reverse,
    ...(columns.includes('description') && { include_markdown_description: true }),
  };
  if (order_by !== 'due_date' || reverse !== undefined) return { order, said: order_by && `by ${order_by}` };
  return {
    order: { ...order, reverse: true, due_date_gt: 0 },
    said: 'the first due first, without those that have no due date',
  };
}

/** Tasks that pass, page by page as ClickUp has them. */
async function list(
  args: Args,
  filters: UnderstoodFilters,
  position: Position | undefined,
  context: ToolContext,
): Promise<Answer> {
  const { order, said } = orderOf(args);
  const query = {
    ...order,
    ...filters.query,
    ...(filters.query.due_date_gt === undefined && { due_date_gt: order.due_date_gt }),
  };
  const scan = await scanTasks(
    {
      ...filters,
      query,
      holds: (task) => filters.holds(task) && (order.due_date_gt === undefined || Boolean(task.due_date)),
    },
    { order: {}, archived: args.archived ?? false, from: scanFrom(position), wanted: ENOUGH, pages: SCANNED_PAGES },
    context,
  );
  const shown = await longEnough(scan.found, filters, context);
  const { table, all_rows } = hoisted(
    await rowsOf(
      shown.map(({ task }) => task),
      args.columns ?? [],
      context,
    ),
  );
  const cut = cutTable({ ...table, rows: table.rows.slice(0, PAGE) }, { row: 0 }, ANSWER_TOKENS);
  const rows = cut.table.rows.length;
  const [before, cutAt] = [shown[rows - 1], shown[rows]];
  const next: ScanPosition | undefined = cutAt
    ? [...cutAt.at, before?.at[1] === cutAt.at[1] ? before.task.id : '']
    : scan.next;
  const all = position === undefined && next === undefined;
  return {
    scope: scope(
      ...filters.said,
      said,
      all ? `complete: all ${number(shown.length)}` : next ? 'more follow, see next_cursor' : 'the last of them',
      scan.looked > scan.found.length && next !== undefined && `${number(scan.looked)} looked at for this page`,
    ),
    ...cut.table,
    ...(all_rows && { all_rows }),
    ...(all && { total: shown.length }),
    complete: next === undefined,
    ...(next && { next_cursor: cursorAt(args, next, context) }),
  };
}

/** Where tasks are searched and counted: the index, or else as many pages of ClickUp's as one call may read. */
async function looked(
  args: Args,
  filters: UnderstoodFilters,
  position: Position | undefined,
  context: ToolContext,
  how: 'build' | 'complete',
): Promise<{ index: TaskIndex; state: string; complete: boolean; live?: Scan }> {
  const kept = filters.live ? undefined : await indexFor(context, how);
  if (kept) return { index: kept, state: await stateOf(kept, context), complete: kept.fullSince !== undefined };
  const live = await scanTasks(
    filters,
    {
      order: {
        order_by: 'updated',
        ...(args.columns?.includes('description') && { include_markdown_description: true }),
      },
      archived: args.archived ?? false,
      from: scanFrom(position),
      wanted: Infinity,
      pages: how === 'build' ? SCANNED_PAGES : COUNTED_PAGES,
    },
    context,
  );
  const index = new TaskIndex();
  index.put(
    live.found.map(({ task }) => ({ ...task, archived: false })),
    context.now,
  );
  const state = live.next
    ? `${number(live.looked)} tasks looked at, the last changed first; more follow`
    : `all ${number(live.looked)} such tasks looked at`;
  return { index, state, complete: !live.next, live };
}

/** Tasks that fit a text, the best first. */
async function search(
  args: Args,
  text: string,
  filters: UnderstoodFilters,
  position: Position | undefined,
  context: ToolContext,
): Promise<Answer> {
  const offset = isOffset(position) ? position[1] : 0;
  const { index, complete, live, state } = await looked(args, filters, position, context, 'build');
  const named = index.get(text.trim());
  const hits = await longEnough<Hit>(
    named && filters.holds(named) ? [{ task: named, fits: 'all' }] : index.search(text, filters.holds),
    filters,
    context,
  );
  const page = hits.slice(offset, offset + MATCHES);
  const there = live
    ? undefined
    : await stillThere(
        index,
        page.map(({ task }) => task),
        context,
      );
  const shown = page.filter(
    ({ task }) => there === undefined || (there.has(task.id) && filters.holds(index.get(task.id)!)),
  );
  const whole = hits.filter(({ fits }) => fits === 'all').length - (page.length - shown.length);
  const columns = args.columns ?? [];
  const tasks = await whichever(
    shown.map(({ task }) => index.get(task.id) ?? task),
    columns,
    live,
    context,
  );
  const rows = await rowsOf(tasks, columns, context);
  const resembling = shown.some(({ fits }) => fits === 'some');
  const { table, all_rows } = hoisted(resembling ? withFits(rows, shown) : rows);
  const next: Position | undefined =
    hits.length > offset + MATCHES
      ? ['row', offset + MATCHES]
      : live?.next
        ? live.next
        : complete
          ? undefined
          : ['row', offset];
  const outside =
    whole > 0 || live ? [] : index.search(text).filter(({ fits, task }) => fits === 'all' && !filters.holds(task));
  return {
    scope: scope(
      found(text, whole, shown.length, complete ? undefined : state),
      outside.length > 0 &&
        `outside these filters: ${outside
          .slice(0, OUTSIDE)
          .map(({ task }) => `${taskRefOf(task)} "${task.name}" (${task.status.status}, ${task.list.name})`)
          .join(', ')}${outside.length > OUTSIDE ? ` and ${outside.length - OUTSIDE} more` : ''}`,
      ...filters.said,
      state,
    ),
    ...table,
    ...(all_rows && { all_rows }),
    total: whole,
    complete,
    ...(next && { next_cursor: cursorAt(args, next, context) }),
  };
}

/** The first thing to know about an answer to a search. */
function found(text: string, whole: number, shown: number, partly: string | undefined): string {
  const where = partly === undefined ? '' : ` in what was searched (${partly}; call again with next_cursor to go on)`;
  if (whole > 0) return `${number(whole)} with all words of "${text}"${where}`;
  if (shown > 0) return `None has all words of "${text}"${where}; these resemble it`;
  return partly === undefined
    ? `"${text}" not found`
    : `"${text}" not found: ${partly}; call again with next_cursor to go on`;
}

const withFits = ({ columns, rows }: Table, hits: readonly Hit[]): Table => ({
  columns: [...columns, 'fits'],
  rows: rows.map((row, at) => [...row, hits[at]?.fits === 'all' ? 'all words' : 'resembles']),
});

/** The tasks in ClickUp's own form, where a column needs more than the index keeps. */
async function whichever(
  tasks: readonly AnyTask[],
  columns: readonly Column[],
  live: Scan | undefined,
  { clickup }: ToolContext,
): Promise<readonly AnyTask[]> {
  if (!columns.some((column) => LIVE_COLUMNS.has(column))) return tasks;
  if (live) {
    const byId = new Map(live.found.map(({ task }) => [task.id, task]));
    return tasks.map((task) => byId.get(task.id) ?? task);
  }
  const query = { include_markdown_description: true };
  return concurrently(tasks, AT_ONCE, ({ id }): Promise<Task> =>
    clickup.call(GetTask, { path: { task_id: id }, query }),
  );
}

/** Counts, from the index where it knows all tasks, otherwise from as many pages as needed. */
async function count(
  args: Args,
  filters: UnderstoodFilters,
  position: Position | undefined,
  context: ToolContext,
): Promise<Answer> {
  const by = args.count_by!;
  // What is open is told by a column of its own, so closed tasks are counted, too, unless the filters say otherwise.
  const all =
    args.include_closed === undefined ? await understood({ ...args, include_closed: true }, context) : filters;
  const { index, state, complete, live } = await looked(
    args,
    all,
    position,
    context,
    // To count a few places, their own tasks are read sooner than all tasks are.
    args.text === undefined && all.places.length > 0 ? 'complete' : 'build',
  );
  const text = args.text;
  const tasks: AnyTask[] =
    text === undefined
      ? live
        ? live.found.map(({ task }) => task)
        : [...index.all()].filter(all.holds)
      : index.search(text, all.holds).flatMap(({ task, fits }) => (fits === 'all' ? [task] : []));
  const passing = (
    await longEnough(
      tasks.map((task) => ({ task })),
      all,
      context,
    )
  ).map(({ task }) => task);
  const { table, several } = counted(passing, by, context);
  const cut = cutTable(table, { row: isOffset(position) ? position[1] : 0 }, ANSWER_TOKENS);
  const next: Position | undefined = cut.next
    ? ['row', cut.next.row]
    : (live?.next ?? (complete ? undefined : ['row', 0]));
  return {
    scope: scope(
      !complete && `INCOMPLETE: ${state}; these are the counts of that part alone`,
      text !== undefined && `with all words of "${text}"`,
      ...all.said,
      several.length > 0 &&
        `tasks with several ${several.join('s or ')}s count for each of them, and once in (all tasks)`,
      complete && state,
    ),
    ...cut.table,
    total: passing.length,
    complete,
    ...(next && { next_cursor: cursorAt(args, next, context) }),
  };
}
