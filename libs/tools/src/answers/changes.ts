import { z } from 'zod';

/** What a write changed, one line each: `status: to do → in progress`. Empty when everything was so already. */
export const Applied = z.array(z.string()).optional();

/** What a write was asked for and did not reach, since ClickUp answers 200 even if it ignores a part. */
export const NotApplied = z
  .array(
    z.strictObject({
      field: z.string(),
      wanted: z.string(),
      is: z.string(),
      why: z.string().optional(),
      allowed: z.string().optional(),
    }),
  )
  .optional();
export type NotApplied = NonNullable<z.infer<typeof NotApplied>>;

const NONE = 'none';

/** One changed field; undefined when it is what it was. */
export const wasIs = (field: string, was: string | undefined, is: string | undefined): string | undefined =>
  (was || NONE) === (is || NONE) ? undefined : `${field}: ${was || NONE} → ${is || NONE}`;
