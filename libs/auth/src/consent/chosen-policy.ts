import { type Place } from '#libs/clickup';
import { type Places, type Policies, type Policy } from '#libs/permissions';
import { type Form, PageError } from '#libs/web';
import { AREAS } from './areas.js';

export const MODES = ['read', 'selective', 'write'] as const;
export type Mode = (typeof MODES)[number];

/** A place of the form; one that is `closed` cannot be chosen, and is shown for the places in it. */
export interface Choice extends Omit<Place, 'children'> {
  closed?: boolean;
  children: Choice[];
}

const GROUPS = { space: 'spaces', folder: 'folders', list: 'lists' } as const;

/** The value of a place in the form. */
export const placeValue = ({ kind, id }: Pick<Place, 'kind' | 'id'>) => `${kind}:${id}`;

/** The values of all of these places. */
export const placeValues = ({ spaces, folders, lists }: Places): ReadonlySet<string> =>
  new Set([
    ...spaces.map((id) => placeValue({ kind: 'space', id })),
    ...folders.map((id) => placeValue({ kind: 'folder', id })),
    ...lists.map((id) => placeValue({ kind: 'list', id })),
  ]);

export const NOWHERE: Places = { spaces: [], folders: [], lists: [] };

/** The modes that all of these layers allow. */
export function offeredModes(policies: Policies): readonly Mode[] {
  const widest = Math.min(
    ...policies.map(({ mode, write }) =>
      mode === 'selective' && (!write || isNothing(write)) ? 0 : MODES.indexOf(mode),
    ),
  );
  return MODES.slice(0, Math.max(widest, 0) + 1);
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

/** The places that were ticked, as far as they are in the tree; what lies below a ticked one is covered by it and left out. */
export function chosenPlaces(tree: readonly Choice[], ticked: ReadonlySet<string>): Places {
  const chosen = { spaces: [] as string[], folders: [] as string[], lists: [] as string[] };
  const visit = (places: readonly Choice[]) => {
    for (const place of places) {
      if (!place.closed && ticked.has(placeValue(place))) chosen[GROUPS[place.kind]].push(place.id);
      else visit(place.children);
    }
  };
  visit(tree);
  return chosen;
}

export const isNothing = ({ spaces, folders, lists }: Places) => spaces.length + folders.length + lists.length === 0;

/** Which tools a person wants a client to see. */
export interface ChosenTools {
  /** What was ticked; empty = everything. */
  toolsets: readonly string[];
  profile?: 'full';
}

/** The areas that a form offers: those that the operator's layer has not taken away. */
export function offeredToolsets(policies: Policies): string[] {
  return Object.keys(AREAS).filter((toolset) =>
    policies.every(
      ({ toolsets, disabledToolsets }) =>
        (!toolsets || toolsets.includes(toolset)) && !disabledToolsets?.includes(toolset),
    ),
  );
}

/** What was ticked of that. @throws PageError for anything that was not offered */
export function chosenTools(form: Form, offered: readonly string[]): ChosenTools {
  const [toolsets, profile] = [[...new Set(form.all('toolset'))], form.text('profile')];
  // A client that leaves something out grants less, never more: so nothing may be ignored here.
  if (!toolsets.every((each) => offered.includes(each)) || !['', 'full'].includes(profile))
    throw new PageError('invalid_parameters', 'problem.field');
  return { toolsets, ...(profile === 'full' && { profile }) };
}

/** What may be done, and whether only what lies in chosen places may be seen. */
export interface ChosenRights {
  mode: Mode;
  limited: boolean;
}

/** Whether these rights name places, which the person ticks on a page of its own. */
export const needsPlaces = ({ mode, limited }: ChosenRights) => mode === 'selective' || limited;

/** The policy of a connection, as the person chose it. `places` are those that {@link needsPlaces} asks for. */
export const chosenPolicy = (
  { mode, limited }: ChosenRights,
  { toolsets, profile }: ChosenTools,
  places?: Places,
): Policy => ({
  mode,
  ...(mode === 'selective' && { write: places }),
  ...(limited && { read: places }),
  ...(toolsets.length > 0 && { toolsets }),
  ...(profile && { profile }),
});

/** What a policy holds of what a form offers: the pages of a change begin with it. */
export const rightsOf = ({ mode, read }: Policy): ChosenRights => ({ mode, limited: read !== undefined });
export const toolsOf = ({ toolsets = [], profile }: Policy): ChosenTools => ({
  toolsets,
  ...(profile === 'full' && { profile }),
});
export const tickedOf = ({ write, read }: Policy): ReadonlySet<string> => placeValues(write ?? read ?? NOWHERE);

/** The ticked places in the order of the tree, with their whole paths; what lies below a ticked one is covered by it and left out. */
export function chosenPaths(tree: readonly Choice[], ticked: ReadonlySet<string>): { value: string; path: string }[] {
  return tree.flatMap((place) => {
    const value = placeValue(place);
    return !place.closed && ticked.has(value) ? [{ value, path: place.path }] : chosenPaths(place.children, ticked);
  });
}
