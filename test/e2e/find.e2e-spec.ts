import { type Workspace } from '../../apps/sandbox/src/world/types.js';
import { SECOND_KEY, startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';

let app: TestApp;
let client: TestClient;
const [, connect] = CLIENTS[0]!;
beforeAll(async () => {
  app = await startTestApp();
  client = await connect(app.url, WRITE_KEY);
});
afterAll(async () => {
  await client.close();
  await app.close();
});

const world = (): Workspace => app.sandbox.world.workspace('12345');
const ask = (name: string, args: Record<string, unknown>) => client.call(name, args);
async function requests<T>(work: () => Promise<T>): Promise<[T, number]> {
  const before = app.sandbox.requests().length;
  const answer = await work();
  return [answer, app.sandbox.requests().length - before];
}
const column = ({ structured }: Awaited<ReturnType<typeof ask>>, name: string): string[] =>
  structured.rows.map((row: string[]) => row[structured.columns.indexOf(name)] ?? '');
const isOpen = ({ archived, status }: { archived: boolean; status: { type: string } }) =>
  !archived && !['done', 'closed'].includes(status.type);

test('the very task is found, alone, and the second search costs nothing', async () => {
  const args = { text: 'Refactor Login Component' };
  const found = await ask('find_tasks', args);
  expect(found.structured).toMatchObject({ total: 1, complete: true, rows: [expect.arrayContaining(['ENG-123'])] });
  const [again, cost] = await requests(() => ask('find_tasks', args));
  expect(again.structured.rows).toEqual(found.structured.rows);
  expect(cost).toBe(0);
});

test.each([
  [
    { statuses: ['blocked'], within: ['Incoming Bugs'] },
    /no status "blocked" in Engineering \/ Incoming Bugs.*new, triaged, fixed, closed/,
  ],
  [{ tags: ['frontent'] }, /no tag "frontent".*frontend/],
  [{ fields: ['Severity = Hgh'], within: ['Incoming Bugs'] }, /no option "hgh".*Low, Medium, High, Critical/],
  [{ assignees: ['Zaphod'] }, /assignees: /],
])('%j is refused with what there is', async (args, message) => {
  const { isError, text } = await ask('find_tasks', args);
  expect(isError).toBe(true);
  expect(text).toMatch(message);
});

test('a field, nobody, a priority and what is overdue: as it is in ClickUp', async () => {
  const bugs = () => world().tasks.filter((task) => task.list.name === 'Incoming Bugs' && isOpen(task));
  const names = (tasks: readonly { name: string }[]) => tasks.map(({ name }) => name).sort();
  const said = async (args: object) =>
    column(await ask('find_tasks', { within: ['Incoming Bugs'], ...args }), 'name').sort();
  expect(await said({ assignees: ['none'] })).toEqual(names(bugs().filter(({ assignees }) => assignees.length === 0)));
  expect(await said({ priority: ['urgent'] })).toEqual(names(bugs().filter(({ priority }) => priority === 1)));
  expect(await said({ due: 'overdue' })).toEqual(names(bugs().filter(({ due }) => due !== null && due < Date.now())));
  const critical = await said({ fields: ['Severity = Critical'] });
  const others = await said({ fields: ['Severity != Critical'] });
  expect([...critical, ...others].sort()).toEqual(names(bugs()));
  expect(critical).toContain('Frontend: date picker off by one day');
});

test('counts are those of ClickUp, add up, and are found in the index', async () => {
  const [{ structured }, cost] = await requests(() =>
    ask('find_tasks', { within: ['Engineering'], count_by: 'status' }),
  );
  const tasks = world().tasks.filter((task) => task.list.folder.space.name === 'Engineering' && !task.archived);
  const rows = structured.rows as string[][];
  expect(rows.at(-1)).toEqual([
    '(all tasks)',
    String(tasks.filter(isOpen).length),
    expect.any(String),
    String(tasks.length),
  ]);
  expect(rows.slice(0, -1).reduce((sum, row) => sum + Number(row[3]), 0)).toBe(tasks.length);
  expect(cost).toBeLessThanOrEqual(1);
});

test('what was just made, renamed and deleted is right in the very next answer', async () => {
  const made = await ask('create_task', { list_id: '90144360426', name: 'Zebra crossing' });
  const ref = made.structured.id as string;
  expect((await ask('find_tasks', { text: 'zebra' })).structured.total).toBe(1);
  await ask('update_task', { task_id: 'Zebra crossing', name: 'Giraffe crossing' });
  expect((await ask('find_tasks', { text: 'zebra' })).structured.total).toBe(0);
  expect((await ask('find_tasks', { text: 'giraffe' })).structured.total).toBe(1);
  const preview = await ask('call_write_operation', { operation: 'DeleteTask', path: { task_id: ref } });
  await ask('confirm_change', { confirm_token: preview.structured.confirm_token });
  expect((await ask('find_tasks', { text: 'giraffe' })).structured).toMatchObject({ total: 0, rows: [] });
});

test('what somebody else deleted is not shown once the changes were asked for', async () => {
  const made = await ask('create_task', { list_id: '90144360426', name: 'Okapi' });
  expect((await ask('find_tasks', { text: 'okapi' })).structured.total).toBe(1);
  await fetch(`${app.sandbox.url}/api/v2/task/${made.structured.id}`, {
    method: 'DELETE',
    headers: { authorization: 'pk_sandbox_owner' },
  });
  const { isError, text } = await ask('get_task', { task_id: 'Okapi' });
  expect(isError).toBe(true);
  expect(text).not.toContain('Team not authorized');
});

test('an index is of one caller: another credential sees none of it', async () => {
  const other = await startTestApp({ env: { CLICKUP_API_TOKEN: 'pk_sandbox_other' }, beside: app });
  const stranger = await connect(other.url, SECOND_KEY);
  const { isError, text } = await stranger.call('find_tasks', { text: 'Refactor Login Component' });
  expect(isError || !text.includes('ENG-123')).toBe(true);
  await stranger.close();
  await other.close();
});

test('search and fetch: words lead to ids, ids to texts', async () => {
  const { structured } = await ask('search', { query: 'Event bus' });
  expect(structured.results[0]).toMatchObject({
    title: expect.stringContaining('Event bus'),
    metadata: { scope: expect.stringContaining('all') },
  });
  for (const { id } of structured.results as { id: string }[]) {
    const read = await ask('fetch', { id });
    expect(read).toMatchObject({ isError: false, structured: { id, text: expect.stringMatching(/bus/i) } });
    expect(JSON.parse(read.text)).toEqual(read.structured);
  }
});

test.each([
  ['ENG-123', 'task', 'Refactor Login Component'],
  ['Refactor Login Component', 'task', 'in progress'],
  ['Reduce Churn', 'goal', 'Monthly churn'],
  ['Q4 Architecture', 'doc', 'Rollback plan'],
  ['Frontend bugs', 'view', 'Checkout page loads twice'],
  ['general', 'channel', 'Release 4.2 is out'],
  ['Backend', 'folder', 'Sprint 42'],
  ['https://app.clickup.com/12345/v/li/90144360426', 'list', 'Fix memory leak'],
])('fetch %s', async (id, kind, words) => {
  const { structured } = await ask('fetch', { id });
  expect(structured).toMatchObject({ metadata: { kind }, text: expect.stringContaining(words) });
});
