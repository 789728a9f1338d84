import { OPERATIONS, type Place } from '#libs/clickup';
import { type Places, type Policies, type Policy } from '#libs/permissions';
import { type Form, PageError } from '#libs/web';

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

/** The modes that all of these layers allow. */
export function offeredModes(policies: Policies): readonly Mode[] {
  const widest = Math.min(
    ...policies.map(({ mode, write }) =>
      mode === 'selective' && (!write || isNothing(write)) ? 0 : MODES.indexOf(mode),
    ),
  );
  return MODES.slice(0, Math.max(widest, 0) + 1);
}

/** The places of a tree that all of these layers allow to write to, with the places around them. */
export function offeredPlaces(tree: readonly Place[], policies: Policies): Choice[] {
  const scopes = policies.flatMap(({ mode, write }) => (mode === 'selective' && write ? [write] : []));
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
  const all = [...new Set(OPERATIONS.map(({ toolset }) => toolset))].sort();
  return all.filter((toolset) =>
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

/** The policy of a connection, as the person chose it. */
export const chosenPolicy = (mode: Mode, { toolsets, profile }: ChosenTools, write?: Places): Policy => ({
  mode,
  ...(mode === 'selective' && { write }),
  ...(toolsets.length > 0 && { toolsets }),
  ...(profile && { profile }),
});
