import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { apiKey, OTHER, OWNER } from '../support/connect.js';
import { SPRINT_42 } from '../support/samples/index.js';

const WORKSPACE = 'clickup://workspace/12345';
const LIST_URI = `${WORKSPACE}/space/90140201/list/${SPRINT_42}`;
const DOC_URI = `${WORKSPACE}/doc/8c9ix-13173`;
const TEMPLATES = {
  list: 'clickup://workspace/{workspace_id}/space/{space_id}/list/{list_id}',
  task: 'clickup://workspace/{workspace_id}/task/{task_id}',
  doc: 'clickup://workspace/{workspace_id}/doc/{doc_id}',
};

/** What both generations of the official client can do. */
type Sdk = Pick<
  ModernClient,
  'listResources' | 'listResourceTemplates' | 'readResource' | 'listPrompts' | 'getPrompt' | 'complete' | 'close'
> & { getServerVersion(): unknown; getServerCapabilities(): unknown };

const info = { name: 'test-client', version: '1.0.0' };
const headers = (key: string) => ({ requestInit: { headers: { authorization: `Bearer ${key}` } } });
const modern = async (url: string, key: string): Promise<Sdk> => {
  const client = new ModernClient(info, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(new ModernTransport(new URL(`${url}/mcp`), headers(key)));
  return client;
};
const older = async (url: string, key: string): Promise<Sdk> => {
  const client = new OlderClient(info);
  await client.connect(new OlderTransport(new URL(`${url}/mcp`), headers(key)));
  return client;
};

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const refused = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: unknown) => error as Record<string, any>,
  );

describe.each([
  ['SDK v2, 2026-07-28', modern],
  ['SDK v1, 2025-11-25', older],
])('%s', (_, connect) => {
  let client: Sdk;
  beforeAll(async () => {
    client = await connect(app.url, WRITE_KEY);
  });
  afterAll(() => client.close());

  const read = async (uri: string) =>
    (await client.readResource({ uri })).contents as { uri: string; text: string; mimeType: string }[];
  const completed = async (ref: object, name: string, value: string, args: Record<string, string> = {}) =>
    (await client.complete({ ref, argument: { name, value }, context: { arguments: args } } as never)).completion;

  test('says what it is and what it serves', async () => {
    expect(client.getServerCapabilities()).toMatchObject({ tools: {}, resources: {}, prompts: {}, completions: {} });
    const { icons } = client.getServerVersion() as { icons: { src: string; mimeType: string }[] };
    const icon = await fetch(icons[0]!.src);
    expect([icon.status, icon.headers.get('content-type'), icons[0]!.mimeType]).toEqual([
      200,
      'image/svg+xml',
      'image/svg+xml',
    ]);
  });

  test('lists the hierarchy, every List and every Doc, each of which can be read', async () => {
    const all: { uri: string; name: string }[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.listResources(cursor ? { cursor } : undefined);
      all.push(...page.resources);
      cursor = page.nextCursor;
    } while (cursor);
    expect(new Set(all.map(({ uri }) => uri)).size).toBe(all.length);
    expect(all[0]!.uri).toBe(`${WORKSPACE}/hierarchy`);
    expect(all).toContainEqual(expect.objectContaining({ uri: LIST_URI, name: 'Engineering / Backend / Sprint 42' }));
    expect(all).toContainEqual(expect.objectContaining({ uri: DOC_URI, name: 'Q4 Architecture' }));
    for (const { uri } of [all[0]!, all.at(-1)!]) expect((await read(uri))[0]!.text.length).toBeGreaterThan(0);
  });

  test('names its templates', async () => {
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'clickup://workspace/{workspace_id}/hierarchy',
      ...Object.values(TEMPLATES),
    ]);
  });

  test('reads each kind as Markdown', async () => {
    const [hierarchy] = await read(`${WORKSPACE}/hierarchy`);
    expect(hierarchy).toMatchObject({ uri: `${WORKSPACE}/hierarchy`, mimeType: 'text/markdown' });
    expect(hierarchy!.text).toContain(`${SPRINT_42} Sprint 42`);
    const [list] = await read(LIST_URI);
    expect(list!.text).toMatch(/Sprint 42[^]*Open tasks:\n/);
    const [task] = await read(`${WORKSPACE}/task/ENG-123`);
    expect(task!.text).toContain('Refactor Login Component');
    const [doc] = await read(DOC_URI);
    for (const part of ['Rollback plan', '--- page', 'p95 below 300 ms']) expect(doc!.text).toContain(part);
  });

  test.each([
    ['another scheme', 'https://app.clickup.com/t/1'],
    ['no kind that there is', `${WORKSPACE}/view/1`],
    ['something that does not exist', `${WORKSPACE}/task/nothing0`],
    ['a Doc that does not exist', `${WORKSPACE}/doc/8c9ix-1`],
    ['another Workspace', 'clickup://workspace/67890/hierarchy'],
    ['an object here under another Workspace', `clickup://workspace/67890/task/ENG-123`],
    ['a List under another Space', `${WORKSPACE}/space/90140203/list/${SPRINT_42}`],
    ['a path that climbs', `${WORKSPACE}/task/../hierarchy`],
  ])('%s is not found: -32602 that says what to do', async (__, uri) => {
    expect(await refused(client.readResource({ uri }))).toMatchObject({
      code: -32_602,
      message: expect.stringContaining('Resource not found'),
      data: { uri, details: expect.stringMatching(/\w/) },
    });
  });

  test('completes names to ids', async () => {
    const list = { type: 'ref/resource', uri: TEMPLATES.list };
    expect((await completed(list, 'space_id', 'engin')).values).toEqual(['90140201']);
    expect((await completed(list, 'list_id', 'sprint 42')).values).toContain(SPRINT_42);
    expect((await completed(list, 'list_id', 'sprint 42', { space_id: '90140203' })).values).not.toContain(SPRINT_42);
    expect((await completed({ type: 'ref/resource', uri: TEMPLATES.doc }, 'doc_id', 'q4 arch')).values).toEqual([
      '8c9ix-13173',
    ]);
    const [task] = (await completed({ type: 'ref/resource', uri: TEMPLATES.task }, 'task_id', 'memory leak')).values;
    expect((await read(`${WORKSPACE}/task/${task}`))[0]!.text).toContain('memory leak');
    expect(await refused(completed(list, 'nothing', ''))).toMatchObject({ code: -32_602 });
  });

  test('lists prompts, completes their arguments and fills them in', async () => {
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual([
      'break_down_doc',
      'my_day',
      'okr_check',
      'organize_workspace',
      'sprint_triage',
      'standup',
      'weekly_report',
    ]);
    expect((await completed({ type: 'ref/prompt', name: 'sprint_triage' }, 'list', 'sprint 42')).values).toEqual([
      'Engineering / Backend / Sprint 42',
    ]);
    expect((await completed({ type: 'ref/prompt', name: 'standup' }, 'person', 'sarah')).values).toEqual([
      'Sarah Chen',
    ]);
    const { messages } = await client.getPrompt({ name: 'standup', arguments: { person: 'Sarah Chen' } });
    expect(messages).toMatchObject([
      { role: 'user', content: { type: 'text', text: expect.stringContaining('["Sarah Chen"]') } },
    ]);
  });

  test.each([
    ['an unknown prompt', { name: 'nothing' }, /my_day/],
    ['a missing argument', { name: 'sprint_triage' }, /needs list/],
    ['an argument that it does not take', { name: 'my_day', arguments: { day: 'x' } }, /no arguments/],
  ])('%s is -32602 that says what to do', async (__, params, details) => {
    expect(await refused(client.getPrompt(params as never))).toMatchObject({
      code: -32_602,
      data: { details: expect.stringMatching(details) },
    });
  });
});

describe('what a caller may not do', () => {
  let narrow: TestApp;
  beforeAll(async () => {
    narrow = await startTestApp({ env: { DISABLED_TOOLS: 'fetch,find_tasks', MCP_API_KEY_WRITE_MODE: 'read' } });
  });
  afterAll(() => narrow.close());

  test('a disabled tool bars its resource, its names and its prompts', async () => {
    const client = await modern(narrow.url, WRITE_KEY);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ name }) => name)).toEqual(['hierarchy', 'list', 'task']);
    expect((await client.listResources()).resources.map(({ uri }) => uri)).not.toContain(DOC_URI);
    expect(await refused(client.readResource({ uri: DOC_URI }))).toMatchObject({ code: -32_602 });
    expect((await client.readResource({ uri: LIST_URI })).contents[0]).toMatchObject({
      text: expect.not.stringContaining('Open tasks:') as string,
    });
    const tasks = {
      ref: { type: 'ref/resource' as const, uri: TEMPLATES.task },
      argument: { name: 'task_id', value: 'memory' },
    };
    expect((await client.complete(tasks)).completion.values).toEqual([]);
    // Without find_tasks, and without leave to write, no prompt can be carried out.
    expect((await client.listPrompts()).prompts).toEqual([]);
    await client.close();
  });

  test('a caller of one Space neither lists, reads nor completes what lies in others', async () => {
    const { token } = await apiKey(app.gateway, {
      ...OWNER,
      policy: { mode: 'write', read: { spaces: ['90140203'], folders: [], lists: [] } },
    });
    const client = await modern(app.url, token);
    const { resources } = await client.listResources();
    expect(resources.map(({ name }) => name)).toEqual(expect.arrayContaining(['Q4 launch plan']));
    expect(resources.map(({ uri }) => uri)).not.toContain(LIST_URI);
    for (const uri of [LIST_URI, DOC_URI, `${WORKSPACE}/task/ENG-123`])
      expect(await refused(client.readResource({ uri }))).toMatchObject({ code: -32_602 });
    const list = {
      ref: { type: 'ref/resource' as const, uri: TEMPLATES.list },
      argument: { name: 'list_id', value: 'sprint' },
    };
    expect((await client.complete(list)).completion.values).not.toContain(SPRINT_42);
    await client.close();
  });

  test('a person of another Workspace finds nothing of this one', async () => {
    const { token } = await apiKey(app.gateway, OTHER);
    const client = await modern(app.url, token);
    const { resources } = await client.listResources();
    expect(resources.every(({ uri }) => uri.startsWith('clickup://workspace/67890/'))).toBe(true);
    for (const uri of [LIST_URI, DOC_URI, `${WORKSPACE}/hierarchy`])
      expect(await refused(client.readResource({ uri }))).toMatchObject({ code: -32_602 });
    await client.close();
  });
});

test('every list and reading says how long it may be kept, and that it is for this caller alone', async () => {
  const ask = async (method: string, params: Record<string, unknown> = {}) => {
    const name: Record<string, string> = typeof params.uri === 'string' ? { 'mcp-name': params.uri } : {};
    const response = await fetch(`${app.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${WRITE_KEY}`,
        'content-type': 'application/json',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        ...name,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method,
        params: {
          ...params,
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientCapabilities': {},
          },
        },
      }),
    });
    return ((await response.json()) as { result: Record<string, unknown> }).result;
  };
  for (const [method, params] of [
    ['resources/list'],
    ['resources/templates/list'],
    ['resources/read', { uri: `${WORKSPACE}/hierarchy` }],
    ['prompts/list'],
  ] as const)
    expect(await ask(method, params)).toMatchObject({
      resultType: 'complete',
      cacheScope: 'private',
      ttlMs: expect.any(Number) as number,
    });
});

test('a Doc is read in two requests at most, page by page only where it is too large', async () => {
  const client = await modern(app.url, WRITE_KEY);
  const before = app.sandbox.requests().length;
  await client.readResource({ uri: DOC_URI });
  const sent = app.sandbox
    .requests()
    .slice(before)
    .map(({ path }) => path);
  const asked = sent.filter((path) => path.includes('/docs/8c9ix-13173')).length;
  expect(asked).toBeGreaterThan(0);
  // One may be shared with who asked a moment before.
  expect(asked).toBeLessThanOrEqual(2);
  await client.close();
});
