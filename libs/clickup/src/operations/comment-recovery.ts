import { type Caller } from '../operation.js';
import { GetTaskComments } from './comment-reads.js';
import { type CreatedComment } from './entities/index.js';
import { mayStemFrom, onlyTwin } from './reconcile.js';
import { GetAuthorizedUser } from './workspace.js';

interface Creation {
  path: { task_id: string };
  query: { custom_task_ids?: boolean; team_id?: string };
  body: { comment_text: string };
  sentAt: number;
}

/** The one comment by this person with this text since the request left. ClickUp may change the text, so any other of theirs leaves it unknown. */
export async function recoverCreatedComment({ path, query, body, sentAt }: Creation, read: Caller): Promise<CreatedComment | 'not_done' | 'unknown'> {
  const { user } = await read(GetAuthorizedUser, {});
  const { comments } = await read(GetTaskComments, { path, query });
  const recent = comments.filter((comment) => comment.user.id === user.id && mayStemFrom(Number(comment.date), sentAt));
  const twins = recent.filter(({ comment_text }) => comment_text.trim() === body.comment_text.trim());
  const verdict = onlyTwin(twins, ({ date }) => Number(date), sentAt);
  if (verdict === 'not_done') return recent.length === 0 ? 'not_done' : 'unknown';
  return verdict === 'unknown' ? 'unknown' : { id: verdict.id, date: Number(verdict.date) };
}
