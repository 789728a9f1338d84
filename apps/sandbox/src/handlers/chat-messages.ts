import { type Call, Created, type Handler } from '../call.js';
import { refuseChat } from '../chat-refusal.js';
import { flagField, objectIn, textField, textsIn } from '../fields.js';
import { chatUserWire, messageWire } from '../wire/chat.js';
import { type Channel, makeMessage, mentionedIn, type Message, subtypesOf } from '../world/chat.js';
import { channelOf, messageOf, personOf } from './chat-address.js';
import { chatPage, plainOf } from './chat-page.js';
import { isEmoji } from './chat-emoji.js';

const LONGEST = 40_000;
const LONGEST_TITLE = 255;
const COMMENT_TYPES = ['post', 'ai', 'syncup', 'ai_via_brain'];

export const getChatMessages: Handler = (call) => newestFirst(channelOf(call).messages, call);
export const getChatMessageReplies: Handler = (call) => newestFirst(messageOf(call).replies, call);
export const getChatMessageTaggedUsers: Handler = (call) =>
  chatPage(mentionedIn(messageOf(call)), call, ({ id }) => id, chatUserWire);

export const getSubtypes: Handler = ({ access, path }) => {
  const workspace = access.workspace(path.workspace_id);
  if (!COMMENT_TYPES.includes(path.comment_type ?? '')) throw refuseChat.commentTypeInvalid();
  return { comment_subtypes: path.comment_type === 'post' ? subtypesOf(workspace) : [] };
};

export const createChatMessage: Handler = (call) => create(call, channelOf(call), undefined);

/** Threads have one level: a reply cannot be replied to. */
export const createReplyMessage: Handler = (call) => {
  const parent = messageOf(call);
  if (parent.parent) throw refuseChat.replyToReply();
  return create(call, parent.channel, parent);
};

/** Only the author may change the text; everything else may be changed by everybody in the channel. */
export const patchChatMessage: Handler = (call) => {
  const { body, user, now } = call;
  const message = messageOf(call);
  if (body.triaged_action !== undefined || body.triaged_object_id !== undefined) throw refuseChat.triaged();
  const content = body.content === undefined ? undefined : contentOf(body);
  const post = body.post_data === undefined ? message.post : postOf(call, message.channel, message.post);
  if ((content !== undefined || post !== message.post) && message.user !== user) throw refuseChat.forbidden();
  const assigned = assignedOf(call, message.channel);
  const resolved = flagField(body, 'resolved');
  const plain = plainOf(body.content_format);
  if (content !== undefined || post !== message.post)
    Object.assign(message, { content: content ?? message.content, post, updated: now });
  if (assigned) message.assigned = assigned;
  if (resolved !== undefined) message.resolved = resolved ? (message.resolved ?? { by: user, date: now }) : undefined;
  return { ...messageWire(message, plain), replies_count: message.replies.length };
};

/** Only its author and admins may delete a message. */
export const deleteChatMessage: Handler = (call) => {
  const message = messageOf(call);
  if (message.user !== call.user && !call.access.isAdmin(message.channel.workspace)) throw refuseChat.forbidden();
  call.world.chat.removeMessage(message);
  return undefined;
};

const newestFirst = (messages: readonly Message[], call: Call): object => {
  const plain = plainOf(call.query.text('content_format'));
  return chatPage(
    messages,
    call,
    ({ id }) => -Number(id),
    (message) => messageWire(message, plain),
  );
};

function create(call: Call, channel: Channel, parent: Message | undefined): Created {
  const { world, body, user, now } = call;
  const { type } = body;
  if (type !== 'message' && type !== 'post') throw refuseChat.typeInvalid();
  const content = contentOf(body);
  const plain = plainOf(body.content_format);
  const post = type === 'post' ? postOf(call, channel, undefined) : undefined;
  const assigned = assignedOf(call, channel);
  const followers = textsIn(body.followers).map((id) => personOf(world.users.get(Number(id)), channel.workspace));
  const reactions = reactionsOf(body);
  const message = makeMessage(world.chat.nextMessageId(), channel, user, content, now, {
    parent,
    type,
    post,
    assigned,
  });
  world.chat.addMessage(message);
  for (const follower of followers) channel.followers.add(follower);
  // A `user_id` in the body is ignored: a reaction is always the caller's own.
  for (const reaction of reactions) world.chat.addReaction(message, user, reaction, now);
  const { triaged_action, triaged_object_id, triaged_object_type } = body;
  return new Created({ ...messageWire(message, plain), triaged_action, triaged_object_id, triaged_object_type });
}

function contentOf(body: Call['body']): string {
  const content = textField(body, 'content');
  if (!content?.trim()) throw refuseChat.contentMissing();
  if (content.length > LONGEST) throw refuseChat.contentTooLong();
  return content;
}

/** @param before its values stay where the body names none */
function postOf({ body }: Call, channel: Channel, before: Message['post']): NonNullable<Message['post']> {
  const given = objectIn(body.post_data) ?? {};
  const id = textField(objectIn(given.subtype) ?? {}, 'id') ?? before?.subtype.id;
  const subtype = subtypesOf(channel.workspace).find((each) => each.id === id);
  const title = textField(given, 'title') ?? before?.title;
  if (!subtype || !title || title.length > LONGEST_TITLE) throw refuseChat.postIncomplete();
  return { title, subtype };
}

function assignedOf({ world, body, user, now }: Call, channel: Channel): Message['assigned'] {
  const id = textField(body, 'assignee');
  const group = textField(body, 'group_assignee');
  if (id === undefined && group === undefined) return undefined;
  return {
    to: id === undefined ? undefined : String(personOf(world.users.get(Number(id)), channel.workspace).id),
    group,
    by: user,
    date: now,
  };
}

function reactionsOf({ reactions }: Call['body']): Set<string> {
  const given: unknown[] = Array.isArray(reactions) ? reactions : [];
  const names = given.map((item) => textField(objectIn(item) ?? {}, 'reaction') ?? '');
  if (!names.every(isEmoji)) throw refuseChat.reactionUnsupported();
  return new Set(names);
}
