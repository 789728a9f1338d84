import { type Samples } from './sample.js';

const workspace_id = '12345';
/** Channels of the seed. */
const GENERAL = '7-12345-8';
/** Messages of the seed in `general`: the owner's with reactions and mentions, and a post with replies. */
const WELCOME = '80140030000841';
const GOALS = '80140030000848';
const UPDATE = '00012345-0000-4000-8000-000000000004';
const DAVID = '61234538';
const PRIYA = '61234612';

/** Chat. */
export const chat: Samples = {
  getChatChannels: () => ({
    path: { workspace_id },
    query: {
      include_closed: true,
      limit: 100,
      channel_types: ['CHANNEL', 'DM', 'GROUP_DM'],
      description_format: 'text/plain',
    },
  }),
  createChatChannel: () => ({
    path: { workspace_id },
    body: { name: 'Random', topic: 't', description: '**d**', visibility: 'PUBLIC', user_ids: [DAVID] },
  }),
  createLocationChatChannel: () => ({
    path: { workspace_id },
    body: { location: { id: '90140201', type: 'space' }, visibility: 'PUBLIC' },
  }),
  createDirectMessageChatChannel: () => ({ path: { workspace_id }, body: { user_ids: [DAVID, PRIYA] } }),
  getChatChannel: () => ({ path: { workspace_id, channel_id: GENERAL }, query: { description_format: 'text/md' } }),
  updateChatChannel: () => ({
    path: { workspace_id, channel_id: GENERAL },
    body: {
      name: 'everybody',
      topic: 't',
      description: 'd',
      content_format: 'text/plain',
      visibility: 'PRIVATE',
      location: { id: '901480202', type: 'folder' },
    },
  }),
  deleteChatChannel: () => ({ path: { workspace_id, channel_id: GENERAL } }),
  getChatChannelFollowers: () => ({ path: { workspace_id, channel_id: GENERAL }, query: { limit: 10 } }),
  getChatChannelMembers: () => ({ path: { workspace_id, channel_id: GENERAL } }),
  getChatMessages: () => ({
    path: { workspace_id, channel_id: '4-90140201-8' },
    query: { limit: 100, content_format: 'text/md' },
  }),
  createChatMessage: ({ task }) => ({
    path: { workspace_id, channel_id: GENERAL },
    body: {
      type: 'post',
      content: `Done, [@David Miller](#user_mention#${DAVID})`,
      content_format: 'text/md',
      post_data: { title: 'Week 12', subtype: { id: UPDATE } },
      assignee: DAVID,
      followers: [PRIYA],
      reactions: [{ date: 1, reaction: 'tada', user_id: DAVID }],
      triaged_action: 1,
      triaged_object_id: task,
      triaged_object_type: 1,
    },
  }),
  patchChatMessage: ({ owner }) => ({
    path: { workspace_id, message_id: WELCOME },
    body: { content: 'Welcome!', content_format: 'text/md', assignee: owner, resolved: true },
  }),
  deleteChatMessage: () => ({ path: { workspace_id, message_id: WELCOME } }),
  getChatMessageReactions: () => ({ path: { workspace_id, message_id: WELCOME } }),
  createChatReaction: () => ({ path: { workspace_id, message_id: WELCOME }, body: { reaction: '+1' } }),
  deleteChatReaction: () => ({ path: { workspace_id, message_id: GOALS, reaction: 'rocket' } }),
  getChatMessageReplies: () => ({ path: { workspace_id, message_id: GOALS }, query: { content_format: 'text/plain' } }),
  createReplyMessage: () => ({
    path: { workspace_id, message_id: GOALS },
    body: { type: 'message', content: 'Thanks!' },
  }),
  getChatMessageTaggedUsers: () => ({ path: { workspace_id, message_id: WELCOME } }),
  getSubtypes: () => ({ path: { workspace_id, comment_type: 'post' } }),
};
