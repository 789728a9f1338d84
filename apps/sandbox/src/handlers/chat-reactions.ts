import { Created, type Handler } from '../call.js';
import { refuseChat } from '../chat-refusal.js';
import { textField } from '../fields.js';
import { reactionWire } from '../wire/chat.js';
import { isEmoji } from './chat-emoji.js';
import { messageOf } from './chat-address.js';
import { chatPage } from './chat-page.js';

export const getChatMessageReactions: Handler = (call) =>
  chatPage(messageOf(call).reactions, call, ({ seq }) => seq, reactionWire);

/** A person reacts with each emoji once. */
export const createChatReaction: Handler = (call) => {
  const { world, user, body, now } = call;
  const message = messageOf(call);
  const reaction = textField(body, 'reaction') ?? '';
  if (!isEmoji(reaction)) throw refuseChat.reactionUnsupported();
  if (message.reactions.some((given) => given.user === user && given.reaction === reaction))
    throw refuseChat.reactionExists();
  return new Created(reactionWire(world.chat.addReaction(message, user, reaction, now)));
};

/** Takes back the caller's own reaction; those of others stay. */
export const deleteChatReaction: Handler = (call) => {
  const { user, path } = call;
  const message = messageOf(call);
  if (!isEmoji(path.reaction ?? '')) throw refuseChat.reactionUnsupported();
  const at = message.reactions.findIndex((given) => given.user === user && given.reaction === path.reaction);
  if (at < 0) throw refuseChat.noReaction();
  message.reactions.splice(at, 1);
  return undefined;
};
