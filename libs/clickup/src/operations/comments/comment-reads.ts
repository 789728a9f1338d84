import { z } from 'zod';
import { operation } from '../../operation.js';
import { CommentPaging, COMMENTS_PER_PAGE } from './comment-paging.js';
import { CustomIdQuery } from '../tasks/custom-id.js';
import { Comment } from '../entities/index.js';

export const GetTaskComments = operation({
  id: 'GetTaskComments',
  method: 'GET',
  path: '/api/v2/task/{task_id}/comment',
  verb: 'list',
  toolset: 'comments',
  summary: `The comments on a task, newest first, ${COMMENTS_PER_PAGE} at a time.`,
  query: CustomIdQuery.extend(CommentPaging.shape),
  pageSize: COMMENTS_PER_PAGE,
  response: z.strictObject({ comments: z.array(Comment) }),
});

export const GetListComments = operation({
  id: 'GetListComments',
  method: 'GET',
  path: '/api/v2/list/{list_id}/comment',
  verb: 'list',
  toolset: 'comments',
  summary: `The comments on a List, newest first, ${COMMENTS_PER_PAGE} at a time.`,
  query: CommentPaging,
  pageSize: COMMENTS_PER_PAGE,
  response: z.strictObject({ comments: z.array(Comment) }),
});

export const GetThreadedComments = operation({
  id: 'GetThreadedComments',
  method: 'GET',
  path: '/api/v2/comment/{comment_id}/reply',
  verb: 'list',
  toolset: 'comments',
  summary: 'The replies to a comment.',
  response: z.strictObject({ comments: z.array(Comment) }),
});
