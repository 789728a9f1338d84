import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { asking } from '../support/ask.js';
import { CLIENTS, type TestClient } from '../support/clients.js';
import { ACME, L1 } from '../support/scoped.js';

/** The whole way from an MCP client to ClickUp, where the operator lets everybody write in one List only. */
let app: TestApp;
let client: TestClient;
let t1: { id: string; custom_id: string };
let t2: { id: string; custom_id: string };
let c1: string;
const ask = asking(() => app.sandbox.url, '/api/v2');
/** A List beside L1, in the same Folder. */
let L2: string;

beforeAll(async () => {
  app = await startTestApp({
    env: { WRITE_MODE: 'selective', WRITE_ALLOWED_LISTS: L1, CONFIRM_DESTRUCTIVE: 'never' },
    sandbox: { tasks: 120 },
  });
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
  const { folder } = (await ask(`GET /list/${L1}`)).body;
  L2 = (await ask(`GET /folder/${folder.id}/list`)).body.lists.find(({ id }: { id: string }) => id !== L1).id;
  const create = async (list: string) => (await ask(`POST /list/${list}/task`, { name: 'x' })).body;
  [t1, t2] = [await create(L1), await create(L2)];
  c1 = String((await ask(`POST /task/${t1.id}/comment`, { comment_text: 'x', notify_all: false })).body.id);
});
afterAll(async () => {
  await client.close();
  await app.close();
});

/** The answer, and how many writes reached ClickUp. */
async function call(tool: string, args: Record<string, unknown>) {
  const before = app.sandbox.stats().writes;
  const { isError, text, structured } = await client.call(tool, args);
  return { isError, text, structured, writes: app.sandbox.stats().writes - before };
}
const refused = async (tool: string, args: Record<string, unknown>) =>
  expect(await call(tool, args)).toMatchObject({ isError: true, writes: 0 });
const allowed = async (tool: string, args: Record<string, unknown>) =>
  expect(await call(tool, args)).toMatchObject({ isError: false, writes: 1 });

it('a task is made in the List, by any name of it, and nowhere else', async () => {
  for (const list_id of [L1, 'Engineering / Backend / Sprint 42', `https://app.clickup.com/${ACME}/v/li/${L1}`])
    await allowed('create_task', { list_id, name: 'x' });
  for (const list_id of [L2, `https://app.clickup.com/${ACME}/v/li/${L2}`, 'Engineering / Backend / Sprint 41'])
    await refused('create_task', { list_id, name: 'x' });
  await refused('create_task', { list_id: L1, name: 'x', parent: t2.custom_id });
});

it('one task is judged alike under all its names', async () => {
  const names = ({ id, custom_id }: typeof t1) => [
    id,
    id.toUpperCase(),
    `CU-${id}`,
    `#${id}`,
    custom_id,
    custom_id.toLowerCase(),
    `https://app.clickup.com/t/${id}`,
    `https://app.clickup.com/t/${ACME}/${custom_id}`,
  ];
  // Each time another name: what is so already is not written.
  for (const task_id of names(t1)) await allowed('update_task', { task_id, name: `by ${task_id}` });
  for (const task_id of names(t2)) {
    await refused('update_task', { task_id, name: 'y' });
    await refused('call_write_operation', { operation: 'UpdateTask', path: { task_id }, body: { name: 'y' } });
    await refused('call_write_operation', {
      operation: 'AddDependency',
      path: { task_id: t1.id },
      body: { depends_on: task_id },
    });
  }
});

it('of 12 tasks the seventh lies outside: none is made', async () => {
  const tasks = (foreign: number) =>
    Array.from({ length: 12 }, (_, index) => ({ name: `n${index}`, list_id: index === foreign ? L2 : L1 }));
  await refused('bulk_create_tasks', { tasks: tasks(6) });
  expect(await call('bulk_create_tasks', { tasks: tasks(-1) })).toMatchObject({ isError: false, writes: 12 });
  await refused('bulk_create_tasks', { tasks: Array.from({ length: 51 }, () => ({ name: 'x', list_id: L1 })) });
});

it('a comment is judged by its task', async () => {
  const change = { operation: 'UpdateComment', path: { comment_id: c1 }, body: { comment_text: 'y' } };
  await refused('call_write_operation', change);
  await refused('call_write_operation', { ...change, parent: { task_id: t2.id } });
  await allowed('call_write_operation', { ...change, parent: { task_id: t1.custom_id } });
});

it('a write that raced with a move is reported, counted and logged', async () => {
  await allowed('update_task', { task_id: t1.id, name: 'z' });
  expect(await ask(`PUT /api/v3/workspaces/${ACME}/tasks/${t1.id}/home_list/${L2}`, {})).toMatchObject({ status: 200 });
  const response = await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${WRITE_KEY}`,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'update_task', arguments: { task_id: t1.id, name: 'late' } },
    }),
  });
  expect(await response.json()).toMatchObject({ result: { isError: false, _meta: { scope_violation: 1 } } });
  expect(app.log()).toContain('scope_violation');
  await refused('update_task', { task_id: t1.id, name: 'later' });
});
