import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { apiKey, type Connected, OWNER } from '../support/connect.js';
import { type Span, startCollector } from '../support/otlp-collector.js';
import { query } from '../support/postgres.js';
import { openSse } from '../support/sse.js';

const METRICS_TOKEN = 'collector-token-0123456789';
const SECRET_HEADER = 'spans of the test';
const traceId = (n: number) => n.toString(16).padStart(32, 'a');
const parent = (n: number) => `00-${traceId(n)}-${'b'.repeat(16)}-01`;

let collector: Awaited<ReturnType<typeof startCollector>>;
let app: TestApp;
let second: TestApp;
let ada: Connected;

const ask = async (
  { url }: TestApp,
  method: string,
  params: object,
  headers: Record<string, string> = {},
  id: unknown = 7,
) => {
  const answer = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.token}`, ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
  });
  return (await answer.json()) as any;
};
const call = (at: TestApp, trace: number, name: string, args: object) =>
  ask(at, 'tools/call', { name, arguments: args, _meta: { traceparent: parent(trace) } });

/** Waits for what has to come; gives up in time for the test to say what did not. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await holds()) && looks < 150; looks += 1)
    await query(app.databaseUrl, 'SELECT pg_sleep(0.02)');
}

/** All of a trace, once its operation has come: its parts are sent before it. */
async function traceOf(trace: number, operations = 1): Promise<{ server: Span; servers: Span[]; parts: Span[] }> {
  const of = () => collector.spans.filter((span) => span.traceId === traceId(trace));
  const servers = () => of().filter(({ kind }) => kind === 'SERVER');
  await until(() => servers().length >= operations);
  return { server: servers()[0]!, servers: servers(), parts: of().filter(({ kind }) => kind !== 'SERVER') };
}
const dropped = async (of: TestApp) => {
  const answer = await fetch(`${of.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  return Number(/^gateway_spans_dropped_total (\d+)$/m.exec(await answer.text())![1]);
};

beforeAll(async () => {
  collector = await startCollector();
  const env = {
    METRICS_TOKEN,
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: `x-tenant=${encodeURIComponent(SECRET_HEADER)}`,
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=overridden,deployment.environment.name=test%20bench',
    OTEL_SERVICE_NAME: 'gateway-under-test',
    OTEL_BSP_SCHEDULE_DELAY: '20',
  };
  app = await startTestApp({ env, sandbox: { latencyMs: 20 } });
  // So little of a call's time is left, that much goes on as a job.
  second = await startTestApp({ env: { ...env, CALL_TIMEOUT_MS: '13000', CONFIRM_DESTRUCTIVE: 'never' }, beside: app });
  ada = await apiKey(app.gateway);
});
afterAll(async () => {
  await second.close();
  await app.close();
  collector.close();
});

test('a call is one trace, from its first byte to the database and to ClickUp', async () => {
  const answer = await ask(
    app,
    'tools/call',
    { name: 'get_task', arguments: { task_id: 'ENG-123' }, _meta: { traceparent: parent(1), tracestate: 'vendor=x' } },
    { traceparent: parent(999) },
  );
  expect(answer.result.isError).toBe(false);
  const { server, parts } = await traceOf(1);
  expect(server).toMatchObject({
    name: 'tools/call get_task',
    parentId: 'b'.repeat(16),
    traceState: 'vendor=x',
    failed: false,
    attributes: {
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'get_task',
      'gen_ai.operation.name': 'execute_tool',
      'jsonrpc.request.id': '7',
      'clickup_mcp.outcome': 'ok',
    },
    resource: {
      'service.name': 'gateway-under-test',
      'deployment.environment.name': 'test bench',
      'service.version': expect.any(String),
    },
  });
  const named = new Map(parts.map((part) => [part.name, part]));
  // Who calls is found out before it is known what they ask for.
  expect([...named.keys()]).toEqual(
    expect.arrayContaining(['SELECT find_grant', 'SELECT upstream_budgets', 'GET /api/v2/task/{task_id}']),
  );
  expect(named.get('GET /api/v2/task/{task_id}')).toMatchObject({
    kind: 'CLIENT',
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'url.template': '/api/v2/task/{task_id}',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(app.sandbox.url).port),
      'clickup.operation': 'GetTask',
    },
  });
  expect(named.get('SELECT upstream_budgets')).toMatchObject({
    kind: 'CLIENT',
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'upstream_budgets',
    },
  });
  for (const { parentId, startedAt, endedAt } of parts) {
    expect(parentId).toBe(server.spanId);
    expect(startedAt >= server.startedAt && startedAt <= endedAt && endedAt <= server.endedAt).toBe(true);
  }
  expect(collector.requests[0]!.headers['x-tenant']).toBe(SECRET_HEADER);
});

test('without a word in the message the header says which trace, and without that there is a new one', async () => {
  await ask(app, 'tools/list', {}, { traceparent: parent(2), 'mcp-protocol-version': '2025-11-25' });
  expect((await traceOf(2)).server).toMatchObject({
    name: 'tools/list',
    attributes: { 'mcp.method.name': 'tools/list' },
  });
  await ask(app, 'tools/list', { _meta: { traceparent: `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01` } }, {}, 'own.1');
  const started = () => collector.spans.find((span) => span.attributes['jsonrpc.request.id'] === 'own.1');
  await until(() => started() !== undefined);
  expect(started()).toMatchObject({ parentId: '', traceId: expect.stringMatching(/^(?!0{32})[0-9a-f]{32}$/) });
});

test('what the SDK answers is traced alike, each message of a batch by itself, and a URI as its template', async () => {
  const uri = 'clickup://workspace/12345/task/86c0task1';
  await ask(app, 'resources/read', { uri, _meta: { traceparent: parent(3) } });
  expect((await traceOf(3)).server).toMatchObject({
    name: 'resources/read',
    attributes: { 'mcp.resource.uri': 'clickup://workspace/{workspace_id}/task/{task_id}' },
  });
  await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.token}` },
    body: JSON.stringify(
      ['prompts/list', 'tools/list'].map((method, id) => ({
        jsonrpc: '2.0',
        id,
        method,
        params: { _meta: { traceparent: parent(4) } },
      })),
    ),
  });
  expect((await traceOf(4, 2)).servers.map(({ name }) => name).sort()).toEqual(['prompts/list', 'tools/list']);
  const prompt = { name: 'standup', arguments: {}, _meta: { traceparent: parent(5) } };
  await ask(app, 'prompts/get', prompt);
  expect((await traceOf(5)).server.name).toBe('prompts/get standup');
});

test('what goes wrong is told by its kind', async () => {
  await call(app, 10, 'get_task', { task_id: '86cnosuch' });
  expect((await traceOf(10)).server).toMatchObject({
    name: 'tools/call get_task',
    failed: true,
    attributes: { 'error.type': 'tool_error', 'clickup_mcp.outcome': 'clickup_not_found' },
  });
  await call(app, 11, 'name_of_the_callers_own', {});
  expect((await traceOf(11)).server).toMatchObject({
    name: 'tools/call unknown',
    failed: true,
    attributes: { 'error.type': '-32602', 'rpc.response.status_code': '-32602' },
  });
});

test('every attempt is a part of its own, and the pause between them', async () => {
  app.sandbox.configure({ faults: [{ operation: 'GetTask', times: 1, kind: 'status', status: 503 }] });
  await call(app, 20, 'get_task', { task_id: 'ENG-124' });
  const { parts } = await traceOf(20);
  const attempts = parts.filter(({ attributes }) => attributes['clickup.operation'] === 'GetTask');
  expect(attempts.map(({ failed, attributes }) => [failed, attributes['http.response.status_code']])).toEqual([
    [true, 503],
    [false, 200],
  ]);
  expect(attempts[1]!.attributes['http.request.resend_count']).toBe(1);
  expect(parts.map(({ name }) => name)).toContain('pause before repetition');
});

test('a call that waits for the rate limit says so, before its request leaves', async () => {
  app.sandbox.configure({ latencyMs: 1000 });
  const calls = Array.from({ length: 14 }, (_, n) => call(app, 100 + n, 'get_task', { task_id: `86cwait${n}` }));
  await Promise.all(calls);
  const traces = await Promise.all(calls.map((_, n) => traceOf(100 + n)));
  const waits = traces.flatMap(({ parts }) =>
    parts.filter(({ name }) => name === 'wait for rate limit').map((wait) => ({ wait, parts })),
  );
  // Ten may be under way at once.
  expect(waits.length).toBeGreaterThan(0);
  for (const { wait, parts } of waits)
    expect(
      parts.some(({ attributes, startedAt }) => attributes['clickup.operation'] && startedAt >= wait.endedAt),
    ).toBe(true);
  app.sandbox.configure({ latencyMs: 20 });
});

test('one trace goes over several replicas, each of which says which it is', async () => {
  await call(app, 30, 'get_task', { task_id: 'ENG-123' });
  await call(second, 30, 'get_task', { task_id: 'ENG-123' });
  const { servers } = await traceOf(30, 2);
  expect(new Set(servers.map(({ resource }) => resource['service.instance.id'])).size).toBe(2);
});

test('a message belongs to the trace of its request, also where another replica holds the stream', async () => {
  const bearer = { authorization: `Bearer ${ada.token}` };
  const stream = await openSse(`${app.url}/mcp/sse`, bearer);
  const endpoint = await stream.endpoint();
  await fetch(endpoint.replace(app.url, second.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer, traceparent: parent(31), tracestate: 'vendor=y' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  await stream.until((reader) => reader.messages().length === 1);
  stream.close();
  const { server } = await traceOf(31);
  expect(server).toMatchObject({ name: 'tools/list', parentId: 'b'.repeat(16), traceState: 'vendor=y' });
  const holder = collector.spans.find((span) => span.traceId === traceId(30) && span.kind === 'SERVER')!;
  expect(server.resource['service.instance.id']).toBe(holder.resource['service.instance.id']);
});

test('the runs of a job are traces of their own, with a link to the call that has left it', async () => {
  app.sandbox.configure({ latencyMs: 400 });
  const tasks = Array.from({ length: 40 }, (_, n) => ({ name: `Later ${n}` }));
  const answer = await call(second, 32, 'bulk_create_tasks', { list_id: 'Sprint 42', tasks });
  app.sandbox.configure({ latencyMs: 20 });
  expect(answer.result.structuredContent.job).toEqual(expect.any(String));
  const { server } = await traceOf(32);
  const runs = () => collector.spans.filter(({ name }) => name === 'job bulk_create_tasks');
  await until(() => runs().length > 0);
  const [run] = runs();
  expect(run!.links).toEqual([{ traceId: server.traceId, spanId: server.spanId }]);
  expect(run!.traceId).not.toBe(server.traceId);
});

test('the lines of a call and of its request name the trace', async () => {
  await call(app, 40, 'get_task', { task_id: 'ENG-123' });
  await traceOf(40);
  const lines = app
    .log()
    .split('\n')
    .filter((line) => line.includes(traceId(40)))
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(lines).toEqual(expect.arrayContaining(['tool call', 'request']));
});

test('nothing in a trace tells whose it is, or what it was about', () => {
  const text = JSON.stringify(collector.spans, (_, value: unknown) => (typeof value === 'bigint' ? '' : value));
  expect(text).toContain('get_task');
  const secrets = [ada.token, ada.grantId, ada.connectionId, WRITE_KEY, 'pk_sandbox_owner', SECRET_HEADER];
  const content = [OWNER.person.name, OWNER.workspaceId, 'ENG-123', '86cwait', '86cnosuch', 'callers_own', '86c0task1'];
  expect([...secrets, ...content].filter((each) => text.includes(each))).toEqual([]);
});

test('a collector that fails costs spans, which are counted, and nothing else', async () => {
  const before = await dropped(app);
  collector.behave((response) => response.writeHead(400).end());
  expect((await call(app, 50, 'get_task', { task_id: 'ENG-123' })).result.isError).toBe(false);
  await until(async () => (await dropped(app)) > before);
  collector.behave(undefined);
  await call(app, 51, 'get_task', { task_id: 'ENG-123' });
  expect((await traceOf(51)).server.name).toBe('tools/call get_task');
  expect(collector.spans.some((span) => span.traceId === traceId(50))).toBe(false);
});

test('what is left is sent when the process ends, and a collector that hangs does not keep it', async () => {
  const third = await startTestApp({
    env: { METRICS_TOKEN, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '60000' },
    beside: app,
  });
  await call(third, 60, 'get_task', { task_id: 'ENG-123' });
  await call(third, 61, 'get_task', { task_id: '86cnosuch' });
  expect(collector.spans.some((span) => span.traceId === traceId(60))).toBe(false);
  await third.close();
  expect((await traceOf(60)).server.resource['service.name']).toBe('clickup-mcp');
  const [durations] = collector.histograms.filter(({ points }) => points.length === 2);
  expect(durations).toMatchObject({ name: 'mcp.server.operation.duration', unit: 's' });
  expect([durations!.bounds[0], durations!.bounds.at(-1)]).toEqual([0.01, 300]);
  expect(durations!.points).toEqual(
    expect.arrayContaining([
      {
        count: 1,
        sum: expect.any(Number),
        attributes: expect.objectContaining({ 'gen_ai.tool.name': 'get_task', 'error.type': 'tool_error' }),
      },
    ]),
  );

  const before = await dropped(app);
  const fourth = await startTestApp({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '60000' },
    beside: app,
  });
  await call(fourth, 62, 'get_task', { task_id: 'ENG-123' });
  collector.behave(() => undefined);
  await fourth.close();
  expect(await dropped(app)).toBeGreaterThan(before);
  collector.behave(undefined);
});
