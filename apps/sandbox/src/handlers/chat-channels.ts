import { type Call, Created, type Handler } from '../call.js';
import { refuseChat } from '../chat-refusal.js';
import { objectIn, textField } from '../fields.js';
import { chatUserWire, channelWire } from '../wire/chat.js';
import { type Channel, latestIn, makeChannel } from '../world/chat.js';
import { type User, type Workspace } from '../world/types.js';
import { channelOf, peopleOf, seesChannel } from './chat-address.js';
import { chatPage, plainOf } from './chat-page.js';

const MOST_PEOPLE = 100;
const MOST_IN_DIRECT_MESSAGE = 15;

export const getChatChannels: Handler = (call) => {
  const { world, access, user, query } = call;
  const workspace = access.workspace(call.path.workspace_id);
  const plain = plainOf(query.text('description_format'));
  const since = query.number('with_message_since');
  const types = query.csv('channel_types');
  const found = [...world.chat.channels.values()].filter(
    (channel) =>
      channel.workspace === workspace &&
      seesChannel(call, channel) &&
      (query.flag('include_closed') || !channel.closedBy.has(user)) &&
      (!query.flag('is_follower') || channel.followers.has(user)) &&
      (since === undefined || (latestIn(channel) ?? 0) >= since) &&
      (types === undefined || types.includes(channel.type)),
  );
  return chatPage(
    found,
    call,
    ({ seq }) => seq,
    (channel) => channelWire(channel, user, plain),
  );
};

export const getChatChannel: Handler = (call) => ({
  data: channelWire(channelOf(call), call.user, plainOf(call.query.text('description_format'))),
});
export const getChatChannelMembers: Handler = (call) => people(channelOf(call).members, call);
export const getChatChannelFollowers: Handler = (call) => people(channelOf(call).followers, call);

/** The channel with this name, if the caller can see it. */
export const createChatChannel: Handler = (call) => {
  const workspace = call.access.workspace(call.path.workspace_id);
  call.access.mayBuild(workspace);
  const name = nameOf(call.body);
  if (!name) throw refuseChat.nameMissing();
  const existing = call.world.chat.find(
    (channel) => channel.workspace === workspace && isNamed(channel, name) && seesChannel(call, channel),
  );
  return existing
    ? { data: channelWire(existing, call.user) }
    : create(call, workspace, call.world.chat.nextChannelId(), { name });
};

/** The channel of a place has the place's name. One place, one channel. */
export const createLocationChatChannel: Handler = (call) => {
  const workspace = call.access.workspace(call.path.workspace_id);
  call.access.mayBuild(workspace);
  const location = locationOf(call, workspace);
  const existing = call.world.chat.find((channel) => channel.location === location);
  if (existing && !seesChannel(call, existing)) throw refuseChat.forbidden();
  return existing
    ? { data: channelWire(existing, call.user) }
    : create(call, workspace, `${kindOf(location)}-${location.id}-8`, { name: location.name, location });
};

/** The direct message between exactly these people; with nobody else, the caller's notes to themself. */
export const createDirectMessageChatChannel: Handler = (call) => {
  const { world, user, now } = call;
  const workspace = call.access.workspace(call.path.workspace_id);
  const members = new Set([user, ...peopleOf(call, workspace, MOST_IN_DIRECT_MESSAGE)]);
  const existing = world.chat.find(
    (channel) =>
      channel.workspace === workspace &&
      channel.type !== 'CHANNEL' &&
      channel.members.size === members.size &&
      [...members].every((member) => channel.members.has(member)),
  );
  existing?.closedBy.delete(user);
  if (existing) return { data: channelWire(existing, user) };
  const channel = makeChannel(world.chat.nextChannelId(), workspace, user, now, {
    type: members.size > 2 ? 'GROUP_DM' : 'DM',
    private: true,
    members,
    followers: new Set(members),
  });
  world.chat.addChannel(channel);
  return new Created({ data: channelWire(channel, user) });
};

export const updateChatChannel: Handler = (call) => {
  const { world, access, body, user, now } = call;
  const channel = channelOf(call);
  if (channel.type !== 'CHANNEL') throw refuseChat.directMessage();
  if (access.role(channel.workspace) === 4) throw refuseChat.forbidden();
  const name = nameOf(body);
  if (body.name !== undefined && !name) throw refuseChat.nameMissing();
  const others = (matches: (other: Channel) => boolean) =>
    world.chat.find((other) => other !== channel && other.workspace === channel.workspace && matches(other));
  if (name && others((other) => isNamed(other, name))) throw refuseChat.nameTaken();
  const location = body.location === undefined ? channel.location : locationOf(call, channel.workspace);
  if (location && others((other) => other.location === location)) throw refuseChat.locationTaken();
  Object.assign(channel, {
    name: name ?? channel.name,
    description: textField(body, 'description') ?? channel.description,
    topic: textField(body, 'topic') ?? channel.topic,
    private: isPrivate(body) ?? channel.private,
    location,
    updated: now,
  });
  // Whoever makes a channel private stays a member of it.
  channel.members.add(user);
  return { data: channelWire(channel, user, plainOf(body.content_format)) };
};

/** Only its creator and admins may delete a channel. */
export const deleteChatChannel: Handler = (call) => {
  const channel = channelOf(call);
  if (channel.type !== 'CHANNEL') throw refuseChat.directMessage();
  if (channel.creator !== call.user && !call.access.isAdmin(channel.workspace)) throw refuseChat.forbidden();
  call.world.chat.removeChannel(channel);
  return undefined;
};

function create(call: Call, workspace: Workspace, id: string, rest: Partial<Channel> & Pick<Channel, 'name'>): Created {
  const { world, user, body, now } = call;
  const members = new Set([user, ...peopleOf(call, workspace, MOST_PEOPLE)]);
  const channel = makeChannel(id, workspace, user, now, {
    description: textField(body, 'description') ?? '',
    topic: textField(body, 'topic') ?? '',
    private: isPrivate(body) ?? false,
    members,
    followers: new Set(members),
    ...rest,
  });
  world.chat.addChannel(channel);
  return new Created({ data: channelWire(channel, user) });
}

const people = (users: ReadonlySet<User>, call: Call) => chatPage([...users], call, ({ id }) => id, chatUserWire);

const nameOf = (body: Call['body']): string | undefined => textField(body, 'name')?.trim() || undefined;
const isNamed = (channel: Channel, name: string): boolean =>
  channel.type === 'CHANNEL' && channel.name.toLowerCase() === name.toLowerCase();

function isPrivate({ visibility }: Call['body']): boolean | undefined {
  if (visibility === undefined) return undefined;
  if (visibility !== 'PUBLIC' && visibility !== 'PRIVATE') throw refuseChat.visibilityInvalid();
  return visibility === 'PRIVATE';
}

type Location = NonNullable<Channel['location']>;
const kindOf = (location: Location): 4 | 5 | 6 => ('workspace' in location ? 4 : 'space' in location ? 5 : 6);

/** The place that the body names, if the caller sees it and it lies in this Workspace. */
function locationOf({ access, body }: Call, workspace: Workspace): Location {
  const { id, type } = objectIn(body.location) ?? {};
  if (typeof id !== 'string') throw refuseChat.locationInvalid();
  const [place, space] = placeOf(access, String(type), id);
  if (space.workspace !== workspace) throw refuseChat.locationInvalid();
  return place;
}

function placeOf(access: Call['access'], type: string, id: string) {
  if (type === 'space') return pair(access.space(id), access.space(id));
  if (type === 'folder') return pair(access.folder(id), access.folder(id).space);
  if (type === 'list') return pair(access.list(id), access.list(id).folder.space);
  throw refuseChat.locationInvalid();
}

const pair = (place: Location, space: Extract<Location, { workspace: Workspace }>) => [place, space] as const;
