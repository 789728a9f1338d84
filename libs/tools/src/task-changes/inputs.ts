import { z } from 'zod';
import { DurationText, Markdown, MAX_IDS, Name, Priority, Ref, UNLISTED, When } from '../arguments/inputs.js';

/** What takes a value away. */
export const NONE = 'none';
const MAX_FIELDS = 50;

const People = z.array(Ref).max(MAX_IDS);
const Tag = z.string().min(1).max(100);
const Tags = z.array(Tag).max(MAX_IDS);
const Status = z.string().min(1).max(100);

/** Values of Custom Fields come as text, a number or a list of names; each type of field reads the text in its own way. */
const asText = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asText).join(', ');
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
};
const FieldValue = z.strictObject({
  name: z.string().min(1).max(512),
  value: z.preprocess(asText, z.string().min(1).max(10_000)),
});
const FieldValues = z.array(FieldValue).max(MAX_FIELDS);
export type FieldValue = z.output<typeof FieldValue>;

/** What a new task may be given. */
export const NEW_TASK = {
  name: Name,
  description: Markdown.optional(),
  status: Status.optional(),
  priority: Priority.optional(),
  due_date: When.optional(),
  start_date: When.optional(),
  assignees: People.optional(),
  tags: Tags.optional(),
  estimate: DurationText.optional(),
  fields: FieldValues.optional(),
  parent: Ref.optional(),
};
export type NewTask = z.output<z.ZodObject<typeof NEW_TASK>>;

/** What can be changed of many tasks at once. */
export const SAME_CHANGE = {
  status: Status.optional(),
  priority: Priority.optional(),
  due_date: When.optional(),
  start_date: When.optional(),
  estimate: DurationText.optional(),
  add_assignees: People.optional(),
  remove_assignees: People.optional(),
  add_tags: Tags.optional(),
  remove_tags: Tags.optional(),
  fields: FieldValues.optional(),
  list_id: Ref.optional(),
};

/** What can be changed of one task. */
export const CHANGE = {
  name: Name.optional(),
  description: Markdown.optional(),
  description_mode: z.enum(['replace', 'append', 'prepend']).optional(),
  ...SAME_CHANGE,
  parent: Ref.optional(),
  archived: z.boolean().optional(),
  // Others call it so, and mean exactly these people.
  assignees: People.optional().meta(UNLISTED),
};
export type Change = z.output<z.ZodObject<typeof CHANGE>>;
