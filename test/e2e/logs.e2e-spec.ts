import { personPseudonyms } from '#libs/connections';
import { MASTER_KEY } from '#libs/core';
import { SECOND_KEY, startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { accessToken, apiKey, type Connected, OWNER, session } from '../support/connect.js';
import { freePort } from '../support/free-port.js';
import { execute } from '../support/postgres.js';

const LIST = '90144360426';
const MEMBER = {
  ...OWNER,
  person: { id: '184', name: 'Charles Babbage' },
  credential: 'pk_sandbox_member',
  policy: { mode: 'read' },
} as const;

type Line = Record<string, any>;
const linesOf = (app: TestApp): Line[] =>
  app
    .log()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
/** The calls that left a line so far. */
const calls = (app: TestApp, tool?: string) =>
  linesOf(app).filter(({ msg, tool: of }) => msg === 'tool call' && (tool === undefined || of === tool));
const security = (app: TestApp) => linesOf(app).filter(({ msg }) => msg === 'security event');

async function post(app: TestApp, token: string, message: object, headers: Record<string, string> = {}) {
  const answer = await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  });
  return { status: answer.status, id: answer.headers.get('x-request-id'), json: (await answer.json()) as any };
}
const call = (app: TestApp, token: string, name: string, args: object, headers?: Record<string, string>) =>
  post(app, token, { method: 'tools/call', params: { name, arguments: args } }, headers);
const modern = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' };
const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'claude-ai', version: '2.1' },
};

describe('the three questions of an operator, answered from the log alone', () => {
  let app: TestApp;
  let ada: Connected;
  let charles: Connected;
  let reader: Connected;
  let nameOf: (personId: string) => string;
  let made: string;
  beforeAll(async () => {
    app = await startTestApp({ env: { LOG_LEVEL: 'info' } });
    [ada, charles, reader] = [
      await apiKey(app.gateway),
      await apiKey(app.gateway, MEMBER),
      await session(app.gateway, app.databaseUrl, OWNER, { scope: 'read' }),
    ];
    nameOf = personPseudonyms(app.gateway.app.get<Buffer>(MASTER_KEY));
    const task = await call(app, ada.token, 'create_task', { list_id: LIST, name: 'canary' });
    made = task.json.result.structuredContent.id as string;
  });
  afterAll(() => app.close());

  test('who changed this? Every line that names the object says which person, by which client', async () => {
    const params = { name: 'update_task', arguments: { task_id: made, priority: 'high' }, _meta: meta };
    const changed = await post(
      app,
      ada.token,
      { method: 'tools/call', params },
      { ...modern, 'mcp-name': 'update_task' },
    );
    await call(app, charles.token, 'get_task', { task_id: made }, { 'user-agent': 'curl/8.5.0 (x)' });

    const about = calls(app).filter((line) => JSON.stringify(line).includes(`task:${made}`));
    expect(about.map(({ tool }) => tool)).toEqual(['create_task', 'update_task']);
    expect(about[0]).toMatchObject({ created: [`task:${made}`], wrote: [`list:${LIST}`] });
    expect(about[1]).toMatchObject({
      level: 'info',
      reqId: changed.id,
      outcome: 'ok',
      grant: ada.grantId,
      kind: 'api_key',
      person: nameOf('183'),
      workspace: '12345',
      client: 'claude-ai',
      client_version: '2.1',
      wrote: [`task:${made}`],
    });
    expect(calls(app, 'get_task').at(-1)).toMatchObject({
      person: nameOf('184'),
      client: 'curl',
      client_version: '8.5.0',
      outcome: 'ok',
    });
    expect(calls(app, 'get_task').at(-1)).not.toHaveProperty('wrote');
  });

  test('a preview changes nothing, and its confirmation names what was called and what was changed', async () => {
    const victim = (await call(app, ada.token, 'create_task', { list_id: LIST, name: 'x' })).json.result
      .structuredContent.id as string;
    const preview = await call(app, ada.token, 'call_write_operation', {
      operation: 'DeleteTask',
      args: { task_id: victim },
    });
    const { confirm_token } = preview.json.result.structuredContent;
    await call(app, ada.token, 'confirm_change', { confirm_token });
    const [shown, done] = calls(app).slice(-2);
    expect(shown).toMatchObject({ tool: 'call_write_operation', operation: 'DeleteTask', outcome: 'preview' });
    expect(shown).not.toHaveProperty('wrote');
    expect(done).toMatchObject({
      tool: 'call_write_operation',
      as: 'confirm_change',
      operation: 'DeleteTask',
      outcome: 'ok',
      wrote: [`task:${victim}`],
    });
  });

  test('a change of which nobody knows is not told as made', async () => {
    app.sandbox.configure({
      faults: [
        { operation: 'CreateTaskComment', times: 1, kind: 'reset_after' },
        { operation: 'GetTaskComments', times: 100, kind: 'status', status: 500 },
      ],
    });
    await call(app, ada.token, 'add_comment', { task_id: made, text: 'canary' });
    app.sandbox.configure({ faults: [] });
    const line = calls(app, 'add_comment').at(-1)!;
    expect(line).toMatchObject({ outcome: 'unknown_outcome', doubtful: [`task:${made}`] });
    expect(line).not.toHaveProperty('wrote');
  });

  test('why was this slow? The line says how long, and how much of it ClickUp and the queue took', async () => {
    app.sandbox.configure({ latencyMs: 300 });
    await call(app, ada.token, 'get_task', { task_id: made });
    app.sandbox.configure({ latencyMs: 0 });
    const slow = calls(app, 'get_task').at(-1)!;
    expect(slow.requests).toBeGreaterThan(0);
    expect(slow.upstream_ms).toBeGreaterThanOrEqual(300);
    expect(slow.ms).toBeGreaterThanOrEqual(300);
    expect(slow).toMatchObject({ retries: 0, queue_ms: 0 });

    app.sandbox.configure({ faults: [{ operation: 'GetTask', times: 1, kind: 'status', status: 503 }] });
    await call(app, ada.token, 'get_task', { task_id: made });
    expect(calls(app, 'get_task').at(-1)).toMatchObject({ retries: 1, outcome: 'ok' });
  });

  test.each<[string, () => Connected, string, object, Line]>([
    [
      'read-only',
      () => charles,
      'update_task',
      { task_id: '1', name: 'x' },
      { outcome: 'tool_not_found', reason: 'not granted', tool: 'update_task' },
    ],
    [
      'no such tool',
      () => ada,
      'canary_tool',
      {},
      { outcome: 'tool_not_found', reason: 'no such tool', tool: 'unknown' },
    ],
    ['no such task', () => ada, 'get_task', { task_id: 'nothing0' }, { outcome: 'clickup_not_found' }],
    [
      'a wrong argument',
      () => ada,
      'update_task',
      { task_id: '1', priority: { canary: 1 } },
      { outcome: 'invalid_parameters', reason: 'parameter priority' },
    ],
    [
      'an unknown argument',
      () => ada,
      'update_task',
      { task_id: '1', canary: 1 },
      { outcome: 'invalid_parameters', reason: 'a parameter' },
    ],
    [
      'the scope of the token',
      () => reader,
      'create_task',
      { list_id: LIST, name: 'x' },
      { outcome: 'insufficient_scope', reason: 'the token has the scope read only', tool: 'create_task' },
    ],
  ])('why was he refused? %s', async (_, who, tool, args, expected) => {
    const before = calls(app).length;
    const { id } = await call(app, who().token, tool, args);
    const lines = calls(app).slice(before);
    expect(lines).toEqual([expect.objectContaining({ ...expected, reqId: id, grant: who().grantId })]);
  });

  test('a refusal of ClickUp names its status and code', async () => {
    app.sandbox.configure({ faults: [{ operation: 'GetTask', times: 1, kind: 'status', status: 403 }] });
    await call(app, ada.token, 'get_task', { task_id: made });
    expect(calls(app).at(-1)).toMatchObject({ outcome: 'clickup_forbidden', reason: 'ClickUp 403 FAULT_403' });
  });

  test('a malformed call leaves a line, other methods a request line that names them', async () => {
    await post(app, ada.token, { method: 'tools/call', params: { name: 'get_task', arguments: [] } });
    expect(calls(app).at(-1)).toMatchObject({
      tool: 'get_task',
      outcome: 'invalid_parameters',
      reason: 'malformed request',
    });
    await post(app, ada.token, {
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'Cursor', version: '1.7' } },
    });
    await post(app, ada.token, { method: 'canary/method' });
    await post(app, ada.token, { method: 'tools/list', params: { cursor: 'x' } });
    const [first, second, third] = linesOf(app)
      .filter(({ msg, route }) => msg === 'request' && route === '/mcp')
      .slice(-3);
    expect(first).toMatchObject({ rpc: 'initialize', client: 'Cursor', client_version: '1.7', grant: ada.grantId });
    expect(second).toMatchObject({ rpc: 'unknown', rpc_error: -32601 });
    expect(third).toMatchObject({ rpc: 'tools/list', rpc_error: -32602 });
  });

  test('a plain call leaves one line, not two; one whose client went away leaves that of its request, too', async () => {
    const before = linesOf(app).length;
    await call(app, ada.token, 'get_task', { task_id: made });
    expect(
      linesOf(app)
        .slice(before)
        .map(({ msg }) => msg),
    ).toEqual(['tool call']);
    app.sandbox.configure({ latencyMs: 500 });
    const leaving = AbortSignal.timeout(100);
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'get_task', arguments: { task_id: made } },
    });
    await expect(
      fetch(`${app.url}/mcp`, {
        method: 'POST',
        signal: leaving,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.token}` },
        body,
      }),
    ).rejects.toThrow();
    while (linesOf(app).length < before + 3) await new Promise((done) => setTimeout(done, 20));
    app.sandbox.configure({ latencyMs: 0 });
    expect(linesOf(app).slice(before + 1)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ msg: 'request', aborted: true, rpc: 'tools/call', grant: ada.grantId }),
        expect.objectContaining({ msg: 'tool call', outcome: 'cancelled' }),
      ]),
    );
  });

  test('a call with a progress token says the same', async () => {
    const params = { name: 'get_task', arguments: { task_id: made }, _meta: { progressToken: 1 } };
    const { id } = await post(app, ada.token, { method: 'tools/call', params }, { 'user-agent': 'node' });
    expect(calls(app).at(-1)).toMatchObject({ reqId: id, tool: 'get_task', client: 'node', grant: ada.grantId });
  });

  test('no content, no name and no secret is in any line', () => {
    const log = app.log();
    for (const word of [
      'canary',
      'Lovelace',
      'Fischer',
      'Babbage',
      '"183"',
      '"184"',
      ada.token.slice(27),
      'pk_sandbox',
    ])
      expect(log).not.toContain(word);
  });

  test('why was he not let in? One line says which credential and why, however often it is sent', async () => {
    const ended = await apiKey(app.gateway);
    await execute(app.databaseUrl, 'UPDATE access_grants SET revoked_at = now() WHERE id = $1', [ended.grantId]);
    const old = await accessToken(app.databaseUrl, reader.grantId, { ttlSeconds: 0 });
    const wrong: [string, Line][] = [
      [ended.token, { kind: 'an API key', reason: 'ended', grant: ended.grantId }],
      [
        `${ada.token.slice(0, -2)}xx`,
        { kind: 'an API key', reason: 'wrong secret', grant: ada.grantId, level: 'warn' },
      ],
      [old, { kind: 'a session token', reason: 'expired', grant: reader.grantId, level: 'info' }],
      [`cuk_${'canary-'.repeat(3)}0:${'x'.repeat(43)}`, { kind: 'an API key', reason: 'unknown' }],
      ['cuk_canary', { kind: 'an API key', reason: 'wrong form' }],
      ['canary-global-key', { kind: 'a global key', reason: 'unknown' }],
    ];
    const before = security(app).length;
    for (const [token] of wrong)
      for (let time = 0; time < 3; time += 1)
        expect((await post(app, token, { method: 'tools/list' }, { 'user-agent': 'Codex/1.0 (canary)' })).status).toBe(
          401,
        );
    while (security(app).length < before + wrong.length) await new Promise((done) => setTimeout(done, 20));
    const lines = security(app).slice(before);
    expect(lines).toEqual(
      wrong.map(([, line]) =>
        expect.objectContaining({ security: 'credential_refused', network: '127.0.0.0/24', client: 'Codex', ...line }),
      ),
    );
    expect(lines.filter(({ reason }) => reason === 'unknown').every((line) => !('grant' in line))).toBe(true);
    expect(JSON.stringify(lines)).not.toContain('canary');
  });

  test('SEC-C6: guesses without end leave ten lines', async () => {
    for (let guess = 0; guess < 40; guess += 1) await post(app, `guess-${guess}-of-a-key`, { method: 'tools/list' });
    expect(security(app).filter(({ security: what }) => what === 'credential_refused')).toHaveLength(10);
  });
});

test('a token of the server that ClickUp refuses is told once, and nobody is told to connect again', async () => {
  const app = await startTestApp({ env: { LOG_LEVEL: 'info', CLICKUP_API_TOKEN: 'pk_wrong', TEAM_ID: '12345' } });
  try {
    for (let time = 0; time < 3; time += 1) {
      const { json } = await call(app, WRITE_KEY, 'get_workspace_hierarchy', {});
      expect(json.result._meta.error).toMatchObject({ code: 'not_configured' });
      expect(json.result.content[0].text).toContain('CLICKUP_API_TOKEN');
      expect(json.result.content[0].text).not.toMatch(/connect again/i);
    }
    const told = linesOf(app).filter(({ level, msg }) => level === 'warn' && msg.includes('CLICKUP_API_TOKEN'));
    expect(told).toHaveLength(1);
    expect(calls(app).map(({ outcome, reason }) => [outcome, reason])).toEqual(
      Array(3).fill(['not_configured', 'ClickUp refuses CLICKUP_API_TOKEN']),
    );
  } finally {
    await app.close();
  }
});

test('a single 401 is no verdict, but nobody is told to connect again either', async () => {
  const app = await startTestApp({ env: { LOG_LEVEL: 'info' } });
  try {
    app.sandbox.configure({ faults: [{ operation: '*', times: 1, kind: 'status', status: 401 }] });
    const { json } = await call(app, WRITE_KEY, 'get_workspace_hierarchy', {});
    expect(json.result.content[0].text).toContain('CLICKUP_API_TOKEN');
    expect(linesOf(app).filter(({ level }) => level === 'warn')).toEqual([]);
    expect((await call(app, WRITE_KEY, 'get_workspace_hierarchy', {})).json.result.isError).toBe(false);
  } finally {
    await app.close();
  }
});

test('a credential of a connection that ClickUp refuses leaves one line', async () => {
  const app = await startTestApp({ env: { LOG_LEVEL: 'info' } });
  try {
    const { token, grantId, connectionId } = await apiKey(app.gateway, { ...OWNER, credential: 'pk_wrong' });
    for (let time = 0; time < 3; time += 1) await call(app, token, 'get_workspace_hierarchy', {});
    expect(linesOf(app).filter(({ msg }) => msg.startsWith('ClickUp no longer accepts'))).toEqual([
      expect.objectContaining({ level: 'warn', grant: grantId, connection: connectionId }),
    ]);
    expect(security(app).map(({ reason }) => reason)).toEqual(['ClickUp refuses the credential of its connection']);
  } finally {
    await app.close();
  }
});

test('a ClickUp that cannot be reached is told once, with what to do', async () => {
  const app = await startTestApp({
    env: { LOG_LEVEL: 'info', CLICKUP_API_URL: `http://127.0.0.1:${await freePort()}`, TEAM_ID: '12345' },
  });
  try {
    for (let time = 0; time < 3; time += 1) await call(app, SECOND_KEY, 'get_workspace_hierarchy', {});
    const told = linesOf(app).filter(({ level }) => level === 'warn');
    expect(told.map(({ msg, reason }) => [reason, msg.split(':')[0]])).toEqual([
      ['ECONNREFUSED', 'ClickUp does not answer'],
      ['ECONNREFUSED', 'ClickUp did not answer several times in a row'],
    ]);
    expect(told[0]!.msg).toContain('CLICKUP_API_URL');
    expect(new Set(calls(app).map(({ outcome }) => outcome))).toEqual(new Set(['clickup_server_error']));
    expect(calls(app)[0]!.reason).toBe('ECONNREFUSED');
  } finally {
    await app.close();
  }
});

test('a call that waited for its turn at ClickUp says how long, and the others that they did not', async () => {
  const app = await startTestApp({ env: { LOG_LEVEL: 'info' } });
  try {
    await call(app, WRITE_KEY, 'get_workspace_hierarchy', {});
    app.sandbox.configure({ latencyMs: 300 });
    const many = 25;
    await Promise.all(
      Array.from({ length: many }, (_, n) => call(app, WRITE_KEY, 'get_task', { task_id: `nothing${n}` })),
    );
    const waited = calls(app)
      .slice(-many)
      .map(({ queue_ms }) => queue_ms as number);
    expect(Math.max(...waited)).toBeGreaterThan(100);
    expect(Math.min(...waited)).toBeLessThan(Math.max(...waited));
  } finally {
    await app.close();
  }
});

test('LOG_LEVEL=debug shows each request to ClickUp by operation and status, without ids', async () => {
  const app = await startTestApp({ env: { LOG_LEVEL: 'debug' } });
  try {
    app.sandbox.configure({ faults: [{ operation: 'GetTask', times: 1, kind: 'status', status: 500 }] });
    const { id } = await call(app, WRITE_KEY, 'get_task', { task_id: 'nothing0' });
    const sent = linesOf(app).filter(({ msg, operation }) => msg === 'request to ClickUp' && operation === 'GetTask');
    expect(sent.map(({ level, attempt, status, reqId }) => [level, attempt, status, reqId])).toEqual([
      ['debug', 1, 500, id],
      ['debug', 2, expect.any(Number), id],
    ]);
    expect(sent[0]).toMatchObject({ ms: expect.any(Number), queue_ms: 0 });
    expect(JSON.stringify(sent)).not.toContain('nothing0');
  } finally {
    await app.close();
  }
});
