import { z } from 'zod';
import { operation } from '../../operation.js';
import { CustomIdQuery } from '../tasks/custom-id.js';
import { recoverCreatedComment, traceOfComment } from './comment-recovery.js';
import { CreatedComment, Nothing, RichText } from '../entities/index.js';

const NewComment = z.strictObject({
  comment_text: z.string(),
  comment: RichText.optional(),
  assignee: z.int().optional(),
  notify_all: z.boolean(),
});
const NewTaskComment = NewComment.extend({ group_assignee: z.string().optional() });

export const CreateTaskComment = operation({
  id: 'CreateTaskComment',
  method: 'POST',
  path: '/api/v2/task/{task_id}/comment',
  verb: 'create',
  toolset: 'comments',
  summary: 'Comments on a task; an assignee turns the comment into a to-do.',
  query: CustomIdQuery,
  body: NewTaskComment,
  response: CreatedComment,
  trace: traceOfComment,
  recover: recoverCreatedComment,
});

export const CreateListComment = operation({
  id: 'CreateListComment',
  method: 'POST',
  path: '/api/v2/list/{list_id}/comment',
  verb: 'create',
  toolset: 'comments',
  summary: 'Comments on a List.',
  body: NewComment,
  response: CreatedComment,
});

export const UpdateComment = operation({
  id: 'UpdateComment',
  method: 'PUT',
  path: '/api/v2/comment/{comment_id}',
  verb: 'update',
  toolset: 'comments',
  summary: 'Rewrites, assigns or resolves a comment.',
  body: z.strictObject({
    comment_text: z.string(),
    comment: RichText.optional(),
    assignee: z.int().optional(),
    group_assignee: z.int().optional(),
    resolved: z.boolean().optional(),
  }),
  response: Nothing,
});

export const DeleteComment = operation({
  id: 'DeleteComment',
  method: 'DELETE',
  path: '/api/v2/comment/{comment_id}',
  verb: 'delete',
  toolset: 'comments',
  summary: 'Deletes a comment.',
  response: Nothing,
});

export const CreateThreadedComment = operation({
  id: 'CreateThreadedComment',
  method: 'POST',
  path: '/api/v2/comment/{comment_id}/reply',
  verb: 'create',
  toolset: 'comments',
  summary: 'Replies to a comment.',
  body: NewTaskComment,
  response: CreatedComment.partial(),
});
