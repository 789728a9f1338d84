import {
  type ArgumentsOf,
  type Comment,
  getChatChannels,
  getChatMessages,
  GetChatViewComments,
  GetListComments,
  GetTaskComments,
  GetThreadedComments,
} from '#libs/clickup';
import { type Around, notThere, type Seen } from './reader.js';

const FIRST_WORDS = 80;
/** How many pages are searched for a comment. */
const MAX_PAGES = 4;
const NEWEST = MAX_PAGES * GetTaskComments.pageSize;
/** A message is looked for in one page of each of the channels that were used last. */
const CHANNELS = 10;
const MESSAGES = { limit: getChatMessages.pageSize };

const short = (text: string): string => (text.length > FIRST_WORDS ? `${text.slice(0, FIRST_WORDS)}…` : text);

type Page = NonNullable<ArgumentsOf<typeof GetListComments>['query']>;

/** ClickUp looks no comment up by its id: it is found under the parent that the call names, else only its replies are known. */
export async function readComment(id: string, around: Around): Promise<Seen> {
  const [comment, { comments: replies }] = await Promise.all([
    commentIn(id, around),
    around.call(GetThreadedComments, { path: { comment_id: id } }),
  ]);
  if (!comment && Object.values(around.parent).some((named) => named !== undefined))
    throw notThere(`the comment is not among the newest ${NEWEST} of what was named`);
  const shown = comment
    ? { by: comment.user.username ?? undefined, text: short(comment.comment_text) }
    : { 'not shown': 'name its task, List or view as parent to see it' };
  return { facts: { ...shown, replies: replies.length }, state: [comment, replies] };
}

async function commentIn(
  id: string,
  { call, parent: { task, list, view, comment } }: Around,
): Promise<Comment | undefined> {
  const isIt = (each: Comment) => String(each.id) === id;
  if (comment !== undefined && comment !== id)
    return (await call(GetThreadedComments, { path: { comment_id: comment } })).comments.find(isIt);
  const read = (query: Page): Promise<{ comments: Comment[] }> | undefined => {
    if (task !== undefined) return call(GetTaskComments, { path: { task_id: task }, query });
    if (list !== undefined) return call(GetListComments, { path: { list_id: list }, query });
    return view === undefined ? undefined : call(GetChatViewComments, { path: { view_id: view }, query });
  };
  let query: Page = {};
  for (let page = 0; page < MAX_PAGES; page++) {
    const { comments = [] } = (await read(query)) ?? {};
    const found = comments.find(isIt);
    const last = comments.at(-1);
    if (found || comments.length < GetTaskComments.pageSize || !last) return found;
    query = { start: Number(last.date), start_id: last.id };
  }
  return undefined;
}

/** ClickUp looks no message up by its id either. */
export async function readMessage(id: string, { call, path: { workspace_id } }: Around): Promise<Seen> {
  const unseen = {
    facts: { 'not shown': `not among the newest ${MESSAGES.limit} of the channels used last` },
    state: 'not shown',
  };
  if (workspace_id === undefined) return unseen;
  const { data: channels } = await call(getChatChannels, { path: { workspace_id }, query: MESSAGES });
  const latest = channels
    .sort((a, b) => Number(b.latest_comment_at ?? 0) - Number(a.latest_comment_at ?? 0))
    .slice(0, CHANNELS);
  for (const { id: channel_id, name } of latest) {
    const { data } = await call(getChatMessages, { path: { workspace_id, channel_id }, query: MESSAGES });
    const found = data.find((message) => message.id === id);
    if (found)
      return { facts: { channel: name, text: short(found.content), replies: found.replies_count }, state: found };
  }
  return unseen;
}
