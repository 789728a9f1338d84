import { z } from 'zod';
import { Folder } from './folder.js';
import { List } from './list.js';
import { Person } from './person.js';
import { Task } from './task.js';
import { User } from './user.js';

/** What a guest may see and do beside what was shared. */
export const GuestRights = z.strictObject({
  can_edit_tags: z.boolean(),
  can_see_time_spent: z.boolean(),
  can_see_time_estimated: z.boolean(),
  can_create_views: z.boolean().optional(),
  can_see_points_estimated: z.boolean().optional(),
});

/** The objects that were shared with one person individually, each with its `permission_level`. */
export const SharedItems = z.strictObject({
  tasks: z.array(Task),
  lists: z.array(List),
  folders: z.array(Folder.partial({ space: true })),
});

/** A guest of a Workspace; `shared` is left out when `include_shared=false`. */
export const Guest = GuestRights.extend({ user: Person, invited_by: User.optional(), shared: SharedItems.optional() });
export type Guest = z.output<typeof Guest>;
