import { type AnswerOf, type Caller } from '../operation.js';
import { getChatMessageReplies, getChatMessages } from './chat-reads.js';
import { type ChatMessage } from './entities/index.js';
import { mayStemFrom, onlyTwin } from './reconcile.js';
import { GetAuthorizedUser } from './workspace.js';

interface Creation {
  body: { content: string };
  sentAt: number;
}
type Verdict = ChatMessage | 'not_done' | 'unknown';

const query = { limit: 100 };

export async function recoverCreatedMessage({ path, ...creation }: Creation & { path: { workspace_id: string; channel_id: string } }, read: Caller): Promise<Verdict> {
  return among(await read(getChatMessages, { path, query }), creation, read);
}

export async function recoverCreatedReply({ path, ...creation }: Creation & { path: { workspace_id: string; message_id: string } }, read: Caller): Promise<Verdict> {
  return among(await read(getChatMessageReplies, { path, query }), creation, read);
}

/** The one message by this person with this text since the request left. ClickUp may change Markdown, so any other of theirs leaves it unknown. */
async function among({ data, next_cursor }: AnswerOf<typeof getChatMessages>, { body, sentAt }: Creation, read: Caller): Promise<Verdict> {
  const { user } = await read(GetAuthorizedUser, {});
  const since = data.filter(({ date }) => mayStemFrom(date, sentAt));
  // So busy a channel that one page does not reach back to the request.
  if (next_cursor && since.length === data.length) return 'unknown';
  const recent = since.filter(({ user_id }) => user_id === String(user.id));
  const verdict = onlyTwin(recent.filter(({ content }) => content.trim() === body.content.trim()), ({ date }) => date, sentAt);
  return verdict === 'not_done' && recent.length > 0 ? 'unknown' : verdict;
}
