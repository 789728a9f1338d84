import {
  bare,
  Channel,
  ChatMessage,
  Checklist,
  Comment,
  CreatedComment,
  Doc,
  Folder,
  Goal,
  GoalSummary,
  Group,
  KeyResult,
  List,
  type Operation,
  Page,
  PageRef,
  shapeOf,
  Space,
  type TargetKind,
  Task,
  Template,
  TimeEntry,
  View,
  Webhook,
} from '#libs/clickup';
import { type z } from 'zod';

/** The kind of the objects that a schema describes. */
const KINDS: ReadonlyMap<unknown, TargetKind> = new Map<z.ZodType, TargetKind>([
  [Space, 'space'],
  [Folder, 'folder'],
  [List, 'list'],
  [Task, 'task'],
  [Comment, 'comment'],
  [CreatedComment, 'comment'],
  [Checklist, 'checklist'],
  [TimeEntry, 'time_entry'],
  [View, 'view'],
  [Doc, 'doc'],
  [Page, 'page'],
  [PageRef, 'page'],
  [Goal, 'goal'],
  [GoalSummary, 'goal'],
  [KeyResult, 'key_result'],
  [Webhook, 'webhook'],
  [Group, 'group'],
  [Channel, 'channel'],
  [ChatMessage, 'message'],
  [Template, 'template'],
]);

/** Which parts of an answer are objects, or hold some. */
interface Shown {
  kind?: TargetKind;
  properties: readonly (readonly [name: string, shown: Shown])[];
  items?: Shown;
}

type Visit = (kind: TargetKind, id: string) => void;

const compiled = new WeakMap<Operation, Shown | null>();

/** Visits every object that an answer of this operation shows, with its kind. */
export function visitShown(operation: Operation, answer: unknown, visit: Visit): void {
  let shown = compiled.get(operation);
  if (shown === undefined) compiled.set(operation, (shown = objectsIn(operation.response as z.ZodType, []) ?? null));
  if (shown) walk(shown, answer, visit);
}

function walk({ kind, properties, items }: Shown, value: unknown, visit: Visit): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    if (items) for (const item of value) walk(items, item, visit);
    return;
  }
  const object = value as Readonly<Record<string, unknown>>;
  const { id } = object;
  if (kind && (typeof id === 'string' || typeof id === 'number')) visit(kind, String(id));
  for (const [name, shown] of properties) walk(shown, object[name], visit);
}

/** The objects in what a schema describes; undefined when there can be none. */
function objectsIn(schema: z.ZodType, above: readonly z.ZodType[]): Shown | undefined {
  const inner = bare(schema);
  // A schema can contain itself, as pages hold pages: the inner ones are not followed.
  if (above.includes(inner)) return undefined;
  const [shape, below] = [shapeOf(inner), [...above, inner]];
  if (shape.kind === 'array') {
    const items = objectsIn(shape.element, below);
    return items && { properties: [], items };
  }
  if (shape.kind !== 'object') return undefined;
  const kind = KINDS.get(inner);
  const properties = Object.entries(shape.properties).flatMap(([name, each]) => {
    const found = objectsIn(each, below);
    return found ? [[name, found] as const] : [];
  });
  return kind || properties.length > 0 ? { kind, properties } : undefined;
}
