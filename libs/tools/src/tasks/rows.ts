import { GetBulkTasksTimeInStatus, type Task } from '#libs/clickup';
import { formatDuration } from '#libs/core';
import { z } from 'zod';
import { fieldTexts } from '../answers/custom-fields.js';
import { type Cell, type Table, table } from '../answers/table.js';
import { placeName, taskColumns, taskRefOf } from '../answers/task.js';
import { dayText } from '../arguments/moments.js';
import { KEPT_INDEX } from '../find/index-for.js';
import { type TaskIndex } from '../find/task-index.js';
import { type ToolContext } from '../tool/tool.js';
import { type UnderstoodFilters } from './filters.js';
import { type AnyTask } from './task-filter.js';

/** Columns that are shown when they are asked for. */
const COLUMNS = [
  'tags',
  'updated',
  'created',
  'path',
  'parent',
  'estimate',
  'tracked',
  'days_in_status',
  'waiting_on',
  'description',
  'fields',
] as const;
export const Columns = z.array(z.enum(COLUMNS)).max(COLUMNS.length);
export type Column = (typeof COLUMNS)[number];

/** What only ClickUp's own answers show. */
export const LIVE_COLUMNS: ReadonlySet<Column> = new Set<Column>(['description', 'fields']);

const DAY_MS = 86_400_000;
/** Characters of a description in a list; get_task shows all of it. */
const MOST_DESCRIBED = 600;
const AT_ONCE = 100;

/** Milliseconds that each task has been in its status, by id; one request per 100. */
async function timesInStatus(tasks: readonly AnyTask[], { clickup, now }: ToolContext): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (let at = 0; at < tasks.length; at += AT_ONCE) {
    const task_ids = tasks.slice(at, at + AT_ONCE).map(({ id }) => id);
    const answer = await clickup.call(GetBulkTasksTimeInStatus, { query: { task_ids } });
    for (const [id, { current_status }] of Object.entries(answer))
      times.set(id, now - Number(current_status.total_time.since));
  }
  return times;
}

/** Those that have been in their status as long as was asked. */
export async function longEnough<T extends { task: AnyTask }>(
  found: readonly T[],
  { inStatus }: Pick<UnderstoodFilters, 'inStatus'>,
  context: ToolContext,
): Promise<T[]> {
  if (!inStatus) return [...found];
  const times = await timesInStatus(
    found.map(({ task }) => task),
    context,
  );
  return found.filter(({ task: { id } }) => times.has(id) && inStatus(times.get(id)!));
}

const hours = (ms: number | string | null | undefined): string => (ms ? formatDuration(Number(ms)) : '');

function described({ markdown_description, text_content }: Task): string {
  const text = (markdown_description ?? text_content ?? '').trim();
  return text.length > MOST_DESCRIBED ? `${text.slice(0, MOST_DESCRIBED)}…` : text;
}

/** Tasks as rows, those columns among them that were asked for. */
export async function rowsOf(
  tasks: readonly AnyTask[],
  asked: readonly Column[],
  context: ToolContext,
): Promise<Table> {
  const { zone } = context;
  const index = context.cache.peek<TaskIndex>(KEPT_INDEX);
  const nameOf = (id: string): string => {
    const known = tasks.find((task) => task.id === id) ?? index?.get(id);
    return known ? `${taskRefOf(known)} ${known.name}` : id;
  };
  const times = asked.includes('days_in_status') ? await timesInStatus(tasks, context) : new Map<string, number>();
  const spaces = asked.includes('path') ? await context.directory.tree() : [];
  const more: Record<Column, (task: AnyTask) => Cell> = {
    tags: ({ tags }) => tags.map(({ name }) => name).join(', '),
    updated: ({ date_updated }) => dayText(date_updated, zone),
    created: ({ date_created }) => dayText(date_created, zone),
    path: (task) =>
      [spaces.find(({ id }) => id === task.space.id)?.name, placeName(task as Task)].filter(Boolean).join(' / '),
    parent: ({ parent }) => parent && nameOf(parent),
    estimate: ({ time_estimate }) => hours(time_estimate),
    tracked: ({ time_spent }) => hours(time_spent),
    days_in_status: ({ id }) => (times.has(id) ? (times.get(id)! / DAY_MS).toFixed(1) : ''),
    waiting_on: ({ id, dependencies = [] }) =>
      dependencies
        .filter(({ task_id }) => task_id === id)
        .map(({ depends_on }) => nameOf(depends_on))
        .join(', '),
    description: (task) => ('date_closed' in task && 'text_content' in task ? described(task) : ''),
    fields: (task) =>
      'custom_fields' in task
        ? fieldTexts(task.custom_fields ?? [], zone)
            .filter(([, value]) => value)
            .map(([name, value]) => `${name}: ${value}`)
            .join('; ')
        : '',
  };
  const { list, ...basic } = taskColumns(context);
  return table(tasks, {
    ...(basic as Record<string, (task: AnyTask) => Cell>),
    // A path says in which List a task lies.
    ...(!asked.includes('path') && { list: list as (task: AnyTask) => Cell }),
    ...Object.fromEntries(asked.map((column) => [column, more[column]])),
  });
}

/** Never left out of the rows, however often they repeat themselves. */
const ALWAYS = ['ref', 'name', 'fits'];

/** What all rows have in common is said once. */
export function hoisted({ columns, rows }: Table): { table: Table; all_rows?: string } {
  const [first, second] = rows;
  if (!first || !second) return { table: { columns, rows } };
  const same = columns.map((name, at) => !ALWAYS.includes(name) && rows.every((row) => row[at] === first[at]));
  const said = columns.flatMap((name, at) => (same[at] && first[at] ? [`${name} ${first[at]}`] : []));
  const kept = <T>(cells: readonly T[]) => cells.filter((_, at) => !same[at]);
  return {
    table: { columns: kept(columns), rows: rows.map(kept) },
    ...(said.length > 0 && { all_rows: said.join('; ') }),
  };
}
