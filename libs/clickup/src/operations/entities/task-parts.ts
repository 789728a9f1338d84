import { z } from 'zod';
import { CustomField } from './custom-field.js';
import { MsText } from './scalars.js';
import { Secret } from '../../secrets.js';
import { User } from './user.js';

export const Priority = z.strictObject({
  /** `1` urgent, `2` high, `3` normal, `4` low. */
  id: z.string(),
  priority: z.string(),
  color: z.string(),
  orderindex: z.string(),
});

export const Tag = z.strictObject({
  name: z.string(),
  tag_fg: z.string().optional(),
  tag_bg: z.string().optional(),
  creator: z.int().optional(),
});

/** `children` are ids: nested items stand in the same flat list, with their `parent`. */
const ChecklistItem = z.strictObject({
  id: z.string(),
  name: z.string(),
  orderindex: z.int().optional(),
  assignee: User.nullable().optional(),
  group_assignee: z.unknown().optional(),
  resolved: z.boolean(),
  parent: z.string().nullable().optional(),
  date_created: MsText.optional(),
  children: z.array(z.string()).optional(),
});

export const Checklist = z.strictObject({
  id: z.string(),
  task_id: z.string(),
  name: z.string(),
  date_created: MsText.optional(),
  orderindex: z.int(),
  creator: z.int().optional(),
  resolved: z.int(),
  unresolved: z.int(),
  items: z.array(ChecklistItem),
});

/** A Custom Field with the task's value; its shape depends on `type`, and it is left out where nothing is set. */
export const FieldValue = CustomField.omit({ applied_objects: true }).extend({
  value: z.unknown().optional(),
  value_richtext: z.string().nullable().optional(),
  value_markdown: z.string().nullable().optional(),
});
export type FieldValue = z.output<typeof FieldValue>;

/** `type` is 1 in both directions: the direction is in which of the two ids is the task's own. */
export const Dependency = z.strictObject({
  task_id: z.string(),
  depends_on: z.string(),
  type: z.int(),
  date_created: MsText,
  userid: z.string(),
  workspace_id: z.string(),
  chain_id: z.string().nullable().optional(),
});

export const TaskLink = z.strictObject({
  task_id: z.string(),
  link_id: z.string(),
  date_created: MsText,
  userid: z.string(),
  workspace_id: z.string(),
});

export const Sharing = z.strictObject({
  public: z.boolean(),
  public_share_expires_on: z.string().nullable(),
  public_fields: z.array(z.string()),
  /** Opens the task to everybody who knows it. */
  token: Secret.nullable(),
  seo_optimized: z.boolean(),
});

export const Attachment = z.looseObject({
  id: z.string(),
  title: z.string(),
  extension: z.string(),
  mimetype: z.string().optional(),
  /** Bytes. */
  size: z.int().optional(),
  url: z.string(),
});
