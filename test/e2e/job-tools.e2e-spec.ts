import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';

// Tools that are not listed are found by the search and called through the long tail as if by their own name.

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp({ env: { TEAM_ID: '12345' } });
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
});
afterAll(async () => {
  await client.close();
  await app.close();
});

const read = (operation: string, args: object = {}) => client.call('call_read_operation', { operation, args });
const write = (operation: string, args: object = {}) => client.call('call_write_operation', { operation, args });

test('a job tool is found, not listed, and does its work', async () => {
  const { text } = await client.call('search_operations', { query: 'merge two duplicate tickets' });
  expect(text).toContain('merge_tasks');
  expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('merge_tasks');
  const refused = await write('merge_tasks', { nonsense: 1 });
  // The words of the tool itself.
  expect(refused.text).toMatch(/Unknown parameter: nonsense\..*merge_tasks takes/);
});

test('its preview and its confirmation are its own', async () => {
  const before = app.sandbox.stats().writes;
  const shown = await write('merge_tasks', { task_id: 'ENG-123', from: ['ENG-101'] });
  expect(shown.isError ? shown.text : '').toBe('');
  expect(shown.structured).toMatchObject({ confirm_token: expect.any(String) });
  expect(app.sandbox.stats().writes).toBe(before);
  const done = await client.call('confirm_change', { confirm_token: shown.structured.confirm_token });
  expect(done.isError ? done.text : '').toBe('');
  expect(app.sandbox.stats().writes).toBe(before + 1);
});

test('the caller must be of its kind', async () => {
  expect((await read('merge_tasks', { task_id: 'a' })).text).toMatch(
    /changes ClickUp: call it with call_write_operation/,
  );
  expect((await write('audit_log')).text).toMatch(/only reads: call it with call_read_operation/);
});

test('one that is disabled is not there under any name, and neither is its operation', async () => {
  const without = await startTestApp({ env: { DISABLED_TOOLS: 'merge_tasks' }, beside: app });
  const other = await CLIENTS[0]![1](without.url, WRITE_KEY);
  const answer = await other.call('call_write_operation', { operation: 'merge_tasks', args: {} });
  expect(answer.text).toMatch(/no operation or tool of this name/);
  expect((await other.call('call_write_operation', { operation: 'mergeTasks', args: {} })).isError).toBe(true);
  expect((await other.call('search_operations', { query: 'merge two tickets' })).text).not.toContain('merge_tasks');
  await other.close();
  await without.close();
});

test('read-only, no write is found or called', async () => {
  const reading = await startTestApp({ env: { WRITE_MODE: 'read' }, beside: app });
  const other = await CLIENTS[0]![1](reading.url, WRITE_KEY);
  const { structured } = await other.call('search_operations', { query: 'merge two duplicate tickets' });
  for (const [, kind, , summary] of structured.rows as string[][]) expect([kind, summary]).not.toContain('write');
  const answer = await other.call('call_read_operation', { operation: 'merge_tasks', args: {} });
  expect(answer.isError).toBe(true);
  await expect(other.call('call_write_operation', { operation: 'merge_tasks', args: {} })).rejects.toThrow(
    /Unknown tool/,
  );
  await other.close();
  await reading.close();
});

test('names and words do for ids and dates, and the cursor leads to everything', async () => {
  const goal = await read('GetGoal', { goal_id: 'Reduce Churn' });
  expect(goal.text).toContain('Reduce Churn');
  const moved = await write('MoveFolder', { folder_id: 'Backend', space_id: 'Marketing' });
  expect(moved.structured).toMatchObject({
    done: 'Done. MoveFolder: folder_id Backend (901480202), space_id Marketing (90140203).',
    is: { name: 'Backend', space: { id: '90140203', name: 'Marketing' } },
  });
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const args = {
      operation: 'GetFilteredTeamTasks',
      args: { subtasks: true },
      fields: ['id'],
      ...(cursor && { cursor }),
    };
    const { structured } = await client.call('call_read_operation', args);
    const { tasks } = structured.answer as { tasks: { columns: string[]; rows: string[][] } };
    ids.push(...tasks.rows.map((row) => row[tasks.columns.indexOf('id')] ?? ''));
    cursor = structured.next_cursor as string | undefined;
  } while (cursor && ids.length < 5_000);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(150);
});
