import { z } from 'zod';

/** A status that a List or Space offers, or that a task has. Compare names case-insensitively. */
export const Status = z.strictObject({
  id: z.string().optional(),
  status: z.string(),
  color: z.string(),
  orderindex: z.int(),
  type: z.enum(['open', 'custom', 'unstarted', 'active', 'done', 'closed']),
});
export type Status = z.output<typeof Status>;
