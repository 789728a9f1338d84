import { z } from 'zod';

/** A person as other objects mention them. The name is null until an invitation is accepted; the address is not shown to everybody. */
export const User = z.strictObject({
  id: z.int(),
  username: z.string().nullable(),
  email: z.string().optional(),
  color: z.string().nullable().optional(),
  initials: z.string().nullable().optional(),
  profilePicture: z.string().nullable().optional(),
});
export type User = z.output<typeof User>;

/** The owner of a credential. */
export const Owner = User.extend({
  email: z.string(),
  /** 0 = Sunday. */
  week_start_day: z.int(),
  global_font_support: z.boolean().optional(),
  timezone: z.string(),
});
export type Owner = z.output<typeof Owner>;

/** A person in the member list of a Space, List or task. */
export const Member = User.extend({ profileInfo: z.record(z.string(), z.unknown()).optional() });
export type Member = z.output<typeof Member>;
