import { SECOND_KEY, startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';
import { query } from '../support/postgres.js';
import { SPRINT_42 } from '../support/samples/index.js';

let app: TestApp;
let replica: TestApp;
let client: TestClient;
let beside: TestClient;
let other: TestClient;

beforeAll(async () => {
  app = await startTestApp({ env: { TEAM_ID: '12345' }, sandbox: { tasks: 60 } });
  replica = await startTestApp({ env: { TEAM_ID: '12345' }, beside: app });
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
  beside = await CLIENTS[0]![1](replica.url, WRITE_KEY);
  other = await CLIENTS[0]![1](app.url, SECOND_KEY);
});
afterAll(async () => {
  await Promise.all([client.close(), beside.close(), other.close()]);
  await replica.close();
  await app.close();
});

const created = async (name: string): Promise<string> =>
  (await client.call('create_task', { list_id: SPRINT_42, name })).structured.id as string;
const preview = async (task: string): Promise<string> =>
  (await client.call('delete_task', { task_ids: [task] })).structured.confirm_token as string;
const isThere = async (task: string): Promise<boolean> => !(await client.call('get_task', { task_id: task })).isError;
const confirm = (by: TestClient, confirm_token: string) => by.call('confirm_change', { confirm_token });

test('the token alone does what was shown, on any replica, once', async () => {
  const task = await created('To go');
  const token = await preview(task);
  expect(await isThere(task)).toBe(true);
  expect(await confirm(beside, token)).toMatchObject({ isError: false });
  expect(await isThere(task)).toBe(false);
  expect(await confirm(client, token)).toMatchObject({ isError: true });
});

test('of twenty confirmations at once exactly one acts', async () => {
  const token = await preview(await created('Twenty'));
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => confirm(index % 2 ? client : beside, token)),
  );
  expect(answers.filter(({ isError }) => !isError)).toHaveLength(1);
});

test('another caller cannot confirm, and learns nothing', async () => {
  const task = await created('Mine');
  const token = await preview(task);
  const refused = await confirm(other, token);
  const invented = await confirm(other, 'invented');
  expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('Nothing was changed') });
  expect(refused.text).toBe(invented.text);
  expect(await isThere(task)).toBe(true);
});

test('what changed meanwhile is shown again before anything happens', async () => {
  const task = await created('Changing');
  const token = await preview(task);
  await client.call('update_task', { task_id: task, name: 'Changed meanwhile' });
  const again = await confirm(client, token);
  expect(again).toMatchObject({ isError: false, structured: { confirm_token: expect.any(String) } });
  expect(again.text).toContain('It has changed since the last preview');
  expect(await isThere(task)).toBe(true);
  expect(await confirm(client, again.structured.confirm_token as string)).toMatchObject({ isError: false });
  expect(await isThere(task)).toBe(false);
});

test('repeating the call with its token still works, and a mismatch says which argument differs', async () => {
  const [task, another] = [await created('Repeated'), await created('Another')];
  const confirm_token = await preview(task);
  const wrong = await client.call('delete_task', { task_ids: [another], confirm_token });
  expect(wrong).toMatchObject({ isError: true, text: expect.stringContaining('other arguments: task_ids differs') });
  expect(await client.call('delete_task', { task_ids: [task], confirm_token })).toMatchObject({ isError: false });
  expect([await isThere(task), await isThere(another)]).toEqual([false, true]);
});

test('it waits five minutes at most, and nobody who reads the database can read what waits', async () => {
  const secret = `Secret ${Date.now()}`;
  await client.call('bulk_create_tasks', {
    list_id: SPRINT_42,
    tasks: Array.from({ length: 11 }, (_, index) => ({ name: `${secret} ${index}` })),
  });
  const rows = await query<{ sealed: string; seconds: number }>(
    app.databaseUrl,
    `SELECT encode(sealed_call, 'escape') AS sealed, extract(epoch FROM expires_at - now())::int AS seconds
     FROM confirmations WHERE used_at IS NULL`,
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const { sealed, seconds } of rows) {
    expect(sealed).not.toContain('Secret');
    expect(seconds).toBeLessThanOrEqual(300);
  }
});
