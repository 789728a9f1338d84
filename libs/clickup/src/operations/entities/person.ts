import { z } from 'zod';
import { MsText } from './scalars.js';
import { User } from './user.js';

/** 1 owner, 2 admin, 3 member, 4 guest. */
export const RoleNumber = z.int().min(1).max(4);

/** A role that narrows one of the four, as a person names it. */
export const CustomRole = z.strictObject({ id: z.int(), name: z.string() });

/** A person as a Workspace sees them. The name is null until the invitation is accepted. */
export const Person = User.extend({
  email: z.string(),
  role: RoleNumber,
  custom_role: CustomRole.nullable().optional(),
  last_active: MsText.nullable(),
  date_joined: MsText.nullable(),
  date_invited: MsText,
});
export type Person = z.output<typeof Person>;
