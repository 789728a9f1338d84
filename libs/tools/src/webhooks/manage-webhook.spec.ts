import { type Call, type FakeContext, fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { manageWebhook } from './manage-webhook.js';

const URL = 'https://hooks.example/a';
const webhook = (overrides: object = {}) => ({
  id: 'w1',
  userid: 1,
  team_id: 9,
  endpoint: URL,
  client_id: 'c',
  events: ['taskCreated'],
  task_id: null,
  list_id: null,
  folder_id: null,
  space_id: null,
  health: { status: 'suspended', fail_count: 100 },
  secret: 'not to be shown',
  ...overrides,
});
const changed = ({ body = {} }: Call) => ({
  id: 'w1',
  webhook: webhook({
    endpoint: body.endpoint,
    events: String(body.events).split(','),
    health: { status: body.status, fail_count: 0 },
  }),
});
const context = (answers: object = {}): FakeContext =>
  fakeContext({
    GetWebhooks: { webhooks: [webhook()] },
    CreateWebhook: ({ body }: Call) => ({ id: 'w2', webhook: webhook({ id: 'w2', ...body }) }),
    UpdateWebhook: changed,
    DeleteWebhook: {},
    ...answers,
  });
const manage = (args: Record<string, unknown>, made = context()) =>
  manageWebhook.handler(input(manageWebhook, args), made);

test('an unknown https address makes one, for a place', async () => {
  const made = context();
  const args = { webhook: 'https://hooks.example/b', events: ['taskDeleted'], within: 'Backend' };
  expect(await manage(args, made)).toMatchObject({ outcome: 'created', webhook_id: 'w2', events: 'taskDeleted' });
  expect(made.calls.at(-1)!.body).toEqual({ endpoint: args.webhook, events: args.events, folder_id: 200 });
});

test('what is not asked stays, and a suspended one wakes up', async () => {
  const made = context();
  expect(await manage({ webhook: URL, wake: true }, made)).toMatchObject({
    outcome: 'changed',
    applied: ['health: suspended → active'],
  });
  expect(made.calls.at(-1)!.body).toEqual({ endpoint: URL, events: 'taskCreated', status: 'active' });
});

test('what ClickUp ignored is not applied', async () =>
  expect(
    await manage(
      { webhook: URL, events: ['taskDeleted'] },
      context({ UpdateWebhook: { id: 'w1', webhook: webhook() } }),
    ),
  ).toMatchObject({
    outcome: 'unchanged',
    not_applied: [{ field: 'events', wanted: 'taskDeleted', is: 'taskCreated' }],
  }));

test('a preview says what would be sent where, and the secret never shows', async () => {
  const args = input(manageWebhook, { webhook: 'https://hooks.example/b' });
  expect((await manageWebhook.preview!(args, context()))!.summary).toBe(
    'Webhook: send all events of the whole Workspace to https://hooks.example/b.',
  );
  expect(await manageWebhook.preview!(input(manageWebhook, { webhook: URL }), context())).toBeUndefined();
  expect(JSON.stringify(await manage({ webhook: URL, delete: true }))).not.toContain('not to be shown');
});

test.each([
  [{ webhook: 'http://hooks.example/b' }, /^webhook: there is none of this id or address\. Those there are: https/],
  [{ webhook: 'https://hooks.example/b', delete: true }, /^webhook: there is none of this address to change/],
  [{ webhook: URL, within: 'Backend' }, /^within: ClickUp cannot change where/],
])('%j is refused', async (args, message) => expect(manage(args)).rejects.toThrow(message));

example(manageWebhook, { webhook: 'https://hooks.example/b' });
