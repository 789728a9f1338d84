import { type ArgumentsOf, type GetFilteredTeamTasks, type Place } from '#libs/clickup';
import { AppError, dayRange, formatInstant, parseWhen } from '#libs/core';
import { z } from 'zod';
import { MAX_IDS, Refs, When } from '../arguments/inputs.js';
import { weekStart } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';
import { personIds } from '../arguments/address.js';
import { Tags } from './new-task.js';

type Query = NonNullable<ArgumentsOf<typeof GetFilteredTeamTasks>['query']>;

/** Structured filters of find_tasks: those of Get Filtered Team Tasks, with names and words. */
export const FILTERS = {
  assignees: Refs.optional(),
  statuses: Tags.optional(),
  lists: Refs.optional(),
  folders: Refs.optional(),
  spaces: Refs.optional(),
  tags: Tags.optional(),
  due_after: When.optional(),
  due_before: When.optional(),
  created_after: When.optional(),
  created_before: When.optional(),
  updated_after: When.optional(),
  updated_before: When.optional(),
  done_after: When.optional(),
  done_before: When.optional(),
  include_closed: z.boolean().optional(),
  subtasks: z.boolean().optional(),
  order_by: z.enum(['id', 'created', 'updated', 'due_date']).optional(),
  reverse: z.boolean().optional(),
};
export type Filters = z.output<z.ZodObject<typeof FILTERS>>;

const PLACES = { lists: 'list', folders: 'folder', spaces: 'space' } as const;
const PLACE_KEYS = { list: 'list_ids', folder: 'project_ids', space: 'space_ids' } as const;

type Found = Pick<Place, 'kind' | 'id'>;
const within = (place: Place): Place[] => [place, ...place.children.flatMap(within)];

/** `lists` takes every kind of place by name, because that is how people speak of them; a bare id there is a List's and costs nothing. */
async function find(
  argument: keyof typeof PLACES,
  ref: string,
  { directory }: Pick<ToolContext, 'directory'>,
): Promise<Found> {
  if (argument !== 'lists') return directory.place(ref, [PLACES[argument]]);
  return /^\d+$/.test(ref) ? { kind: 'list', id: await directory.listId(ref) } : directory.place(ref);
}

/** Every List in these places, from the whole tree. */
async function listsIn(places: readonly Found[], { directory }: Pick<ToolContext, 'directory'>): Promise<Found[]> {
  const tree = (await directory.tree()).flatMap(within);
  return places.flatMap((place) => {
    if (place.kind === 'list') return [place];
    const known = tree.find(({ kind, id }) => kind === place.kind && id === place.id);
    return known ? within(known).filter(({ kind }) => kind === 'list') : [];
  });
}

/** Where to look. ClickUp does not say how it combines Lists with Folders or Spaces, so a mixture is sent as the Lists in them. */
async function places(filters: Filters, context: Pick<ToolContext, 'directory'>): Promise<Query> {
  const named = (Object.keys(PLACES) as (keyof typeof PLACES)[]).flatMap((argument) =>
    (filters[argument] ?? []).map((ref) => ({ argument, ref })),
  );
  const found = await Promise.all(
    named.map(({ argument, ref }) => naming(argument, () => find(argument, ref, context))),
  );
  const sent = new Set(found.map(({ kind }) => kind)).size > 1 ? await listsIn(found, context) : found;
  const [first] = sent;
  if (!first && found.length) throw new AppError('clickup_not_found', 'lists: there are no Lists in these places.');
  if (!first) return {};
  const ids = [...new Set(sent.map(({ id }) => id))];
  if (ids.length > MAX_IDS)
    throw new AppError(
      'invalid_parameters',
      `lists: these places hold ${ids.length} Lists; name at most ${MAX_IDS}, or whole Spaces alone.`,
      { details: { parameter: 'lists' } },
    );
  return { [PLACE_KEYS[first.kind]]: ids };
}

const DATES = [
  ['due_after', 'due_date_gt'],
  ['due_before', 'due_date_lt'],
  ['created_after', 'date_created_gt'],
  ['created_before', 'date_created_lt'],
  ['updated_after', 'date_updated_gt'],
  ['updated_before', 'date_updated_lt'],
  ['done_after', 'date_done_gt'],
  ['done_before', 'date_done_lt'],
] as const;

/** A day without time means its start: `after` holds that day, `before` does not. Due dates look ahead, what happened looks back. */
async function dates(filters: Filters, context: ToolContext): Promise<Query> {
  const query: Query = {};
  for (const [argument, key] of DATES) {
    const text = filters[argument];
    if (text === undefined) continue;
    const towards = argument.startsWith('due') ? 'future' : 'past';
    const { ms, hasTime } = await naming(argument, () =>
      parseWhen(text, context.zone, context.now, { towards, weekStart: weekStart(context) }),
    );
    const start = hasTime ? ms : dayRange(formatInstant(ms, context.zone, false), context.zone, context.now).from;
    // ClickUp's own comparison excludes the bound.
    query[key] = key.endsWith('_gt') ? start - 1 : start;
  }
  return query;
}

/** The query of Get Filtered Team Tasks. Statuses and done dates name closed tasks, so these are then not hidden. */
export async function taskQuery(filters: Filters, context: ToolContext): Promise<Query> {
  const people = filters.assignees && (await personIds('assignees', filters.assignees, context));
  return {
    ...(await places(filters, context)),
    ...(await dates(filters, context)),
    assignees: people?.map(String),
    statuses: filters.statuses,
    tags: filters.tags?.map((tag) => tag.toLowerCase()),
    include_closed: filters.include_closed ?? Boolean(filters.statuses ?? filters.done_after ?? filters.done_before),
    subtasks: filters.subtasks ?? true,
    order_by: filters.order_by,
    reverse: filters.reverse,
  };
}
