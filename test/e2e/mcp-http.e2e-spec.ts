import { registry } from '#libs/audit';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND_KEY, startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { answersOf } from '../support/event-stream.js';
import { raw, rawRequest } from '../support/raw-http.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { MCP_BODY_LIMIT_BYTES: '65536' } });
});
afterAll(() => app.close());

const JSON_TYPE = { 'Content-Type': 'application/json' };
const AUTH = { Authorization: `Bearer ${WRITE_KEY}` };
const post = (body: unknown, headers: Record<string, string | string[]> = {}) =>
  rawRequest(
    app.url,
    'POST',
    '/mcp',
    { ...JSON_TYPE, ...AUTH, ...headers },
    typeof body === 'string' ? body : JSON.stringify(body),
  );
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const call = (name: string, args: unknown = {}, id: unknown = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});
const META = 'io.modelcontextprotocol/';
const envelope = { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientCapabilities`]: {} };
const modern = (method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  params: { ...params, _meta: envelope },
});
const modernHeaders = (method: string, name?: string) => ({
  'MCP-Protocol-Version': '2026-07-28',
  'Mcp-Method': method,
  ...(name ? { 'Mcp-Name': name } : {}),
});

describe('plain HTTP (contract item 4, contract item 5)', () => {
  test.each<[string, Record<string, string>]>([
    ['without Accept', {}],
    ['with */*', { Accept: '*/*' }],
    ['with JSON only', { Accept: 'application/json' }],
    ['with text/html', { Accept: 'text/html' }],
    ['with both types', { Accept: 'application/json, text/event-stream' }],
  ])('tools/list and tools/call need no handshake and answer JSON %s', async (_, headers) => {
    const listed = await post(list, headers);
    expect(listed).toMatchObject({
      status: 200,
      json: { jsonrpc: '2.0', id: 1, result: { tools: expect.any(Array) } },
    });
    expect(listed.headers['content-type']).toMatch(/^application\/json/);
    const called = await post(call('find_members', {}, 'a-string-id'), headers);
    expect(called).toMatchObject({
      status: 200,
      json: {
        id: 'a-string-id',
        result: { isError: false, content: [{ type: 'text' }], structuredContent: expect.any(Object) },
      },
    });
  });

  test.each<[string, Record<string, string>]>([
    ['JSON only', { Accept: 'application/json' }],
    ['both types', { Accept: 'application/json, text/event-stream' }],
  ])('initialize and ping answer JSON with %s, and say what the SDK says', async (_, headers) => {
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    };
    const plain = await post(initialize, headers);
    expect(plain).toMatchObject({
      status: 200,
      json: { id: 1, result: { protocolVersion: '2025-11-25', serverInfo: { name: 'clickup-mcp' } } },
    });
    expect(plain.headers['content-type']).toMatch(/^application\/json/);
    // In a batch the SDK answers it.
    const [bySdk] = answersOf(await post([initialize], headers));
    expect(plain.json).toEqual(bySdk);
    expect((await post({ jsonrpc: '2.0', id: 2, method: 'ping' }, headers)).json).toEqual({
      jsonrpc: '2.0',
      id: 2,
      result: {},
    });
  });

  test.each(['2025-03-26', '2025-06-18', '2025-11-25'])('initialize agrees on %s', async (protocolVersion) => {
    const { json } = await post({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion, capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    });
    expect(json.result.protocolVersion).toBe(protocolVersion);
  });

  test('no session id is minted, and one that is sent is ignored', async () => {
    const answer = await post(list, { 'Mcp-Session-Id': 'someone-elses' });
    expect(answer.status).toBe(200);
    expect(answer.headers['mcp-session-id']).toBeUndefined();
  });

  test.each(['GET', 'DELETE', 'PUT', 'PATCH'])(
    '%s is 401 without a credential, otherwise 405 with an example',
    async (method) => {
      expect((await rawRequest(app.url, method, '/mcp', {})).status).toBe(401);
      const refused = await rawRequest(app.url, method, '/mcp', AUTH);
      expect(refused).toMatchObject({
        status: 405,
        json: { error: { code: 'method_not_allowed', details: { allow: 'POST' } } },
      });
      expect(refused.headers.allow).toBe('POST');
      expect(refused.body).toContain('tools/list');
    },
  );

  test('DELETE with a JSON content type and no body is 405 too', async () => {
    expect((await rawRequest(app.url, 'DELETE', '/mcp', { ...AUTH, ...JSON_TYPE })).status).toBe(405);
  });

  test('a batch of the 2025-03-26 revision is answered item by item', async () => {
    const { json } = await post(
      [list, call('find_members', {}, 2), { jsonrpc: '2.0', method: 'notifications/initialized' }],
      { 'MCP-Protocol-Version': '2025-03-26' },
    );
    expect(json).toHaveLength(2);
    expect(new Set(json.map((item: { id: number }) => item.id))).toEqual(new Set([1, 2]));
  });

  test.each(['2025-06-18', '2025-11-25', '2026-07-28'])(
    '%s has no batches: -32600, and nothing of it is begun',
    async (revision) => {
      const before = app.sandbox.stats().requests;
      const answer = await post([call('create_task', { list_id: '90144360426', name: 'of a batch' })], {
        'MCP-Protocol-Version': revision,
      });
      expect(answer).toMatchObject({
        status: 400,
        json: { id: null, error: { code: -32_600, data: { details: expect.stringContaining('batches') } } },
      });
      expect(app.sandbox.stats().requests).toBe(before);
    },
  );

  test('a batch of the newer era, which only its envelopes name, is -32600 too', async () => {
    expect(await post([modern('tools/list')])).toMatchObject({ status: 400, json: { error: { code: -32_600 } } });
  });

  test('a notification is 202 without a body', async () => {
    expect(await post({ jsonrpc: '2.0', method: 'notifications/initialized' })).toMatchObject({
      status: 202,
      body: '',
    });
  });
});

describe('2026-07-28', () => {
  test('server/discover names the revision', async () => {
    const { json } = await post(modern('server/discover'), modernHeaders('server/discover'));
    expect(json.result).toMatchObject({
      supportedVersions: ['2026-07-28'],
      resultType: 'complete',
      ttlMs: expect.any(Number),
      cacheScope: 'private',
    });
  });

  test('a client that closes the stream cancels its call (MCP-T7)', async () => {
    const cancelled = async () =>
      /tool="get_task",outcome="cancelled"\} (\d+)/.exec(await registry.metrics())?.[1] ?? '0';
    const before = await cancelled();
    const asked = app.sandbox.stats().requests;
    // Without the cancellation the call would wait for ClickUp until its own deadline.
    app.sandbox.configure({ faults: [{ operation: 'GetTask', times: 1, kind: 'hang' }] });
    const leaving = new AbortController();
    const answer = fetch(`${app.url}/mcp`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...AUTH, ...modernHeaders('tools/call', 'get_task') },
      body: JSON.stringify(modern('tools/call', { name: 'get_task', arguments: { task_id: 'ENG-123' } })),
      signal: leaving.signal,
    });
    while (app.sandbox.stats().requests === asked) await sleep(10);
    leaving.abort();
    await expect(answer).rejects.toThrow('abort');
    while ((await cancelled()) === before) await sleep(10);
    expect(Number(await cancelled())).toBe(Number(before) + 1);
  });

  test('results carry what the revision demands, on our path as on the SDK’s', async () => {
    const listed = (await post(modern('tools/list'), modernHeaders('tools/list'))).json.result;
    expect(listed).toMatchObject({
      resultType: 'complete',
      ttlMs: 300_000,
      cacheScope: 'private',
      _meta: { [`${META}serverInfo`]: { name: 'clickup-mcp' } },
    });
    const called = (
      await post(modern('tools/call', { name: 'find_members' }), modernHeaders('tools/call', 'find_members'))
    ).json.result;
    expect(called).toMatchObject({ resultType: 'complete', isError: false });
    const viaSdk = (await post(modern('resources/list'), modernHeaders('resources/list'))).json.result;
    expect(viaSdk).toMatchObject({ resultType: 'complete', ttlMs: 300_000, cacheScope: 'private' });
  });

  test.each<[string, object, Record<string, string>, number, number]>([
    ['no version header', modern('tools/list'), { 'Mcp-Method': 'tools/list' }, 400, -32_020],
    [
      'another version header',
      modern('tools/list'),
      { ...modernHeaders('tools/list'), 'MCP-Protocol-Version': '2025-11-25' },
      400,
      -32_020,
    ],
    ['another method header', modern('tools/list'), modernHeaders('tools/call'), 400, -32_020],
    ['no name header', modern('tools/call', { name: 'find_members' }), modernHeaders('tools/call'), 400, -32_020],
    [
      'another name header',
      modern('tools/call', { name: 'find_members' }),
      modernHeaders('tools/call', 'delete_task'),
      400,
      -32_020,
    ],
    [
      'an unknown revision',
      { ...list, params: { _meta: { ...envelope, [`${META}protocolVersion`]: '2099-01-01' } } },
      { 'MCP-Protocol-Version': '2099-01-01', 'Mcp-Method': 'tools/list' },
      400,
      -32_022,
    ],
    ['an unknown method', modern('no/such'), modernHeaders('no/such'), 404, -32_601],
    ['initialize', modern('initialize'), modernHeaders('initialize'), 404, -32_601],
  ])('%s', async (_, body, headers, status, code) => {
    const answer = await post(body, headers);
    expect(answer).toMatchObject({ status, json: { error: { code, data: { details: expect.any(String) } } } });
  });

  test('a name header in Base64 is understood', async () => {
    const encoded = `=?base64?${Buffer.from('find_members').toString('base64')}?=`;
    expect(
      (await post(modern('tools/call', { name: 'find_members' }), modernHeaders('tools/call', encoded))).json.result
        .isError,
    ).toBe(false);
  });
});

describe('errors (contract item 3)', () => {
  test.each<[string, string, number]>([
    ['broken JSON', '{"jsonrpc":', -32_700],
    ['no body', '', -32_700],
    ['prototype poisoning', '{"jsonrpc":"2.0","id":1,"method":"tools/list","__proto__":{"a":1}}', -32_700],
    [
      'depth 1000',
      `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"a":${'['.repeat(1000)}${']'.repeat(1000)}}}`,
      -32_700,
    ],
    ['id null', JSON.stringify({ ...list, id: null }), -32_600],
    ['no jsonrpc', JSON.stringify({ id: 1, method: 'tools/list' }), -32_600],
    ['method of a wrong type', JSON.stringify({ ...list, method: 1 }), -32_600],
    ['an empty batch', '[]', -32_600],
  ])('%s', async (_, body, code) => {
    const answer = await post(body);
    expect(answer).toMatchObject({
      status: 400,
      json: { jsonrpc: '2.0', error: { code, data: { details: expect.any(String) } } },
    });
    expect(answer.body.length).toBeLessThan(8192);
    expect(answer.body).not.toMatch(/\n\s+at |node_modules/);
  });

  test('a wrong content type is 415, a body over the limit 413', async () => {
    expect(await post(list, { 'Content-Type': 'text/plain' })).toMatchObject({
      status: 415,
      json: { error: { code: -32_600 } },
    });
    expect(await post(`"${'x'.repeat(70_000)}"`)).toMatchObject({ status: 413, json: { error: { code: -32_600 } } });
  });

  test('bytes that are no UTF-8 are -32700, wherever they are', async () => {
    for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98]]) {
      const [before, after] = JSON.stringify(call('create_task', { list_id: '90144360426', name: '@' })).split('@') as [
        string,
        string,
      ];
      const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
      const writes = app.sandbox.stats().writes;
      const head = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nX-API-Key: ${WRITE_KEY}\r\nContent-Length: ${body.length}\r\n\r\n`;
      const answer = await raw(app.url, Buffer.concat([Buffer.from(head), body]));
      expect(answer).toMatch(/^HTTP\/1\.1 400/);
      expect(answer).toContain('"code":-32700');
      expect(answer).toContain('valid JSON, in UTF-8');
      expect(app.sandbox.stats().writes).toBe(writes);
    }
  });

  test.each<[string, Record<string, string | string[]>, number]>([
    ['UTF-7', { 'Content-Type': 'application/json; charset=utf-7' }, 415],
    ['UTF-16', { 'Content-Type': 'application/json;charset="UTF-16"' }, 415],
    ['Latin 1', { 'Content-Type': 'application/json; charset=iso-8859-1' }, 415],
    ['two of them', { 'Content-Type': 'application/json; charset=utf-8; charset=utf-7' }, 415],
    ['gzip that is none', { 'Content-Encoding': 'gzip' }, 415],
    ['two codings', { 'Content-Encoding': ['identity', 'br'] }, 415],
    ['UTF-8', { 'Content-Type': 'application/json; charset=UTF-8' }, 200],
    ['UTF-8 in quotes', { 'Content-Type': 'application/json; charset="utf-8"' }, 200],
    ['no coding', { 'Content-Encoding': 'identity' }, 200],
  ])('a body that is announced as %s', async (_, headers, status) => {
    const answer = await post(list, headers);
    expect(answer.status).toBe(status);
    if (status === 415)
      expect(answer.json).toMatchObject({
        id: null,
        error: { code: -32_600, message: expect.stringMatching(/UTF-8|Encoding/) },
      });
  });

  test.each(['no_such_tool', '__proto__', 'constructor', 'toString', ''])(
    'tool %p is unknown: -32602',
    async (name) => {
      expect(await post(call(name))).toMatchObject({
        status: 200,
        json: { error: { code: -32_602, data: { details: expect.any(String) } } },
      });
    },
  );

  test('unknown methods of the older era: -32601', async () => {
    for (const method of ['no/such', '__proto__', 'constructor'])
      expect((await post({ ...list, method })).json).toMatchObject({
        error: { code: -32_601, data: { details: expect.any(String) } },
      });
  });

  test('bad arguments are a result that names the parameter', async () => {
    const { json } = await post(call('create_task', { name: 'x' }));
    expect(json.result).toMatchObject({
      isError: true,
      _meta: {
        error: { code: 'invalid_parameters', details: { parameter: 'list_id', required: true, type: 'string' } },
      },
    });
    expect(json.result.content[0].text).toMatch(/^Error: Missing required parameter: list_id/);
    const extra = (await post(call('get_task', { task_id: 'x', isAdmin: true }))).json.result;
    expect(extra._meta.error.details.parameter).toBe('isAdmin');
  });

  test('a failure of ClickUp is a result with code and details', async () => {
    const { json } = await post(call('get_task', { task_id: 'zzzzzz9' }));
    expect(json.result).toMatchObject({
      isError: true,
      _meta: { error: { code: 'clickup_not_found', details: { task_id: 'zzzzzz9' } } },
    });
  });

  test('an unknown version header is -32022 and lists what we speak', async () => {
    expect(await post(list, { 'MCP-Protocol-Version': '1999-01-01' })).toMatchObject({
      status: 400,
      json: {
        error: {
          code: -32_022,
          data: { supported: expect.arrayContaining(['2026-07-28', '2025-11-25']), requested: '1999-01-01' },
        },
      },
    });
    expect((await post(list, { 'MCP-Protocol-Version': ['2025-11-25', '2025-11-25'] })).status).toBe(400);
  });

  test.each<[string, object]>([
    ['initialize', {}],
    ['initialize', { protocolVersion: 7, capabilities: [], clientInfo: 'x' }],
    ['tools/list', { cursor: 5 }],
    ['tools/call', { name: 5 }],
    ['tools/call', { name: 'get_list', arguments: [] }],
  ])('%s with params that are none is -32602, in words', async (method, params) => {
    const answer = await post({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: { progressToken: 'p' } } });
    expect(answer).toMatchObject({
      status: 200,
      json: { id: 1, error: { code: -32_602, data: { details: expect.any(String) } } },
    });
  });

  test('a cursor for tools/list is -32602', async () => {
    expect((await post({ ...list, params: { cursor: 'x' } })).json).toMatchObject({ error: { code: -32_602 } });
  });
});

describe('credentials', () => {
  test('no credential: 401 that says where the metadata is, without an error code', async () => {
    const answer = await rawRequest(app.url, 'POST', '/mcp', JSON_TYPE, JSON.stringify(list));
    expect(answer).toMatchObject({ status: 401, json: { error: { code: 'unauthorized' } } });
    expect(answer.headers['www-authenticate']).toMatch(
      /^Bearer resource_metadata="http:\/\/localhost:\d+\/\.well-known\/oauth-protected-resource\/mcp", scope="read write"$/,
    );
  });

  test.each<[string, Record<string, string | string[]>, number]>([
    ['a wrong key', { Authorization: 'Bearer wrong' }, 401],
    ['Basic', { Authorization: 'Basic YTpi' }, 401],
    ['a key in a cookie', { Cookie: `apiKey=${WRITE_KEY}` }, 401],
    ['a wrong key beside a good one', { Authorization: 'Bearer wrong', 'X-API-Key': WRITE_KEY }, 400],
    ['a good key beside a wrong one', { ...AUTH, 'X-API-Key': 'wrong' }, 400],
    ['two Host headers', { ...AUTH, Host: ['localhost', 'evil.com'] }, 400],
    ['two Host headers, the second one ours', { ...AUTH, Host: ['evil.com', 'localhost'] }, 400],
    ['the same Host twice', { ...AUTH, Host: ['localhost', 'localhost'] }, 400],
    ['two Authorization headers', { Authorization: [`Bearer ${WRITE_KEY}`, 'Bearer other'] }, 400],
    ['a foreign Host', { ...AUTH, Host: 'evil.com' }, 403],
    ['a foreign Origin', { ...AUTH, Origin: 'https://evil.com' }, 403],
    ['Origin null', { ...AUTH, Origin: 'null' }, 403],
    ['the Origin of claude.ai', { ...AUTH, Origin: 'https://claude.ai' }, 200],
    ['X-API-Key', { 'X-API-Key': WRITE_KEY }, 200],
  ])('%s', async (_, headers, status) => {
    const answer = await rawRequest(app.url, 'POST', '/mcp', { ...JSON_TYPE, ...headers }, JSON.stringify(list));
    expect(answer.status).toBe(status);
    // A cookie is never a credential, so nothing was sent (RFC 6750 section 3.1).
    if (status === 401)
      expect(answer.headers['www-authenticate']?.includes('error="invalid_token"')).toBe(!('Cookie' in headers));
  });

  test.each<[string, Record<string, string>]>([
    [`/mcp?apiKey=${SECOND_KEY}`, AUTH],
    [`/mcp?apiKey=${SECOND_KEY}`, { 'X-API-Key': WRITE_KEY }],
    [`/mcp?apiKey=${WRITE_KEY}&apiKey=${SECOND_KEY}`, {}],
  ])('two credentials are one too many: %s', async (path, headers) => {
    expect(await rawRequest(app.url, 'POST', path, { ...JSON_TYPE, ...headers }, JSON.stringify(list))).toMatchObject({
      status: 400,
      json: { error: { code: 'invalid_parameters' } },
    });
  });

  test.each(['/%zz', '/mcp%', '/mcp/%E0%A4%A', '/%c3%28', `/authorize/${'x'.repeat(200)}`])(
    '%s is refused like any other path: our error, our headers, and the Host counts',
    async (path) => {
      for (const method of ['GET', 'POST']) {
        const answer = await rawRequest(app.url, method, path, {});
        expect([400, 404, 405]).toContain(answer.status);
        expect(answer.json).toEqual({
          error: {
            code: expect.any(String),
            message: expect.not.stringContaining('JSON'),
            details: expect.any(Object),
          },
        });
        expect(answer.headers).toMatchObject({
          'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
          'x-content-type-options': 'nosniff',
        });
        expect((await rawRequest(app.url, method, path, { Host: 'evil.com' })).json.error.details).toEqual({
          reason: 'host',
        });
        expect((await rawRequest(app.url, method, path, { Host: ['localhost', 'evil.com'] })).status).toBe(400);
      }
      expect((await rawRequest(app.url, 'GET', path, { Accept: 'text/html' })).headers['content-type']).toMatch(
        /^text\/html/,
      );
    },
  );

  test('?apiKey= works, and no key ever gets into the log', async () => {
    expect(
      (await rawRequest(app.url, 'POST', `/mcp?apiKey=${WRITE_KEY}`, JSON_TYPE, JSON.stringify(list))).status,
    ).toBe(200);
    expect((await rawRequest(app.url, 'POST', '/mcp?apiKey=wrong', JSON_TYPE, JSON.stringify(list))).status).toBe(401);
    expect(app.log()).toContain('discouraged');
    expect(app.log()).not.toContain(WRITE_KEY);
  });

  test.each(['/mcp/', '//mcp', '/%6dcp', '/MCP', '/mcp;x', '/mcp/../mcp', '/mcp%2f'])(
    '%s opens nothing without a credential',
    async (path) => {
      expect([400, 401, 404]).toContain(
        (await rawRequest(app.url, 'POST', path, JSON_TYPE, JSON.stringify(list))).status,
      );
    },
  );

  test('the metadata address follows BASE_URL, never the Host header', async () => {
    const answer = await rawRequest(
      app.url,
      'POST',
      '/mcp',
      { ...JSON_TYPE, Host: 'localhost:1', 'X-Forwarded-Host': 'evil.com' },
      JSON.stringify(list),
    );
    expect(answer.headers['www-authenticate']).not.toMatch(/evil|localhost:1\//);
  });
});

describe('the wire', () => {
  test('every answer carries its own request id', async () => {
    const ids = await Promise.all(
      [
        post(list),
        post('{'),
        rawRequest(app.url, 'GET', '/nowhere', {}),
        rawRequest(app.url, 'GET', '/health', {}),
      ].map(async (answer) => (await answer).headers['x-request-id']),
    );
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  const smuggled = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${WRITE_KEY}\r\nContent-Type: application/json\r\nContent-Length: BODY\r\n\r\n`;
  test.each<[string, string]>([
    ['CL and TE', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n'],
    ['chunked, identity', 'Transfer-Encoding: chunked, identity\r\n'],
    ['a signed length', 'Content-Length: +5\r\n'],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n'],
    ['a folded header', 'X-A: b\r\n c\r\nContent-Length: 0\r\n'],
    ['64 KB of header', `X-A: ${'a'.repeat(65_536)}\r\nContent-Length: 0\r\n`],
  ])('%s: refused, and the request hidden behind it never runs', async (_, headers) => {
    const marker = `smuggled ${randomUUID()}`;
    const hidden = JSON.stringify(call('create_task', { list_id: '90144360426', name: marker }));
    const before = app.sandbox.requests().length;
    const answer = await raw(
      app.url,
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n0\r\n\r\n${smuggled.replace('BODY', String(hidden.length))}${hidden}`,
      2000,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4(00|31)|^$/);
    expect(app.sandbox.requests().length).toBe(before);
  });
});
