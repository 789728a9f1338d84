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
 * Whether an operation works on what lies in no Space, Folder or List, or reaches beyond the place that it names: then it cannot be
 * granted by naming places (SEC-199, SEC-201). That holds for admin operations, for those that name no place in path, query
 * or body, and for those whose row says so.
 */
export function isWorkspaceWide(row: Operation): boolean {
  if (row.workspaceWide || row.risk === 'admin') return true;
  const kinds = parametersOf(row)
    .map(({ kind }) => kind)
    .filter((kind) => kind !== 'workspace');
  return !kinds.every(isLocal) || (kinds.length === 0 && row.targets === undefined);
}
