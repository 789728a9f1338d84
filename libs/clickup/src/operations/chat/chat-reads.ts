import { z } from 'zod';
import { operation } from '../../operation.js';
import { CHAT_PAGE_SIZE, ChatPaging, TextFormat } from './chat-paging.js';
import { ChatMessage, ChatPage, ChatReaction, ChatUser } from '../entities/index.js';

const Messages = ChatPaging.extend({ content_format: TextFormat.optional() });

export const getChatMessages = operation({
  id: 'getChatMessages',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/chat/channels/{channel_id}/messages',
  verb: 'list',
  toolset: 'chat',
  summary: 'The messages of a chat channel, newest first, without replies.',
  query: Messages,
  pageSize: CHAT_PAGE_SIZE,
  response: ChatPage(ChatMessage),
});

export const getChatMessageReplies = operation({
  id: 'getChatMessageReplies',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/chat/messages/{message_id}/replies',
  verb: 'list',
  toolset: 'chat',
  summary: 'The replies to a chat message, newest first.',
  query: Messages,
  pageSize: CHAT_PAGE_SIZE,
  response: ChatPage(ChatMessage),
});

export const getChatMessageReactions = operation({
  id: 'getChatMessageReactions',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/chat/messages/{message_id}/reactions',
  verb: 'list',
  toolset: 'chat',
  summary: 'Who reacted to a chat message, and with which emoji.',
  query: ChatPaging,
  pageSize: CHAT_PAGE_SIZE,
  response: ChatPage(ChatReaction),
});

export const getChatMessageTaggedUsers = operation({
  id: 'getChatMessageTaggedUsers',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/chat/messages/{message_id}/tagged_users',
  verb: 'list',
  toolset: 'chat',
  summary: 'The people whom a chat message mentions.',
  query: ChatPaging,
  pageSize: CHAT_PAGE_SIZE,
  response: ChatPage(ChatUser),
});

export const getSubtypes = operation({
  id: 'getSubtypes',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/comments/types/{comment_type}/subtypes',
  verb: 'list',
  toolset: 'chat',
  summary:
    'The kinds of posts in this Workspace (announcement, discussion, idea, update) with the ids that new posts need.',
  // The document has no schema; the name of the key is what several programs that run against the real service read.
  response: z.strictObject({ comment_subtypes: z.array(z.looseObject({ id: z.string(), name: z.string() })) }),
});
