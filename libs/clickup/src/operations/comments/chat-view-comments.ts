import { z } from 'zod';
import { operation } from '../../operation.js';
import { CommentPaging, COMMENTS_PER_PAGE } from './comment-paging.js';
import { Comment, CreatedComment, RichText } from '../entities/index.js';

export const GetChatViewComments = operation({
  id: 'GetChatViewComments',
  method: 'GET',
  path: '/api/v2/view/{view_id}/comment',
  verb: 'list',
  toolset: 'comments',
  summary: `The comments in a chat view, newest first, ${COMMENTS_PER_PAGE} at a time.`,
  query: CommentPaging,
  pageSize: COMMENTS_PER_PAGE,
  response: z.strictObject({ comments: z.array(Comment) }),
});

export const CreateChatViewComment = operation({
  id: 'CreateChatViewComment',
  method: 'POST',
  path: '/api/v2/view/{view_id}/comment',
  verb: 'create',
  toolset: 'comments',
  summary: 'Writes a comment into a chat view.',
  body: z.strictObject({ comment_text: z.string(), comment: RichText.optional(), notify_all: z.boolean() }),
  response: CreatedComment,
  // The whole Workspace reads chat, whatever place its view hangs on.
  workspaceWide: true,
});
