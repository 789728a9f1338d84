import { ADMIN_ENV, ADMIN_TOKEN, type Administering, api, keyOf } from '../support/administrators.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { session } from '../support/connect.js';
import { FormBrowser } from '../support/form-browser.js';
import { query } from '../support/postgres.js';
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
const seenBy = async (token: string) =>
  (JSON.parse((await api(app, token, `GET ${HERE}`)).body) as { data: { id: string }[] }).data;
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
  expect((await seenBy(admin.token)).find((one) => one.id === id)).toMatchObject({ own: false });
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

test('who administers the Workspace sees that something waits for others, and nothing of what is in it, and can refuse it only', async () => {
  const [admin, member] = await Promise.all([keyOf(app, 'pk_sandbox_admin'), keyOf(app, 'pk_sandbox_member')]);
  for (const [token, by] of [
    [admin.token, admin.personId],
    [ADMIN_TOKEN, null],
  ] as const) {
    const name = `Secret of ${by ?? 'the operator'}`;
    const id = await waiting(name);
    const seen = await api(app, token, `GET ${HERE}`);
    expect(seen.body).not.toContain(name);
    expect((JSON.parse(seen.body) as { data: object[] }).data).toContainEqual({
      id,
      tool: 'create_task',
      risk: 'normal',
      own: false,
      actor: expect.stringMatching(/^[\da-f-]{36}$/),
      summary: null,
      current: null,
      arguments: null,
      asked_by: null,
      for_hour: false,
      created_at: expect.any(String),
      expires_at: expect.any(String),
    });
    expect(await seenBy(member.token)).toEqual([]);
    expect([403, 404]).toContain(await decide(token, id, 'approve'));
    expect([await decide(member.token, id, 'refuse'), await decide(token, id, 'refuse')]).toEqual([404, 200]);
    expect(await decide(own!.token, id, 'approve')).toBe(404);
    expect((await create(name)).isError).toBe(true);
    expect(made(name)).toBe(0);
    const [row] = await query<{ decided_by: string; detail: string }>(
      app.databaseUrl,
      `SELECT decided_by, (SELECT detail FROM audit_events e WHERE e.approval = a.id AND event = 'approval_refused') AS detail FROM approvals a WHERE id = '${id}'`,
    );
    expect(row).toMatchObject({
      decided_by: by ?? 'operator',
      detail: expect.stringContaining('"by":"administrator"'),
    });
  }
});

test("on the console one reads one's own, sees that others have some, and refuses", async () => {
  const [owner, admin] = [new FormBrowser(app.url), new FormBrowser(app.url)];
  const page = '/console/12345/approvals';
  for (const [browser, credential] of [
    [owner, 'pk_sandbox_owner'],
    [admin, 'pk_sandbox_admin'],
  ] as const) {
    await browser.get('/console/sign-in');
    await browser.get((await browser.post('/console/credential', { clickup_key: credential })).location!);
  }
  const [first, second] = [await waiting('On the console'), await waiting('Refused on the console')];
  expect((await owner.get(page)).html).toContain(`href="/approvals/${first}"`);
  const { html } = await admin.get(page);
  expect(html).toContain(`${page}/${second}/refuse`);
  expect(html).not.toContain(`href="/approvals/${second}"`);
  expect(html).not.toContain('on the console');
  for (const [browser, id] of [
    [admin, second],
    [owner, first],
  ] as const)
    expect((await browser.post(`${page}/${id}/refuse`, {})).location).toBe(`${page}?done=refused`);
  expect((await admin.post(`${page}/${second}/refuse`, {})).status).toBe(404);
  for (const name of ['On the console', 'Refused on the console']) expect((await create(name)).isError).toBe(true);
});
