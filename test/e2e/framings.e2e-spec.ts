import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { answersOf, messagesOf } from '../support/event-stream.js';
import { type RawAnswer, rawRequest } from '../support/raw-http.js';

const LIST = '90144360426';
const META = 'io.modelcontextprotocol/';
const HEADERS = { 'Content-Type': 'application/json', Authorization: `Bearer ${WRITE_KEY}` };
const JSON_ONLY = 'application/json';
const BOTH = 'application/json, text/event-stream';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

type Message = { id: number; method: string; params: Record<string, unknown> };
interface Framing {
  headers: (message: Message) => Record<string, string>;
  body: (message: Message) => unknown;
}

const inEra = (era: 'legacy' | 'modern', { method, params, ...rest }: Message, progressToken?: string) => {
  const envelope =
    era === 'modern' ? { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientCapabilities`]: {} } : {};
  return {
    jsonrpc: '2.0',
    ...rest,
    method,
    params: { ...params, _meta: { ...envelope, ...(progressToken === undefined ? {} : { progressToken }) } },
  };
};
const modernHeaders = ({ method, params }: Message) => ({
  'MCP-Protocol-Version': '2026-07-28',
  'Mcp-Method': method,
  'Mcp-Name': String(params.name),
});

const FRAMINGS: Record<string, Framing> = Object.fromEntries(
  [undefined, '*/*', JSON_ONLY, BOTH, 'text/event-stream'].flatMap((accept): [string, Framing][] => {
    const accepts: Record<string, string> = accept === undefined ? {} : { Accept: accept };
    const headers = () => accepts;
    const modern = (message: Message) => ({ ...accepts, ...modernHeaders(message) });
    return [
      [`2025, ${accept}`, { headers, body: (message) => inEra('legacy', message) }],
      [`2025, progress, ${accept}`, { headers, body: (message) => inEra('legacy', message, 'p\u2028\u{1F600}') }],
      [`2025, a batch of one, ${accept}`, { headers, body: (message) => [inEra('legacy', message)] }],
      [`2026, ${accept}`, { headers: modern, body: (message) => inEra('modern', message) }],
      [`2026, progress, ${accept}`, { headers: modern, body: (message) => inEra('modern', message, 'p\u2028') }],
    ];
  }),
);

const send = ({ headers, body }: Framing, message: Message): Promise<RawAnswer> =>
  rawRequest(app.url, 'POST', '/mcp', { ...HEADERS, ...headers(message) }, JSON.stringify(body(message)));
const getList = (list_id: string): Message => ({
  id: 1,
  method: 'tools/call',
  params: { name: 'get_list', arguments: { list_id } },
});

/** Texts on which a reader of lines, of C strings or of UTF-16 stumbles. */
const ODD: Record<string, string> = {
  'U+2028': '\u2028',
  'U+2029': '\u2029',
  NEL: '\u0085',
  CR: '\r',
  LF: '\n',
  'CR LF': '\r\n',
  'two LF': '\n\n',
  VT: '\v',
  FF: '\f',
  NUL: '\0',
  'file separator': '\x1c',
  'a lone high surrogate': '\ud800',
  'a lone low surrogate': '\udfff',
  'surrogates in the wrong order': '\udc00\ud800',
  'an event of its own': '\n\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n',
};

describe.each(Object.entries(FRAMINGS))('%s', (_, framing) => {
  test.each(Object.entries(ODD))(
    '%s in an argument: the same answer as plain JSON, and an honest call after it works',
    async (_name, odd) => {
      const message = getList(`x${odd}y`);
      const plain = (await send(FRAMINGS['2025, undefined']!, message)).json.result;
      const answer = await send(framing, message);
      expect(answer.status).toBe(200);
      const answers = answersOf(answer);
      expect(answers).toEqual([
        expect.objectContaining({ id: 1, result: expect.objectContaining({ content: plain.content, isError: true }) }),
      ]);
      expect(answers[0].result._meta.error).toEqual(plain._meta.error);
      expect(answersOf(await send(framing, getList(LIST)))).toMatchObject([{ result: { isError: false } }]);
    },
  );
});

describe('the name that somebody gave a task reaches an honest client', () => {
  const name = 'Line\u2028one\u2029two';
  let id: string;
  beforeAll(async () => {
    const created = await fetch(`${app.sandbox.url}/api/v2/list/${LIST}/task`, {
      method: 'POST',
      headers: { authorization: 'pk_sandbox_owner', 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    id = ((await created.json()) as { id: string }).id;
  });

  test.each(Object.entries(FRAMINGS))('%s', async (_, framing) => {
    const message = { id: 1, method: 'tools/call', params: { name: 'get_task', arguments: { task_id: id } } };
    expect(answersOf(await send(framing, message))).toMatchObject([
      { result: { isError: false, structuredContent: { name: 'Line one two' } } },
    ]);
  });
});

test.each(Object.entries(FRAMINGS))('every JSON-RPC error carries details: %s', async (_, framing) => {
  const answers = answersOf(
    await send(framing, { id: 1, method: 'tools/call', params: { name: 'get_list', arguments: 'x\u2028' } }),
  );
  expect(answers).toMatchObject([{ id: 1, error: { code: -32_602, data: { details: expect.any(String) } } }]);
});

test('all answers of a batch arrive, in either framing', async () => {
  for (const accept of [JSON_ONLY, BOTH]) {
    const batch = [
      getList(LIST),
      { ...getList('x\u2028y'), id: 2 },
      { ...getList(LIST), id: 3, method: 'no/such\u2028' },
    ].map((message) => inEra('legacy', message));
    const answers = answersOf(
      await rawRequest(app.url, 'POST', '/mcp', { ...HEADERS, Accept: accept }, JSON.stringify(batch)),
    );
    expect(answers.sort((one, other) => one.id - other.id)).toMatchObject([
      { id: 1, result: { isError: false } },
      { id: 2, result: { isError: true } },
      { id: 3, error: { code: -32_601, data: { details: expect.any(String) } } },
    ]);
  }
});

test('a batch that cancels one of its own requests is answered all the same: closing the stream is how a call is cancelled', async () => {
  const batch = [
    inEra('legacy', getList(LIST)),
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
  ];
  for (const accept of [JSON_ONLY, BOTH])
    expect(
      answersOf(await rawRequest(app.url, 'POST', '/mcp', { ...HEADERS, Accept: accept }, JSON.stringify(batch))),
    ).toMatchObject([{ id: 1, result: { isError: false } }]);
});

test('two requests of one id in a batch cannot be told apart, so neither is begun', async () => {
  const before = app.sandbox.stats().requests;
  const answer = await rawRequest(
    app.url,
    'POST',
    '/mcp',
    HEADERS,
    JSON.stringify([inEra('legacy', getList(LIST)), inEra('legacy', getList(LIST))]),
  );
  expect(answer).toMatchObject({
    status: 400,
    json: { id: null, error: { code: -32_600, data: { details: expect.stringContaining('id') } } },
  });
  expect(app.sandbox.stats().requests).toBe(before);
});

test('a subscription ends at once where the client accepts no stream, with the result that the protocol has for its end', async () => {
  const listen = inEra('modern', {
    id: 7,
    method: 'subscriptions/listen',
    params: { notifications: { toolsListChanged: true } },
  });
  const headers = { ...HEADERS, 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' };
  expect(
    await rawRequest(app.url, 'POST', '/mcp', { ...headers, Accept: JSON_ONLY }, JSON.stringify(listen)),
  ).toMatchObject({
    status: 200,
    json: { id: 7, result: { resultType: 'complete', _meta: { [`${META}subscriptionId`]: 7 } } },
  });
  expect(
    answersOf(await rawRequest(app.url, 'POST', '/mcp', { ...headers, Accept: BOTH }, JSON.stringify(listen))),
  ).toMatchObject([{ id: 7, result: { resultType: 'complete' } }]);
  const older = { jsonrpc: '2.0', id: 8, method: 'subscriptions/listen', params: {} };
  for (const accept of [JSON_ONLY, BOTH])
    expect(
      answersOf(await rawRequest(app.url, 'POST', '/mcp', { ...HEADERS, Accept: accept }, JSON.stringify(older))),
    ).toMatchObject([{ id: 8, error: { code: -32_601 } }]);
});

const bulk = (count: number): Message => ({
  id: 1,
  method: 'tools/call',
  params: {
    name: 'bulk_create_tasks',
    arguments: { tasks: Array.from({ length: count }, (_, n) => ({ name: `t${n}`, list_id: LIST })) },
  },
});

test.each(['2025, progress, ', '2026, progress, '])(
  '%s: the stream begins with progress, which rises, and ends with the answer; who takes no stream gets the answer alone',
  async (framing) => {
    const streamed = await send(FRAMINGS[`${framing}${BOTH}`]!, bulk(5));
    expect(streamed.headers['content-type']).toBe('text/event-stream');
    const messages = messagesOf(streamed);
    const told = messages.slice(0, -1);
    expect(told.length).toBeGreaterThan(1);
    for (const { method, params } of told) {
      expect(method).toBe('notifications/progress');
      expect(params).toMatchObject({ progressToken: expect.stringContaining('p\u2028'), message: expect.any(String) });
    }
    const rising = told.map(({ params }) => params.progress);
    expect(rising).toEqual([...new Set(rising)].sort((a, b) => a - b));
    expect(messages.at(-1)).toMatchObject({ id: 1, result: { isError: false, content: expect.anything() } });
    expect(messagesOf(await send(FRAMINGS[`${framing}${JSON_ONLY}`]!, bulk(5)))).toMatchObject([
      { id: 1, result: { isError: false } },
    ]);
  },
);

test('a call that has no progress to tell is answered with JSON, also where a stream is accepted', async () => {
  const answer = await send(FRAMINGS[`2025, progress, ${BOTH}`]!, getList(LIST));
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
});
