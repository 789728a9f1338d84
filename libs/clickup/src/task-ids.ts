import { type Target } from './operation.js';

const CUSTOM = /^[a-z][a-z0-9_]{0,19}-\d{1,15}$/i;
const PLAIN = /^(?:CU-)?([a-z0-9]{1,20})$/i;

/** `ENG-123`; `CU-123` may be either, and is taken for a plain one by `canonicalTaskId`. */
export const isCustomTaskId = (id: string): boolean => CUSTOM.test(id);

/** One spelling of a task's own id: ClickUp's screens write `CU-86ABC` for what the API calls `86abc`. Anything else is left as it is. */
export const canonicalTaskId = (id: string): string => PLAIN.exec(id)?.[1]?.toLowerCase() ?? id;

/** Where a request names tasks. `add` and `rem` are those of Custom Fields that hold tasks; `entity_id` and `object_id` may name other things, so only ids of tasks are replaced. */
const NAMES: ReadonlySet<string> = new Set([
  'task_id',
  'links_to',
  'entity_id',
  'object_id',
  'parent',
  'depends_on',
  'dependency_of',
  'tid',
  'task_ids',
  'source_task_ids',
  'add',
  'rem',
  'from_parent_id',
]);

interface Parts {
  path?: unknown;
  query?: unknown;
  body?: unknown;
}

/** The arguments with the task ids of `from` replaced by those of `to`, so that exactly the ids that were judged are sent. */
export function withTaskIds<P extends Parts>(
  { path, query, body, ...rest }: P,
  from: readonly Target[],
  to: readonly Target[],
): P {
  const ids = new Map<string, string>();
  for (const [index, { kind, id }] of from.entries()) if (kind === 'task' && to[index]) ids.set(id, to[index].id);
  const replaced = (value: unknown, named: boolean): unknown => {
    if (typeof value === 'string') return named ? (ids.get(value) ?? value) : value;
    if (Array.isArray(value)) return value.map((item) => replaced(item, named));
    // Files name no tasks.
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || value instanceof Uint8Array)
      return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaced(item, NAMES.has(name))]));
  };
  const { custom_task_ids, team_id, ...others } = (replaced(query, false) ?? {}) as Record<string, unknown>;
  // With plain ids only the switch for custom ids has to go: ClickUp would take them for custom ones.
  const kept =
    custom_task_ids && to.every(({ custom }) => custom === undefined)
      ? others
      : {
          ...others,
          ...(custom_task_ids !== undefined && { custom_task_ids }),
          ...(team_id !== undefined && { team_id }),
        };
  return {
    ...rest,
    path: replaced(path, false),
    query: query === undefined ? undefined : kept,
    body: replaced(body, false),
  } as P;
}
