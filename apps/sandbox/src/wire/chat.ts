import { type Channel, latestIn, type Message, parentOf, type Reaction } from '../world/chat.js';
import { flatten } from '../world/markdown.js';
import { type User } from '../world/types.js';

const root = (channel: Channel) => `/api/v3/workspaces/${channel.workspace.id}/chat`;

/** A channel as `user` sees it. Direct messages have no name; the dates are numbers, whatever the document says. */
export function channelWire(channel: Channel, user: User, plain = false) {
  const latest = latestIn(channel);
  const direct = channel.type !== 'CHANNEL';
  const link = `${root(channel)}/channels/${channel.id}`;
  return {
    id: channel.id,
    ...(direct
      ? { is_hidden: channel.closedBy.has(user) }
      : {
          name: channel.name,
          description: plain ? flatten(channel.description) : channel.description,
          topic: channel.topic,
        }),
    type: channel.type,
    visibility: channel.private ? 'PRIVATE' : 'PUBLIC',
    parent: parentOf(channel),
    creator: String(channel.creator.id),
    created_at: channel.created,
    updated_at: channel.updated,
    ...(latest === undefined ? {} : { latest_comment_at: latest }),
    workspace_id: channel.workspace.id,
    archived: false,
    is_canonical_channel: channel.location !== undefined || channel.welcome,
    default_view: { type: 8, view_id: channel.id, standard: true },
    channel_type: 1,
    ...(channel.welcome ? { chat_room_category: 'WELCOME_CHANNEL' } : {}),
    links: { members: `${link}/members`, followers: `${link}/followers` },
  };
}

export const chatUserWire = (user: User) => ({
  id: String(user.id),
  email: user.email,
  username: user.username,
  name: user.username,
  initials: user.initials,
});

export const reactionWire = ({ date, reaction, user }: Reaction) => ({ date, reaction, user_id: String(user.id) });

/** A message or reply; the `triaged_` fields that it was sent with are nowhere to be seen. */
export function messageWire(message: Message, plain = false) {
  const { channel, parent, post, assigned, resolved } = message;
  const link = `${root(channel)}/messages/${message.id}`;
  return {
    id: message.id,
    type: message.type,
    content: plain ? flatten(message.content) : message.content,
    ...(post ? { post_data: post } : {}),
    user_id: String(message.user.id),
    date: message.date,
    ...(message.updated === undefined ? {} : { date_updated: message.updated }),
    parent_channel: channel.id,
    ...(parent ? { parent_message: parent.id } : { replies_count: message.replies.length }),
    ...(assigned
      ? {
          assignee: assigned.to,
          group_assignee: assigned.group,
          assigned_by: String(assigned.by.id),
          date_assigned: assigned.date,
        }
      : {}),
    resolved: resolved !== undefined,
    ...(resolved ? { resolved_by: String(resolved.by.id), date_resolved: resolved.date } : {}),
    links: {
      reactions: `${link}/reactions`,
      tagged_users: `${link}/tagged_users`,
      ...(parent ? {} : { replies: `${link}/replies` }),
    },
  };
}
