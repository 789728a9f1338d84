import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type Policy } from '#libs/permissions';
import { asking } from '../support/ask.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { apiKey, type Connected, OWNER } from '../support/connect.js';
import { Person } from '../support/person.js';
import { execute, query } from '../support/postgres.js';
import { ACME, L1 } from '../support/scoped.js';
import { openSse } from '../support/sse.js';
import { TestSocket } from '../support/web-socket.js';

/** Questions to the user of a client, where the request has declared that it can ask (2026-07-28, multi-round-trip requests). */
let app: TestApp;
let replica: TestApp;
/** A replica whose operator has every approval given on the page. */
let strict: TestApp;
let me: { id: string; name: string };
beforeAll(async () => {
  const env = { TEAM_ID: ACME };
  app = await startTestApp({ env, sandbox: { tasks: 60 } });
  [replica, strict] = await Promise.all([
    startTestApp({ env, beside: app }),
    startTestApp({ env: { ...env, APPROVE_IN_CLIENT: 'false' }, beside: app }),
  ]);
  const { user } = (await asking(() => app.sandbox.url, '/api/v2')('GET /user')).body;
  me = { id: String(user.id), name: user.username };
});
afterAll(async () => {
  await Promise.all([replica?.close(), strict?.close()]);
  await app?.close();
});

const key = (policy: Partial<Policy> = {}): Promise<Connected> =>
  apiKey(app.gateway, { ...OWNER, person: me, policy: { mode: 'write', ...policy } }, { label: 'Asking client' });

const META = 'io.modelcontextprotocol/';
interface How {
  at?: TestApp;
  /** What the request declares of elicitation. */
  declares?: object | undefined;
  inputResponses?: unknown;
  requestState?: unknown;
  path?: string;
  /** Spells a header so that the SDK has to read it, and not our own way for plain requests. */
  framed?: boolean;
}
const BOTH = { form: {}, url: {} };
let ids = 0;
const request = (name: string, args: object, how: How) => ({
  jsonrpc: '2.0',
  id: (ids += 1),
  method: 'tools/call',
  params: {
    name,
    arguments: args,
    ...('inputResponses' in how && { inputResponses: how.inputResponses }),
    ...('requestState' in how && { requestState: how.requestState }),
    _meta: {
      [`${META}protocolVersion`]: '2026-07-28',
      [`${META}clientCapabilities`]: how.declares === undefined ? {} : { elicitation: how.declares },
    },
  },
});

/** One tools/call of the newer era, as any program can send it. */
async function ask(by: Pick<Connected, 'token'> | undefined, name: string, args: object, how: How = {}) {
  const { at = app, path = '/mcp', framed = false } = how;
  const response = await fetch(`${at.url}${path}`, {
    method: 'POST',
    headers: {
      ...(by && { authorization: `Bearer ${by.token}` }),
      'content-type': 'application/json',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': framed ? `=?base64?${Buffer.from(name).toString('base64')}?=` : name,
    },
    body: JSON.stringify(request(name, args, { declares: BOTH, ...how })),
  });
  return seen((await response.json()) as { result?: any; error?: any });
}
const seen = ({ result, error }: { result?: any; error?: any }) => ({
  error,
  type: result?.resultType as string | undefined,
  params: result?.inputRequests?.approve?.params as
    { mode: string; message: string; url?: string; requestedSchema?: object } | undefined,
  state: result?.requestState as string,
  failed: result?.isError as boolean | undefined,
  value: result?.structuredContent,
  text: (result?.content ?? []).map(({ text }: { text?: string }) => text ?? '').join('\n') as string,
});
const accept = (approve?: unknown) => ({
  approve: { action: 'accept', ...(approve !== undefined && { content: { approve } }) },
});
const [YES, DECLINE, CANCEL] = [accept(true), { approve: { action: 'decline' } }, { approve: { action: 'cancel' } }];

async function task(name: string): Promise<string> {
  const { structuredContent } = await callTool(app.url, WRITE_KEY, 'create_task', { list_id: L1, name });
  return structuredContent.id as string;
}
const isThere = (id: string) => app.sandbox.world.tasks.has(id);
const named = (name: string) => [...app.sandbox.world.tasks.values()].filter((each) => each.name === name).length;
/** Requests that changed something in ClickUp, until now. */
const writes = () => app.sandbox.requests().filter(({ method }) => method !== 'GET').length;
const create = (name: string) => ({ list_id: L1, name });
const events = (approval: string) =>
  query<{ event: string; detail: string }>(
    app.databaseUrl,
    `SELECT event, detail FROM audit_events WHERE approval = '${approval}' ORDER BY seq`,
  );

/** A client of the official SDK whose user answers so; `asked` is what the user was shown. */
async function sdkClient(by: Connected, answer: (params: any) => object, at = app, capabilities = BOTH) {
  const asked: any[] = [];
  const client = new Client(
    { name: 'asking', version: '1' },
    { capabilities: { elicitation: capabilities }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  client.setRequestHandler('elicitation/create', (call) => {
    asked.push(call.params);
    return answer(call.params) as never;
  });
  const headers = { authorization: `Bearer ${by.token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${at.url}/mcp`), { requestInit: { headers } }));
  return { client, asked };
}

describe('a client of the official SDK', () => {
  test.each([
    ['as a plain answer', undefined],
    ['as a stream', { onprogress: () => undefined }],
  ])('%s: what needs a confirmation is asked of its user, and done once', async (_, options) => {
    const id = await task('To be confirmed by its user');
    const { client, asked } = await sdkClient(await key(), () => ({ action: 'accept', content: { approve: true } }));
    const before = writes();
    const answer = await client.callTool({ name: 'delete_task', arguments: { task_ids: [id] } }, options);
    expect(answer).toMatchObject({ isError: false, structuredContent: { deleted: 1 } });
    expect(asked).toEqual([
      {
        mode: 'form',
        message: expect.stringContaining('To be confirmed by its user'),
        requestedSchema: {
          type: 'object',
          properties: { approve: expect.objectContaining({ type: 'boolean' }) },
          required: ['approve'],
        },
      },
    ]);
    expect([isThere(id), writes() - before]).toEqual([false, 1]);
    await client.close();
  });

  test.each([
    ['declines', { action: 'decline' }, 'The user has declined this change'],
    ['sends the form without approving', { action: 'accept', content: { approve: false } }, 'The user has declined'],
    ['closes the question', { action: 'cancel' }, 'has not answered'],
  ])('a user who %s changes nothing, and the model is told so', async (_, answer, text) => {
    const id = await task('Kept by its user');
    const { client } = await sdkClient(await key(), () => answer);
    const told = await client.callTool({ name: 'delete_task', arguments: { task_ids: [id] } });
    expect(told).toMatchObject({ isError: true, content: [{ text: expect.stringContaining(text) }] });
    expect(JSON.stringify(told)).toContain('Nothing was changed');
    expect(JSON.stringify(told)).not.toContain('confirm_token');
    expect(isThere(id)).toBe(true);
    await client.close();
  });

  test('a change that waits for a person: the form where nothing much can go wrong, otherwise the page', async () => {
    const by = await key({ approve: 'all_writes' });
    const { client, asked } = await sdkClient(by, ({ mode }) =>
      mode === 'form' ? { action: 'accept', content: { approve: true } } : { action: 'accept' },
    );
    const made = await client.callTool({ name: 'create_task', arguments: create('Approved in the client') });
    expect(made).toMatchObject({ isError: false, structuredContent: { id: expect.any(String) } });
    const { id } = made.structuredContent as { id: string };
    expect(await client.callTool({ name: 'delete_task', arguments: { task_ids: [id] } })).toMatchObject({
      isError: false,
      structuredContent: { approval: { url: expect.stringMatching(/\/approvals\/[\w-]{22}$/) } },
    });
    expect(asked).toEqual([
      expect.objectContaining({ mode: 'form', message: expect.stringContaining('- name: "Approved in the client"') }),
      { mode: 'url', message: expect.stringContaining('behind their own login'), url: expect.any(String) },
    ]);
    expect([isThere(id), named('Approved in the client')]).toEqual([true, 1]);
    await client.close();
  });
});

test('the link leads the person to this change, and once they approve there the call goes through, on any replica', async () => {
  const by = await key({ approve: 'destructive' });
  const [id, other] = [await task('Behind the link'), await task('Another that waits')];
  await ask(by, 'delete_task', { task_ids: [other] });
  const args = { task_ids: [id] };
  const { type, params, state } = await ask(by, 'delete_task', args);
  expect({ type, mode: params?.mode }).toEqual({ type: 'input_required', mode: 'url' });
  const person = new Person(app.url);
  const page = await person.show(new URL(params!.url!).pathname);
  expect(page.html.indexOf('Behind the link')).toBeLessThan(page.html.indexOf('Another that waits'));
  const opened = { inputResponses: accept(), requestState: state };
  // That the page was opened decides nothing, whatever the answer says beside it, and is not asked for again at once.
  for (const inputResponses of [accept(), YES])
    expect(await ask(by, 'delete_task', args, { ...opened, inputResponses })).toMatchObject({
      type: 'complete',
      failed: false,
      text: expect.stringContaining('this waits for approval by a person'),
    });
  expect(isThere(id)).toBe(true);
  const approval = params!.url!.split('/').at(-1)!;
  await person.submit(page, { approval, answer: 'approve' });
  expect(await ask(by, 'delete_task', args, { ...opened, at: replica })).toMatchObject({ value: { deleted: 1 } });
  expect(isThere(id)).toBe(false);
  expect(
    (await person.open(`/approvals/${approval}/access?${page.html.match(/proof" value="([\w-]+)/)![1]}`)).html,
  ).toBeDefined();
  expect(await ask(by, 'delete_task', args, opened)).toMatchObject({ failed: true });
});

test('a question that is closed leaves the change waiting for the page; one that is declined is refused everywhere', async () => {
  const by = await key({ approve: 'destructive' });
  const id = await task('Closed, then declined');
  const args = { task_ids: [id] };
  const { state } = await ask(by, 'delete_task', args);
  expect(await ask(by, 'delete_task', args, { inputResponses: CANCEL, requestState: state })).toMatchObject({
    type: 'complete',
    text: expect.stringContaining('this waits for approval by a person'),
  });
  expect(await ask(by, 'delete_task', args, { inputResponses: DECLINE, requestState: state })).toMatchObject({
    failed: true,
    text: expect.stringContaining('The user has declined this change'),
  });
  expect(await ask(by, 'delete_task', args, { at: replica })).toMatchObject({
    failed: true,
    text: expect.stringContaining('A person has refused this change'),
  });
  expect(isThere(id)).toBe(true);
});

test('what was approved in a client says so in the audit', async () => {
  const by = await key({ approve: 'all_writes' });
  const first = await ask(by, 'create_task', create('On record'));
  const [{ id }] = (await query<{ id: string }>(
    app.databaseUrl,
    `SELECT id FROM approvals WHERE caller_id = '${by.grantId}'`,
  )) as [{ id: string }];
  await ask(by, 'create_task', create('On record'), { inputResponses: YES, requestState: first.state });
  const found = (await events(id)).filter(({ event }) => event.startsWith('approval_'));
  expect(found.map(({ event }) => event)).toEqual(['approval_asked', 'approval_given', 'approval_used']);
  expect(found[1]!.detail).toContain('"by":"client"');
});

describe('what takes the page, whoever answers', () => {
  const inBulk = () => ({ list_id: L1, tasks: Array.from({ length: 12 }, (_, n) => ({ name: `Many ${n}` })) });
  test.each<[string, () => Promise<[string, object]>]>([
    ['what destroys', async () => ['delete_task', { task_ids: [await task('Page 1')] }]],
    ['what is about many', () => Promise.resolve(['bulk_create_tasks', inBulk()])],
    [
      'what administers',
      () =>
        Promise.resolve([
          'call_write_operation',
          { operation: 'manage_webhook', args: { webhook: 'https://else.example/' } },
        ]),
    ],
    [
      'what does not fit into a form',
      () => Promise.resolve(['create_task', { ...create('Long'), description: 'x'.repeat(3_000) }]),
    ],
  ])('%s', async (_, what) => {
    const by = await key({ approve: 'all_writes' });
    const [name, args] = await what();
    const before = writes();
    const { params, state } = await ask(by, name, args);
    expect(params).toEqual({ mode: 'url', message: expect.any(String), url: expect.stringContaining('/approvals/') });
    await ask(by, name, args, { inputResponses: YES, requestState: state });
    // A client that can show forms only is told the link in words.
    expect(await ask(by, name, args, { declares: {} })).toMatchObject({ type: 'complete', params: undefined });
    expect(await ask(by, name, args, { declares: {}, inputResponses: YES, requestState: state })).toMatchObject({
      type: 'complete',
    });
    expect(writes()).toBe(before);
  });

  test('a form that was closed with everything filled in is no answer', async () => {
    const by = await key({ approve: 'all_writes' });
    const { state } = await ask(by, 'create_task', create('Closed'));
    const inputResponses = { approve: { action: 'cancel', content: { approve: true } } };
    expect(await ask(by, 'create_task', create('Closed'), { inputResponses, requestState: state })).toMatchObject({
      type: 'complete',
      value: { approval: expect.anything() },
    });
    expect(named('Closed')).toBe(0);
  });

  test('everything, where the operator says so: also what was asked by a form before', async () => {
    const by = await key({ approve: 'all_writes' });
    const { params, state } = await ask(by, 'create_task', create('By the strict'));
    expect(params!.mode).toBe('form');
    const again = await ask(by, 'create_task', create('By the strict'), {
      at: strict,
      inputResponses: YES,
      requestState: state,
    });
    expect(again).toMatchObject({ type: 'complete', value: { approval: expect.anything() } });
    expect((await ask(by, 'create_task', create('By the strict'), { at: strict })).params!.mode).toBe('url');
    expect(named('By the strict')).toBe(0);
  });
});

describe('a hostile client', () => {
  const POLICIES: [string, Partial<Policy>, string][] = [
    ['a confirmation', {}, 'delete_task'],
    ['an approval', { approve: 'all_writes' }, 'update_task'],
  ];
  /** The same, where doing it twice would be seen. */
  const RACES = POLICIES.map(
    ([what, policy, name]) => [what, policy, name.replace('delete_task', 'CreateWebhook')] as const,
  );
  const argsOf = (name: string, id: string) =>
    name === 'delete_task'
      ? { task_ids: [id] }
      : name === 'CreateWebhook'
        ? {
            operation: name,
            path: { team_id: ACME },
            body: { endpoint: `https://elsewhere.example/${id}`, events: '*' },
          }
        : { task_id: id, priority: 'urgent' };

  test.each(POLICIES)(
    '%s counts for the person, the credential and the call that were asked, once',
    async (_, policy, name) => {
      const [by, other] = [await key(policy), await key(policy)];
      const stranger = await apiKey(app.gateway, {
        ...OWNER,
        person: { id: '184', name: 'B' },
        policy: { mode: 'write', ...policy },
      });
      const [id, another] = [await task('Attacked'), await task('Not asked about')];
      const args = argsOf(name, id);
      const { state, type } = await ask(by, name, args);
      expect(type).toBe('input_required');
      const elsewhere = await ask(other, name, argsOf(name, another));
      const before = writes();
      const forged = `${state.slice(0, -2)}${state.endsWith('AA') ? 'BB' : 'AA'}`;
      const attempts: [Pick<Connected, 'token'>, string, object, How][] = [
        [other, name, args, { requestState: state }],
        [stranger, name, args, { requestState: state }],
        [by, name, argsOf(name, another), { requestState: state }],
        [by, 'delete_task', { task_ids: [id, another] }, { requestState: state }],
        [by, name, args, { requestState: elsewhere.state }],
        [by, name, args, { requestState: forged }],
        [by, name, args, { requestState: 'e30' }],
        [by, name, args, { requestState: '' }],
        [by, name, args, {}],
        [by, name, { ...args, confirm_token: state }, {}],
        [by, 'confirm_change', { confirm_token: state }, {}],
      ];
      for (const [who, tool, what, how] of attempts)
        for (const at of [app, replica]) await ask(who, tool, what, { ...how, at, inputResponses: YES });
      // No answer, or none that says yes.
      for (const inputResponses of [
        undefined,
        {},
        [],
        'yes',
        accept(),
        accept('true'),
        accept(1),
        { other: YES.approve },
        { approve: { ...YES.approve, method: 'x' } },
        { approve: { action: 'ACCEPT', content: { approve: true } } },
      ])
        await ask(by, name, args, { inputResponses, requestState: state });
      expect(await ask(by, name, args, { inputResponses: YES, requestState: 7 })).toMatchObject({
        error: { code: -32_602 },
      });
      // A request that declares nothing, or is of the older era, cannot have been asked.
      await ask(by, name, args, { declares: undefined, inputResponses: YES, requestState: state });
      await fetch(`${app.url}/mcp`, {
        method: 'POST',
        headers: { authorization: `Bearer ${by.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name, arguments: args, inputResponses: YES, requestState: state },
        }),
      });
      expect(writes()).toBe(before);
      expect(await ask(by, name, args, { inputResponses: YES, requestState: state })).toMatchObject({
        failed: false,
        type: 'complete',
      });
      expect(writes() - before).toBe(1);
      // The same again, on either replica, is another change that nobody was asked about.
      for (const at of [app, replica])
        expect(await ask(by, name, args, { at, inputResponses: YES, requestState: state })).toMatchObject({
          failed: true,
        });
      expect(writes() - before).toBe(1);
    },
  );

  test.each(RACES)('%s: of twenty answers at once one is carried out', async (_, policy, tool) => {
    const name = tool === 'CreateWebhook' ? 'call_write_operation' : tool;
    const by = await key(policy);
    const args = argsOf(tool, await task('Raced'));
    const { state } = await ask(by, name, args);
    const before = writes();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        ask(by, name, args, { at: n % 2 ? app : replica, inputResponses: YES, requestState: state }),
      ),
    );
    expect(writes() - before).toBe(1);
    expect(answers.filter(({ failed }) => failed === false)).toHaveLength(1);
  });

  test.each(RACES)('%s: of a yes and a no at once one counts, and a no changes nothing', async (_, policy, tool) => {
    const name = tool === 'CreateWebhook' ? 'call_write_operation' : tool;
    for (const round of [1, 2, 3]) {
      const by = await key(policy);
      const args = argsOf(tool, await task(`Both ${round}`));
      const { state } = await ask(by, name, args);
      const before = writes();
      const [yes, no] = await Promise.all([
        ask(by, name, args, { inputResponses: YES, requestState: state }),
        ask(by, name, args, { at: replica, inputResponses: DECLINE, requestState: state }),
      ]);
      expect(no).toMatchObject({ failed: true });
      expect(writes() - before).toBe(yes.failed ? 0 : 1);
      expect((await ask(by, name, args, { inputResponses: YES, requestState: state })).failed).toBe(true);
      expect(writes() - before).toBe(yes.failed ? 0 : 1);
    }
  });

  test.each(POLICIES)('%s: what has changed meanwhile is asked anew', async (_, policy, name) => {
    const by = await key(policy);
    const id = await task('Before');
    const args = argsOf(name, id);
    const { state } = await ask(by, name, args);
    await callTool(app.url, WRITE_KEY, 'update_task', { task_id: id, name: 'Changed meanwhile' });
    const before = writes();
    const again = await ask(by, name, args, { inputResponses: YES, requestState: state });
    expect(again.params!.message).toMatch(/^It has changed since .*Changed meanwhile/s);
    expect(again.state).not.toBe(state);
    expect(writes()).toBe(before);
    await ask(by, name, args, { inputResponses: YES, requestState: state });
    expect(writes()).toBe(before);
    expect(await ask(by, name, args, { inputResponses: YES, requestState: again.state })).toMatchObject({
      failed: false,
    });
    expect(writes() - before).toBe(1);
  });

  test('an answer that comes too late, or after rights have changed, is worth nothing', async () => {
    const by = await key({ approve: 'all_writes' });
    const late = await ask(by, 'create_task', create('Too late'));
    await execute(app.databaseUrl, `UPDATE approvals SET expires_at = now() WHERE caller_id = $1`, [by.grantId]);
    expect(
      (await ask(by, 'create_task', create('Too late'), { inputResponses: YES, requestState: late.state })).failed,
    ).toBe(true);
    const wide = await key({ approve: 'all_writes' });
    const { state } = await ask(wide, 'create_task', create('Other rights'));
    await execute(
      app.databaseUrl,
      `UPDATE access_grants SET policy = '{"mode":"write","write":["${L1}"]}' WHERE id = $1`,
      [wide.grantId],
    );
    // A replica that has not seen this credential yet.
    expect(
      (await ask(wide, 'create_task', create('Other rights'), { at: strict, inputResponses: YES, requestState: state }))
        .failed,
    ).toBe(true);
    expect([named('Too late'), named('Other rights')]).toEqual([0, 0]);
  });
});

describe('every door', () => {
  const conversation = async (send: (how: How) => Promise<ReturnType<typeof seen>>, name: string) => {
    const asked = await send({});
    expect(asked).toMatchObject({ type: 'input_required', params: { mode: 'form' } });
    expect(named(name)).toBe(0);
    const answer = { inputResponses: YES, requestState: asked.state };
    expect(await send(answer)).toMatchObject({ type: 'complete', failed: false });
    expect(await send(answer)).toMatchObject({ failed: true });
    expect(named(name)).toBe(1);
  };

  test('what the SDK frames', async () => {
    const by = await key({ approve: 'all_writes' });
    await conversation((how) => ask(by, 'create_task', create('By the SDK'), { ...how, framed: true }), 'By the SDK');
  });

  test('a server URL', async () => {
    const by = await key({ approve: 'all_writes' });
    const made = await fetch(`${app.url}/api/v1/connections/${by.connectionId}/mcp-servers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${by.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'All', config: {} }),
    });
    const { pathname: path } = new URL(((await made.json()) as { url: string }).url);
    await conversation((how) => ask(undefined, 'create_task', create('By URL'), { ...how, path }), 'By URL');
  });

  test('WebSocket', async () => {
    const by = await key({ approve: 'all_writes' });
    const socket = await TestSocket.open(app.url, { headers: { authorization: `Bearer ${by.token}` } });
    await conversation(async (how) => {
      const message = request('create_task', create('By socket'), { declares: BOTH, ...how });
      return seen((await socket.send(message).answer(message.id)) as object);
    }, 'By socket');
    await socket.close();
  });

  test('HTTP+SSE', async () => {
    const by = await key({ approve: 'all_writes' });
    const headers = { authorization: `Bearer ${by.token}` };
    const reader = await openSse(`${app.url}/mcp/sse`, headers);
    const endpoint = await reader.endpoint();
    await conversation(async (how) => {
      const message = request('create_task', create('By SSE'), { declares: BOTH, ...how });
      await fetch(endpoint, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(message),
      });
      const found = () => reader.messages().find(({ id }) => id === message.id) as object | undefined;
      await reader.until(() => found() !== undefined);
      return seen(found()!);
    }, 'By SSE');
    reader.close();
  });
});

test('who has declared nothing, and the older era, is answered in words, with nothing that asks', async () => {
  const [by, waits] = [await key(), await key({ approve: 'all_writes' })];
  const args = { task_ids: [await task('In words')] };
  expect(await ask(by, 'delete_task', args, { declares: undefined })).toMatchObject({
    type: 'complete',
    value: { confirm_token: expect.any(String) },
  });
  expect(await ask(waits, 'delete_task', args, { declares: undefined })).toMatchObject({
    type: 'complete',
    value: { approval: { url: expect.stringMatching(/\/approvals\/[\w-]{22}$/) } },
  });
  const older = await callTool(app.url, by.token, 'delete_task', args);
  expect(older.structuredContent).toMatchObject({ confirm_token: expect.any(String) });
  expect(older.resultType).toBeUndefined();
});
