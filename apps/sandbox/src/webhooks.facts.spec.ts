import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { asking } from '../../../test/support/ask.js';
import { type RunningSandbox, startSandbox } from './index.js';

const NOW = 1_780_000_000_000;
const ANNA = 61_234_501;
const SPRINT = '90144360426';
const BUGS = '90144360435';

interface Received {
  raw: string;
  signature: unknown;
  event: any;
}
let sandbox: RunningSandbox;
let receiver: Server;
let received: Received[];
/** What the receiver answers. */
let answer: number;
/** Counts tests. Each has a path of its own, so that late deliveries of the one before do not arrive in it. */
let round = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 60, now: () => NOW });
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        if (request.url === path())
          received.push({ raw, signature: request.headers['x-signature'], event: JSON.parse(raw) });
        response.writeHead(answer).end();
      });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
});
beforeEach(() => {
  sandbox.reset();
  received = [];
  round++;
  answer = 200;
});
afterAll(async () => {
  await sandbox.close();
  receiver.closeAllConnections();
  await new Promise((done) => receiver.close(done));
});

const ask = asking(() => sandbox.url);
const path = () => `/hook/${round}`;
const endpoint = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path()}`;
const subscribe = async (rest: object = {}, token?: string) =>
  (await ask('POST /v2/team/12345/webhook', { endpoint: endpoint(), events: ['*'], ...rest }, token)).body.webhook;
const newTask = async (body: object = {}, list = SPRINT) =>
  (await ask(`POST /v2/list/${list}/task`, { name: 'T', ...body })).body;
/** The webhooks of the caller, without the one of the seed. */
const own = async (token?: string) =>
  (await ask('GET /v2/team/12345/webhook', undefined, token)).body.webhooks.filter(
    ({ endpoint: to }: { endpoint: string }) => !to.includes('acme.example'),
  );
const health = async () => (await own())[0]?.health;
const names = () => received.map(({ event }) => event.event);

async function until<T>(read: () => T | Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (done(value)) return value;
    await wait(5);
  }
}
/** All deliveries before the mark. The mark is sent last and deliveries keep their order, so nothing can be missing. */
async function events(): Promise<string[]> {
  await ask('PUT /v2/space/90140205', { name: 'mark' });
  await until(names, (all) => all.includes('spaceUpdated'));
  return names().filter((name) => name !== 'spaceUpdated');
}

describe('a subscription', () => {
  it('is answered with its secret, and listed to who made it only', async () => {
    const made = await ask('POST /v2/team/12345/webhook', {
      endpoint: endpoint(),
      events: ['taskCreated'],
      list_id: Number(SPRINT),
    });
    const { webhook } = made.body;
    expect([made.status, made.body.id, webhook]).toMatchObject([
      200,
      webhook.id,
      {
        userid: ANNA,
        team_id: 12345,
        events: ['taskCreated'],
        list_id: SPRINT,
        health: { status: 'active', fail_count: 0 },
        secret: expect.stringMatching(/^[0-9A-Z]{64}$/),
      },
    ]);
    expect(await own()).toEqual([webhook]);
    expect(await own('pk_sandbox_admin')).toEqual([]);
    expect((await ask(`DELETE /v2/webhook/${webhook.id}`, undefined, 'pk_sandbox_admin')).status).toBe(404);
    expect((await ask(`DELETE /v2/webhook/${webhook.id}`)).body).toEqual({});
    expect(await own()).toEqual([]);
  });

  it.each([
    ['the same twice', {}, 400, 'OAUTH_171'],
    ['an event of nobody', { events: ['taskExploded'] }, 400, 'WEBHOOK_002'],
    ['no event', { events: [] }, 400, 'WEBHOOK_002'],
    ['an address that is none', { endpoint: 'nowhere' }, 400, 'WEBHOOK_001'],
    ['a place of another Workspace', { list_id: 90154400001 }, 401, 'OAUTH_027'],
  ])('is refused for %s', async (_, change, status, ecode) => {
    await subscribe();
    const answer = await ask('POST /v2/team/12345/webhook', { endpoint: endpoint(), events: ['*'], ...change });
    expect([answer.status, answer.body.ECODE]).toEqual([status, ecode]);
  });

  it('takes its events as one text when updated', async () => {
    const { id } = await subscribe({ events: ['taskDeleted'] });
    expect(
      (await ask(`PUT /v2/webhook/${id}`, { endpoint: endpoint(), events: '*', status: 'active' })).body.webhook,
    ).toMatchObject({ id, events: ['*'] });
  });
});

describe('deliveries', () => {
  it('are signed with the secret over the raw body', async () => {
    const { secret, id } = await subscribe({ events: ['taskCreated'] });
    const task = await newTask();
    await until(
      () => received.length,
      (count) => count > 0,
    );
    const [{ raw, signature, event }] = received as [Received];
    expect(signature).toBe(createHmac('sha256', secret).update(raw).digest('hex'));
    expect(event).toMatchObject({
      event: 'taskCreated',
      task_id: task.id,
      webhook_id: id,
      history_items: [{ field: 'status', after: { status: 'to do' }, user: { id: ANNA } }, { field: 'task_creation' }],
    });
  });

  it.each<[string, (id: string) => Promise<unknown>, string[]]>([
    ['a status', (id) => ask(`PUT /v2/task/${id}`, { status: 'complete' }), ['taskUpdated', 'taskStatusUpdated']],
    [
      'priority and name',
      (id) => ask(`PUT /v2/task/${id}`, { priority: 1, name: 'U' }),
      ['taskUpdated', 'taskPriorityUpdated'],
    ],
    [
      'people',
      (id) => ask(`PUT /v2/task/${id}`, { assignees: { add: [ANNA], rem: [] } }),
      ['taskUpdated', 'taskAssigneeUpdated'],
    ],
    [
      'dates and estimates',
      (id) => ask(`PUT /v2/task/${id}`, { due_date: NOW, time_estimate: 1000 }),
      ['taskUpdated', 'taskDueDateUpdated', 'taskTimeEstimateUpdated'],
    ],
    ['a tag', (id) => ask(`POST /v2/task/${id}/tag/new`), ['taskUpdated', 'taskTagUpdated']],
    ['nothing', (id) => ask(`PUT /v2/task/${id}`, { colour: 'red' }), []],
    ['a refusal', (id) => ask(`PUT /v2/task/${id}`, { status: 'nonsense', name: 'x' }), []],
    [
      'a comment',
      (id) => ask(`POST /v2/task/${id}/comment`, { comment_text: 'c', notify_all: false }),
      ['taskCommentPosted'],
    ],
    [
      'time',
      (id) => ask('POST /v2/team/12345/time_entries', { tid: id, start: NOW, duration: 1000 }),
      ['taskTimeTrackedUpdated'],
    ],
    [
      'time the older way',
      (id) => ask(`POST /v2/task/${id}/time`, { start: NOW, end: NOW + 5, time: 5 }),
      ['taskTimeTrackedUpdated'],
    ],
    ['its end', (id) => ask(`DELETE /v2/task/${id}`), ['taskDeleted']],
  ])('tell of %s', async (_, act, expected) => {
    const { id } = await newTask();
    await subscribe();
    await act(id);
    expect(await events()).toEqual(expected);
    expect(received.filter(({ event }) => event.task_id !== undefined).every(({ event }) => event.task_id === id)).toBe(
      true,
    );
  });

  it('tell of changed comments, stopped timers, subtasks that go with their parent, and places', async () => {
    const parent = await newTask();
    const child = await newTask({ parent: parent.id });
    const comment = (await ask(`POST /v2/task/${parent.id}/comment`, { comment_text: 'c', notify_all: false })).body;
    await ask('POST /v2/team/12345/time_entries/start', { tid: child.id });
    await subscribe();
    await ask(`PUT /v2/comment/${comment.id}`, { comment_text: 'd' });
    await ask('POST /v2/team/12345/time_entries/stop');
    await ask(`DELETE /v2/task/${parent.id}`);
    const list = (await ask('POST /v2/folder/901480202/list', { name: 'L' })).body;
    await ask(`PUT /v2/list/${list.id}`, { name: 'M' });
    await ask(`DELETE /v2/list/${list.id}`);
    expect(await events()).toEqual([
      'taskCommentUpdated',
      'taskTimeTrackedUpdated',
      'taskDeleted',
      'taskDeleted',
      'listCreated',
      'listUpdated',
      'listDeleted',
    ]);
    expect(received.at(-2)?.event).toEqual({ event: 'listDeleted', list_id: list.id, webhook_id: expect.any(String) });
  });

  it.each([
    ['a List', { list_id: Number(SPRINT) }, 1],
    ['a Folder', { folder_id: 901480202 }, 1],
    ['a Space', { space_id: 90140201 }, 2],
    ['the narrowest of several', { space_id: 90140201, list_id: Number(SPRINT) }, 1],
    ['nothing', {}, 3],
  ])('are limited to %s', async (_, scope, count) => {
    await subscribe({ ...scope, events: ['taskCreated', 'spaceUpdated'] });
    await subscribe({ events: ['spaceUpdated'] });
    for (const list of [SPRINT, BUGS, '90144360445']) await newTask({}, list);
    await until(
      async () => (await events()).length,
      (length) => length >= count,
    );
    expect((await events()).filter((name) => name === 'taskCreated')).toHaveLength(count);
  });

  it('never tell what the owner of the webhook may not see', async () => {
    await subscribe({}, 'pk_sandbox_member');
    const lists = (await ask('GET /v2/space/90140206/list')).body.lists;
    await newTask({}, lists[0].id);
    expect(await events()).toEqual([]);
  });

  it('go to this machine only', async () => {
    const { id } = await subscribe({ endpoint: 'http://192.0.2.1/hook' });
    await subscribe();
    await newTask();
    expect(await events()).toEqual(['taskCreated', 'taskStatusUpdated']);
    expect((await own()).find((each: { id: string }) => each.id === id).health).toEqual({
      status: 'active',
      fail_count: 0,
    });
  });
});

describe('health', () => {
  it('five attempts for each event, then a failure; a success clears the record and nothing is sent again', async () => {
    await subscribe({ events: ['taskCreated'] });
    answer = 500;
    await newTask();
    expect(await until(health, ({ fail_count }) => fail_count > 0)).toEqual({ status: 'failing', fail_count: 1 });
    expect(received).toHaveLength(5);
    expect(new Set(received.map(({ raw }) => raw)).size).toBe(1);
    answer = 204;
    const { id } = await newTask();
    expect(await until(health, ({ status }) => status === 'active')).toEqual({ status: 'active', fail_count: 0 });
    expect(received.slice(5).map(({ event }) => event.task_id)).toEqual([id]);
  });

  it('410 suspends at once, and an update to active wakes it up', async () => {
    const { id } = await subscribe({ events: ['taskCreated'] });
    answer = 410;
    await newTask();
    expect(await until(health, ({ status }) => status === 'suspended')).toEqual({ status: 'suspended', fail_count: 0 });
    await newTask();
    expect(received).toHaveLength(1);
    answer = 200;
    await ask(`PUT /v2/webhook/${id}`, { endpoint: endpoint(), events: 'taskCreated', status: 'active' });
    await newTask();
    await until(
      () => received.length,
      (count) => count === 2,
    );
    expect((await health()).status).toBe('active');
  });

  it('a hundred failures suspend', async () => {
    await subscribe({ endpoint: 'http://127.0.0.1:9/closed', events: ['taskCreated'] });
    for (let index = 0; index < 99; index++) await newTask();
    expect(await until(health, ({ fail_count }) => fail_count === 99)).toEqual({ status: 'failing', fail_count: 99 });
    await newTask();
    expect(await until(health, ({ fail_count }) => fail_count === 100)).toEqual({
      status: 'suspended',
      fail_count: 100,
    });
  });
});
