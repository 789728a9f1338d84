import { ADMIN_ENV, ADMIN_TOKEN, type Administering, api, keyOf } from '../support/administrators.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { session } from '../support/connect.js';
import { L1 } from '../support/scoped.js';

const HERE = '/api/v1/workspaces/12345/approvals';

let app: TestApp;
/** The credential of a model, and those of the same person that no model has. */
let [model, own]: Administering[] = [];
beforeAll(async () => {
  app = await startTestApp({ env: { ...ADMIN_ENV, APPROVE: 'all_writes' } });
  [model, own] = await Promise.all([keyOf(app, 'pk_sandbox_owner'), keyOf(app, 'pk_sandbox_owner')]);
});
afterAll(() => app.close());

const create = (name: string) => callTool(app.url, model!.token, 'create_task', { list_id: L1, name });
const made = (name: string) => [...app.sandbox.world.tasks.values()].filter((task) => task.name === name).length;
const waiting = async (name: string): Promise<string> => (await create(name)).structuredContent.approval.id as string;
const decide = async (token: string, id: string, answer: 'approve' | 'refuse') =>
  (await api(app, token, `POST ${HERE}/${id}/${answer}`)).status;

test('a person approves with another credential of theirs, and exactly that call is carried out, once', async () => {
  const id = await waiting('Wanted');
  const { data } = JSON.parse((await api(app, own!.token, `GET ${HERE}`)).body) as { data: object[] };
  expect(data).toContainEqual(
    expect.objectContaining({
      id,
      tool: 'create_task',
      risk: 'normal',
      arguments: expect.objectContaining({ name: 'Wanted' }),
      for_hour: false,
    }),
  );
  expect(made('Wanted')).toBe(0);
  expect(await decide(own!.token, id, 'approve')).toBe(200);
  expect(await decide(own!.token, id, 'refuse')).toBe(404);
  await create('Wanted');
  expect(made('Wanted')).toBe(1);
  await create('Wanted');
  expect(made('Wanted')).toBe(1);
});

test('what was refused is not carried out', async () => {
  expect(await decide(own!.token, await waiting('Unwanted'), 'refuse')).toBe(200);
  expect((await create('Unwanted')).isError).toBe(true);
  expect(made('Unwanted')).toBe(0);
});

test('neither the credential that asks decides, nor a key that it makes, nor a session of a client, nor anybody else', async () => {
  const id = await waiting('Hostile');
  const body = { name: 'Another' };
  const key = JSON.parse((await api(app, model!.token, 'POST /api/v1/workspaces/12345/api-keys', body)).body) as {
    key: string;
  };
  const client = await session(app.gateway, app.databaseUrl, {
    workspaceId: '12345',
    person: { id: own!.personId, name: 'x' },
    credential: 'pk_sandbox_owner',
    policy: { mode: 'write' },
  });
  const admin = await keyOf(app, 'pk_sandbox_admin');
  for (const token of [model!.token, key.key, client.token, admin.token, ADMIN_TOKEN])
    expect([403, 404]).toContain(await decide(token, id, 'approve'));
  await create('Hostile');
  expect(made('Hostile')).toBe(0);
  expect(JSON.parse((await api(app, admin.token, `GET ${HERE}`)).body)).toEqual({ data: [] });
});

test('what administers is approved on the page only; over REST it can be refused', async () => {
  const { structuredContent } = await callTool(app.url, model!.token, 'call_write_operation', {
    operation: 'manage_webhook',
    args: { webhook: 'https://elsewhere.example/hook' },
  });
  const id = structuredContent.approval.id as string;
  const { data } = JSON.parse((await api(app, own!.token, `GET ${HERE}`)).body) as { data: object[] };
  expect(data).toContainEqual(expect.objectContaining({ id, risk: 'admin' }));
  expect(await decide(own!.token, id, 'approve')).toBe(404);
  expect(await decide(own!.token, id, 'refuse')).toBe(200);
});
