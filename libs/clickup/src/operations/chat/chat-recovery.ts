import { type AnswerOf, type CallOperation, type Others } from '../../operation.js';
import { getChatMessageReplies, getChatMessages } from './chat-reads.js';
import { type ChatMessage } from '../entities/index.js';
import { mayStemFrom, ownTwin } from '../../reconcile.js';
import { GetAuthorizedUser } from '../workspace/workspace.js';

interface Creation {
  body: { content: string; type: string; assignee?: string | undefined; post_data?: { title: string } | undefined };
  sentAt: number;
  others: Others;
}
type Verdict = ChatMessage | 'not_done' | 'unknown';

/** A new message is recognised by its text and the channel or message that it is written to. */
export const traceOfMessage = (to: string, { content }: { content: string }): string =>
  `message ${to} ${content.trim()}`;

const query = { limit: getChatMessages.pageSize };

export async function recoverCreatedMessage(
  { path, ...creation }: Creation & { path: { workspace_id: string; channel_id: string } },
  read: CallOperation,
): Promise<Verdict> {
  return among(await read(getChatMessages, { path, query }), creation, read);
}

export async function recoverCreatedReply(
  { path, ...creation }: Creation & { path: { workspace_id: string; message_id: string } },
  read: CallOperation,
): Promise<Verdict> {
  return among(await read(getChatMessageReplies, { path, query }), creation, read);
}

/**
 * The only message that this person wrote with this text since the request left and that belongs to no other request. ClickUp may change
 * Markdown: if there is none, but the person wrote something else meanwhile, the outcome stays unknown.
 */
async function among(
  { data, next_cursor }: AnswerOf<typeof getChatMessages>,
  { body, ...sent }: Creation,
  read: CallOperation,
): Promise<Verdict> {
  const { user } = await read(GetAuthorizedUser, {});
  const since = data.filter(({ date }) => mayStemFrom(date, sent.sentAt));
  // The channel is so busy that one page does not reach back to the request.
  if (next_cursor && since.length === data.length) return 'unknown';
  const recent = since.filter(({ user_id }) => user_id === String(user.id));
  const twins = recent.filter(({ content }) => content.trim() === body.content.trim());
  const isAsAsked = ({ type, assignee, post_data }: ChatMessage) =>
    type === body.type &&
    (body.assignee === undefined || assignee === body.assignee) &&
    (body.post_data === undefined || post_data?.title === body.post_data.title);
  const verdict = await ownTwin(twins, { id: ({ id }) => id, madeAt: ({ date }) => date, isAsAsked }, sent);
  return verdict === 'not_done' && recent.length > 0 ? 'unknown' : verdict;
}
