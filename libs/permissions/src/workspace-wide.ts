import { type Operation, parametersOf, type TargetKind } from '#libs/clickup';

/** The kinds that lie in a place. Any other is refused where only places were granted. */
const LOCAL: ReadonlySet<TargetKind> = new Set<TargetKind>([
  'space',
  'folder',
  'list',
  'task',
  'comment',
  'checklist',
  'time_entry',
  'view',
  'doc',
  'page',
  'attachment',
]);

export const isLocal = (kind: TargetKind): boolean => LOCAL.has(kind);

/**
 * What lies in no Space, Folder or List, or reaches beyond the one it hangs on: none of it can be granted by naming places (issue 5;
 * security.md 199, 201). Operations for admins are; so is what names no place in its path, and takes none from query or body; and what
 * says it of itself.
 */
export function isWorkspaceWide(row: Operation): boolean {
  if (row.workspaceWide || row.risk === 'admin') return true;
  const kinds = parametersOf(row)
    .map(({ kind }) => kind)
    .filter((kind) => kind !== 'workspace');
  return !kinds.every(isLocal) || (kinds.length === 0 && row.targets === undefined);
}
