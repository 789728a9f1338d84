import { type Place } from '#libs/clickup';
import { AppError, formatInstant, parseDuration, parsePeriod, parseWhen } from '#libs/core';
import { z } from 'zod';
import { isOpen, isOverdue, type ListedTask } from '../answers/task.js';
import { personIds, taskIdOf } from '../arguments/address.js';
import { priorityWord, Ref, Refs, UNLISTED, When } from '../arguments/inputs.js';
import { weekStart } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';
import { fieldFilter } from './filter-fields.js';
import { placeFilter, placesOf, statusFilter } from './filter-places.js';
import { allOf, type AnyTask, type TaskFilter, type TaskQuery } from './task-filter.js';

const Words = z.array(z.string().min(1).max(100)).min(1).max(50);
const Period = z.string().min(1).max(160).optional();
const OldWhen = When.optional().meta(UNLISTED);
const OldRefs = Refs.optional().meta(UNLISTED);

/** What find_tasks filters by. */
export const FILTERS = {
  within: Refs.optional(),
  assignees: Refs.optional().describe('name, "me" or "none"'),
  statuses: Words.optional(),
  priority: z
    .array(z.enum(['urgent', 'high', 'normal', 'low', 'none']))
    .max(5)
    .optional(),
  tags: Words.optional(),
  fields: z
    .array(z.string().min(1).max(300))
    .min(1)
    .max(20)
    .optional()
    .describe('"Severity = Critical"; = != < > contains, is empty'),
  due: Period,
  created: Period,
  updated: Period,
  done: Period,
  in_status: Period.describe('"> 4 days"'),
  parent: Ref.optional(),
  archived: z.boolean().optional(),
  // Names that the first tools had.
  lists: OldRefs,
  folders: OldRefs,
  spaces: OldRefs,
  due_after: OldWhen,
  due_before: OldWhen,
  created_after: OldWhen,
  created_before: OldWhen,
  updated_after: OldWhen,
  updated_before: OldWhen,
  done_after: OldWhen,
  done_before: OldWhen,
  include_closed: z.boolean().optional().meta(UNLISTED),
  subtasks: z.boolean().optional().meta(UNLISTED),
};
export type Filters = z.output<z.ZodObject<typeof FILTERS>>;

/** Everything that was asked for, understood. */
export interface UnderstoodFilters {
  query: TaskQuery;
  holds: (task: AnyTask) => boolean;
  said: string[];
  places: Place[];
  /** How long a task has been in its status, in milliseconds; asked for separately. */
  inStatus?: (ms: number) => boolean;
  /** Cannot be judged by what the index keeps. */
  live: boolean;
}

const DATES = {
  due: { query: 'due_date', of: ({ due_date }: AnyTask) => due_date, towards: 'future' },
  created: { query: 'date_created', of: ({ date_created }: AnyTask) => date_created, towards: 'past' },
  updated: { query: 'date_updated', of: ({ date_updated }: AnyTask) => date_updated, towards: 'past' },
  done: { query: 'date_done', of: ({ date_done, date_closed }: AnyTask) => date_done ?? date_closed, towards: 'past' },
} as const;
type DateArgument = keyof typeof DATES;

/** A period of one of the dates of a task. */
async function dateFilter(argument: DateArgument, args: Filters, context: ToolContext): Promise<TaskFilter> {
  const [own, old] = [args[argument], await oldBounds(argument, args, context)];
  const { query: key, of, towards } = DATES[argument];
  const options = { towards, weekStart: weekStart(context) };
  const parsed: Partial<ReturnType<typeof parsePeriod>> =
    own === undefined ? {} : await naming(argument, () => parsePeriod(own, context.zone, context.now, options));
  if (own === undefined && old === undefined) return {};
  const { none, overdue, label } = parsed;
  if (none) return { holds: (task) => !of(task), said: `without ${argument} date` };
  if (overdue && argument !== 'due')
    throw new AppError(
      'invalid_parameters',
      `${argument}: only due dates can be overdue: write a period such as "last week".`,
      {
        details: { parameter: argument },
      },
    );
  const from = Math.max(parsed.from ?? -Infinity, old?.from ?? -Infinity);
  const to = Math.min(parsed.to ?? Infinity, old?.to ?? Infinity);
  return {
    query: {
      // ClickUp's own comparison excludes the bound.
      ...(Number.isFinite(from) && { [`${key}_gt`]: from - 1 }),
      ...(Number.isFinite(to) && { [`${key}_lt`]: to }),
    },
    holds: (task) => {
      const at = Number(of(task) || NaN);
      return at >= from && at < to && (!overdue || isOverdue(task, context));
    },
    said: `${argument} ${[label, old?.said].filter(Boolean).join(', ')}`,
  };
}

/** `due_after` and `due_before`, as they were called: a day without time means its start, so `after` holds that day, `before` does not. */
async function oldBounds(
  argument: DateArgument,
  args: Filters,
  context: ToolContext,
): Promise<{ from: number; to: number; said: string } | undefined> {
  const [after, before] = [args[`${argument}_after`], args[`${argument}_before`]];
  if (after === undefined && before === undefined) return undefined;
  const start = async (name: string, text: string | undefined, otherwise: number) => {
    if (text === undefined) return otherwise;
    const { ms, hasTime } = await naming(name, () =>
      parseWhen(text, context.zone, context.now, { towards: DATES[argument].towards, weekStart: weekStart(context) }),
    );
    return (
      (hasTime ? undefined : parsePeriod(formatInstant(ms, context.zone, false), context.zone, context.now).from) ?? ms
    );
  };
  const from = await start(`${argument}_after`, after, -Infinity);
  const to = await start(`${argument}_before`, before, Infinity);
  const said = [
    Number.isFinite(from) && `from ${formatInstant(from, context.zone, true).slice(0, 16)}`,
    Number.isFinite(to) && `before ${formatInstant(to, context.zone, true).slice(0, 16)}`,
  ];
  return { from, to, said: said.filter(Boolean).join(' ') };
}

const NOBODY = 'none';

/** People, groups, and nobody. */
async function assigneeFilter(wanted: readonly string[] | undefined, context: ToolContext): Promise<TaskFilter> {
  if (!wanted) return {};
  const nobody = wanted.some((ref) => ref.trim().toLowerCase() === NOBODY);
  const refs = wanted.filter((ref) => ref.trim().toLowerCase() !== NOBODY);
  const { people, groups } = await peopleAndGroups(refs, context);
  const [ids, groupIds] = [new Set(people.map(({ id }) => id)), new Set(groups.map(({ id }) => id))];
  return {
    query: nobody || groups.length ? {} : { assignees: [...ids].map(String) },
    holds: ({ assignees, group_assignees = [] }) =>
      (nobody && assignees.length + group_assignees.length === 0) ||
      assignees.some(({ id }) => ids.has(id)) ||
      group_assignees.some(({ id }) => groupIds.has(id)),
    said: [
      ...(people.length ? [`assigned to ${people.map(({ name }) => name).join(' or ')}`] : []),
      ...groups.map(({ name }) => `assigned to the group ${name} as such`),
      ...(nobody ? ['assigned to nobody'] : []),
    ].join(' or '),
  };
}

async function peopleAndGroups(refs: readonly string[], context: ToolContext) {
  const people: { id: number; name: string }[] = [];
  const groups: { id: string; name: string }[] = [];
  for (const ref of refs) {
    const [id] = await personIds('assignees', [ref], context).catch(async (error: unknown) => {
      // A name that no person has may be that of a group.
      const group = await context.directory.object('group', ref).catch(() => undefined);
      if (!group) throw error;
      groups.push(group);
      return [];
    });
    if (id !== undefined) people.push({ id, name: (await context.directory.person(id)).username });
  }
  return { people, groups };
}

/**
 * Tags that tasks in these places can have.
 * @throws AppError `invalid_parameters` with similar ones for a tag that there is not
 */
async function tagFilter(
  wanted: readonly string[] | undefined,
  places: readonly Place[],
  { directory }: ToolContext,
): Promise<TaskFilter> {
  if (!wanted) return {};
  const names = wanted.map((tag) => tag.trim().replace(/^#/, '').toLowerCase());
  const scopes = places.length ? places : [undefined];
  for (const tag of names) {
    const found = await Promise.all(scopes.map((place) => tagIn(tag, place, directory)));
    const missing = found.find((each) => each instanceof AppError);
    if (missing && found.every((each) => each instanceof AppError)) await naming('tags', () => Promise.reject(missing));
  }
  const set = new Set(names);
  return {
    query: { tags: names },
    holds: ({ tags }) => tags.some(({ name }) => set.has(name.toLowerCase())),
    said: `tagged ${names.join(' or ')}`,
  };
}

/** The error of a tag that is not there; whoever may not list tags is not asked to. */
const tagIn = (
  tag: string,
  place: Place | undefined,
  directory: ToolContext['directory'],
): Promise<AppError | undefined> =>
  directory.object('tag', tag, place).then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      return error.code === 'invalid_parameters' || error.code === 'clickup_not_found' ? error : undefined;
    },
  );

/** What may stand before how long; of words that begin alike the longer ones first. */
const AT_LEAST = ['>=', '>', 'at least', 'more than', 'longer than', 'older than', 'over', ''];
const AT_MOST = ['<=', '<', 'at most', 'less than', 'shorter than', 'newer than', 'under', 'within'];
const behind = (text: string, words: readonly string[]): string | undefined => {
  const word = words.find((each) => text.startsWith(each));
  return word === undefined ? undefined : text.slice(word.length).trim();
};

/** `> 4 days`, `at least 2h`, `less than a week`: how long a task has been in its status. */
async function timeInStatus(
  text: string | undefined,
): Promise<{ holds: (ms: number) => boolean; said: string } | undefined> {
  if (text === undefined) return undefined;
  return naming('in_status', () => {
    const said = text.trim().toLowerCase();
    const plain = behind(said, ['for']) ?? said;
    const younger = behind(plain, AT_MOST);
    const length = younger ?? behind(plain, AT_LEAST)!;
    const ms = parseDuration(length.startsWith('a ') ? `1 ${length.slice(2)}` : length);
    return younger === undefined
      ? { holds: (time) => time >= ms, said: `in that status for at least ${length}` }
      : { holds: (time) => time <= ms, said: `in that status for at most ${length}` };
  });
}

/** All filters of a call, resolved and judged; what does not exist is refused with what there is. */
export async function understood(args: Filters, context: ToolContext): Promise<UnderstoodFilters> {
  const places = await placesOf(args, context);
  const showsClosed =
    args.include_closed ?? Boolean(args.statuses ?? args.done ?? args.done_after ?? args.done_before ?? args.archived);
  const parent = args.parent === undefined ? undefined : await taskIdOf('parent', args.parent, context);
  const priority = args.priority && new Set<string>(args.priority);
  const inStatus = await timeInStatus(args.in_status);
  const filters: TaskFilter[] = [
    await placeFilter(places, context),
    await statusFilter(args.statuses, places, context),
    await assigneeFilter(args.assignees, context),
    {
      ...(priority && {
        holds: ({ priority: is }) => priority.has(priorityWord(is?.id) ?? 'none'),
        said: `priority ${[...priority].join(' or ')}`,
      }),
    },
    await tagFilter(args.tags, places, context),
    await fieldFilter(args.fields, places, context),
    ...(await Promise.all((Object.keys(DATES) as DateArgument[]).map((each) => dateFilter(each, args, context)))),
    {
      query: { parent, subtasks: args.subtasks ?? true },
      holds: (task) => (parent === undefined || task.parent === parent) && (args.subtasks !== false || !task.parent),
      said: [parent !== undefined && `below ${args.parent}`, args.subtasks === false && 'without subtasks']
        .filter(Boolean)
        .join(', '),
    },
    {
      query: { include_closed: showsClosed },
      holds: showsClosed ? undefined : (task: ListedTask) => isOpen(task),
    },
    { said: inStatus?.said },
  ];
  const { query, holds, said } = allOf(filters);
  const what = args.archived
    ? 'archived tasks'
    : !showsClosed
      ? 'open tasks'
      : args.include_closed
        ? 'open and closed tasks'
        : 'tasks';
  return {
    query,
    holds,
    said: [what, ...said.filter(Boolean)],
    places,
    ...(inStatus && { inStatus: inStatus.holds }),
    live: Boolean(args.fields ?? args.archived),
  };
}
