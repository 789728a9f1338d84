import { type Comment } from '../world/types.js';
import { userWire } from './user.js';

export const commentWire = (comment: Comment) => ({
  id: comment.id,
  comment: comment.runs,
  comment_text: comment.text,
  user: userWire(comment.user),
  resolved: comment.resolved,
  assignee: comment.assignee ? userWire(comment.assignee) : null,
  assigned_by: comment.assignedBy ? userWire(comment.assignedBy) : null,
  reactions: [],
  date: String(comment.date),
  reply_count: String(comment.replies.length),
});
