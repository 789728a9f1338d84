import { CreateChatViewComment, DeleteSpace, type Operation, PATH_TARGETS, type TargetKind } from '#libs/clickup';

/**
 * What lies in no Space, Folder or List, or reaches beyond the one it hangs on: a tag of a Space renames it on every task, a webhook
 * carries data out, a template may hold anything. None of it can be granted by naming places (issue 5; security.md 199, 201).
 */
export const WORKSPACE_WIDE = {
  toolsets: new Set(['audit', 'auth', 'chat', 'goals', 'groups', 'guests', 'sharing', 'tags', 'templates', 'users', 'webhooks']),
  operations: new Set([CreateChatViewComment.id, DeleteSpace.id]),
} as const;

/** The kinds that lie in a place. Any other is refused where only places were granted. */
const LOCAL: ReadonlySet<TargetKind> = new Set<TargetKind>(['space', 'folder', 'list', 'task', 'comment', 'checklist', 'time_entry', 'view', 'doc', 'page', 'attachment']);

export const isLocal = (kind: TargetKind): boolean => LOCAL.has(kind);

/** Whether a row can touch nothing but what lies in no place: its path names no local object, and it takes none from query or body. */
export function isWorkspaceWide({ id, toolset, path, targets }: Operation): boolean {
  if (WORKSPACE_WIDE.toolsets.has(toolset) || WORKSPACE_WIDE.operations.has(id)) return true;
  const kinds = [...(path as string).matchAll(/\{([^}]+)\}/g)].flatMap(([, name = '']) => PATH_TARGETS[name] ?? []).filter((kind) => kind !== 'workspace');
  return !kinds.every(isLocal) || (kinds.length === 0 && targets === undefined);
}
