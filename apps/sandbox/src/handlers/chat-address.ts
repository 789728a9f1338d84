import { type Call } from '../call.js';
import { refuseChat } from '../chat-refusal.js';
import { textsIn } from '../fields.js';
import { type Channel, type Message } from '../world/chat.js';
import { type User, type Workspace } from '../world/types.js';

/** Public channels are for everybody who sees their place, private ones and direct messages for their members; guests see only what they are in. */
export function seesChannel({ world, access, user }: Call, channel: Channel): boolean {
  const { location } = channel;
  if (!access.role(channel.workspace) || (location && !stands(world, location))) return false;
  if (channel.members.has(user)) return true;
  if (channel.private || access.role(channel.workspace) === 4) return false;
  if (!location) return true;
  return 'workspace' in location
    ? access.seesSpace(location)
    : 'space' in location
      ? access.seesFolder(location)
      : access.seesList(location);
}

/** The channel of a place goes with it. */
const stands = ({ spaces, folders, lists }: Call['world'], location: NonNullable<Channel['location']>): boolean =>
  [spaces, folders, lists].some((places) => places.get(location.id) === location);

/** @throws Refusal 404, also for what the caller must not see */
export function channelOf(call: Call): Channel {
  const workspace = call.access.workspace(call.path.workspace_id);
  const channel = call.world.chat.channels.get(call.path.channel_id ?? '');
  if (channel?.workspace !== workspace || !seesChannel(call, channel)) throw refuseChat.noChannel();
  return channel;
}

/** @throws Refusal 404, also for what the caller must not see */
export function messageOf(call: Call): Message {
  const workspace = call.access.workspace(call.path.workspace_id);
  const message = call.world.chat.messages.get(call.path.message_id ?? '');
  if (message?.channel.workspace !== workspace || !seesChannel(call, message.channel)) throw refuseChat.noMessage();
  return message;
}

/** The people of `user_ids`; ids are text here. @throws Refusal 400 */
export function peopleOf({ world, body }: Call, workspace: Workspace, most: number): User[] {
  const ids = textsIn(body.user_ids);
  if (ids.length > most) throw refuseChat.tooManyPeople();
  return ids.map((id) => personOf(world.users.get(Number(id)), workspace));
}

export function personOf(user: User | undefined, workspace: Workspace): User {
  if (!user || !workspace.members.has(user)) throw refuseChat.personUnknown();
  return user;
}
