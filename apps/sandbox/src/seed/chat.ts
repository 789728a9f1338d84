import { type Channel, makeChannel, makeMessage, mention, type Message, subtypesOf } from '../world/chat.js';
import { pick, random } from '../world/random.js';
import { CONVERSATIONS, SMALL_TALK } from './chat-data.js';
import { type User, type Workspace } from '../world/types.js';
import { type World } from '../world/world.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Enough small talk for three pages. */
const TALK = 120;

/** Channels of a company that talks: public, private, of places, direct messages, and one of the other Workspace. */
export function seedChat(world: World): void {
  const acme = world.workspace('12345');
  const [anna, david, sarah, priya, tom] = [...acme.members.keys()] as [User, User, User, User, User];
  const people = [...acme.members.keys()];
  const staff = people.filter((user) => acme.members.get(user) !== 4);
  const guest = people.find((user) => acme.members.get(user) === 4) as User;
  const channel = (workspace: Workspace, id: string, members: readonly User[], rest: Partial<Channel>): Channel => {
    const made = makeChannel(id, workspace, members[0] as User, world.now() - 300 * DAY, {
      members: new Set(members),
      followers: new Set(members),
      ...rest,
    });
    world.chat.addChannel(made);
    return made;
  };
  const space = world.spaces.get('90140201');
  const bugs = [...world.lists.values()].find(({ name }) => name === 'Incoming Bugs');
  const web = [...world.lists.values()].find(({ name }) => name === 'Web');
  const engineering = channel(acme, '4-90140201-8', staff.slice(0, 20), {
    name: 'engineering',
    location: space,
    topic: 'Building and running the product',
    description: '**Deploys** on Tuesdays and Thursdays. Incidents go to `incoming-bugs`.',
  });
  const channels: Record<string, Channel> = {
    general: channel(acme, '7-12345-8', staff, {
      name: 'general',
      welcome: true,
      topic: 'News for everybody',
      description: 'Announcements and everything that concerns *all of us*.',
    }),
    engineering,
    bugs: channel(acme, `6-${bugs?.id}-8`, staff.slice(0, 12), { name: 'incoming-bugs', location: bugs }),
    website: channel(acme, `6-${web?.id}-8`, [sarah, tom, guest], {
      name: 'website-relaunch',
      location: web,
      topic: 'With our agency',
    }),
    leadership: channel(acme, world.chat.nextChannelId(), [anna, david, priya], {
      name: 'leadership',
      private: true,
      topic: 'Confidential',
    }),
    random: channel(acme, world.chat.nextChannelId(), staff, { name: 'random', topic: 'Cats, cake and weekend plans' }),
    annaSarah: channel(acme, world.chat.nextChannelId(), [anna, sarah], { type: 'DM', private: true }),
    launch: channel(acme, world.chat.nextChannelId(), [anna, david, priya], { type: 'GROUP_DM', private: true }),
    closed: channel(acme, world.chat.nextChannelId(), [anna, tom], { type: 'DM', private: true }),
    sarahTom: channel(acme, world.chat.nextChannelId(), [sarah, tom], { type: 'DM', private: true }),
  };
  smallTalk(world, engineering, staff.slice(0, 20));
  for (const [name, lines] of Object.entries(CONVERSATIONS)) converse(world, channels[name] as Channel, people, lines);
  channels.closed?.closedBy.add(anna);
  const globex = world.workspace('67890');
  const plant = channel(globex, '7-67890-8', [...globex.members.keys()], { name: 'general', welcome: true });
  say(world, plant, plant.creator, 'The reactor needs a new valve.', world.now() - DAY);
}

/** One message per line: who says what, how long ago, and what came of it. */
function converse(
  world: World,
  channel: Channel,
  people: readonly User[],
  lines: (typeof CONVERSATIONS)[string],
): void {
  const person = (first: string) => people.find(({ username }) => username.startsWith(`${first} `)) as User;
  const text = (content: string) => content.replaceAll(/@(\w+)/g, (_, first: string) => mention(person(first)));
  for (const [first, content, hours, { replies = [], reactions = {}, post, assignee } = {}] of lines) {
    const date = world.now() - hours * HOUR;
    const subtype = subtypesOf(channel.workspace).find(({ name }) => name === post?.subtype);
    const message = say(world, channel, person(first), text(content), date, {
      type: post ? 'post' : 'message',
      post: post && subtype ? { title: post.title, subtype } : undefined,
      assigned: assignee ? { to: String(person(assignee).id), group: undefined, by: person(first), date } : undefined,
    });
    for (const [index, [who, what]] of replies.entries())
      say(world, channel, person(who), text(what), date + (index + 1) * 60_000, { parent: message });
    for (const [reaction, names] of Object.entries(reactions))
      for (const name of names) world.chat.addReaction(message, person(name), reaction, date + 30_000);
  }
}

function smallTalk(world: World, channel: Channel, people: readonly User[]): void {
  const draw = random(50_001);
  for (let back = TALK; back > 0; back--)
    say(world, channel, pick(people, draw), pick(SMALL_TALK, draw), world.now() - back * 9 * HOUR - 7 * DAY);
}

function say(
  world: World,
  channel: Channel,
  user: User,
  content: string,
  date: number,
  rest: Partial<Message> = {},
): Message {
  const message = makeMessage(world.chat.nextMessageId(), channel, user, content, date, rest);
  world.chat.addMessage(message);
  return message;
}
