import { z } from 'zod';
import { Ms } from './scalars.js';

/** 4 Space, 5 Folder, 6 List, 7 the whole Workspace. */
export const ViewParent = z.strictObject({ id: z.string(), type: z.int().min(4).max(7) });

/**
 * One condition: `status`, `assignee`, `tag`, `priority`, `archived`, a date such as `dueDate`, or `cf_` and the id of a Custom Field;
 * `op` is EQ, NOT, ANY, ALL, NOT ANY, NOT ALL, GT, GTE, LT, LTE or RA; dates take `{"op":"overdue"}` too
 * (developer.clickup.com/docs/filter-views).
 */
export const Condition = z.looseObject({ field: z.string(), op: z.string(), values: z.unknown().optional() });
export type Condition = z.output<typeof Condition>;

/** What a view is made of. The parts are loose: an update replaces the whole, so what ClickUp sends beyond the document (filter groups, say) must go back with it. */
export const ViewParts = z.strictObject({
  grouping: z.looseObject({ field: z.string(), dir: z.int(), collapsed: z.array(z.string()), ignore: z.boolean() }),
  divide: z.looseObject({
    field: z.string().nullable().optional(),
    dir: z.int().nullable().optional(),
    collapsed: z.array(z.string()),
  }),
  sorting: z.looseObject({ fields: z.array(z.looseObject({ field: z.string(), dir: z.int().optional() })) }),
  filters: z.looseObject({ op: z.string(), fields: z.array(Condition), search: z.string(), show_closed: z.boolean() }),
  columns: z.looseObject({ fields: z.array(z.looseObject({ field: z.string() })) }),
  team_sidebar: z.looseObject({
    assignees: z.array(z.string()),
    assigned_comments: z.boolean(),
    unassigned_tasks: z.boolean(),
  }),
  settings: z.looseObject({
    show_task_locations: z.boolean(),
    /** 1 separate, 2 expanded, 3 collapsed. */
    show_subtasks: z.int(),
    show_subtask_parent_names: z.boolean(),
    show_closed_subtasks: z.boolean(),
    show_assignees: z.boolean(),
    show_images: z.boolean(),
    collapse_empty_columns: z.string().nullable(),
    me_comments: z.boolean(),
    me_subtasks: z.boolean(),
    me_checklists: z.boolean(),
  }),
});

/** A view of tasks, a chat view (`conversation`) or a form. Forms have no parts. */
export const View = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  parent: ViewParent,
  ...ViewParts.partial().shape,
  date_created: Ms.optional(),
  creator: z.int().optional(),
  /** `private` ones are seen by their creator only. */
  visibility: z.string().optional(),
  protected: z.boolean().optional(),
  protected_note: z.string().nullable().optional(),
  protected_by: z.unknown().optional(),
  date_protected: Ms.nullable().optional(),
  orderindex: z.number().optional(),
  public: z.boolean().optional(),
  public_url: z.string().optional(),
});
export type View = z.output<typeof View>;
