import {
  type ChatMessage,
  type Comment,
  getChatMessageReplies,
  getChatMessages,
  GetChatViewComments,
  GetListComments,
  GetTaskComments,
  GetThreadedComments,
} from '#libs/clickup';
import { commentText } from '../answers/comment.js';
import { personName } from '../answers/task.js';
import { type ToolContext } from '../tool/tool.js';
import { type Commentable } from './commentable.js';
import { readMentions } from './mentions.js';

/** A comment or a message, as far as both are alike. */
export interface Said {
  id: string;
  /** Unix milliseconds. */
  date: number;
  authorId: number;
  author: string;
  /** Markdown. */
  text: string;
  replies: number;
  assignee: string | undefined;
  resolved: boolean;
  comment?: Comment;
  message?: ChatMessage;
}

/** Where a page begins: behind an older comment (ClickUp fact 32), or at the cursor of chat. */
export interface From {
  start?: number | undefined;
  start_id?: string | undefined;
  chat?: string | undefined;
}

export interface Page {
  said: Said[];
  /** Where the next page begins; undefined at the end. */
  next: From | undefined;
}

/** What was written on something, or in reply to one of it, newest first, a page at a time. A person has none. */
export async function pageOf(
  on: Commentable,
  repliesTo: string | undefined,
  from: From,
  context: ToolContext,
): Promise<Page> {
  if (on.kind === 'person') return { said: [], next: undefined };
  return on.kind === 'channel' ? messages(on, repliesTo, from, context) : comments(on, repliesTo, from, context);
}

type Commented = Exclude<Commentable, { kind: 'channel' | 'person' }>;

async function comments(
  on: Commented,
  repliesTo: string | undefined,
  { start, start_id }: From,
  { clickup: { call } }: ToolContext,
): Promise<Page> {
  if (repliesTo !== undefined) {
    const { comments: replies } = await call(GetThreadedComments, { path: { comment_id: repliesTo } });
    return { said: replies.map(ofComment).sort((a, b) => b.date - a.date), next: undefined };
  }
  const older = start === undefined || start_id === undefined ? {} : { start, start_id };
  const { comments: found } =
    on.kind === 'task'
      ? await call(GetTaskComments, { path: on.path, query: { ...on.query, ...older } })
      : on.kind === 'list'
        ? await call(GetListComments, { path: { list_id: on.id }, query: older })
        : await call(GetChatViewComments, { path: { view_id: on.id }, query: older });
  // ClickUp may repeat the comment that the page starts from; a page with nothing else is the end.
  const fresh = found.filter(({ id }) => id !== start_id);
  const last = fresh.at(-1);
  const isFull = found.length >= GetTaskComments.pageSize && last !== undefined;
  return { said: fresh.map(ofComment), next: isFull ? { start: Number(last.date), start_id: last.id } : undefined };
}

const ofComment = (comment: Comment): Said => ({
  id: comment.id,
  date: Number(comment.date),
  authorId: comment.user.id,
  author: personName(comment.user),
  text: commentText(comment),
  replies: Number(comment.reply_count ?? 0),
  assignee: comment.assignee ? personName(comment.assignee) : groupName(comment.group_assignee),
  resolved: comment.resolved ?? false,
  comment,
});

const groupName = (group: unknown): string | undefined => {
  const name = (group as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? name : undefined;
};

async function messages(
  { id, workspace_id }: Extract<Commentable, { kind: 'channel' }>,
  repliesTo: string | undefined,
  { chat }: From,
  context: ToolContext,
): Promise<Page> {
  const query = { limit: getChatMessages.pageSize, ...(chat !== undefined && { cursor: chat }) };
  const { call } = context.clickup;
  const { data, next_cursor } =
    repliesTo === undefined
      ? await call(getChatMessages, { path: { workspace_id, channel_id: id }, query })
      : await call(getChatMessageReplies, { path: { workspace_id, message_id: repliesTo }, query });
  const names = await namesIn(data, context);
  return {
    said: data.map((message) => ofMessage(message, names)),
    next: next_cursor ? { chat: next_cursor } : undefined,
  };
}

/** Who is named in messages, by id. People who have left are not in the list; they stay ids. */
async function namesIn(data: readonly ChatMessage[], { directory }: ToolContext): Promise<Map<string, string>> {
  const groups = data.some(({ group_assignee }) => group_assignee !== undefined)
    ? await directory.objects('group')
    : [];
  const people = data.length > 0 ? await directory.people() : [];
  return new Map([
    ...people.map((person): [string, string] => [String(person.id), personName(person)]),
    ...groups.map(({ id, name }): [string, string] => [id, name]),
  ]);
}

function ofMessage(message: ChatMessage, names: ReadonlyMap<string, string>): Said {
  const { id, date, user_id, content, post_data, replies_count, resolved } = message;
  const assignee = message.assignee ?? message.group_assignee;
  const text = readMentions(content);
  return {
    id,
    date,
    authorId: Number(user_id),
    author: names.get(user_id) ?? user_id,
    text: post_data ? `**${post_data.title}**\n${text}` : text,
    replies: replies_count ?? 0,
    assignee: assignee === undefined ? undefined : (names.get(assignee) ?? assignee),
    resolved,
    message,
  };
}
