import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { TextFormat } from './chat-paging.js';
import { recoverCreatedMessage, recoverCreatedReply, traceOfMessage } from './chat-recovery.js';
import { ChatMessage, ChatReaction, Nothing } from '../entities/index.js';

const Content = z.string().max(40_000);
const Title = z.string().max(255);
const Subtype = z.strictObject({ id: z.string() });

/** `post_data` belongs to posts. The three `triaged_` fields are accepted, but have no effect and cannot be read back (seen live by others). */
const NewMessage = z.strictObject({
  type: z.enum(['message', 'post']),
  content: Content,
  content_format: TextFormat.optional(),
  post_data: z.strictObject({ title: Title, subtype: Subtype }).optional(),
  assignee: z.string().optional(),
  group_assignee: z.string().optional(),
  followers: z.array(z.string()).max(10).optional(),
  reactions: z
    .array(z.strictObject({ date: z.number(), reaction: z.string(), user_id: z.string() }))
    .max(10)
    .optional(),
  triaged_action: z.literal([1, 2]).optional(),
  triaged_object_id: z.string().optional(),
  triaged_object_type: z.number().optional(),
});

/** The task that the `triaged_` fields name. */
const triaged = ({ body }: { body: z.output<typeof NewMessage> }): Target[] =>
  body.triaged_object_id === undefined ? [] : [{ kind: 'task', id: body.triaged_object_id }];

export const createChatMessage = operation({
  id: 'createChatMessage',
  method: 'POST',
  path: '/api/v3/workspaces/{workspace_id}/chat/channels/{channel_id}/messages',
  verb: 'create',
  toolset: 'chat',
  summary: 'Writes a message or a post into a chat channel.',
  body: NewMessage,
  response: ChatMessage,
  targets: triaged,
  trace: ({ path, body }) => traceOfMessage(path.channel_id, body),
  recover: recoverCreatedMessage,
});

export const createReplyMessage = operation({
  id: 'createReplyMessage',
  method: 'POST',
  path: '/api/v3/workspaces/{workspace_id}/chat/messages/{message_id}/replies',
  verb: 'create',
  toolset: 'chat',
  summary: 'Replies to a chat message.',
  body: NewMessage,
  response: ChatMessage,
  targets: triaged,
  trace: ({ path, body }) => traceOfMessage(path.message_id, body),
  recover: recoverCreatedReply,
});

export const patchChatMessage = operation({
  id: 'patchChatMessage',
  method: 'PATCH',
  path: '/api/v3/workspaces/{workspace_id}/chat/messages/{message_id}',
  verb: 'update',
  toolset: 'chat',
  summary: 'Rewrites, assigns or resolves a chat message.',
  body: z.strictObject({
    content: Content.optional(),
    content_format: TextFormat.optional(),
    post_data: z.strictObject({ title: Title.optional(), subtype: Subtype.optional() }).optional(),
    assignee: z.string().optional(),
    group_assignee: z.string().optional(),
    resolved: z.boolean().optional(),
  }),
  response: ChatMessage,
});

export const deleteChatMessage = operation({
  id: 'deleteChatMessage',
  method: 'DELETE',
  path: '/api/v3/workspaces/{workspace_id}/chat/messages/{message_id}',
  verb: 'delete',
  toolset: 'chat',
  summary: 'Deletes a chat message with its replies.',
  response: Nothing,
});

export const createChatReaction = operation({
  id: 'createChatReaction',
  method: 'POST',
  path: '/api/v3/workspaces/{workspace_id}/chat/messages/{message_id}/reactions',
  verb: 'add',
  toolset: 'chat',
  summary: 'Reacts to a chat message with an emoji, by its lower-case name.',
  body: z.strictObject({ reaction: z.string() }),
  response: ChatReaction,
});

export const deleteChatReaction = operation({
  id: 'deleteChatReaction',
  method: 'DELETE',
  path: '/api/v3/workspaces/{workspace_id}/chat/messages/{message_id}/reactions/{reaction}',
  verb: 'remove',
  toolset: 'chat',
  summary: 'Takes an own reaction off a chat message.',
  response: Nothing,
});
