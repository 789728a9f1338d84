import { z } from 'zod';
import { RoleNumber } from './person.js';

/** A role of a Workspace: the four built-in ones, and custom ones that narrow one of them. */
export const Role = z.strictObject({
  id: z.int(),
  name: z.string(),
  custom: z.boolean(),
  inherited_role: RoleNumber.optional(),
});
