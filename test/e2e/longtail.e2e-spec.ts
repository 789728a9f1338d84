import { ClickUpTransport, credential, type Operation, OPERATIONS } from '#libs/clickup';
import { isRead } from '#libs/core';
import { operationTools } from '#libs/tools';
import { MemoryBudget } from '#libs/limits';
import { type z } from 'zod';
import { tokensOf } from '../../libs/tools/src/answers/budget.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';
import { describeIf, OPENAPI_FOLDER } from '../support/needs.js';
import { WireContract } from '../support/openapi-wire.js';
import { type Exchange, recordingProxy, type RecordingProxy } from '../support/recording-proxy.js';
import { type Ids, NOW, prepare, SAMPLES } from '../support/samples/index.js';

const contract = WireContract.read(OPENAPI_FOLDER);
const ROWS = OPERATIONS.map((row) => [row.id, row] as const);

let app: TestApp;
let proxy: RecordingProxy;
let client: TestClient;
let direct: ClickUpTransport;

beforeAll(async () => {
  proxy = await recordingProxy();
  app = await startTestApp({ env: { CLICKUP_API_URL: proxy.url }, sandbox: { tasks: 120, now: () => NOW } });
  proxy.target = app.sandbox.url;
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
  direct = new ClickUpTransport(
    { CLICKUP_API_URL: app.sandbox.url, CLICKUP_TIMEOUT_MS: 10_000, CLICKUP_MAX_RESPONSE_BYTES: 50_000_000 },
    new MemoryBudget({ limit: 1_000_000 }),
  );
});
afterAll(async () => {
  await client.close();
  await direct.close();
  await app.close();
  await proxy.close();
});

/** Fresh data and what the samples need, made behind the gateway's back. */
function fresh(): Promise<Ids> {
  app.sandbox.reset();
  const { call } = direct.client({
    credential: credential('pk_sandbox_owner'),
    person: 'test',
    priority: 'interactive',
    deadline: performance.now() + 30_000,
    authorize: () => Promise.resolve(),
  });
  return prepare((row, args) => call(row, args as never));
}

const isOf = ({ method, path }: Operation, exchange: Exchange) =>
  exchange.method === method &&
  new RegExp(`^${(path as string).replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(exchange.url.split('?')[0] ?? '');

/** Calls an operation through the long tail, confirming it where it must be, and answers what went over the wire for it. */
async function callOnce(row: Operation): Promise<{ exchange: Exchange; text: string }> {
  const args = { operation: row.id, ...SAMPLES[row.id]?.(await fresh()) };
  const reads = isRead(row.verb);
  const tool = reads ? 'call_read_operation' : 'call_write_operation';
  proxy.take();
  let answer = await client.call(tool, args);
  if (!reads && row.risk !== 'normal') {
    expect(answer).toMatchObject({
      isError: false,
      structured: {
        confirm_token: expect.any(String),
        preview: { summary: expect.stringContaining(row.id), current: { touches: expect.any(String) } },
      },
    });
    expect(proxy.take().filter(({ method }) => method !== 'GET')).toEqual([]);
    answer = await client.call(tool, { ...args, confirm_token: answer.structured.confirm_token });
  }
  expect({ id: row.id, isError: answer.isError, error: answer.isError ? answer.text : '' }).toEqual({
    id: row.id,
    isError: false,
    error: '',
  });
  const seen = proxy.take();
  // A task, say, is also read to see what a write has made of it.
  const exchanges = seen.filter((each) => isOf(row, each));
  expect(exchanges.length).toBeGreaterThanOrEqual(1);
  if (!reads) expect(exchanges).toHaveLength(1);
  expect(seen.filter(({ method }) => method !== 'GET')).toHaveLength(row.method === 'GET' ? 0 : 1);
  return { exchange: exchanges[0]!, text: answer.text };
}

const called = new Map<string, ReturnType<typeof callOnce>>();
/** Each operation is called once, whichever test needs it first. */
function callThrough(row: Operation) {
  const call = called.get(row.id) ?? callOnce(row);
  called.set(row.id, call);
  return call;
}

describe('every operation through the long tail', () => {
  test.each(ROWS)('%s is answered as its row says', async (_, row) => {
    const { exchange, text } = await callThrough(row);
    const answered: unknown = exchange.answer.length ? JSON.parse(exchange.answer.toString('utf8')) : {};
    expect((row.response as z.ZodType).safeParse(answered).error?.issues ?? []).toEqual([]);
    expect(text).toContain(row.id);
    // Everything behind the first line is JSON, unless it is said that ClickUp answered nothing or that there is more.
    for (const part of text.split('\n\n').slice(1))
      if (/^[[{]/.test(part)) expect(() => JSON.parse(part) as unknown).not.toThrow();
    expect(tokensOf(text)).toBeLessThanOrEqual(6_500);
  });
});

describeIf(contract !== undefined, `ClickUp's OpenAPI documents in ${OPENAPI_FOLDER} (CLICKUP_OPENAPI_DIR)`)(
  'on the wire, as ClickUp documents it',
  () => {
    test.each(ROWS.filter(([, { documentedAt }]) => documentedAt === undefined))('%s', async (_, row) => {
      const { exchange } = await callThrough(row);
      expect(contract?.problems(row, exchange)).toEqual([]);
    });

    test.each<[string, string, Partial<Exchange>, RegExp]>([
      ['a wrong path', 'GetTask', { url: '/api/v2/tasks/1' }, /is not \/api\/v2\/task/],
      ['an invented query parameter', 'GetTask', { url: '/api/v2/task/1?force=true' }, /query\.force: not documented/],
      [
        'a query value of a wrong type',
        'GetTasks',
        { url: '/api/v2/list/1/task?archived=perhaps' },
        /query\.archived: must be boolean/,
      ],
      ['a path parameter of a wrong type', 'GetTasks', { url: '/api/v2/list/x/task' }, /path\.list_id: must be number/],
      [
        'a missing property',
        'CreateFolder',
        { url: '/api/v2/space/1/folder', body: Buffer.from('{}') },
        /body\.name: must have required/,
      ],
      [
        'a property of a wrong type',
        'CreateFolder',
        { url: '/api/v2/space/1/folder', body: Buffer.from('{"name":1}') },
        /body\.name: must be string/,
      ],
      [
        'a body where there is none',
        'DeleteFolder',
        { url: '/api/v2/folder/1', body: Buffer.from('{}') },
        /body: not documented/,
      ],
    ])('%s would be seen', (_, id, exchange, problem) => {
      const row = OPERATIONS.find((each) => each.id === id)!;
      const problems = contract?.problems(row, {
        method: row.method,
        url: '',
        type: 'application/json',
        body: Buffer.alloc(0),
        status: 200,
        answer: Buffer.alloc(0),
        ...exchange,
      });
      expect(problems).toContainEqual(expect.stringMatching(problem));
    });
  },
);

describe('every operation as a tool of its own', () => {
  let whole: TestApp;
  let full: TestClient;
  beforeAll(async () => {
    whole = await startTestApp({ env: { CLICKUP_API_URL: proxy.url, TOOL_PROFILE: 'full' }, beside: app });
    full = await CLIENTS[0]![1](whole.url, WRITE_KEY);
  });
  afterAll(async () => {
    await full.close();
    await whole.close();
  });

  const byRow = new Map(operationTools().map((tool) => [tool.operation?.id, tool.name]));

  test('each is listed once, beside the core', async () => {
    const names = (await full.listTools()).tools.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...byRow.values()]));
    const core = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(core));
    expect(names).toHaveLength(core.length + OPERATIONS.length);
  });

  test.each(ROWS)('%s', async (id, row) => {
    const { path, query = {}, body } = SAMPLES[id]?.(await fresh()) ?? {};
    // Filled in by the gateway.
    const { custom_task_ids: _, team_id: __, page: ___, ...asked } = query;
    const { team_id: ____, team_Id: _____, workspace_id: ______, ...named } = { ...path };
    const flat: Record<string, unknown> = {
      ...asked,
      ...(Array.isArray(body) ? { items: body } : forTool(row, body as Record<string, unknown> | undefined)),
      ...named,
    };
    if ('start_id' in flat) delete flat.start_id;
    proxy.take();
    let answer = await full.call(byRow.get(id)!, flat);
    if (!isRead(row.verb) && row.risk !== 'normal') {
      expect([id, answer.text, typeof answer.structured.confirm_token]).toEqual([id, expect.any(String), 'string']);
      answer = await full.call('confirm_change', { confirm_token: answer.structured.confirm_token });
    }
    expect({ id, isError: answer.isError, error: answer.isError ? answer.text : '' }).toEqual({
      id,
      isError: false,
      error: '',
    });
    const seen = proxy.take();
    expect(seen.filter((each) => isOf(row, each)).length).toBeGreaterThanOrEqual(1);
    expect(seen.filter(({ method }) => method !== 'GET')).toHaveLength(row.method === 'GET' ? 0 : 1);
  });

  test('read only, no tool writes', async () => {
    const reading = await startTestApp({
      env: { CLICKUP_API_URL: proxy.url, TOOL_PROFILE: 'full', WRITE_MODE: 'read' },
      beside: app,
    });
    const reader = await CLIENTS[0]![1](reading.url, WRITE_KEY);
    const names = (await reader.listTools()).tools.map(({ name }) => name);
    const reads = operationTools().filter(({ verb, risk }) => isRead(verb) && risk === 'normal');
    expect(names).toEqual(expect.arrayContaining(reads.map(({ name }) => name)));
    expect(operationTools().filter(({ name, verb }) => !isRead(verb) && names.includes(name))).toEqual([]);
    await reader.close();
    await reading.close();
  });
});

/** A value of several types is given as text; JSON for what is no text. */
function forTool(row: Operation, body: Record<string, unknown> | undefined): Record<string, unknown> {
  if (row.id !== 'SetCustomFieldValue' || !body || typeof body.value === 'string') return { ...body };
  return { ...body, value: JSON.stringify(body.value) };
}

describe('requests that may not be sent never reach ClickUp', () => {
  test.each<[string, string, Record<string, unknown>, string]>([
    ['an unknown operation', 'call_write_operation', { operation: 'DropEverything' }, 'operation'],
    [
      'a write by the reader',
      'call_read_operation',
      { operation: 'DeleteSpace', path: { space_id: '90140205' } },
      'operation',
    ],
    [
      'a parameter the row does not have',
      'call_write_operation',
      { operation: 'CreateFolder', path: { space_id: '90140201' }, body: { name: 'x', owner: 1 } },
      'owner',
    ],
    [
      'a missing parameter',
      'call_write_operation',
      { operation: 'CreateFolder', path: { space_id: '90140201' }, body: {} },
      'name',
    ],
    ['a missing id', 'call_read_operation', { operation: 'GetTask' }, 'task_id'],
    [
      'an id that would change the path',
      'call_write_operation',
      { operation: 'AddTagToTask', path: { task_id: '1', tag_name: '..' } },
      'tag_name',
    ],
  ])('%s', async (_, tool, args, parameter) => {
    proxy.take();
    expect(await client.call(tool, args)).toMatchObject({
      isError: true,
      meta: { error: { code: 'invalid_parameters', details: { parameter } } },
    });
    expect(proxy.take()).toEqual([]);
  });

  test('a confirmation is for exactly what was shown', async () => {
    await fresh();
    const { structured } = await client.call('call_write_operation', {
      operation: 'DeleteSpace',
      path: { space_id: '90140205' },
    });
    proxy.take();
    const other = await client.call('call_write_operation', {
      operation: 'DeleteSpace',
      path: { space_id: '90140204' },
      confirm_token: structured.confirm_token,
    });
    expect(other.isError || 'preview' in other.structured).toBe(true);
    expect(proxy.take().filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});
