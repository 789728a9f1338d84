import { type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { placeName } from '../answers/task.js';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';
import { FILTERS, understood, type UnderstoodFilters } from './filters.js';
import { longEnough } from './rows.js';
import { allOf, scanTasks } from './scan.js';

/** Tasks that one call may be about when it names them by filters. */
const MOST = 1_000;
/** Pages of ClickUp's that are looked through for them. */
const PAGES = 50;
/** They add tasks to those that match, and leave none out but subtasks. */
const WIDENING: ReadonlySet<string> = new Set(['archived', 'include_closed', 'subtasks']);

/** The filters of find_tasks as an argument of tools that change what they find. find_tasks shows a model what there is. */
export const Where = z.strictObject(FILTERS).optional().meta({ elsewhere: true, description: 'find_tasks filters' });
export type Where = NonNullable<z.output<typeof Where>>;

const refused = (argument: string, message: string) =>
  new AppError('invalid_parameters', `${argument}: ${message}`, { details: { parameter: argument } });

const NARROWER = 'name Lists or Folders in within, or add statuses, assignees, tags, due and so on';
const number = (count: number): string => count.toLocaleString('en');

/**
 * One of the two ways to say which tasks are meant.
 * @param at how errors name what both are part of: `groups[0].`
 * @throws AppError `invalid_parameters` when both are given, or neither
 */
export function refuseBoth(task_ids: readonly unknown[] | undefined, where: Where | undefined, at = ''): void {
  if (where !== undefined && task_ids !== undefined)
    throw refused(`${at}where`, 'give task_ids or where, not both: where finds its tasks by itself.');
  if (where === undefined && task_ids === undefined)
    throw new AppError(
      'invalid_parameters',
      `Missing required parameter: ${at}task_ids, or ${at}where. Name the tasks.`,
      {
        details: { parameter: `${at}task_ids`, required: true, type: 'array' },
      },
    );
}

/**
 * What the filters mean now.
 * @param argument how errors name them
 * @throws AppError `invalid_parameters` for a filter that is not understood, and when there is none: that would mean every task
 */
export async function whereOf(where: Where, argument: string, context: ToolContext): Promise<UnderstoodFilters> {
  if (!Object.entries(where).some(([key, value]) => value !== undefined && !WIDENING.has(key)))
    throw refused(argument, `it would mean every task: ${NARROWER}, as in find_tasks.`);
  return naming(argument, () => understood(where, context));
}

/**
 * Every task that matches, seen under the caller's read limits.
 * @throws AppError `invalid_parameters` when none does, when more do than one call may be about, and when it cannot be known which do
 */
export async function allMatching(
  where: Where,
  filters: UnderstoodFilters,
  argument: string,
  context: ToolContext,
): Promise<Task[]> {
  const { found, looked, next } = await scanTasks(filters, allOf(where.archived ?? false, PAGES), context);
  const matching = (await longEnough(found, filters, context)).map(({ task }) => task);
  const said = filters.said.join('; ');
  if (next)
    throw refused(
      argument,
      `${number(looked)} tasks were looked through and there are more, so it is not known which match (${number(matching.length)} so far; ${said}). ${capital(NARROWER)}.`,
    );
  if (matching.length > MOST)
    throw refused(
      argument,
      `${number(matching.length)} tasks match (${said}); at most ${number(MOST)} are taken in one call. ${capital(NARROWER)}, and make several calls.`,
    );
  if (matching.length === 0) throw refused(argument, `no task matches (${said}). find_tasks shows what there is.`);
  return matching;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** How many of some tasks lie in each List, the most first. */
export function byList(tasks: readonly Task[]): { name: string; tasks: Task[] }[] {
  const lists = new Map<string, { name: string; tasks: Task[] }>();
  for (const task of tasks) {
    const list = lists.get(task.list.id) ?? { name: placeName(task), tasks: [] };
    lists.set(task.list.id, list);
    list.tasks.push(task);
  }
  return [...lists.values()].sort((a, b) => b.tasks.length - a.tasks.length);
}
