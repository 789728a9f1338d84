import { z } from 'zod';
import { User } from './user.js';

/** A Workspace; API v2 says Team. */
export const Team = z.strictObject({
  id: z.string(),
  name: z.string(),
  color: z.string().nullable(),
  avatar: z.string().nullable(),
  /** `role`: 1 owner, 2 admin, 3 member, 4 guest. */
  members: z.array(z.strictObject({ user: User.extend({ role: z.int().optional() }), invited_by: User.optional() })),
});
export type Team = z.output<typeof Team>;
