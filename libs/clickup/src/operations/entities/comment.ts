import { z } from 'zod';
import { MsText } from './scalars.js';
import { User } from './user.js';

/** A run of rich text. One with a `type` stands for something: a person (`tag`), an emoji, a file, another task; what it is stands under a key of that name. */
export const CommentRun = z.looseObject({
  text: z.string().optional(),
  type: z.string().optional(),
  attributes: z.record(z.string(), z.unknown()).optional(),
});
export type CommentRun = z.output<typeof CommentRun>;

/** Sent beside `comment_text`, it takes precedence (developer.clickup.com/docs/comment-formatting). */
export const RichText = z.array(CommentRun);

/** A comment on a task or List, or a reply. */
export const Comment = z.strictObject({
  id: z.string(),
  /** Rich text in runs; marks of whole lines sit on the `"\n"` that follows. */
  comment: z.array(CommentRun),
  comment_text: z.string(),
  user: User,
  resolved: z.boolean().optional(),
  assignee: User.nullable().optional(),
  group_assignee: z.unknown().optional(),
  assigned_by: User.nullable().optional(),
  reactions: z.array(z.unknown()),
  date: MsText,
  reply_count: z.union([z.string(), z.int()]).optional(),
});
export type Comment = z.output<typeof Comment>;

export const CreatedComment = z.strictObject({
  /** A string in the document, a number in what others recorded. */
  id: z.union([z.string(), z.int()]),
  /** Not known of a comment that was found again after a lost answer. */
  hist_id: z.string().optional(),
  /** Unix milliseconds. */
  date: z.int(),
});
export type CreatedComment = z.output<typeof CreatedComment>;
