import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { type Policy } from '#libs/permissions';
import { apiKey, OWNER } from '../support/connect.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { API_KEY_MODE: 'user_bound', TEAM_ID: '12345' } });
});
afterAll(() => app.close());

const keyWith = async ({ policy }: { policy: Policy }): Promise<string> =>
  (await apiKey(app.gateway, { ...OWNER, policy })).token;

interface Answer {
  result?: {
    instructions?: string;
    tools?: { name: string; inputSchema: { properties: Record<string, any> } }[];
    content?: { text: string }[];
    isError?: boolean;
  };
  error?: { code: number; message: string; data: { details: string } };
}

const ask = async (key: string, method: string, params: object = {}, url = app.url): Promise<Answer> => {
  const answer = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return (await answer.json()) as Answer;
};
const instructions = async (key: string, url = app.url) => {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } };
  return (await ask(key, 'initialize', params, url)).result?.instructions;
};
const call = (key: string, name: string, args: object = {}) => ask(key, 'tools/call', { name, arguments: args });

test('who may only read is told so, and where a person can change it', async () => {
  const key = await keyWith({ policy: { mode: 'read' } });
  expect(await instructions(key)).toMatch(/You may only read\. A person can change that at http\S+\/sessions, and/);
  const refused = await call(key, 'update_task', { task_id: 'ENG-123', status: 'complete' });
  expect(refused.error).toMatchObject({
    code: -32_602,
    message: 'Unknown tool: update_task',
    data: { details: expect.stringMatching(/This connection is read-only\. A person can change that at http/) },
  });
  // A tool that has never been is answered in the same words.
  const invented = await call(key, 'update_everything');
  expect(invented.error?.data.details).toBe(refused.error?.data.details);
});

test('who may write everywhere is told nothing but that', async () => {
  const key = await keyWith({ policy: { mode: 'write' } });
  expect(await instructions(key)).toMatch(/You may read and write\.$/);
  expect((await call(key, 'no_such_tool')).error?.data.details).toBe('Take a name from tools/list.');
});

test('who may write in some places is told in which', async () => {
  const write = { spaces: [], folders: [], lists: ['90144360426'] };
  const key = await keyWith({ policy: { mode: 'selective', write } });
  expect(await instructions(key)).toMatch(/Writing: Only in List 90144360426\. A person can change that/);
});

test('where the operator allows reading only, no page is named', async () => {
  const reading = await startTestApp({ env: { WRITE_MODE: 'read', TEAM_ID: '12345' }, beside: app });
  expect(await instructions(WRITE_KEY, reading.url)).toMatch(/Only the operator of this gateway can change that/);
  await reading.close();
});

const propertiesOf = async (key: string, tool: string) =>
  (await ask(key, 'tools/list')).result?.tools?.find(({ name }) => name === tool)?.inputSchema.properties ?? {};
const textOf = (answer: Answer) => answer.result?.content?.[0]?.text;

test('an argument whose operation is not granted exists neither in the schema nor in a call', async () => {
  const all = await keyWith({ policy: { mode: 'write' } });
  const tasks = await keyWith({ policy: { mode: 'write', toolsets: ['tasks'] } });
  const updates = await keyWith({ policy: { mode: 'write', methods: ['get', 'list', 'update'] } });
  const argumentsOf = async (key: string) => Object.keys(await propertiesOf(key, 'update_task'));
  expect(await argumentsOf(all)).toEqual(expect.arrayContaining(['add_tags', 'remove_tags', 'fields', 'list_id']));
  expect(await argumentsOf(tasks)).toEqual(expect.arrayContaining(['add_tags', 'remove_tags', 'list_id']));
  expect(await argumentsOf(tasks)).not.toContain('fields');
  for (const name of ['add_tags', 'remove_tags', 'fields', 'list_id'])
    expect(await argumentsOf(updates)).not.toContain(name);
  expect((await propertiesOf(all, 'get_task')).include.items.enum).toContain('comments');
  expect((await propertiesOf(tasks, 'get_task')).include.items.enum).not.toContain('comments');
  const fields = await call(tasks, 'update_task', {
    task_id: 'ENG-123',
    fields: [{ name: 'Severity', value: 'Minor' }],
  });
  expect(textOf(fields)).toMatch(/^Error: Unknown parameter: fields\./);
  const tags = await call(updates, 'update_task', { task_id: 'ENG-123', add_tags: ['bug'] });
  expect(textOf(tags)).toMatch(/^Error: Unknown parameter: add_tags\./);
  const value = await call(tasks, 'get_task', { task_id: 'ENG-123', include: ['comments'] });
  expect(textOf(value)).toMatch(/^Error: include\[0\]: "comments" is not one of /);
});

test('what one argument can name of several kinds is limited to those that are granted', async () => {
  const all = await keyWith({ policy: { mode: 'write' } });
  const some = await keyWith({ policy: { mode: 'write', toolsets: ['search', 'tasks', 'workspace', 'comments'] } });
  expect((await propertiesOf(all, 'find_objects')).kind.enum).toContain('doc');
  expect((await propertiesOf(some, 'find_objects')).kind.enum).toEqual(['person', 'guest']);
  expect((await propertiesOf(some, 'get_list')).include.items.enum).toEqual(['details', 'features']);
  for (const id of ['Q4 Architecture', 'Reduce Churn', 'channel:general']) {
    expect((await call(all, 'fetch', { id })).result?.isError).toBe(false);
    expect(textOf(await call(some, 'fetch', { id }))).toMatch(
      /^Error: Not allowed: the toolset (docs|goals|chat) was not granted/,
    );
  }
  expect((await call(some, 'fetch', { id: 'ENG-123' })).result?.isError).toBe(false);
  expect(textOf(await call(all, 'search', { query: 'Reduce Churn' }))).toContain('Reduce Churn');
  const found = textOf(await call(some, 'search', { query: 'Reduce Churn' }))!;
  expect(found).not.toContain('"goal:');
  expect(found).toContain('goals were not searched');
  expect((await call(all, 'list_comments', { on: '#general' })).result?.isError).toBe(false);
  expect(textOf(await call(some, 'list_comments', { on: '#general' }))).toMatch(
    /^Error: Not allowed: the toolset chat/,
  );
});
