import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { startSandbox } from '../../apps/sandbox/src/index.js';
import { type Sandbox } from '../support/app.js';
import { STDIO_CLIENTS, type TestClient } from '../support/clients.js';
import { startCollector } from '../support/otlp-collector.js';
import { SPRINT_42 } from '../support/samples/index.js';
import { STDIO, StdioProcess } from '../support/stdio-process.js';

let sandbox: Sandbox;
const opened: StdioProcess[] = [];
beforeAll(async () => void (sandbox = await startSandbox({ tasks: 60 })));
afterEach(async () => {
  sandbox.configure({ faults: [], latencyMs: 0 });
  // The law of this door: nothing but the protocol on standard output.
  const all = opened.splice(0);
  for (const each of all) each.kill('SIGKILL');
  await Promise.all(all.map(({ exit }) => exit));
  expect(all.flatMap(({ violations }) => violations)).toEqual([]);
});
afterAll(() => sandbox.close());

const env = (more: Record<string, string> = {}) => ({
  CLICKUP_API_TOKEN: 'pk_sandbox_owner',
  CLICKUP_API_URL: sandbox.url,
  CLICKUP_RATE_LIMIT: '10000',
  ...more,
});
function open(more: Record<string, string> = {}, cwd?: string): StdioProcess {
  const session = new StdioProcess(env(more), cwd);
  opened.push(session);
  return session;
}
const struck = async () => {
  while (sandbox.faults()[0]!.struck === 0) await sleep(10);
};

describe.each(STDIO_CLIENTS)('%s', (name, connect) => {
  let client: TestClient;
  beforeAll(async () => void (client = await connect({ command: process.execPath, args: STDIO, env: env() })));
  afterAll(() => client.close());

  test('reads, writes, and confirms what was shown once', async () => {
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['get_task', 'create_task', 'confirm_change']),
    );
    expect((await client.call('get_task', { task_id: 'ENG-123' })).text).toContain('Refactor Login Component');
    const { structured } = await client.call('create_task', { list_id: SPRINT_42, name: 'By stdio' });
    const isThere = async () => !(await client.call('get_task', { task_id: structured.id })).isError;
    const preview = await client.call('delete_task', { task_ids: [structured.id] });
    expect(await isThere()).toBe(true);
    const { confirm_token } = preview.structured;
    expect(await client.call('confirm_change', { confirm_token })).toMatchObject({ isError: false });
    expect(await isThere()).toBe(false);
    expect(await client.call('confirm_change', { confirm_token })).toMatchObject({ isError: true });
  });

  test('a call under a request_key that is repeated makes nothing twice', async () => {
    const mark = `kept-${name.replaceAll(/\W/g, '')}`;
    const again = { request_key: 'once', list_id: SPRINT_42, tasks: [{ name: `Kept #m:${mark}` }] };
    expect((await client.call('bulk_create_tasks', again)).structured).toMatchObject({ created: 1 });
    expect((await client.call('bulk_create_tasks', again)).structured).toMatchObject({ created: 0, created_before: 1 });
    expect(sandbox.effectsOf(mark)).toHaveLength(1);
  });
});

test('the user of the client decides where it can ask: what needs the page is refused', async () => {
  const session = open({ APPROVE: 'all_writes' });
  const ask = async (
    name: string,
    args: object,
    more: object = {},
    asked = { elicitation: { form: {}, url: {} } } as object,
  ) => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': asked,
    };
    return (await session.ask('tools/call', { name, arguments: args, ...more, _meta })).result;
  };
  const made = () => [...sandbox.world.tasks.values()].filter(({ name }) => name === 'Asked over stdio').length;
  const args = { list_id: SPRINT_42, name: 'Asked over stdio' };
  const question = async () => {
    const { resultType, inputRequests, requestState } = await ask('create_task', args);
    expect({ resultType, mode: inputRequests.approve.params.mode }).toEqual({
      resultType: 'input_required',
      mode: 'form',
    });
    return requestState as string;
  };
  const answered = (action: string, requestState: string) =>
    ask('create_task', args, { inputResponses: { approve: { action, content: { approve: true } } }, requestState });
  const first = await question();
  expect(await answered('cancel', first)).toMatchObject({ isError: true });
  expect(await answered('accept', `${first}A`)).toMatchObject({ isError: true });
  expect(made()).toBe(0);
  expect(await answered('accept', await question())).toMatchObject({ isError: false });
  expect(await answered('accept', first)).toMatchObject({ isError: true });
  expect(await answered('decline', await question())).toMatchObject({ isError: true });
  expect(await ask('create_task', args)).toMatchObject({ isError: true });
  expect(made()).toBe(1);
  // What takes the page, and whoever cannot be asked.
  const { id } = [...sandbox.world.tasks.values()].find(({ name }) => name === 'Asked over stdio')!;
  for (const refused of [
    await ask('delete_task', { task_ids: [id] }),
    await ask('create_task', { ...args, name: 'Nobody is asked' }, {}, {}),
  ])
    expect(refused).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('over stdio there is no page') }],
    });
  expect(sandbox.world.tasks.has(id)).toBe(true);
});

test('what is not granted is not there, or refused by place', async () => {
  const [reading, selective] = [
    open({ WRITE_MODE: 'read' }),
    open({ WRITE_MODE: 'selective', WRITE_ALLOWED_LISTS: SPRINT_42, DISABLED_TOOLSETS: 'docs' }),
  ];
  const { result } = await reading.initialize();
  expect(result.instructions).toContain('You may only read.');
  const names = ((await reading.ask('tools/list')).result.tools as { name: string }[]).map(({ name }) => name);
  expect(names).toContain('get_task');
  expect(names).not.toContain('create_task');
  expect((await reading.call('create_task', { list_id: SPRINT_42, name: 'No' })).error).toMatchObject({ code: -32602 });
  await selective.initialize();
  const made = await selective.call('create_task', { list_id: SPRINT_42, name: 'Yes' });
  expect(made.result).toMatchObject({ isError: false });
  const elsewhere = await selective.call('create_task', { list_id: 'Backlog', name: 'No' });
  expect(elsewhere.result).toMatchObject({ isError: true });
  expect(JSON.stringify((await selective.ask('tools/list')).result)).not.toContain('"find_docs"');
});

test('what is under way when the input ends is done and answered, the last line without its end too', async () => {
  sandbox.configure({ latencyMs: 300 });
  const session = open();
  await session.initialize();
  const name = 'Last words #m:last';
  session.write(
    JSON.stringify({
      jsonrpc: '2.0',
      id: 'last',
      method: 'tools/call',
      params: { name: 'create_task', arguments: { list_id: SPRINT_42, name } },
    }),
  );
  session.end();
  expect((await session.answer('last')).result).toMatchObject({ isError: false });
  expect(await session.exit).toBe(0);
  expect(sandbox.effectsOf('last')).toHaveLength(1);
});

test('SIGTERM in the midst of a change that is not answered: its client is told that nobody knows, and the end is in order', async () => {
  sandbox.configure({ faults: [{ kind: 'hang', operation: 'POST /api/v2/list/{id}/task', done: true }] });
  const session = open();
  await session.initialize();
  const id = session.send('tools/call', { name: 'create_task', arguments: { list_id: SPRINT_42, name: 'Cut #m:cut' } });
  await struck();
  session.kill('SIGTERM');
  expect((await session.answer(id)).result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/may or may not have been made/) }],
  });
  expect(await session.exit).toBe(0);
});

test('SIGTERM while nothing runs ends it with 0, during its start too', async () => {
  const [idle, starting] = [open(), open()];
  await idle.initialize();
  idle.kill('SIGTERM');
  expect(await idle.exit).toBe(0);
  starting.end();
  expect(await starting.exit).toBe(0);
});

test('a cancelled call is not answered, and those after it are', async () => {
  const session = open();
  await session.initialize();
  sandbox.configure({ faults: [{ kind: 'hang', operation: 'GetTask' }] });
  const id = session.send('tools/call', { name: 'get_task', arguments: { task_id: 'ENG-123' } });
  await struck();
  session.write(
    `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } })}\n`,
  );
  // The call itself has ended, not only its answer.
  while (!session.stderr.includes('"outcome":"cancelled"')) await sleep(10);
  await session.ask('ping');
  session.end();
  expect(await session.exit).toBe(0);
  expect(session.messages.filter((message) => message.id === id)).toEqual([]);
});

describe('a start that fails is told to the model, and on standard error', () => {
  test.each([
    ['no token', { CLICKUP_API_TOKEN: '' }, /CLICKUP_API_TOKEN is not set/],
    ['a bad configuration', { WRITE_MODE: 'maybe', ENABLED_TOOLS: '' }, /WRITE_MODE/],
    ['a tool that there is not', { ENABLED_TOOLS: 'fly_to_moon' }, /fly_to_moon/],
  ])('%s', async (_, wrong, problem) => {
    const session = open(wrong);
    expect((await session.initialize()).result.instructions).toMatch(problem);
    const { tools } = (await session.ask('tools/list')).result;
    expect(tools).toEqual([expect.objectContaining({ description: expect.stringMatching(problem) })]);
    const { result } = await session.call('get_task', { task_id: 'ENG-123' });
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(problem) }] });
    expect(session.stderr).toMatch(problem);
    session.end();
    expect(await session.exit).toBe(78);
  });

  test('a token that ClickUp refuses, and a ClickUp that cannot be reached', async () => {
    const [refused, away] = [
      open({ CLICKUP_API_TOKEN: 'pk_wrong_token_1' }),
      open({ CLICKUP_API_URL: 'http://127.0.0.1:9', CALL_TIMEOUT_MS: '12000' }),
    ];
    await Promise.all([refused.initialize(), away.initialize()]);
    const [first, second] = await Promise.all(
      [refused, away].map((each) => each.call('get_task', { task_id: 'ENG-123' })),
    );
    expect(first!.result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('CLICKUP_API_TOKEN') }],
    });
    expect(second!.result).toMatchObject({ isError: true });
    expect(refused.stderr).toContain('CLICKUP_API_TOKEN');
    expect(refused.stderr + JSON.stringify(first)).not.toContain('pk_wrong');
    expect(away.stderr).toMatch(/ClickUp does not answer|unreachable|cannot be reached/);
  });
});

test('neither a .env of the folder it is started in nor what others put into the environment changes where the token goes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stranger-'));
  try {
    await writeFile(join(folder, '.env'), 'CLICKUP_API_URL=http://127.0.0.1:9\nWRITE_MODE=read\nSTRANGE=1\n');
    const session = open({ DATABASE_URL: 'mysql://elsewhere/db', PORT: 'abc', NODE_ENV: 'staging' }, folder);
    await session.initialize();
    expect((await session.call('get_task', { task_id: 'ENG-123' })).result).toMatchObject({ isError: false });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('whatever is written to it, it answers with JSON-RPC errors and lives', async () => {
  const session = open({ MCP_BODY_LIMIT_BYTES: '4096' });
  await session.initialize('2025-03-26');
  const error = (code: number) => expect.objectContaining({ error: expect.objectContaining({ code }) });
  const after = async (text: string | Buffer) => {
    const before = session.messages.length;
    session.write(text);
    session.write('\n');
    await session.ask('ping');
    return session.messages.slice(before);
  };
  for (const [text, code] of [
    ['garbage', -32700],
    ['"a string"', -32600],
    ['[]', -32600],
    ['{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600],
    ['{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600],
    ['{"jsonrpc":"2.0","id":"m","method":"no/such"}', -32601],
    [
      '{"jsonrpc":"2.0","id":"p","method":"tools/call","params":{"name":"get_task","arguments":{"__proto__":{}}}}',
      -32700,
    ],
    [Buffer.from([0x7b, 0xc3, 0x28, 0x7d]), -32700],
    ['['.repeat(3000), -32700],
    ['x'.repeat(100_000), -32600],
  ] as const)
    expect([String(text).slice(0, 80), await after(text)]).toEqual([
      String(text).slice(0, 80),
      expect.arrayContaining([error(code)]),
    ]);
  // A character that comes in two pieces.
  const whole = Buffer.from('{"jsonrpc":"2.0","id":"ü","method":"ping"}\n');
  const cut = whole.indexOf(0xc3) + 1;
  session.write(whole.subarray(0, cut));
  await sleep(50);
  session.write(whole.subarray(cut));
  expect(await session.answer('ü')).toMatchObject({ result: {} });
  // A batch, which this revision has, is answered in one line.
  session.write('[{"jsonrpc":"2.0","id":"b1","method":"ping"},{"jsonrpc":"2.0","id":"b2","method":"no/such"}]\n');
  expect(await session.message((message) => Array.isArray(message))).toEqual(
    expect.arrayContaining([expect.objectContaining({ id: 'b1', result: {} }), error(-32601)]),
  );
  const line = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text)),
    fc
      .record(
        {
          jsonrpc: fc.constant('2.0'),
          id: fc.oneof(fc.integer({ min: 1e9 }), fc.string(), fc.jsonValue()),
          method: fc.constantFrom('tools/list', 'initialize', 'resources/read', 'x', 'server/discover', 'ping'),
          params: fc.jsonValue(),
        },
        { requiredKeys: ['jsonrpc'] },
      )
      .map((message) => Buffer.from(JSON.stringify(message))),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
      for (const each of lines) session.write(Buffer.concat([each, Buffer.from('\n')]));
      await session.ask('ping');
    }),
    { numRuns: 50, ...(process.env.FC_SEED && { seed: Number(process.env.FC_SEED) }) },
  );
});

test('traces leave before the process does, in the trace of the client, and nothing of them on standard output', async () => {
  const collector = await startCollector();
  const traceId = 'c0ffee'.padEnd(32, '1');
  const otel = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '60000' };
  try {
    // What other programs of the computer send by is no reason to serve nothing.
    const session = open({ ...otel, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
    await session.initialize();
    const _meta = { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` };
    await session.ask('tools/call', { name: 'get_task', arguments: { task_id: 'ENG-123' }, _meta });
    session.end();
    expect(await session.exit).toBe(0);
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    const server = spans.find(({ kind }) => kind === 'SERVER')!;
    expect(server).toMatchObject({ name: 'tools/call get_task', parentId: 'b'.repeat(16) });
    expect(spans.find(({ name }) => name === 'GET /api/v2/task/{task_id}')).toMatchObject({
      kind: 'CLIENT',
      parentId: server.spanId,
    });

    // One that takes nothing keeps nobody.
    collector.behave(() => undefined);
    const hanging = open(otel);
    await hanging.initialize();
    hanging.end();
    expect(await hanging.exit).toBe(0);
  } finally {
    collector.close();
  }
});
