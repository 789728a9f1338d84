import { CATALOGUE } from '#libs/tools';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';

const LIST = '90144360426';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const writes = () => app.sandbox.requests().filter(({ method }) => method !== 'GET').length;
const requests = async (work: () => Promise<unknown>) => {
  const before = app.sandbox.requests().length;
  await work();
  return app.sandbox.requests().length - before;
};

describe.each(CLIENTS)('%s', (_, connect) => {
  let client: TestClient;
  beforeAll(async () => {
    client = await connect(app.url, WRITE_KEY);
  });
  afterAll(() => client.close());

  const ok = async (name: string, args: Record<string, unknown> = {}) => {
    const answer = await client.call(name, args);
    expect(answer).toMatchObject({ isError: false, text: expect.any(String) });
    return answer;
  };
  const column = ({ structured }: Awaited<ReturnType<typeof ok>>, name: string): unknown[] =>
    structured.rows.map((row: unknown[]) => row[structured.columns.indexOf(name)]);
  const newTask = async (name = `e2e ${Math.random()}`) =>
    (await ok('create_task', { list_id: LIST, name })).structured.id as string;

  test('lists every tool that is for the list, with schemas', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      CATALOGUE.filter(({ listed }) => listed !== false).map(({ name }) => name),
    );
    for (const { inputSchema } of tools)
      expect(inputSchema).toMatchObject({ type: 'object', properties: expect.anything() });
  });

  test('reads the hierarchy of the Workspace, by the call of the API reference', async () => {
    const { text } = await ok('get_workspace_hierarchy', { team_id: '12345' });
    for (const name of ['Engineering', 'Backend', 'Sprint 42', LIST]) expect(text).toContain(name);
    expect(await requests(() => ok('get_workspace_hierarchy'))).toBe(0);
  });

  test('creates a task by the call of the API reference, word for word, although its date is past', async () => {
    const { text, structured } = await ok('create_task', {
      list_id: LIST,
      name: 'Implement OAuth authentication',
      description: 'Add OAuth 2.0 + PKCE flow',
      priority: 1,
      due_date: '2025-02-15',
    });
    expect(text.split('\n')).toEqual([
      '✅ Task created successfully',
      '',
      `ID: ${structured.id}`,
      'Name: Implement OAuth authentication',
      expect.stringMatching(/^Status: \S/),
      'Priority: urgent',
      'Due: 2025-02-15 (Sat)',
      expect.stringMatching(/^URL: https:\/\/app\.clickup\.com\/t\//),
      expect.stringMatching(/^Custom ID: ENG-\d+$/),
      'List: Backend / Sprint 42',
    ]);
  });

  test('reads a task by id, custom id and URL, each in one request', async () => {
    const { structured } = await ok('get_task', { task_id: 'ENG-123' });
    for (const task_id of ['eng-123', structured.id, structured.url]) {
      expect(
        await requests(async () => expect((await ok('get_task', { task_id })).structured.id).toBe(structured.id)),
      ).toBe(1);
    }
  });

  test('finds my open tasks and a task by its words', async () => {
    const mine = await ok('find_tasks', { assignees: ['me'] });
    expect(mine.structured.rows.length).toBeGreaterThan(5);
    for (const people of column(mine, 'assignees')) expect(people).toContain('Anna');
    expect(column(await ok('find_tasks', { text: 'memory leak' }), 'name')[0]).toMatch(/memory leak/i);
  });

  test('pages through everything with cursors, without a gap or a duplicate', async () => {
    const ids: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await ok('find_tasks', { include_closed: true, ...(cursor ? { cursor } : {}) });
      ids.push(...column(page, 'ref'));
      cursor = page.structured.next_cursor;
    } while (cursor);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(300);
  });

  test('changes a task and reports what ClickUp ignored', async () => {
    const task_id = await newTask();
    const { structured } = await ok('update_task', {
      task_id,
      priority: 'high',
      due_date: 'tomorrow',
      add_assignees: ['Sarah Chen'],
      add_tags: ['Urgent'],
    });
    expect(structured).toMatchObject({
      applied: [
        'priority: none → high',
        expect.stringMatching(/^due_date: none → \d{4}-\d\d-\d\d \(\w{3}\)$/),
        'assignees: none → Sarah Chen',
        'tags: none → urgent',
      ],
    });
    expect(structured.not_applied).toBeUndefined();
  });

  test('Markdown survives a description and a comment', async () => {
    const markdown = '**Bold** and `code`\n\n- one\n- two';
    const task_id = (
      await ok('create_task', { list_id: 'Engineering / Backend / Sprint 42', name: 'md', description: markdown })
    ).structured.id;
    expect((await ok('get_task', { task_id, include: ['description'] })).structured.description).toContain(
      '**Bold** and `code`',
    );
    await ok('add_comment', { task_id, text: `Hello @[David Miller], ${markdown}` });
    const { text } = await ok('list_comments', { task_id });
    for (const part of ['@[David Miller]', '**Bold**', '`code`', '- one']) expect(text).toContain(part);
  });

  test('a running timer is shown as running, and stops', async () => {
    const task_id = await newTask();
    await ok('start_timer', { task_id });
    expect((await ok('list_time_entries', { range: 'today' })).text).toMatch(/running/);
    await ok('stop_timer');
    expect((await client.call('stop_timer')).isError).toBe(true);
  });

  test('logs time in words, by name of the task’s place', async () => {
    const { structured } = await ok('create_time_entry', {
      task_id: 'ENG-123',
      start: 'yesterday 9am',
      duration: '2h 30m',
      billable: true,
    });
    expect(structured).toMatchObject({ duration: '2h 30m' });
  });

  test('deletes only after a preview, and a token works once', async () => {
    const task_id = await newTask('to be deleted');
    const before = writes();
    const preview = await ok('delete_task', { task_id });
    expect(preview.structured).toMatchObject({
      confirm_token: expect.any(String),
      preview: { summary: expect.stringContaining('to be deleted') },
    });
    expect(writes()).toBe(before);
    const { confirm_token } = preview.structured;
    expect((await ok('delete_task', { task_id, confirm_token })).structured).toMatchObject({ deleted: 1 });
    expect(writes()).toBe(before + 1);
    expect((await client.call('get_task', { task_id })).meta.error.code).toBe('clickup_not_found');
  });

  test('a preview of a task that has changed since is shown again', async () => {
    const task_id = await newTask();
    const { confirm_token } = (await ok('delete_task', { task_id })).structured;
    await ok('update_task', { task_id, name: 'changed meanwhile' });
    const again = await ok('delete_task', { task_id, confirm_token });
    expect(again.structured.preview.summary).toMatch(/changed since/);
    expect((await ok('get_task', { task_id })).structured.name).toBe('changed meanwhile');
  });

  test('creates ten at once, eleven only after a preview', async () => {
    const tasks = (count: number) => Array.from({ length: count }, (__, index) => ({ name: `bulk ${index}` }));
    expect((await ok('bulk_create_tasks', { list_id: LIST, tasks: tasks(10) })).structured.created).toBe(10);
    const before = writes();
    const preview = await ok('bulk_create_tasks', { list_id: LIST, tasks: tasks(11) });
    expect(writes()).toBe(before);
    const done = await ok('bulk_create_tasks', {
      list_id: LIST,
      tasks: tasks(11),
      confirm_token: preview.structured.confirm_token,
    });
    expect(done.structured).toMatchObject({ created: 11 });
    expect(writes()).toBe(before + 11);
    const twice = await client.call('bulk_create_tasks', {
      list_id: LIST,
      tasks: tasks(11),
      confirm_token: preview.structured.confirm_token,
    });
    expect(twice).toMatchObject({
      isError: true,
      meta: { error: { code: 'invalid_parameters', details: { parameter: 'confirm_token' } } },
    });
    expect(writes()).toBe(before + 11);
  });

  test('one bad item among fifty creates none', async () => {
    const before = writes();
    const tasks = [
      ...Array.from({ length: 9 }, () => ({ name: 'fine' })),
      { name: 'bad', list_id: 'No / Such / List' },
    ];
    expect((await client.call('bulk_create_tasks', { list_id: LIST, tasks })).isError).toBe(true);
    expect(writes()).toBe(before);
  });

  test('an ambiguous name answers with the candidates', async () => {
    const { isError, meta, text } = await client.call('get_list', { list_id: 'Ideas' });
    expect(isError).toBe(true);
    expect(meta.error.details.candidates.length).toBeGreaterThan(1);
    expect(text).toContain('Ideas');
  });
});

test('a token can be used up once, however many try at the same time', async () => {
  const [, connect] = CLIENTS[0]!;
  const client = await connect(app.url, WRITE_KEY);
  const tasks = Array.from({ length: 11 }, (_, index) => ({ name: `race ${index}` }));
  const { confirm_token } = (await client.call('bulk_create_tasks', { list_id: LIST, tasks })).structured;
  const before = writes();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => client.call('bulk_create_tasks', { list_id: LIST, tasks, confirm_token })),
  );
  expect(answers.filter(({ isError }) => !isError)).toHaveLength(1);
  expect(writes()).toBe(before + 11);
  await client.close();
});

describe('CONFIRM_DESTRUCTIVE=never', () => {
  let bold: TestApp;
  beforeAll(async () => {
    bold = await startTestApp({ env: { CONFIRM_DESTRUCTIVE: 'never' } });
  });
  afterAll(() => bold.close());

  test('acts at once', async () => {
    const client = await CLIENTS[0]![1](bold.url, WRITE_KEY);
    const { id } = (await client.call('create_task', { list_id: LIST, name: 'short-lived' })).structured;
    expect((await client.call('delete_task', { task_id: id })).structured).toMatchObject({ deleted: 1 });
    await client.close();
  });
});

describe('read-only keys', () => {
  let readOnly: TestApp;
  beforeAll(async () => {
    readOnly = await startTestApp({ env: { MCP_API_KEY_WRITE_MODE: 'read' } });
  });
  afterAll(() => readOnly.close());

  test.each(CLIENTS)('%s: a write tool is neither listed nor known, and nothing is sent', async (_, connect) => {
    const client = await connect(readOnly.url, WRITE_KEY);
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual([
      'call_read_operation',
      'fetch',
      'find_objects',
      'find_tasks',
      'get_list',
      'get_task',
      'get_workspace_hierarchy',
      'list_comments',
      'list_time_entries',
      'search',
      'search_operations',
    ]);
    await expect(client.call('create_task', { list_id: LIST, name: 'x' })).rejects.toMatchObject({ code: -32_602 });
    expect(readOnly.sandbox.requests().filter(({ method }) => method !== 'GET')).toEqual([]);
    await client.close();
  });
});
