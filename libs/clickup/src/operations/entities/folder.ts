import { z } from 'zod';
import { List, SpaceRef } from './list.js';
import { Status } from './status.js';

/** A Folder with the Lists in it. A new or renamed one is answered without them. */
export const Folder = z.strictObject({
  id: z.string(),
  name: z.string(),
  orderindex: z.int(),
  override_statuses: z.boolean(),
  hidden: z.boolean(),
  space: SpaceRef,
  task_count: z.string(),
  archived: z.boolean().optional(),
  statuses: z.array(Status).optional(),
  lists: z.array(List).optional(),
  permission_level: z.string().optional(),
  /** Of a subfolder: the Folder it lies in. */
  parent_folder: z.string().nullable().optional(),
  folders: z.array(z.strictObject({ id: z.string() })).optional(),
});
export type Folder = z.output<typeof Folder>;
