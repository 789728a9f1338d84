import { type Place } from '#libs/clickup';
import { type Places, type Policies } from '#libs/permissions';

/** A place of the form; one that is `closed` cannot be chosen, and is shown for the places in it. */
export interface Choice extends Omit<Place, 'children'> {
  closed?: boolean;
  /** Why it stands apart: it was granted before, and now ClickUp hides it from the person, or the operator does not allow it. */
  kept?: 'hidden' | 'not_allowed';
  children: Choice[];
}

const GROUPS = { space: 'spaces', folder: 'folders', list: 'lists' } as const;

/** The value of a place in the form. */
export const placeValue = ({ kind, id }: Pick<Place, 'kind' | 'id'>) => `${kind}:${id}`;

const unordered = ({ spaces, folders, lists }: Places): Pick<Place, 'kind' | 'id'>[] => [
  ...spaces.map((id) => ({ kind: 'space' as const, id })),
  ...folders.map((id) => ({ kind: 'folder' as const, id })),
  ...lists.map((id) => ({ kind: 'list' as const, id })),
];

/** The values of all of these places. */
export const placeValues = (places: Places): ReadonlySet<string> => new Set(unordered(places).map(placeValue));

export const NOWHERE: Places = { spaces: [], folders: [], lists: [] };

export const isNothing = ({ spaces, folders, lists }: Places) => spaces.length + folders.length + lists.length === 0;

/** Whether both name the same places. */
export function samePlaces(one: Places, other: Places): boolean {
  const [a, b] = [placeValues(one), placeValues(other)];
  return a.size === b.size && [...a].every((value) => b.has(value));
}

/** The places of a tree that all of these layers allow: to write to, or to see, with the places around them. */
export function offeredPlaces(tree: readonly Place[], policies: Policies, forWriting: boolean): Choice[] {
  const scopes = policies.flatMap(({ mode, write, read }) => [
    ...(forWriting && mode === 'selective' && write ? [write] : []),
    ...(read ? [read] : []),
  ]);
  return scopes.reduce<Choice[]>((open, scope) => narrowed(open, scope), [...tree]);
}

function narrowed(tree: readonly Choice[], scope: Places): Choice[] {
  return tree.flatMap((place) => {
    if (scope[GROUPS[place.kind]].includes(place.id)) return [place];
    const children = narrowed(place.children, scope);
    return children.length > 0 ? [{ ...place, closed: true, children }] : [];
  });
}

/** The ticked places in the order of the tree; what lies below a ticked one is covered by it and left out. */
export const chosenOnes = (tree: readonly Choice[], ticked: ReadonlySet<string>): Choice[] =>
  tree.flatMap((place) =>
    !place.closed && ticked.has(placeValue(place)) ? [place] : chosenOnes(place.children, ticked),
  );

/** The places that were ticked, as far as they are in the tree. */
export function chosenPlaces(tree: readonly Choice[], ticked: ReadonlySet<string>): Places {
  const chosen = { spaces: [] as string[], folders: [] as string[], lists: [] as string[] };
  for (const { kind, id } of chosenOnes(tree, ticked)) chosen[GROUPS[kind]].push(id);
  return chosen;
}

/** The values of the places that lie in each of these scopes, as far as that can be known. */
export function common(tree: readonly Place[], scopes: readonly Places[]): ReadonlySet<string> {
  const values = scopes.map(placeValues);
  const known = new Set<string>();
  const within = (places: readonly Place[], above: readonly boolean[]): string[] =>
    places.flatMap((place) => {
      const value = placeValue(place);
      known.add(value);
      const inside = values.map((scope, index) => above[index]! || scope.has(value));
      const below = within(place.children, inside);
      return inside.every(Boolean) ? [value] : below;
    });
  const found =
    scopes.length > 0
      ? within(
          tree,
          values.map(() => false),
        )
      : [];
  const unknown = [...(values[0] ?? [])].filter(
    (value) => !known.has(value) && values.every((each) => each.has(value)),
  );
  return new Set([...found, ...unknown]);
}

/**
 * Puts those places before the tree that were granted and cannot be chosen in it, so that a change takes none of them away unseen.
 * @param all the places that the person sees in ClickUp
 */
export function withKept(offered: readonly Choice[], all: readonly Place[], granted: ReadonlySet<string>): Choice[] {
  const open = new Set(flat(offered).flatMap((place) => (place.closed ? [] : [placeValue(place)])));
  const named = new Map(flat(all).map((place) => [placeValue(place), place]));
  const kept = [...granted].flatMap((value): Choice[] => {
    if (open.has(value)) return [];
    const place = named.get(value);
    if (place) return [{ ...place, name: place.path, kept: 'not_allowed', children: [] }];
    const [kind, id] = value.split(/:(.*)/) as [Place['kind'], string];
    return [{ kind, id, name: id, path: id, kept: 'hidden', children: [] }];
  });
  return [...kept, ...offered];
}

const flat = (tree: readonly Choice[]): Choice[] => tree.flatMap((place) => [place, ...flat(place.children)]);
