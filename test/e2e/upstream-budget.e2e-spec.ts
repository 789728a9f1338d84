import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS } from '../support/clients.js';
import { answersOf, messagesOf } from '../support/event-stream.js';
import { type RawAnswer, rawRequest } from '../support/raw-http.js';

const LIST = '90144360426';
const META = 'io.modelcontextprotocol/';
const HEADERS = { 'Content-Type': 'application/json', Authorization: `Bearer ${WRITE_KEY}` };
const BOTH = 'application/json, text/event-stream';

let app: TestApp;
afterEach(() => app.close());

type Era = '2025' | '2026';
interface Framing {
  era: Era;
  accept?: string;
  progress?: true;
  /** With so many messages, all but the first of which are pings. */
  batch?: number;
}

function call(name: string, args: object, { era, accept, progress, batch }: Framing): Promise<RawAnswer> {
  const modern = era === '2026';
  const envelope = modern && { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientCapabilities`]: {} };
  const _meta = { ...envelope, ...(progress && { progressToken: 'p' }) };
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args, _meta } };
  const said = modern
    ? { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': name }
    : undefined;
  const headers = { ...HEADERS, ...(accept && { Accept: accept }), ...said };
  return rawRequest(app.url, 'POST', '/mcp', headers, JSON.stringify(batch ? [message, ...pings(batch - 1)] : message));
}
const pings = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ jsonrpc: '2.0', id: index + 2, method: 'ping' }));
const told = ({ headers }: RawAnswer) =>
  Object.fromEntries(['limit', 'remaining', 'reset'].map((name) => [name, Number(headers[`ratelimit-${name}`])]));

test.each<[string, Framing]>([
  ['our path, 2025', { era: '2025' }],
  ['our path, 2026', { era: '2026' }],
  ['our path, a batch of one', { era: '2025', batch: 1, accept: BOTH }],
  ['our path, 2025 with progress', { era: '2025', progress: true, accept: BOTH }],
  ['our path, 2026 with progress, JSON', { era: '2026', progress: true }],
  ['our path, 2026 with progress, both', { era: '2026', progress: true, accept: BOTH }],
  ["the SDK's, a stream gathered", { era: '2025', batch: 2 }],
  ["the SDK's, a stream", { era: '2025', batch: 2, accept: BOTH }],
])('what is left of the budget is in the headers and in _meta: %s', async (_, framing) => {
  app = await startTestApp({ env: { CLICKUP_RATE_LIMIT: '50' }, sandbox: { rateLimit: 0 } });
  const first = await call('get_list', { list_id: LIST }, { era: '2025' });
  const before = told(first);
  const requests = app.sandbox.stats().requests;
  const answer = await call('get_task', { task_id: 'ENG-123' }, framing);
  const { result } = answersOf(answer).find(({ id }) => id === 1);
  const { ratelimit } = result._meta;
  const sent = app.sandbox.stats().requests - requests;
  expect(sent).toBeGreaterThan(0);
  expect(ratelimit).toEqual({ limit: 50, remaining: before.remaining! - sent, reset: expect.any(Number) });
  // In seconds from now, not as a time of day (contract item 26).
  for (const { reset } of [ratelimit, told(answer)]) {
    expect(reset).toBeGreaterThan(0);
    expect(reset).toBeLessThanOrEqual(90);
  }
  // The headers of a stream are there before its first event, so they may not count yet what the call took.
  const isStream = answer.headers['content-type']!.startsWith('text/event-stream');
  if (!isStream) expect(told(answer)).toEqual(ratelimit);
  else expect(told(answer)).toMatchObject({ limit: 50, remaining: expect.any(Number) });
});

test('an error tells it, too; a call before anything was sent tells nothing', async () => {
  app = await startTestApp({ env: { CLICKUP_RATE_LIMIT: '50' } });
  const listed = await rawRequest(
    app.url,
    'POST',
    '/mcp',
    HEADERS,
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  );
  expect(Object.keys(listed.headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
  const answer = await call('get_list', { list_id: '404404' }, { era: '2025' });
  expect(answer.json.result).toMatchObject({ isError: true, _meta: { ratelimit: told(answer) } });
});

/** ClickUp refuses one request, and says that there is no more for 40 s. */
const refuseOnce = (operation: string) =>
  app.sandbox.configure({
    faults: [{ operation, times: 1, kind: 'throttle', limit: 100, reset: 40, retryAfter: 'missing' }],
  });

test('429 is absorbed within the time of the call', async () => {
  app = await startTestApp();
  app.sandbox.configure({
    faults: [{ operation: 'GetTask', times: 1, kind: 'throttle', reset: 0, retryAfter: 'missing' }],
  });
  const { result } = (await call('get_task', { task_id: 'ENG-123' }, { era: '2025' })).json;
  expect(result.isError).toBe(false);
  expect(app.sandbox.stats().operations.GetTask).toBe(2);
});

test('past the time of the call the caller is told, and when to come again', async () => {
  app = await startTestApp({ env: { CALL_TIMEOUT_MS: '15000' } });
  refuseOnce('CreateTask');
  const answer = await call('create_task', { list_id: LIST, name: 'too many' }, { era: '2025' });
  const { result } = answer.json;
  expect(result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/^Error: /) }],
    _meta: {
      error: {
        code: 'clickup_rate_limit',
        details: { limit: 100, remaining: 0, reset_in_seconds: expect.any(Number), reset_at: expect.any(Number) },
      },
      ratelimit: { limit: 100, remaining: 0 },
    },
  });
  const { reset_in_seconds: seconds } = result._meta.error.details;
  expect(seconds).toBeGreaterThan(30);
  expect(told(answer).reset).toBeLessThanOrEqual(seconds + 1);
  expect(app.sandbox.stats().operations.CreateTask).toBe(1);
});

test('with UPSTREAM_RETRY=off ClickUp is asked once, and the caller told what it said', async () => {
  app = await startTestApp({ env: { UPSTREAM_RETRY: 'off' } });
  app.sandbox.configure({
    faults: [{ operation: 'GetTask', kind: 'throttle', limit: 100, reset: 2, retryAfter: 'missing' }],
  });
  for (const task_id of ['ENG-123', 'ENG-124']) {
    const { result } = (await call('get_task', { task_id }, { era: '2025' })).json;
    expect(result._meta.error).toMatchObject({ code: 'clickup_rate_limit', details: { limit: 100, remaining: 0 } });
  }
  expect(app.sandbox.stats().operations.GetTask).toBe(1);
});

test.each(CLIENTS)('%s hears by progress that its call waits, and where it stands', async (_, connect) => {
  app = await startTestApp();
  const client = await connect(app.url, WRITE_KEY);
  refuseOnce('GetTask');
  const leaving = new AbortController();
  const heard = await new Promise<{ progress: number; message?: string | undefined }>((resolve) => {
    void client
      .call('get_task', { task_id: 'ENG-123' }, { signal: leaving.signal, onprogress: resolve })
      .catch(() => undefined);
  });
  expect(heard.message).toMatch(/^waiting for ClickUp's rate limit: position 1, about \d\d s$/);
  expect(heard.progress).toBeGreaterThan(0);
  leaving.abort();
  await client.close();
});

test('who takes no stream gets the answer alone', async () => {
  app = await startTestApp({ env: { CALL_TIMEOUT_MS: '45000' } });
  app.sandbox.configure({
    faults: [{ operation: 'GetTask', times: 1, kind: 'throttle', reset: 3, retryAfter: 'missing' }],
  });
  const answer = await call(
    'get_task',
    { task_id: 'ENG-123' },
    { era: '2025', progress: true, accept: 'application/json' },
  );
  expect(messagesOf(answer)).toMatchObject([{ id: 1, result: { isError: false } }]);
});
