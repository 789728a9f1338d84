import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { CHAT_PAGE_SIZE, ChatPaging, TextFormat } from './chat-paging.js';
import { Channel, ChatPage, ChatUser, Nothing } from '../entities/index.js';

const Visibility = z.enum(['PUBLIC', 'PRIVATE']);
const Location = z.strictObject({ id: z.string(), type: z.enum(['space', 'folder', 'list']) });
const NewChannel = {
  description: z.string().optional(),
  topic: z.string().optional(),
  user_ids: z.array(z.string()).max(100).optional(),
  visibility: Visibility.optional(),
};
const One = z.strictObject({ data: Channel });

/** The place that a channel is put on. */
const location = ({ body }: { body: { location?: z.output<typeof Location> } }): Target[] =>
  body.location ? [{ kind: body.location.type, id: body.location.id }] : [];

export const getChatChannels = operation({
  id: 'getChatChannels',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/chat/channels',
  verb: 'list',
  toolset: 'chat',
  summary: 'The chat channels and direct messages that the reader can see.',
  query: ChatPaging.extend({
    description_format: TextFormat.optional(),
    is_follower: z.boolean().optional(),
    /** Direct messages that the reader has closed, too. */
    include_closed: z.boolean().optional(),
    /** Unix milliseconds. */
    with_message_since: z.number().optional(),
    channel_types: z.array(z.enum(['CHANNEL', 'DM', 'GROUP_DM'])).optional(),
  }),
  csv: ['channel_types'],
  pageSize: CHAT_PAGE_SIZE,
  response: ChatPage(Channel),
});

export const createChatChannel = operation({
  id: 'createChatChannel',
  method: 'POST',
  path: '/api/v3/workspaces/{workspace_id}/chat/channels',
  verb: 'create',
  toolset: 'chat',
  summary: 'Creates a chat channel, or answers the existing one of the same name.',
  body: z.strictObject({ name: z.string(), ...NewChannel }),
  response: One,
  changesDirectory: 'channel',
});

export const createLocationChatChannel = operation({
  id: 'createLocationChatChannel',
  method: 'POST',
  path: '/api/v3/workspaces/{workspace_id}/chat/channels/location',
  verb: 'create',
  toolset: 'chat',
  summary: 'Creates the chat channel of a Space, Folder or List, or answers the one it has.',
  body: z.strictObject({ location: Location, ...NewChannel }),
  response: One,
  targets: location,
  // The whole Workspace reads chat, whatever place its channel is put on.
  workspaceWide: true,
  changesDirectory: 'channel',
});

export const createDirectMessageChatChannel = operation({
  id: 'createDirectMessageChatChannel',
  method: 'POST',
  path: '/api/v3/workspaces/{workspace_id}/chat/channels/direct_message',
  verb: 'create',
  toolset: 'chat',
  summary: 'Opens a direct message with up to 15 people, or answers the existing one.',
  body: z.strictObject({ user_ids: z.array(z.string()).max(15).optional() }),
  response: One,
  changesDirectory: 'channel',
});

export const getChatChannel = operation({
  id: 'getChatChannel',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/chat/channels/{channel_id}',
  verb: 'get',
  toolset: 'chat',
  summary: 'One chat channel.',
  query: z.strictObject({ description_format: TextFormat.optional() }),
  response: One,
});

export const updateChatChannel = operation({
  id: 'updateChatChannel',
  method: 'PATCH',
  path: '/api/v3/workspaces/{workspace_id}/chat/channels/{channel_id}',
  verb: 'update',
  toolset: 'chat',
  summary: 'Renames, describes, moves, hides or opens a chat channel.',
  body: z.strictObject({
    name: z.string().optional(),
    description: z.string().optional(),
    topic: z.string().optional(),
    content_format: TextFormat.optional(),
    visibility: Visibility.optional(),
    location: Location.optional(),
  }),
  response: One,
  targets: location,
  changesDirectory: 'channel',
});

export const deleteChatChannel = operation({
  id: 'deleteChatChannel',
  method: 'DELETE',
  path: '/api/v3/workspaces/{workspace_id}/chat/channels/{channel_id}',
  verb: 'delete',
  toolset: 'chat',
  summary: 'Deletes a chat channel with its messages.',
  response: Nothing,
  changesDirectory: 'channel',
});

export const getChatChannelFollowers = operation({
  id: 'getChatChannelFollowers',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/chat/channels/{channel_id}/followers',
  verb: 'list',
  toolset: 'chat',
  summary: 'Who is notified about a chat channel.',
  query: ChatPaging,
  pageSize: CHAT_PAGE_SIZE,
  response: ChatPage(ChatUser),
});

export const getChatChannelMembers = operation({
  id: 'getChatChannelMembers',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/chat/channels/{channel_id}/members',
  verb: 'list',
  toolset: 'chat',
  summary: 'Who is in a chat channel.',
  query: ChatPaging,
  pageSize: CHAT_PAGE_SIZE,
  response: ChatPage(ChatUser),
});
