import { type Asked, asking } from '../../../test/support/ask.js';
import { type RunningSandbox, startSandbox } from './index.js';

const NOW = 1_780_000_000_000;
const [ANNA, DAVID, SARAH, PRIYA] = ['61234501', '61234538', '61234575', '61234612'];
const GENERAL = '/chat/channels/7-12345-8';
const ENGINEERING = '/chat/channels/4-90140201-8';
const LEADERSHIP = '/chat/channels/8cdu22c-1014';
const DIRECT = '/chat/channels/8cdu22c-1054';
/** By Anna, and by Priya with two replies. */
const WELCOME = '/chat/messages/80140030000841';
const GOALS = '/chat/messages/80140030000848';
const SUBTYPE = '00012345-0000-4000-8000-000000000001';
const SPRINT = '90144360426';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 40, now: () => NOW });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const send = asking(() => sandbox.url, '/api/v3/workspaces/12345');
/** As one of the sandbox's people; `//api` is below the host. */
const ask = (line: string, body?: unknown, who = 'owner') => send(line.replace(' //', ' /'), body, `pk_sandbox_${who}`);
const write = async (content: string, more: object = {}, channel = GENERAL): Promise<Asked> =>
  ask(`POST ${channel}/messages`, { type: 'message', content, ...more });
const contents = async (path: string, who?: string) =>
  (await ask(`GET ${path}`, undefined, who)).body.data.map(({ content }: { content: string }) => content);
const channels = async (query = '', who?: string) =>
  (await ask(`GET /chat/channels${query}`, undefined, who)).body.data.map(
    (channel: { name?: string; type: string }) => channel.name ?? channel.type,
  );
const ids = ({ body }: Asked) => body.data.map(({ id }: { id: string }) => id);

describe('refusals', () => {
  const message = { type: 'message', content: 'x' };
  const post = { ...message, type: 'post' };
  it.each<[fact: string, line: string, body: object | undefined, status: number, who?: string]>([
    ['an unknown channel', 'GET /chat/channels/nope', undefined, 404],
    ['an unknown message', 'GET /chat/messages/1/replies', undefined, 404],
    ['a private channel, to those outside', `GET ${LEADERSHIP}`, undefined, 404, 'member'],
    ['messages of a private channel, to those outside', `GET ${LEADERSHIP}/messages`, undefined, 404, 'member'],
    ['a direct message between others', 'GET /chat/channels/8cdu22c-1114', undefined, 404],
    ['a public channel that the guest is not in', `GET ${GENERAL}`, undefined, 404, 'guest'],
    ['a message in it', `POST ${WELCOME}/reactions`, { reaction: 'heart' }, 404, 'guest'],
    ['a Workspace of other people', `GET ${GENERAL}`, undefined, 401, 'other'],
    ['a channel of another Workspace under this one', 'GET /chat/channels/7-67890-8', undefined, 404],
    ['a page of none', `GET ${GENERAL}/messages?limit=0`, undefined, 400],
    ['a page of more than 100', `GET ${GENERAL}/messages?limit=101`, undefined, 400],
    ['a made-up cursor', `GET ${GENERAL}/messages?cursor=2`, undefined, 400],
    ['a format of nobody', `GET ${GENERAL}/messages?content_format=text/html`, undefined, 400],
    ['a message without text', `POST ${GENERAL}/messages`, { type: 'message', content: ' ' }, 400],
    ['a message without type', `POST ${GENERAL}/messages`, { content: 'x' }, 400],
    ['40,001 characters', `POST ${GENERAL}/messages`, { ...message, content: 'x'.repeat(40_001) }, 400],
    ['a post without title and subtype', `POST ${GENERAL}/messages`, post, 400],
    [
      'a post with the subtype of another Workspace',
      `POST ${GENERAL}/messages`,
      { ...post, post_data: { title: 't', subtype: { id: SUBTYPE.replace('12345', '67890') } } },
      400,
    ],
    ['an assignee from elsewhere', `POST ${GENERAL}/messages`, { ...message, assignee: '71000001' }, 400],
    ['a reply to a reply', 'POST /chat/messages/80140030000855/replies', message, 400],
    ['the text of somebody else', `PATCH ${GOALS}`, { content: 'x' }, 403],
    ['a triage of an existing message', `PATCH ${WELCOME}`, { triaged_action: 1 }, 500],
    ['deleting what somebody else wrote', `DELETE ${WELCOME}`, undefined, 403, 'member'],
    ['a reaction that is a picture', `POST ${WELCOME}/reactions`, { reaction: '👍' }, 400],
    ['a reaction in capitals', `POST ${WELCOME}/reactions`, { reaction: 'Tada' }, 400],
    ['taking off a reaction of others only', `DELETE ${WELCOME}/reactions/tada`, undefined, 404],
    ['a channel without name', 'POST /chat/channels', { topic: 'x' }, 400],
    ['a channel made by the guest', 'POST /chat/channels', { name: 'x' }, 403, 'guest'],
    [
      'a direct message with 16 people',
      'POST /chat/channels/direct_message',
      { user_ids: Array.from({ length: 16 }, (_, index) => String(61_234_501 + 37 * index)) },
      400,
    ],
    [
      'a direct message with somebody from elsewhere',
      'POST /chat/channels/direct_message',
      { user_ids: ['71000001'] },
      400,
    ],
    ['renaming a direct message', `PATCH ${DIRECT}`, { name: 'x' }, 400],
    ['deleting a direct message', `DELETE ${DIRECT}`, undefined, 400],
    ['deleting a channel of others', `DELETE ${GENERAL}`, undefined, 403, 'member'],
    ['the name of another channel', `PATCH ${GENERAL}`, { name: 'Engineering' }, 400],
    ['a place that has a channel', `PATCH ${GENERAL}`, { location: { type: 'space', id: '90140201' } }, 400],
    ['a place of a made-up kind', 'POST /chat/channels/location', { location: { type: 'task', id: '1' } }, 400],
    [
      'a private Space, to those outside',
      'POST /chat/channels/location',
      { location: { type: 'space', id: '90140206' } },
      401,
      'member',
    ],
    ['a made-up comment type', 'GET /comments/types/poem/subtypes', undefined, 400],
  ])('%s', async (...[, line, body, status, who]) => {
    expect((await ask(line, body, who)).status).toBe(status);
  });

  it('are worded as API v3 does, without a code, where they are chat’s own', async () => {
    expect((await ask('GET /chat/channels/nope')).body).toEqual({
      status: 404,
      message: 'Channel not found',
      trace_id: null,
      timestamp: NOW,
    });
    expect((await ask('GET //api/v3/workspaces/67890/chat/channels')).body).toHaveProperty('ECODE', 'OAUTH_027');
  });
});

describe('channels', () => {
  it('are those that one can see; closed direct messages only when asked for', async () => {
    const all = [
      'engineering',
      'general',
      'incoming-bugs',
      'website-relaunch',
      'leadership',
      'random',
      'DM',
      'GROUP_DM',
    ];
    expect((await channels()).sort()).toEqual([...all].sort());
    expect(await channels('?include_closed=true')).toHaveLength(all.length + 1);
    expect(await channels('?channel_types=DM,GROUP_DM')).toEqual(['DM', 'GROUP_DM']);
    expect(await channels('', 'member')).not.toContain('leadership');
    expect(await channels('', 'guest')).toEqual(['website-relaunch']);
    expect(await channels(`?with_message_since=${NOW - 4 * 3_600_000}`)).toEqual(['engineering']);
    expect(await channels('?is_follower=true')).not.toContain('website-relaunch');
  });

  it('are made once per name, place and set of people: 201, then 200 with the same one', async () => {
    for (const [path, body, again] of [
      ['', { name: 'Launch party', user_ids: [DAVID] }, { name: ' launch PARTY ' }],
      [
        '/location',
        { location: { type: 'list', id: SPRINT } },
        { location: { type: 'list', id: SPRINT }, topic: 'ignored' },
      ],
      ['/direct_message', { user_ids: [DAVID, SARAH] }, { user_ids: [SARAH, DAVID, ANNA] }],
      ['/direct_message', {}, { user_ids: [ANNA] }],
    ] as const) {
      const first = await ask(`POST /chat/channels${path}`, body);
      const second = await ask(`POST /chat/channels${path}`, again);
      expect([path, first.status, second.status, second.body]).toEqual([path, 201, 200, first.body]);
    }
    expect((await ask('GET /chat/channels/6-90144360426-8')).body.data).toMatchObject({
      name: 'Sprint 42',
      parent: { id: SPRINT, type: 6 },
      is_canonical_channel: true,
    });
  });

  it('have members and followers, whose ids are text', async () => {
    const { body } = await ask('POST /chat/channels', { name: 'Two', user_ids: [DAVID], visibility: 'PRIVATE' });
    const path = `/chat/channels/${body.data.id}`;
    expect(ids(await ask(`GET ${path}/members`))).toEqual([ANNA, DAVID]);
    expect((await ask(`GET ${path}/followers`)).body.data[0]).toEqual({
      id: ANNA,
      email: 'anna.fischer@acme.example',
      username: 'Anna Fischer',
      name: 'Anna Fischer',
      initials: 'AF',
    });
    expect([
      (await ask(`GET ${path}`, undefined, 'admin')).status,
      (await ask(`GET ${path}`, undefined, 'member')).status,
    ]).toEqual([200, 404]);
  });

  it('change, move, hide and go', async () => {
    const { body } = await ask(`PATCH ${GENERAL}`, {
      name: 'all',
      description: '**All** of us',
      content_format: 'text/plain',
      visibility: 'PRIVATE',
      location: { type: 'list', id: SPRINT },
    });
    expect(body.data).toMatchObject({
      id: '7-12345-8',
      name: 'all',
      description: 'All of us',
      visibility: 'PRIVATE',
      parent: { id: SPRINT, type: 6 },
      updated_at: NOW,
    });
    expect((await ask(`GET ${GENERAL}`)).body.data.description).toBe('**All** of us');
    expect((await ask(`DELETE ${GENERAL}`)).status).toBe(204);
    expect([(await ask(`GET ${GENERAL}`)).status, (await ask(`GET ${GOALS}/replies`)).status]).toEqual([404, 404]);
    await ask('DELETE //api/v2/space/90140201');
    expect((await ask(`GET ${ENGINEERING}`)).status).toBe(404);
  });
});

describe('messages', () => {
  it('come newest first, 50 a page; what is written or deleted meanwhile shifts nothing', async () => {
    const first = await ask(`GET ${ENGINEERING}/messages`);
    await write('Meanwhile', {}, ENGINEERING);
    await ask(`DELETE /chat/messages/${first.body.data[49].id}`);
    const second = await ask(`GET ${ENGINEERING}/messages?limit=60&cursor=${first.body.next_cursor}`);
    const third = await ask(`GET ${ENGINEERING}/messages?limit=100&cursor=${second.body.next_cursor}`);
    const seen = [first, second, third].flatMap(ids);
    expect([first, second, third].map((page) => ids(page).length)).toEqual([50, 60, 14]);
    expect([new Set(seen).size, third.body.next_cursor]).toEqual([124, '']);
    expect(seen.map(Number)).toEqual(seen.map(Number).sort((a, b) => b - a));
  });

  it('carry no replies; those hang below', async () => {
    expect(await contents(`${GENERAL}/messages`)).toHaveLength(5);
    expect(await contents(`${GOALS}/replies`)).toEqual([
      `In the Churn List of Support, [@Sarah Chen](#user_mention#${SARAH}).`,
      'Where do I find the churn numbers by plan?',
    ]);
    const { status, body } = await ask(`POST ${GOALS}/replies`, { type: 'message', content: 'Thanks' });
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({
        parent_message: '80140030000848',
        parent_channel: '7-12345-8',
        content: 'Thanks',
        user_id: ANNA,
      }),
    ]);
    expect(body).not.toHaveProperty('replies_count');
    const goals = (await ask(`GET ${GENERAL}/messages`)).body.data.find(({ id }: { id: string }) => GOALS.endsWith(id));
    expect([goals.replies_count, goals.post_data.subtype]).toEqual([3, { id: SUBTYPE, name: 'Announcement' }]);
  });

  it('are Markdown; as plain text the marks go', async () => {
    await write('**Bold** and `code`');
    expect([
      (await contents(`${GENERAL}/messages`))[0],
      (await contents(`${GENERAL}/messages?content_format=text/plain`))[0],
    ]).toEqual(['**Bold** and `code`', 'Bold and code']);
    expect((await write('x'.repeat(40_000))).status).toBe(201);
  });

  it('echo a triage once and forget it', async () => {
    const { body } = await write('See task', { triaged_action: 2, triaged_object_id: '86c', triaged_object_type: 1 });
    expect(body).toMatchObject({ triaged_action: 2, triaged_object_id: '86c', triaged_object_type: 1 });
    expect(JSON.stringify((await ask(`GET ${GENERAL}/messages`)).body)).not.toContain('triaged');
  });

  it('mention people of the Workspace, each once', async () => {
    const { body } = await write(
      `[@David Miller](#user_mention#${DAVID}) [@D](#user_mention#${DAVID}) [@Hank](#user_mention#71000001)`,
    );
    expect(ids(await ask(`GET /chat/messages/${body.id}/tagged_users`))).toEqual([DAVID]);
    expect(ids(await ask(`GET ${WELCOME}/tagged_users`))).toHaveLength(2);
  });

  it('are assigned, resolved and reopened by anybody who sees them, rewritten by their author', async () => {
    expect((await ask(`PATCH ${GOALS}`, { assignee: SARAH, resolved: true })).body).toMatchObject({
      assignee: SARAH,
      assigned_by: ANNA,
      date_assigned: NOW,
      resolved: true,
      resolved_by: ANNA,
      date_resolved: NOW,
    });
    const { body } = await ask(`PATCH ${GOALS}`, { resolved: false });
    expect([body.resolved, body.resolved_by, body.date_updated]).toEqual([false, undefined, undefined]);
    expect((await ask(`PATCH ${WELCOME}`, { content: 'Hello' })).body).toMatchObject({
      content: 'Hello',
      date_updated: NOW,
    });
    expect((await ask(`GET ${WELCOME}/tagged_users`)).body.data).toEqual([]);
  });

  it('go with their replies', async () => {
    expect((await ask(`DELETE ${GOALS}`)).status).toBe(204);
    expect((await ask('GET /chat/messages/80140030000855/reactions')).status).toBe(404);
    expect(await contents(`${GENERAL}/messages`)).toHaveLength(4);
  });
});

describe('reactions', () => {
  it('are given once per person and emoji, and taken back by the one who gave them', async () => {
    const give = (who?: string) => ask(`POST ${GOALS}/reactions`, { reaction: '+1' }, who);
    expect((await give()).body).toEqual({ reaction: '+1', user_id: ANNA, date: NOW });
    expect([(await give()).status, (await give('admin')).status]).toEqual([400, 201]);
    expect((await ask(`DELETE ${GOALS}/reactions/${encodeURIComponent('+1')}`)).status).toBe(204);
    const { body } = await ask(`GET ${GOALS}/reactions`);
    expect(
      body.data.map(({ reaction, user_id }: { reaction: string; user_id: string }) => [reaction, user_id]),
    ).toEqual([
      ['rocket', ANNA],
      ['rocket', SARAH],
      ['thumbsup', '61234649'],
      ['+1', DAVID],
    ]);
  });

  it('are paged, too', async () => {
    const first = await ask(`GET ${WELCOME}/reactions?limit=2`);
    const rest = await ask(`GET ${WELCOME}/reactions?cursor=${first.body.next_cursor}`);
    expect([first, rest].map(({ body }) => body.data.map(({ user_id }: { user_id: string }) => user_id))).toEqual([
      [DAVID, SARAH],
      [PRIYA, '61234649', SARAH],
    ]);
  });
});

it('the four kinds of posts have ids of their own in each Workspace; other types have none', async () => {
  const names = ['Announcement', 'Discussion', 'Idea', 'Update'];
  const { body } = await ask('GET /comments/types/post/subtypes');
  const { body: others } = await ask('GET //api/v3/workspaces/67890/comments/types/post/subtypes', undefined, 'other');
  for (const answer of [body, others])
    expect(answer.comment_subtypes.map(({ name }: { name: string }) => name)).toEqual(names);
  expect(body.comment_subtypes[0].id).not.toBe(others.comment_subtypes[0].id);
  expect((await ask('GET /comments/types/ai/subtypes')).body).toEqual({ comment_subtypes: [] });
});
