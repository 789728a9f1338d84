import { type Directory, type Place } from '#libs/clickup';

/** The place with all that lies in it: a Space that was found by its path holds only what was read on the way. */
export async function wholePlace(place: Place, directory: Pick<Directory, 'tree'>): Promise<Place> {
  if (place.kind !== 'space') return place;
  return (await directory.tree()).find(({ id }) => id === place.id) ?? place;
}

/** The Lists in a place, itself included, however deep. */
export const listsIn = (place: Place): Place[] => (place.kind === 'list' ? [place] : place.children.flatMap(listsIn));

/** The Space that a place lies in, or the Space itself. */
export const spaceOf = (place: Place): Place => (place.parent ? spaceOf(place.parent) : place);
