import { type Caller } from '../operation.js';
import { getChatMessageReplies, getChatMessages } from './chat-reads.js';
import { type ChatMessage } from './entities/index.js';
import { mayStemFrom, onlyTwin } from './reconcile.js';
import { GetAuthorizedUser } from './workspace.js';

interface Creation {
  body: { content: string };
  sentAt: number;
}
type Verdict = ChatMessage | 'not_done' | 'unknown';

/** Messages come newest first, and far more than fit between the request and this question. */
const query = { limit: 100 };

export async function recoverCreatedMessage({ path, ...creation }: Creation & { path: { workspace_id: string; channel_id: string } }, read: Caller): Promise<Verdict> {
  return among((await read(getChatMessages, { path, query })).data, creation, read);
}

export async function recoverCreatedReply({ path, ...creation }: Creation & { path: { workspace_id: string; message_id: string } }, read: Caller): Promise<Verdict> {
  return among((await read(getChatMessageReplies, { path, query })).data, creation, read);
}

/** The one message by this person with this text since the request left. ClickUp may change Markdown, so any other of theirs leaves it unknown. */
async function among(messages: readonly ChatMessage[], { body, sentAt }: Creation, read: Caller): Promise<Verdict> {
  const { user } = await read(GetAuthorizedUser, {});
  const recent = messages.filter(({ user_id, date }) => user_id === String(user.id) && mayStemFrom(date, sentAt));
  const verdict = onlyTwin(recent.filter(({ content }) => content.trim() === body.content.trim()), ({ date }) => date, sentAt);
  return verdict === 'not_done' && recent.length > 0 ? 'unknown' : verdict;
}
