import {
  Channel, ChatMessage, Checklist, Comment, CreatedComment, Doc, Folder, Goal, GoalSummary, Group, KeyResult, List, type Operation, Page, PageRef, Space, type TargetKind, Task, Template, TimeEntry, View, Webhook,
} from '#libs/clickup';
import { type z } from 'zod';

/** What an answer shows, by the schema that the row describes it with. */
const KINDS: ReadonlyMap<unknown, TargetKind> = new Map<z.ZodType, TargetKind>([
  [Space, 'space'], [Folder, 'folder'], [List, 'list'], [Task, 'task'], [Comment, 'comment'], [CreatedComment, 'comment'], [Checklist, 'checklist'], [TimeEntry, 'time_entry'], [View, 'view'], [Doc, 'doc'], [Page, 'page'],
  [PageRef, 'page'], [Goal, 'goal'], [GoalSummary, 'goal'], [KeyResult, 'key_result'], [Webhook, 'webhook'], [Group, 'group'], [Channel, 'channel'], [ChatMessage, 'message'], [Template, 'template'],
]);

/** Where objects stand in an answer. */
interface Shape {
  kind?: TargetKind;
  properties: readonly (readonly [name: string, shape: Shape])[];
  items?: Shape;
}

type Visit = (kind: TargetKind, id: string) => void;

/** The part of zod's definitions that is walked. */
interface Definition {
  innerType?: z.ZodType;
  element?: z.ZodType;
  shape?: Readonly<Record<string, z.ZodType>>;
}

const shapes = new WeakMap<Operation, Shape | null>();

/** Visits every object that an answer of this operation shows, with its kind. */
export function visitShown(operation: Operation, answer: unknown, visit: Visit): void {
  let shape = shapes.get(operation);
  if (shape === undefined) shapes.set(operation, (shape = shapeOf(operation.response as z.ZodType, []) ?? null));
  if (shape) walk(shape, answer, visit);
}

function walk({ kind, properties, items }: Shape, value: unknown, visit: Visit): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    if (items) for (const item of value) walk(items, item, visit);
    return;
  }
  const object = value as Readonly<Record<string, unknown>>;
  const { id } = object;
  if (kind && (typeof id === 'string' || typeof id === 'number')) visit(kind, String(id));
  for (const [name, shape] of properties) walk(shape, object[name], visit);
}

/** The shape of what a schema describes; undefined when no object of ours can stand in it. */
function shapeOf(schema: z.ZodType, above: readonly z.ZodType[]): Shape | undefined {
  // Pages hold pages: once is enough.
  if (above.includes(schema)) return undefined;
  const { innerType, element, shape } = schema.def as Definition;
  const below = [...above, schema];
  if (innerType) return shapeOf(innerType, below);
  if (element) {
    const items = shapeOf(element, below);
    return items && { properties: [], items };
  }
  const kind = KINDS.get(schema);
  const properties = Object.entries(shape ?? {}).flatMap(([name, each]) => {
    const found = shapeOf(each, below);
    return found ? [[name, found] as const] : [];
  });
  return kind || properties.length > 0 ? { kind, properties } : undefined;
}
