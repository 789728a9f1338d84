import { ALIASES } from '#libs/tools';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';

/** How other servers call them (contract item 22), and words that must be in the answer. */
const CALLS: Readonly<Record<string, [args: Record<string, unknown>, ...words: string[]]>> = {
  list_all_click_up_spaces: [{}, 'Engineering', 'Leadership'],
  list_all_click_up_lists: [{ space_id: 'Engineering' }, 'Sprint 42', 'Incoming Bugs'],
  list_all_click_up_tasks: [{ list_id: 'Engineering / Frontend / Current Sprint' }, 'Refactor Login Component'],
  get_single_click_up_task_by_id: [{ id: 'ENG-123' }, 'Refactor Login Component'],
  create_a_click_up_task: [{ list_id: 'Sprint 42', name: 'By another name' }, 'By another name'],
  update_a_click_up_task_by_id: [{ id: 'ENG-123', status: 'in review' }, 'in review'],
  create_a_click_up_comment: [{ task_id: 'ENG-123', comment_text: 'Hello' }],
  get_single_click_up_doc_by_id: [{ id: 'Q4 Architecture' }, 'Overview'],
  get_single_click_up_goal_by_id: [{ id: 'Reduce Churn' }, 'Monthly churn'],
  list_all_click_up_search_docs: [{}, 'Q4 Architecture'],
  create_a_click_up_time_entry: [{ tid: 'ENG-123', duration: 3_600_000 }, '1h'],
  find_members: [{ query: 'David Mil' }, 'David Miller'],
};

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

test('each is tried here', () => expect(Object.keys(CALLS).sort()).toEqual(Object.keys(ALIASES).sort()));

test('none is listed', async () => {
  const { tools } = await client.listTools();
  expect(tools.filter(({ name }) => name in ALIASES)).toEqual([]);
});

test.each(Object.entries(CALLS))('%s', async (name, [args, ...words]) => {
  const answer = await client.call(name, args);
  expect(answer).toMatchObject({ isError: false });
  for (const word of words) expect(answer.text).toContain(word);
});

test('a plain list of assignees means exactly these', async () => {
  const people = async () => (await client.call('get_task', { task_id: 'ENG-123' })).structured.assignees as string;
  expect(await people()).toContain('Anna Fischer');
  await client.call('update_a_click_up_task_by_id', { id: 'ENG-123', assignees: ['David Miller'] });
  expect(await people()).toBe('David Miller');
});

test('whose tool is disabled does not exist under any name', async () => {
  const tools = [...new Set(Object.values(ALIASES).map(({ tool }) => tool))];
  const without = await startTestApp({ env: { DISABLED_TOOLS: tools.join(',') }, beside: app });
  const other = await CLIENTS[0]![1](without.url, WRITE_KEY);
  for (const [name, [args]] of Object.entries(CALLS))
    await expect(other.call(name, args)).rejects.toThrow(`Unknown tool: ${name}`);
  await other.close();
  await without.close();
});
