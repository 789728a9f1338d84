import { type Folder, type List, type Space, type User, type Workspace } from './types.js';

export interface Channel {
  id: string;
  /** Counts the channels, in the order in which they were made. */
  seq: number;
  workspace: Workspace;
  type: 'CHANNEL' | 'DM' | 'GROUP_DM';
  /** Empty for direct messages. */
  name: string;
  description: string;
  topic: string;
  private: boolean;
  /** Of the canonical channel of a place; without it the channel belongs to the Workspace. */
  location: Space | Folder | List | undefined;
  welcome: boolean;
  creator: User;
  created: number;
  updated: number;
  members: Set<User>;
  followers: Set<User>;
  /** Direct messages: who has closed it. */
  closedBy: Set<User>;
  /** Oldest first, without replies. */
  messages: Message[];
}

export interface Reaction {
  /** Counts the reactions to one message. */
  seq: number;
  user: User;
  reaction: string;
  date: number;
}

export interface Message {
  id: string;
  channel: Channel;
  /** What it replies to. */
  parent: Message | undefined;
  type: 'message' | 'post';
  user: User;
  /** Markdown, or plain text where it was sent as that. */
  content: string;
  post: { title: string; subtype: Subtype } | undefined;
  date: number;
  updated: number | undefined;
  assigned: { to: string | undefined; group: string | undefined; by: User; date: number } | undefined;
  resolved: { by: User; date: number } | undefined;
  reactions: Reaction[];
  /** Oldest first. */
  replies: Message[];
}

export interface Subtype {
  id: string;
  name: string;
}

const SUBTYPES = ['Announcement', 'Discussion', 'Idea', 'Update'];

/** Channels and messages by id, oldest first. */
export class Chat {
  readonly channels = new Map<string, Channel>();
  readonly messages = new Map<string, Message>();
  private seq = 0;
  private channelCount = 0;
  private messageCount = 0;

  /** Ids of channels that belong to no place; those of places are made of the place's. */
  nextChannelId(): string {
    return `8cdu22c-${1014 + 20 * this.channelCount++}`;
  }

  /** Later messages have larger ids. */
  nextMessageId(): string {
    return String(80_140_030_000_001 + 7 * this.messageCount++);
  }

  addChannel(channel: Channel): void {
    channel.seq = ++this.seq;
    this.channels.set(channel.id, channel);
  }

  removeChannel(channel: Channel): void {
    for (const message of [...channel.messages]) this.removeMessage(message);
    this.channels.delete(channel.id);
  }

  addMessage(message: Message): void {
    this.messages.set(message.id, message);
    (message.parent?.replies ?? message.channel.messages).push(message);
    message.channel.followers.add(message.user);
    // A closed direct message comes back when somebody writes in it.
    message.channel.closedBy.clear();
  }

  /** Deletes the message with its replies. */
  removeMessage(message: Message): void {
    for (const reply of [...message.replies]) this.removeMessage(reply);
    const siblings = message.parent?.replies ?? message.channel.messages;
    siblings.splice(siblings.indexOf(message), 1);
    this.messages.delete(message.id);
  }

  addReaction(message: Message, user: User, reaction: string, date: number): Reaction {
    const added = { seq: (message.reactions.at(-1)?.seq ?? 0) + 1, user, reaction, date };
    message.reactions.push(added);
    return added;
  }

  find(matches: (channel: Channel) => boolean): Channel | undefined {
    return [...this.channels.values()].find(matches);
  }
}

export const makeChannel = (
  id: string,
  workspace: Workspace,
  creator: User,
  created: number,
  rest: Partial<Channel> = {},
): Channel => ({
  id,
  seq: 0,
  workspace,
  creator,
  created,
  updated: created,
  type: 'CHANNEL',
  name: '',
  description: '',
  topic: '',
  private: false,
  location: undefined,
  welcome: false,
  members: new Set(),
  followers: new Set(),
  closedBy: new Set(),
  messages: [],
  ...rest,
});

export const makeMessage = (
  id: string,
  channel: Channel,
  user: User,
  content: string,
  date: number,
  rest: Partial<Message> = {},
): Message => ({
  id,
  channel,
  user,
  content,
  date,
  parent: undefined,
  type: 'message',
  post: undefined,
  updated: undefined,
  assigned: undefined,
  resolved: undefined,
  reactions: [],
  replies: [],
  ...rest,
});

/** The kinds of posts: every Workspace has the same names under ids of its own. */
export const subtypesOf = ({ id }: Workspace): Subtype[] =>
  SUBTYPES.map((name, index) => ({ id: `${id.padStart(8, '0')}-0000-4000-8000-00000000000${index + 1}`, name }));

/** Unix ms of the last message or reply, or undefined. */
export const latestIn = ({ messages }: Channel): number | undefined =>
  messages
    .flatMap((message) => [message, ...message.replies])
    .map(({ date }) => date)
    .sort((a, b) => a - b)
    .at(-1);

/** 4 Space, 5 Folder, 6 List, 7 the whole Workspace. */
export const parentOf = ({ location, workspace }: Channel): { id: string; type: number } => {
  if (!location) return { id: workspace.id, type: 7 };
  return { id: location.id, type: 'workspace' in location ? 4 : 'space' in location ? 5 : 6 };
};

/** How Markdown in chat mentions a person. */
export const mention = (user: User): string => `[@${user.username}](#user_mention#${user.id})`;
const MENTION = /\(#user_mention#(\d+)\)/g;

/** Whom a message mentions, each once, in the order of their ids; people of other Workspaces are no mentions. */
export const mentionedIn = ({ content, channel }: Message): User[] => {
  const ids = new Set([...content.matchAll(MENTION)].map(([, id]) => Number(id)));
  return [...channel.workspace.members.keys()].filter(({ id }) => ids.has(id));
};
