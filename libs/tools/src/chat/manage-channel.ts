import {
  type Channel,
  createChatChannel,
  createLocationChatChannel,
  deleteChatChannel,
  getChatChannel,
  getChatChannelMembers,
  updateChatChannel,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, type NotApplied as Missed, NotApplied, wasIs } from '../answers/changes.js';
import { personIds } from '../arguments/address.js';
import { Name, Ref, Refs } from '../arguments/inputs.js';
import { timeText } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const input = z.strictObject({
  action: z.enum(['create', 'update', 'delete']),
  channel: Name.describe('"#name" or id; for create: its name'),
  name: Name.optional().describe('new name'),
  topic: z.string().max(1_000).optional(),
  description: z.string().max(10_000).optional(),
  private: z.boolean().optional(),
  members: Refs.optional().describe('for create'),
  within: Ref.optional().describe('for create: the Space, Folder or List whose channel it is'),
});
type Args = z.output<typeof input>;

const refusal = (parameter: string, message: string) =>
  new AppError('invalid_parameters', `${parameter}: ${message}`, { details: { parameter } });

const labelOf = ({ name, id }: Pick<Channel, 'name' | 'id'>): string => `#${name ?? id}`;
const accessOf = ({ visibility }: Pick<Channel, 'visibility'>): string => visibility.toLowerCase();
/** Nothing where nothing was said about it. */
const visibilityIn = ({ private: hidden }: Args): { visibility?: 'PRIVATE' | 'PUBLIC' } =>
  hidden === undefined ? {} : { visibility: hidden ? 'PRIVATE' : 'PUBLIC' };

/** The channel that is named, as ClickUp has it now. */
async function existing(
  { channel }: Args,
  context: ToolContext,
): Promise<{ path: { workspace_id: string; channel_id: string }; is: Channel }> {
  const { id } = await naming('channel', () => context.directory.object('channel', channel.replace(/^#/, '').trim()));
  const path = { workspace_id: (await context.directory.workspace()).id, channel_id: id };
  return { path, is: (await context.clickup.call(getChatChannel, { path })).data };
}

/** What was wanted of a channel and is not so; ClickUp answers the channel that is there already when the name is taken. */
function missedOf({ name, topic, description, private: hidden }: Args, is: Channel): Missed {
  const missed: Missed = [];
  const check = (field: string, wanted: string | undefined, now: string | undefined) => {
    if (wanted !== undefined && wanted.trim() !== (now ?? '').trim()) missed.push({ field, wanted, is: now || 'none' });
  };
  check('name', name, is.name);
  check('topic', topic, is.topic);
  check('description', description, is.description);
  check('access', hidden === undefined ? undefined : hidden ? 'private' : 'public', accessOf(is));
  return missed;
}

async function create(args: Args, context: ToolContext) {
  const { channel, topic, description, members, within, name } = args;
  if (name !== undefined) throw refusal('name', 'the name of a new channel is given as channel.');
  const title = channel.replace(/^#/, '').trim();
  const user_ids = (await personIds('members', members ?? [], context)).map(String);
  const body = {
    ...(topic !== undefined && { topic }),
    ...(description !== undefined && { description }),
    ...(user_ids.length > 0 && { user_ids }),
    ...visibilityIn(args),
  };
  const path = { workspace_id: (await context.directory.workspace()).id };
  const place = within === undefined ? undefined : await naming('within', () => context.directory.place(within));
  const before = await context.directory.objects('channel');
  const { data } = place
    ? await context.clickup.call(createLocationChatChannel, {
        path,
        body: { location: { id: place.id, type: place.kind }, ...body },
      })
    : await context.clickup.call(createChatChannel, { path, body: { name: title, ...body } });
  const isOld = before.some(({ id }) => id === data.id);
  const missed = missedOf({ ...args, name: title }, data);
  return {
    id: data.id,
    channel: labelOf(data),
    access: accessOf(data),
    applied: isOld ? [] : [`created ${labelOf(data)}`],
    not_applied: missed.length
      ? missed.map((each) => ({ ...each, ...(isOld && { why: 'it was there already' }) }))
      : undefined,
  };
}

async function update(args: Args, context: ToolContext) {
  const { name, topic, description, members, within } = args;
  if (members ?? within)
    throw refusal(members ? 'members' : 'within', "ClickUp's API sets this only when a channel is created.");
  if (name === undefined && topic === undefined && description === undefined && args.private === undefined)
    throw refusal('name', 'there is nothing to change: give name, topic, description or private.');
  const { path, is: was } = await existing(args, context);
  const body = {
    ...(name !== undefined && { name: name.replace(/^#/, '').trim() }),
    ...(topic !== undefined && { topic }),
    ...(description !== undefined && { description }),
    ...visibilityIn(args),
  };
  const wanted = { ...args, ...(body.name !== undefined && { name: body.name }) };
  if (missedOf(wanted, was).length === 0)
    return { id: was.id, channel: labelOf(was), access: accessOf(was), applied: [], not_applied: undefined };
  const { data: is } = await context.clickup.call(updateChatChannel, { path, body });
  const missed = missedOf(wanted, is);
  return {
    id: is.id,
    channel: labelOf(is),
    access: accessOf(is),
    applied: [
      wasIs('name', was.name, is.name),
      wasIs('topic', was.topic, is.topic),
      wasIs('description', was.description, is.description),
      wasIs('access', accessOf(was), accessOf(is)),
    ].filter((line) => line !== undefined),
    not_applied: missed.length ? missed : undefined,
  };
}

export const manageChannel = defineTool({
  name: 'manage_channel',
  title: 'Manage chat channel',
  description: 'Create, rename, describe, hide or delete a chat channel. Deleting shows first what would go.',
  toolset: 'chat',
  verb: 'update',
  risk: 'destructive',
  listed: false,
  covers: [createChatChannel, createLocationChatChannel, updateChatChannel, deleteChatChannel],
  needs: {
    'action=create': [[createChatChannel, createLocationChatChannel]],
    within: [createLocationChatChannel],
    members: [[createChatChannel, createLocationChatChannel]],
    'action=update': [updateChatChannel],
    'action=delete': [deleteChatChannel],
  },
  input,
  output: z.strictObject({
    id: z.string(),
    channel: z.string(),
    access: z.string().optional(),
    applied: Applied,
    not_applied: NotApplied,
  }),
  headline: ({ applied, not_applied }) =>
    applied?.length ? `Done${not_applied ? ', but not in everything' : ''}` : 'Unchanged: it was so already',
  async preview(args, context) {
    if (args.action !== 'delete') return undefined;
    const { path, is } = await existing(args, context);
    await context.clickup.judge(deleteChatChannel, [{ path }]);
    const { data: members, next_cursor } = await context.clickup.call(getChatChannelMembers, {
      path,
      query: { limit: getChatChannelMembers.pageSize },
    });
    const latest = timeText(
      is.latest_comment_at === undefined ? undefined : Number(is.latest_comment_at),
      context.zone,
    );
    return {
      summary: `Delete the channel ${labelOf(is)} with all its messages. Nobody can bring it back.`,
      current: {
        id: is.id,
        name: is.name,
        topic: is.topic,
        access: accessOf(is),
        members: next_cursor ? `more than ${members.length}` : members.length,
        last_message: latest ?? 'none',
      },
      // One that is written meanwhile would go unseen.
      state: `${is.id} ${is.updated_at} ${is.latest_comment_at ?? ''}`,
    };
  },
  async handler(args, context) {
    if (args.action === 'create') return create(args, context);
    if (args.action === 'update') return update(args, context);
    const { path, is } = await existing(args, context);
    await context.clickup.call(deleteChatChannel, { path });
    return { id: is.id, channel: labelOf(is), applied: [`deleted ${labelOf(is)}`] };
  },
});
