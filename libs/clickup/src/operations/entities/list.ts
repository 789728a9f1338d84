import { z } from 'zod';
import { MsText } from './scalars.js';
import { Status } from './status.js';
import { User } from './user.js';

/** How an object names the Space it lies in. */
export const SpaceRef = z.strictObject({ id: z.string(), name: z.string(), access: z.boolean().optional() });

/** How an object names its Folder; `hidden` marks the invisible Folder of folderless Lists. */
export const FolderRef = z.strictObject({
  id: z.string(),
  name: z.string(),
  hidden: z.boolean().optional(),
  access: z.boolean().optional(),
});

/** A List. Inside a Folder's answer `folder` and `space` may be left out; `statuses` come in some answers only. */
export const List = z.strictObject({
  id: z.string(),
  name: z.string(),
  orderindex: z.int(),
  content: z.string().nullable().optional(),
  /** The colour of the List, not a task status. */
  status: z
    .strictObject({ status: z.string(), color: z.string(), hide_label: z.boolean().nullable().optional() })
    .nullable()
    .optional(),
  priority: z.strictObject({ priority: z.string(), color: z.string() }).nullable().optional(),
  assignee: z.union([User, z.string()]).nullable().optional(),
  task_count: z.union([z.int(), z.string()]).nullable().optional(),
  due_date: MsText.nullable().optional(),
  due_date_time: z.boolean().nullable().optional(),
  start_date: MsText.nullable().optional(),
  start_date_time: z.boolean().nullable().optional(),
  folder: FolderRef.optional(),
  space: SpaceRef.optional(),
  inbound_address: z.string().optional(),
  archived: z.boolean().optional(),
  override_statuses: z.boolean().nullable().optional(),
  statuses: z.array(Status).optional(),
  permission_level: z.string().optional(),
});
export type List = z.output<typeof List>;
