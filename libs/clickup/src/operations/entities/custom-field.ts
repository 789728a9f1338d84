import { z } from 'zod';
import { MsText } from './scalars.js';

/**
 * A Custom Field as it is defined, not as a task fills it. `type_config` depends on `type`: options, currency, bounds.
 * `applied_objects` names the task types it is limited to and is left out where it holds for all of them.
 */
export const CustomField = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  type_config: z.record(z.string(), z.unknown()),
  date_created: MsText,
  hide_from_guests: z.boolean(),
  required: z.boolean().nullable().optional(),
  /** `object_type` 19 is a task type, `object_id` its id as in `custom_item_id`. */
  applied_objects: z.array(z.strictObject({ object_type: z.int(), object_id: z.int() })).optional(),
});
export type CustomField = z.output<typeof CustomField>;

/** A task type of the Workspace; tasks name it by id as `custom_item_id`, and 0 or null is the plain task. */
export const TaskType = z.strictObject({
  id: z.int(),
  name: z.string(),
  name_plural: z.string().nullable().optional(),
  description: z.string().nullable().optional(),
});
export type TaskType = z.output<typeof TaskType>;

/** A saved task, List or Folder that new ones are made from. Ids begin with `t-`. */
export const Template = z.strictObject({ id: z.string(), name: z.string() });
export type Template = z.output<typeof Template>;
