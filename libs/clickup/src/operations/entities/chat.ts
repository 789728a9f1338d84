import { z } from 'zod';
import { MsText } from './scalars.js';

/** One page of something; the last one has an empty cursor. */
export const ChatPage = <T extends z.ZodType>(item: T) =>
  z.strictObject({ next_cursor: z.string(), data: z.array(item) });

/** A person in chat; unlike everywhere else the id is text. */
export const ChatUser = z.strictObject({
  id: z.string(),
  email: z.string(),
  username: z.string().optional(),
  name: z.string().optional(),
  initials: z.string().optional(),
});
export type ChatUser = z.output<typeof ChatUser>;

export const Channel = z.strictObject({
  id: z.string(),
  /** Direct messages have none, although the document requires it. */
  name: z.string().optional(),
  description: z.string().optional(),
  topic: z.string().optional(),
  type: z.enum(['CHANNEL', 'DM', 'GROUP_DM']),
  visibility: z.enum(['PUBLIC', 'PRIVATE']),
  /** `type`: 4 Space, 5 Folder, 6 List, 7 none of them. */
  parent: z.strictObject({ id: z.string(), type: z.int() }),
  creator: z.string(),
  /** Unix milliseconds: text in the document, seen as numbers. */
  created_at: z.union([z.int(), MsText]),
  updated_at: z.union([z.int(), MsText]),
  latest_comment_at: z.union([z.int(), MsText]).optional(),
  workspace_id: z.string(),
  archived: z.boolean(),
  /** The one channel of its place. */
  is_canonical_channel: z.boolean().optional(),
  /** The reader has closed this direct message. */
  is_hidden: z.boolean().optional(),
  default_view: z.strictObject({ type: z.int(), view_id: z.string(), standard: z.boolean() }).optional(),
  channel_type: z.int().optional(),
  counts: z.record(z.string(), z.unknown()).optional(),
  chat_room_category: z.string().optional(),
  canvas_id: z.string().optional(),
  links: z.strictObject({ members: z.string(), followers: z.string() }),
});
export type Channel = z.output<typeof Channel>;

export const ChatReaction = z.strictObject({
  /** Unix milliseconds. */
  date: z.int(),
  reaction: z.string(),
  user_id: z.string(),
});
export type ChatReaction = z.output<typeof ChatReaction>;

/** A message or a post in a channel, or a reply to one. Dates are Unix milliseconds. */
export const ChatMessage = z.strictObject({
  id: z.string(),
  type: z.enum(['message', 'post']),
  content: z.string(),
  post_data: z
    .strictObject({ title: z.string(), subtype: z.strictObject({ id: z.string(), name: z.string().optional() }) })
    .optional(),
  user_id: z.string(),
  date: z.int(),
  date_updated: z.int().optional(),
  parent_channel: z.string(),
  /** Of a reply. */
  parent_message: z.string().optional(),
  assignee: z.string().optional(),
  group_assignee: z.string().optional(),
  assigned_by: z.string().optional(),
  date_assigned: z.int().optional(),
  resolved: z.boolean(),
  resolved_by: z.string().optional(),
  date_resolved: z.int().optional(),
  /** The three are echoed by the creation and by nothing else. */
  triaged_action: z.int().optional(),
  triaged_object_id: z.string().optional(),
  triaged_object_type: z.number().optional(),
  /** Replies have none. */
  replies_count: z.int().optional(),
  links: z.strictObject({ reactions: z.string(), tagged_users: z.string(), replies: z.string().optional() }),
});
export type ChatMessage = z.output<typeof ChatMessage>;
