import { z } from 'zod';
import { Ms } from './scalars.js';
import { Status } from './status.js';
import { Tag } from './task-parts.js';
import { User } from './user.js';

const PlaceId = z.union([z.int(), z.string()]);

/**
 * A time entry. Numbers and strings are mixed differently by every operation.
 * A running one has a negative `duration` (minus the milliseconds so far) and no `end`.
 */
export const TimeEntry = z.strictObject({
  id: z.string(),
  task: z
    .strictObject({
      id: z.string(),
      custom_id: z.string().nullable().optional(),
      name: z.string(),
      status: Status,
      custom_type: z.union([z.string(), z.int()]).nullable().optional(),
    })
    .nullable()
    .optional(),
  wid: z.string(),
  user: User,
  billable: z.boolean(),
  start: Ms,
  end: Ms.optional(),
  duration: Ms,
  description: z.string(),
  tags: z.array(Tag).optional(),
  source: z.string().optional(),
  /** When it was last changed. */
  at: Ms,
  approval_id: z.string().nullable().optional(),
  approval: z.record(z.string(), z.unknown()).nullable().optional(),
  task_location: z
    .strictObject({
      list_id: PlaceId.nullable(),
      folder_id: PlaceId.nullable(),
      space_id: PlaceId.nullable(),
      list_name: z.string().optional(),
      folder_name: z.string().optional(),
      space_name: z.string().optional(),
    })
    .optional(),
  task_tags: z.array(Tag).optional(),
  task_url: z.string().optional(),
});
export type TimeEntry = z.output<typeof TimeEntry>;
