import { z } from 'zod';

/** How many comments ClickUp answers at a time; their number cannot be chosen. */
export const COMMENTS_PER_PAGE = 25;

/** The comments older than this one: both or neither. */
export const CommentPaging = z.strictObject({
  /** Unix milliseconds. */
  start: z.int().optional(),
  start_id: z.string().optional(),
});
