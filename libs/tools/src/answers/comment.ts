import { type Comment } from '#libs/clickup';
import { timeText } from '../arguments/moments.js';
import { type Cell } from './table.js';
import { personName } from './task.js';
import { type ToolContext } from '../tool/tool.js';
import { toMarkdown } from '../markdown/to-markdown.js';

/** The text as Markdown; where ClickUp sends no runs, the plain text. */
export const commentText = ({ comment, comment_text }: Comment): string =>
  comment.length ? toMarkdown(comment) : comment_text;

/** What a list of comments shows of each. */
export function commentColumns({ zone }: Pick<ToolContext, 'zone'>): Record<string, (comment: Comment) => Cell> {
  return {
    id: ({ id }) => id,
    date: ({ date }) => timeText(date, zone),
    author: ({ user }) => personName(user),
    text: commentText,
    replies: ({ reply_count }) => Number(reply_count ?? 0) || undefined,
    assignee: ({ assignee }) => assignee && personName(assignee),
    resolved: ({ resolved }) => resolved || undefined,
  };
}
