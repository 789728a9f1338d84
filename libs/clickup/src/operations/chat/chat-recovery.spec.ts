import { ALONE } from '../../sending/outcomes/creations.js';
import { type CallOperation } from '../../operation.js';
import { type ChatMessage, createChatMessage, createReplyMessage } from '../index.js';

const SENT = 1_700_000_000_000;
const user = { id: 7, username: 'Ann', email: 'ann@example.com', color: null, initials: 'A', profilePicture: null };
const message = (change: Partial<ChatMessage> = {}): ChatMessage => ({
  id: 'm1',
  type: 'message',
  content: 'Done',
  user_id: '7',
  date: SENT + 50,
  parent_channel: 'c1',
  resolved: false,
  replies_count: 0,
  links: { reactions: '/r', tagged_users: '/t' },
  ...change,
});

describe.each([
  ['a message', createChatMessage, { workspace_id: '1', channel_id: 'c1' }, 'getChatMessages'],
  ['a reply', createReplyMessage, { workspace_id: '1', message_id: 'm0' }, 'getChatMessageReplies'],
] as const)('%s whose answer was lost', (_, operation, path, asks) => {
  const recover = async (data: ChatMessage[], next_cursor = ''): Promise<unknown> => {
    const answers: Record<string, unknown> = { GetAuthorizedUser: { user }, [asks]: { data, next_cursor } };
    const read: CallOperation = ({ id }) => Promise.resolve(answers[id] as never);
    return operation.recover?.(
      { path, query: {}, body: { type: 'message', content: ' Done\n' }, sentAt: SENT, others: ALONE } as never,
      read,
    );
  };

  it('is the one with its text by the same person since', async () => {
    expect(
      await recover(
        [message(), message({ id: 'm2', user_id: '8' }), message({ id: 'm3', date: SENT - 3_600_000 })],
        'more',
      ),
    ).toEqual(message());
  });

  it('was not written when that person has written nothing since', async () => {
    expect(await recover([message({ user_id: '8' }), message({ date: SENT - 3_600_000 })])).toBe('not_done');
    expect(await recover([])).toBe('not_done');
  });

  it.each([
    ['there are two', [message(), message({ id: 'm2' })], ''],
    [
      'that person wrote something else, which may be the same after ClickUp changed it',
      [message({ content: '**Done**' })],
      '',
    ],
    ['an older one may be ours by a wrong clock', [message({ date: SENT - 60_000 })], ''],
    ['one page does not reach back to the request', [message({ user_id: '8' })], 'more'],
  ])('stays unknown when %s', async (__, data, cursor) => {
    expect(await recover(data, cursor)).toBe('unknown');
  });
});
