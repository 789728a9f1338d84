import { type Call, fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { manageChannel } from './manage-channel.js';

const CHANNEL = {
  id: '8cdu22c-1014',
  name: 'general',
  topic: 'News',
  type: 'CHANNEL' as const,
  visibility: 'PUBLIC' as const,
  parent: { id: '9', type: 7 },
  creator: '1',
  created_at: 1,
  updated_at: 1,
  workspace_id: '9',
  archived: false,
  links: { members: '/m', followers: '/f' },
};

function world() {
  const context = fakeContext({
    getChatChannel: { data: CHANNEL },
    updateChatChannel: ({ body = {} }: Call) => ({ data: { ...CHANNEL, ...body, topic: 'News' } }),
    createChatChannel: { data: CHANNEL },
    deleteChatChannel: {},
    getChatChannelMembers: { data: [{ id: '1', email: 'a@b.c' }], next_cursor: '' },
  });
  const known = [{ kind: 'channel' as const, id: CHANNEL.id, name: 'general' }];
  const directory = {
    ...context.directory,
    object: () => Promise.resolve(known[0]!),
    objects: () => Promise.resolve(known),
  };
  return { ...context, directory };
}
const manage = (args: Record<string, unknown>) => manageChannel.handler(input(manageChannel, args), world());

test('a change says what was and is, and what ClickUp ignored', async () => {
  expect(
    await manage({ action: 'update', channel: '#general', name: '#all', topic: 'Other', private: true }),
  ).toMatchObject({
    channel: '#all',
    applied: ['name: general → all', 'access: public → private'],
    not_applied: [{ field: 'topic', wanted: 'Other', is: 'News' }],
  });
});

test('a channel that exists under the name of a new one is not said to be created', async () => {
  const answer = await manage({ action: 'create', channel: 'general', private: true });
  expect(answer).toMatchObject({
    applied: [],
    not_applied: [{ field: 'access', wanted: 'private', is: 'public', why: 'it was there already' }],
  });
  expect(manageChannel.headline?.(answer)).toBe('Unchanged: it was so already');
});

test('deleting is shown first, other actions are not', async () => {
  const preview = (args: Record<string, unknown>) => manageChannel.preview?.(input(manageChannel, args), world());
  expect(await preview({ action: 'delete', channel: '#general' })).toMatchObject({
    summary: 'Delete the channel #general with all its messages. Nobody can bring it back.',
    current: { members: 1, last_message: 'none' },
  });
  expect(await preview({ action: 'update', channel: '#general', name: 'x' })).toBeUndefined();
});

test.each([
  [{ action: 'update', channel: '#general' }, /there is nothing to change/],
  [{ action: 'update', channel: '#general', members: ['Sarah'] }, /only when a channel is created/],
  [{ action: 'create', channel: 'x', name: 'y' }, /is given as channel/],
])('%j is refused', async (args, message) => {
  await expect(manage(args)).rejects.toThrow(message);
});

example(manageChannel, { action: 'create', channel: 'releases', topic: 'News', description: 'x', private: true });
