import { z } from 'zod';
import { CustomRole } from './person.js';
import { User } from './user.js';

/** A Workspace; API v2 says Team. */
export const Team = z.strictObject({
  id: z.string(),
  name: z.string(),
  color: z.string().nullable(),
  avatar: z.string().nullable(),
  /** `role`: 1 owner, 2 admin, 3 member, 4 guest; neither it nor `custom_role` is in the document. */
  members: z.array(
    z.strictObject({
      user: User.extend({ role: z.int().optional(), custom_role: CustomRole.nullable().optional() }),
      invited_by: User.optional(),
    }),
  ),
});
export type Team = z.output<typeof Team>;
