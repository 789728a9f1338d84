import { type FolderNode, type ListNode, type SpaceNode } from './branches.js';
import { type Place, type PlaceStatus } from './directory.js';
import { pathKey } from './names.js';

/** A Space as a `Place`. Every caller gets an object of its own, so none can change what is cached. */
export const spacePlace = ({ id, name, statuses }: SpaceNode): Place => ({
  kind: 'space',
  id,
  name,
  path: name,
  ...statusesAs(statuses),
  children: [],
});

const statusesAs = (statuses: readonly PlaceStatus[] | undefined) => ({
  statuses: statuses?.map(({ name }) => name),
  statusTypes: statuses?.map(({ type }) => type),
});

/** The statuses that a place is known to offer, with their types; undefined where they were not read. */
export const statusesIn = ({ statuses, statusTypes }: Place): PlaceStatus[] | undefined =>
  statuses && statusTypes && statuses.map((name, index) => ({ name, type: statusTypes[index] ?? 'custom' }));

/** Adds Folders, and the Lists in them, below their Space; subfolders below their Folder. */
export function addFolders(space: Place, folders: readonly FolderNode[]): void {
  const byId = new Map(folders.map((folder) => [folder.id, folder]));
  const placed = new Map<string, Place>();
  const place = (folder: FolderNode, above: ReadonlySet<string>): Place => {
    const done = placed.get(folder.id);
    if (done) return done;
    // Folders that name each other as parents form a ring: it is cut where it was entered.
    const holder = folder.parent === undefined || above.has(folder.parent) ? undefined : byId.get(folder.parent);
    const parent = holder ? place(holder, new Set([...above, holder.id])) : space;
    const made = add(parent, 'folder', folder, statusesOf(folder.statuses, statusesIn(space)));
    placed.set(folder.id, made);
    addLists(made, folder.lists);
    return made;
  };
  for (const folder of folders) place(folder, new Set([folder.id]));
}

/** Adds Lists below their Folder or Space. */
export function addLists(holder: Place, lists: readonly ListNode[]): void {
  for (const list of lists) {
    const made = add(holder, 'list', list, list.statuses ?? (list.ownStatuses ? undefined : statusesIn(holder)));
    made.taskCount = list.taskCount;
  }
}

/** A place and everything below it, depth first. */
export const withDescendants = (places: readonly Place[]): Place[] =>
  places.flatMap((place) => [place, ...withDescendants(place.children)]);

/**
 * Whether a path or name means this place: it is the name of the place, alone or after the names of some or all of the places around it.
 */
export function isMeantBy(key: string, place: Place): boolean {
  let suffix = pathKey(place.name);
  if (!suffix) return false;
  for (let holder = place.parent; suffix !== key; holder = holder.parent) {
    if (!holder || !key.endsWith(suffix)) return false;
    suffix = [pathKey(holder.name), suffix].filter(Boolean).join('/');
  }
  return true;
}

/** The places below these that the rest of a path leads to; names may contain separators themselves. */
export function descend(places: readonly Place[], key: string): Place[] {
  return places.flatMap((place) => {
    const rest = below(place.name, key);
    if (rest === '') return [place];
    return rest === undefined ? [] : descend(place.children, rest);
  });
}

/**
 * What is left of a path after this name: `''` = nothing, undefined = it begins otherwise. A name of separators only does not show in a
 * path, so nothing is taken off.
 */
export function below(name: string, key: string): string | undefined {
  const own = pathKey(name);
  if (own === key || !own) return own ? '' : key;
  return key.startsWith(`${own}/`) ? key.slice(own.length + 1) : undefined;
}

function add(
  parent: Place,
  kind: Place['kind'],
  { id, name }: { id: string; name: string },
  statuses: PlaceStatus[] | undefined,
): Place {
  const path = `${parent.path} / ${name}`;
  const place: Place = { kind, id, name, path, ...statusesAs(statuses), children: [], parent };
  parent.children.push(place);
  return place;
}

/** The statuses of a Folder. An empty list means that it has its own, but that ClickUp did not say which. */
const statusesOf = (own: PlaceStatus[] | undefined, inherited: PlaceStatus[] | undefined) =>
  own ? (own.length ? own : undefined) : inherited;
