/** What a view or a Doc can hang on. */
type ParentKind = 'space' | 'folder' | 'list' | 'workspace';

/** How ClickUp names it: by number, or in a query of API v3 by word. 7 is everything in a Workspace, 12 the Workspace itself. */
const KINDS: ReadonlyMap<string, ParentKind> = new Map([
  ['4', 'space'],
  ['5', 'folder'],
  ['6', 'list'],
  ['7', 'workspace'],
  ['12', 'workspace'],
  ['SPACE', 'space'],
  ['FOLDER', 'folder'],
  ['LIST', 'list'],
  ['EVERYTHING', 'workspace'],
  ['WORKSPACE', 'workspace'],
]);

/** What a view or a Doc hangs on; undefined for a kind that is none of these. */
export const parentKind = (type: number | string | undefined): ParentKind | undefined => KINDS.get(String(type));

/** The kind of place that it hangs on; undefined for what hangs on the Workspace or on no place. */
export function parentPlaceKind(type: number | string | undefined): Exclude<ParentKind, 'workspace'> | undefined {
  const kind = parentKind(type);
  return kind === 'workspace' ? undefined : kind;
}
