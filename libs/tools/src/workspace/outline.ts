import { type Place } from '#libs/clickup';

/** In the order in which an outline can be read: what lies directly in a place, then the places within. */
const inOrder = (places: readonly Place[]): Place[] => [
  ...places.filter(({ kind }) => kind === 'list'),
  ...places.filter(({ kind }) => kind !== 'list'),
];

/**
 * The tree as headings and lines, `id name` each: `#` Space, `##` Folder (`###` and deeper for Folders in Folders), Lists without a mark
 * under what they lie in. It is the shortest form that names every id: nested JSON costs half as many tokens again.
 */
export function outline(places: readonly Place[], depth = 1): string[] {
  return inOrder(places).flatMap(({ kind, id, name, children }) => {
    // A line end in a name would look like another place.
    const line = `${id} ${name.replace(/\s+/g, ' ')}`;
    return kind === 'list' ? [line] : [`${'#'.repeat(depth)} ${line}`, ...outline(children, depth + 1)];
  });
}
