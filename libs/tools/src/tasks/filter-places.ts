import { type Place, type PlaceStatus } from '#libs/clickup';
import { AppError } from '#libs/core';
import { MAX_IDS } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { concurrently } from '../tool/concurrently.js';
import { type ToolContext } from '../tool/tool.js';
import { type AnyTask, type TaskFilter } from './task-filter.js';

type Lookups = Pick<ToolContext, 'directory'>;

/** The argument, and the older ones for a single kind of place. */
export interface Places {
  within?: string[] | undefined;
  lists?: string[] | undefined;
  folders?: string[] | undefined;
  spaces?: string[] | undefined;
}

const KINDS = { within: undefined, lists: undefined, folders: ['folder'], spaces: ['space'] } as const;
const QUERY = { list: 'list_ids', folder: 'project_ids', space: 'space_ids' } as const;

/** A place and everything below it. */
export const below = (place: Place): Place[] => [place, ...place.children.flatMap(below)];

/** The places that were named. */
export async function placesOf(args: Places, { directory }: Lookups): Promise<Place[]> {
  const named = (Object.keys(KINDS) as (keyof Places)[]).flatMap((argument) =>
    (args[argument] ?? []).map((ref) => ({ argument, ref })),
  );
  const found = await Promise.all(
    named.map(({ argument, ref }) => naming(argument, () => directory.place(ref, KINDS[argument]))),
  );
  return [...new Map(found.map((place) => [`${place.kind}/${place.id}`, place])).values()];
}

/**
 * Where to look. ClickUp does not say how it combines Lists with Folders or Spaces, nor whether a Folder means its subfolders, so a
 * mixture is sent as the Lists in it, and a Folder with those below it.
 */
export async function placeFilter(places: readonly Place[], { directory }: Lookups): Promise<TaskFilter> {
  const [first] = places;
  if (!first) return {};
  const kinds = new Set(places.map(({ kind }) => kind));
  const whole = kinds.has('space') && kinds.size > 1 ? await directory.tree() : [];
  const complete = (place: Place): Place =>
    place.kind === 'space' ? (whole.find(({ id }) => id === place.id) ?? place) : place;
  const all = places.flatMap((place) => below(complete(place)));
  const ids = (kind: Place['kind']) => [...new Set(all.filter((place) => place.kind === kind).map(({ id }) => id))];
  const sent = kinds.size > 1 ? 'list' : first.kind;
  const values = sent === 'space' ? places.map(({ id }) => id) : ids(sent);
  if (values.length === 0) throw new AppError('clickup_not_found', 'within: there are no Lists in these places.');
  if (values.length > MAX_IDS)
    throw new AppError(
      'invalid_parameters',
      `within: these places hold ${values.length} Lists; name at most ${MAX_IDS}, or whole Spaces alone.`,
      { details: { parameter: 'within' } },
    );
  const [lists, folders] = [new Set(ids('list')), new Set(ids('folder'))];
  const spaces = new Set(places.filter(({ kind }) => kind === 'space').map(({ id }) => id));
  return {
    query: { [QUERY[sent]]: values },
    holds: ({ list, folder, space }: AnyTask) => lists.has(list.id) || folders.has(folder.id) || spaces.has(space.id),
    said: `in ${places.map(({ path }) => path).join(', ')}`,
  };
}

const byName = (statuses: readonly PlaceStatus[]): Map<string, PlaceStatus> =>
  new Map(statuses.map((status) => [status.name.toLowerCase(), status]));

/** Lists whose statuses are asked for one by one at the same time. */
const AT_ONCE = 5;

/**
 * The statuses that tasks can have in these places, or anywhere: those of the places, and of the Lists below that have their own.
 * @param enough says whether those are enough that are known without a request for each List
 */
async function statusesIn(
  places: readonly Place[],
  { directory }: Lookups,
  enough: (known: ReadonlyMap<string, PlaceStatus>) => boolean,
): Promise<PlaceStatus[]> {
  const roots = places.length ? places : await directory.tree();
  // Children of a Space are complete in the tree alone.
  const whole = roots.some(({ kind }) => kind === 'space') ? (await directory.tree()).flatMap(below) : [];
  const all = roots.flatMap((root) =>
    below(whole.find(({ kind, id }) => kind === root.kind && id === root.id) ?? root),
  );
  const told = all.filter((place) => place.statuses !== undefined || roots.some(({ id }) => id === place.id));
  const known = (await Promise.all(told.map((place) => directory.statuses(place)))).flat();
  if (enough(byName(known))) return [...byName(known).values()];
  const own = all.filter((place) => place.kind === 'list' && !told.includes(place));
  const others = await concurrently(own, AT_ONCE, (list) => directory.statuses(list));
  return [...byName([...known, ...others.flat()]).values()];
}

const TYPES: ReadonlySet<string> = new Set(['open', 'unstarted', 'active', 'done', 'closed']);
const MOST_NAMED = 30;

/**
 * Statuses by name, in any case; ClickUp's words for their types mean all statuses of the type where none is called so.
 * @throws AppError `invalid_parameters` with the statuses there are, for one that no List in these places has
 */
export async function statusFilter(
  wanted: readonly string[] | undefined,
  places: readonly Place[],
  context: Lookups,
): Promise<TaskFilter> {
  if (!wanted) return {};
  const known = await statusesIn(places, context, (each) =>
    wanted.every((name) => each.has(name.trim().toLowerCase())),
  );
  const meant = wanted.flatMap((name) => {
    const word = name.trim().toLowerCase();
    const named = known.filter((status) => status.name.toLowerCase() === word);
    const found = named.length || !TYPES.has(word) ? named : known.filter(({ type }) => type === word);
    if (found.length) return found.map((status) => status.name);
    const where = places.length ? `in ${places.map(({ path }) => path).join(', ')}` : 'in this Workspace';
    const legal = known.slice(0, MOST_NAMED).map((status) => status.name);
    const more = known.length > legal.length ? ` and ${known.length - legal.length} more` : '';
    throw new AppError(
      'invalid_parameters',
      `statuses: there is no status "${name}" ${where}. Statuses there: ${legal.join(', ')}${more}.`,
      { details: { parameter: 'statuses' } },
    );
  });
  const names = new Set(meant.map((name) => name.toLowerCase()));
  return {
    query: { statuses: [...new Set(meant)] },
    holds: ({ status }) => names.has(status.status.toLowerCase()),
    said: `status ${[...new Set(meant)].join(' or ')}`,
  };
}
