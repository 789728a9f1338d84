import { type Place } from '#libs/clickup';
import { type Places, type Policy } from '#libs/permissions';

export const MODES = ['read', 'selective', 'write'] as const;
export type Mode = (typeof MODES)[number];

const GROUPS = { space: 'spaces', folder: 'folders', list: 'lists' } as const;

/** The value of a place in the form. */
export const placeValue = ({ kind, id }: Pick<Place, 'kind' | 'id'>) => `${kind}:${id}`;

/** The places that were ticked, as far as they are in the tree; what lies below a ticked one is covered by it and left out. */
export function chosenPlaces(tree: readonly Place[], ticked: ReadonlySet<string>): Places {
  const chosen = { spaces: [] as string[], folders: [] as string[], lists: [] as string[] };
  const visit = (places: readonly Place[]) => {
    for (const place of places) {
      if (ticked.has(placeValue(place))) chosen[GROUPS[place.kind]].push(place.id);
      else visit(place.children);
    }
  };
  visit(tree);
  return chosen;
}

export const isNothing = ({ spaces, folders, lists }: Places) => spaces.length + folders.length + lists.length === 0;

/** The policy of a connection, as the person chose it. */
export const chosenPolicy = (mode: Mode, write?: Places): Policy => (mode === 'selective' ? { mode, write } : { mode });
