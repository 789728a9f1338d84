import { CreateChatViewComment, DeleteSpace, type Operation, parametersOf, type TargetKind } from '#libs/clickup';

/**
 * What lies in no Space, Folder or List, or reaches beyond the one it hangs on: a tag of a Space renames it on every task, a webhook
 * carries data out, a template may hold anything. None of it can be granted by naming places (SEC-199, SEC-201).
 */
export const WORKSPACE_WIDE = {
  toolsets: new Set([
    'audit',
    'auth',
    'chat',
    'goals',
    'groups',
    'guests',
    'sharing',
    'tags',
    'templates',
    'users',
    'webhooks',
  ]),
  operations: new Set([CreateChatViewComment.id, DeleteSpace.id]),
} as const;

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

/** Whether a row can touch nothing but what lies in no place: its path names no local object, and it takes none from query or body. */
export function isWorkspaceWide(row: Operation): boolean {
  if (WORKSPACE_WIDE.toolsets.has(row.toolset) || WORKSPACE_WIDE.operations.has(row.id)) return true;
  const kinds = parametersOf(row)
    .map(({ kind }) => kind)
    .filter((kind) => kind !== 'workspace');
  return !kinds.every(isLocal) || (kinds.length === 0 && row.targets === undefined);
}
