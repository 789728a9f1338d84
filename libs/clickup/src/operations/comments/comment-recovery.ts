import { type CallOperation, type Others } from '../../operation.js';
import { GetTaskComments } from './comment-reads.js';
import { type Comment, type CreatedComment } from '../entities/index.js';
import { mayStemFrom, ownTwin } from '../../reconcile.js';
import { GetAuthorizedUser } from '../workspace/workspace.js';

interface Creation {
  path: { task_id: string };
  query: { custom_task_ids?: boolean; team_id?: string };
  body: { comment_text: string; assignee?: number | undefined };
  sentAt: number;
  others: Others;
}

/** A new comment is recognised by its task and its text. */
export const traceOfComment = ({ path, body }: Pick<Creation, 'path' | 'body'>): string =>
  `comment ${path.task_id} ${body.comment_text.trim()}`;

/**
 * The only comment that this person wrote with this text since the request left and that belongs to no other request. ClickUp may change
 * the text: if there is none, but the person wrote something else meanwhile, the outcome stays unknown.
 */
export async function recoverCreatedComment(
  { path, query, body, ...sent }: Creation,
  read: CallOperation,
): Promise<CreatedComment | 'not_done' | 'unknown'> {
  const { user } = await read(GetAuthorizedUser, {});
  const { comments } = await read(GetTaskComments, { path, query });
  const since = comments.filter(({ date }) => mayStemFrom(Number(date), sent.sentAt));
  // The task is so busy that one page does not reach back to the request.
  if (since.length >= GetTaskComments.pageSize && since.length === comments.length) return 'unknown';
  const recent = since.filter((comment) => comment.user.id === user.id);
  const twins = recent.filter(({ comment_text }) => comment_text.trim() === body.comment_text.trim());
  const isAsAsked = ({ assignee }: Comment) => body.assignee === undefined || assignee?.id === body.assignee;
  const verdict = await ownTwin(twins, { id: ({ id }) => id, madeAt: ({ date }) => Number(date), isAsAsked }, sent);
  if (verdict === 'not_done') return recent.length === 0 ? 'not_done' : 'unknown';
  return verdict === 'unknown' ? 'unknown' : { id: verdict.id, date: Number(verdict.date) };
}
