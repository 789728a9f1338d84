import { z } from 'zod';
import { operation } from '../../operation.js';
import { Comment, CreatedComment } from '../entities/index.js';

export const GetChatViewComments = operation({
  id: 'GetChatViewComments',
  method: 'GET',
  path: '/api/v2/view/{view_id}/comment',
  verb: 'list',
  toolset: 'comments',
  summary: 'The comments in a chat view, newest first, 25 at a time.',
  /** The comments older than this one: both or neither. `start` in Unix milliseconds. */
  query: z.strictObject({ start: z.int().optional(), start_id: z.string().optional() }),
  response: z.strictObject({ comments: z.array(Comment) }),
});

export const CreateChatViewComment = operation({
  id: 'CreateChatViewComment',
  method: 'POST',
  path: '/api/v2/view/{view_id}/comment',
  verb: 'create',
  toolset: 'comments',
  summary: 'Writes a comment into a chat view.',
  body: z.strictObject({ comment_text: z.string(), notify_all: z.boolean() }),
  response: CreatedComment,
  // Chat is read by the whole Workspace, wherever its view hangs.
  workspaceWide: true,
});
