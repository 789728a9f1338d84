import { z } from 'zod';
import { MsText } from './scalars.js';
import { User } from './user.js';

/** A user group; the pages of ClickUp say Team. */
export const Group = z.strictObject({
  id: z.string(),
  /** The Workspace. */
  team_id: z.string(),
  /** Who made it. */
  userid: z.int(),
  name: z.string(),
  handle: z.string(),
  date_created: MsText,
  initials: z.string(),
  members: z.array(User),
  avatar: z.strictObject({
    attachment_id: z.string().nullable(),
    color: z.string().nullable(),
    source: z.string().nullable(),
    icon: z.string().nullable(),
  }),
});
export type Group = z.output<typeof Group>;
