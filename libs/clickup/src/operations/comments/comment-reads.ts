import { z } from 'zod';
import { operation } from '../../operation.js';
import { CustomIdQuery } from '../tasks/custom-id.js';
import { Comment } from '../entities/index.js';

/** The comments older than this one: both or neither. */
const Page = {
  /** Unix milliseconds. */
  start: z.int().optional(),
  start_id: z.string().optional(),
};

export const GetTaskComments = operation({
  id: 'GetTaskComments',
  method: 'GET',
  path: '/api/v2/task/{task_id}/comment',
  verb: 'list',
  toolset: 'comments',
  summary: 'The comments on a task, newest first, 25 at a time.',
  query: CustomIdQuery.extend(Page),
  response: z.strictObject({ comments: z.array(Comment) }),
});

export const GetListComments = operation({
  id: 'GetListComments',
  method: 'GET',
  path: '/api/v2/list/{list_id}/comment',
  verb: 'list',
  toolset: 'comments',
  summary: 'The comments on a List, newest first, 25 at a time.',
  query: z.strictObject(Page),
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
