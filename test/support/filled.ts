import {
  bare,
  CommentRun,
  Condition,
  CustomField,
  Doc,
  FieldValue,
  Folder,
  GetBulkTasksTimeInStatus,
  List,
  Page,
  PageRef,
  postEntityAttachment,
  shapeOf,
  Space,
  Subtask,
  Task,
  TimeEntry,
  View,
} from '#libs/clickup';
import { type z } from 'zod';

/** Stands in every place of an answer that could name an object outside of what may be seen. */
export const OUTSIDE = 'OUTSIDE';
/** Stands for text that an object says about itself, such as its name. */
export const OWN = 'own';

/** The ids of the objects, one of each kind, that lie inside of what may be seen. */
export const INSIDE = {
  space: '901',
  folder: '902',
  list: '903',
  task: '86in',
  view: 'vin',
  doc: 'din',
  page: 'pin',
  time_entry: '904',
  comment: '905',
  checklist: 'kin',
  attachment: 'ain',
} as const;

const [space, folder, list] = [
  { id: INSIDE.space, name: OWN },
  { id: INSIDE.folder, name: OWN, hidden: false },
  { id: INSIDE.list, name: OWN },
];
const onList = { parent: { id: INSIDE.list, type: 6 } };
const ofTask = { id: INSIDE.task, list, folder, project: folder, space };

/** The properties by which an object of a kind shows that it lies inside. In an object outside, all of them name something outside. */
const PLACED = new Map<z.ZodType, object>([
  [Task, ofTask],
  [Subtask, ofTask],
  [List, { id: INSIDE.list, folder, space }],
  [Folder, { id: INSIDE.folder, space }],
  [Space, { id: INSIDE.space }],
  [View, { ...onList, type: 'list' }],
  [Doc, onList],
  [Page, { doc_id: INSIDE.doc }],
  [PageRef, { doc_id: INSIDE.doc }],
  [
    TimeEntry,
    {
      task: { id: INSIDE.task, name: OWN },
      task_location: {
        list_id: INSIDE.list,
        folder_id: INSIDE.folder,
        space_id: INSIDE.space,
        list_name: OWN,
        folder_name: OWN,
        space_name: OWN,
      },
    },
  ],
  [postEntityAttachment.response, { parent_entity_type: 'tasks', parent_id: INSIDE.task }],
]);

const names = { name: OUTSIDE, task_id: OUTSIDE, deep: [{ id: OUTSIDE, list: { id: OUTSIDE } }] };

/** Kinds where the type of an object decides whether a property is its own text or names another object: one object of each type. */
const VARIED = new Map<z.ZodType, (plain: Record<string, unknown>) => object[]>([
  [
    FieldValue,
    (plain) => [
      { ...plain, type: 'text', value: OWN, type_config: {} },
      ...['tasks', 'list_relationship', 'rollup', 'of the future'].map((type) => ({
        ...plain,
        type,
        value: [names],
        value_richtext: OUTSIDE,
        value_markdown: OUTSIDE,
        type_config: { subcategory_id: OUTSIDE, fields: [names] },
      })),
    ],
  ],
  [
    CustomField,
    (plain) => [
      { ...plain, type: 'drop_down', type_config: { options: [{ name: OWN }] } },
      { ...plain, type: 'list_relationship', type_config: { subcategory_id: OUTSIDE, fields: [names] } },
    ],
  ],
  [
    CommentRun,
    () => [
      { text: OWN, attributes: { bold: true, task: names, mark_of_the_future: OUTSIDE } },
      { type: 'tag', user: { id: 1, username: OWN } },
      ...['task_mention', 'doc_mention', 'list_mention', 'bookmark', 'of the future'].map((type) => ({
        text: OUTSIDE,
        type,
        [type]: names,
      })),
    ],
  ],
  [
    Condition,
    (plain) => [
      { ...plain, field: 'status', op: 'EQ', values: [OWN] },
      { ...plain, field: 'cf_1', op: 'ANY', values: [OUTSIDE, names] },
    ],
  ],
]);

/** Whether the text under this path of keys is said by an object about itself; any other text is taken for the name of another object. */
export type IsOwn = (path: readonly string[]) => boolean;

/**
 * Answers as full as their schema allows: each list holds one object inside and one outside, every text that is not known to be the
 * object's own is an outside name, and each object has properties that its schema does not know.
 * @param option which alternative of a union is taken
 */
export function filled(schema: z.ZodType, isOwn: IsOwn, option: number): unknown {
  return value(schema, [], true, 0);

  function value(each: z.ZodType, path: readonly string[], inside: boolean, depth: number): unknown {
    const inner = bare(each);
    const shape = shapeOf(inner);
    if (shape.kind === 'scalar') return scalar(inner, inside && isOwn(path) ? OWN : OUTSIDE);
    if (shape.kind === 'unknown') return option === 0 ? names : OUTSIDE;
    if (shape.kind === 'union') return value(shape.options[option % shape.options.length]!, path, inside, depth);
    if (shape.kind === 'record')
      return {
        ...(inner === GetBulkTasksTimeInStatus.response && { [INSIDE.task]: value(shape.value, path, inside, depth) }),
        ...(isOwn([...path, '{}']) ? {} : { [OUTSIDE]: value(shape.value, path, inside, depth) }),
      };
    if (shape.kind === 'array') return items(shape.element, path, inside, depth);
    return object(inner, shape.properties, path, inside, depth);
  }

  function items(element: z.ZodType, path: readonly string[], inside: boolean, depth: number): unknown[] {
    // Pages hold pages, and subtasks subtasks.
    if (depth > 6) return [];
    const inner = bare(element);
    const one = value(element, path, inside, depth + 1);
    const varied = inside ? VARIED.get(inner)?.(one as Record<string, unknown>) : undefined;
    return varied ?? (PLACED.has(inner) && inside ? [value(element, path, false, depth + 1), one] : [one]);
  }

  function object(
    inner: z.ZodType,
    properties: Readonly<Record<string, z.ZodType>>,
    path: readonly string[],
    inside: boolean,
    depth: number,
  ): object {
    const parts = Object.entries(properties).map(
      ([key, property]) => [key, value(property, [...path, key], inside, depth + 1)] as const,
    );
    const said = { ...Object.fromEntries(parts), undeclared_task: names, undeclared_name: OUTSIDE };
    return inside ? { ...said, ...PLACED.get(inner) } : said;
  }
}

/** The text where text may stand; otherwise something that may. */
function scalar(schema: z.ZodType, text: string): unknown {
  const values = (schema as { options?: unknown[]; values?: Set<unknown> }).options ?? [
    ...((schema as { values?: Set<unknown> }).values ?? []),
  ];
  const able = [text, ...values, '1', 1, 6, true].find((each) => schema.safeParse(each).success);
  if (able === undefined) throw new Error(`Say in filled.ts what may stand where a ${schema._zod.def.type} is wanted.`);
  return able;
}
