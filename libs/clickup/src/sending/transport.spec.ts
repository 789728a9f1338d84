import { AppError } from '#libs/core';
import { type Budget, MemoryBudget } from '#libs/limits';
import { getEventListeners } from 'node:events';
import { z } from 'zod';
import { bench, closeBenches } from '../../../../test/support/clickup-transport.js';
import {
  cut,
  delayed,
  drip,
  empty,
  hang,
  html,
  huge,
  json,
  resetAfterBody,
  text,
  throttle,
} from '../../../../test/support/misbehaving-server.js';
import { credential } from './credential.js';
import { type CallOperation, operation, type Operation, type Target } from '../operation.js';

afterEach(closeBenches);

const path = '/api/v2/task/{task_id}';
const common = { path, toolset: 'test', summary: 'Test.', response: z.unknown() } as const;
const READ = operation({
  ...common,
  id: 'Read',
  method: 'GET',
  verb: 'get',
  query: z.object({ page: z.int().optional(), tags: z.array(z.string()).optional() }),
});
const CREATE = operation({
  ...common,
  id: 'Create',
  method: 'POST',
  verb: 'create',
  body: z.object({ name: z.string() }),
});
const FOUND = { ...CREATE, recover: (_: unknown, read: CallOperation) => read(READ, call) } as typeof CREATE;
const TAG = operation({
  ...common,
  id: 'Tag',
  path: '/api/v2/task/{task_id}/tag/{tag_name}',
  method: 'POST',
  verb: 'add',
});
const call = { path: { task_id: 'abc' } };
const creation = { ...call, body: { name: 'x' } };

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'success',
    (error: AppError) => error.code,
  );

describe('what is sent', () => {
  test('method, path, query, body and no more headers than needed', async () => {
    const { server, client } = await bench([json()]);
    await client().call(READ, { ...call, query: { page: 1, tags: ['a b', 'c&d'] } });
    await client().call(CREATE, { ...call, body: { name: 'ü' } });
    const host = server.url.replace('http://', '');
    expect(server.received.map(({ headers }) => Object.keys(headers).length)).toEqual([5, 7]);
    const always = {
      authorization: 'pk_test',
      accept: 'application/json',
      'user-agent': 'clickup-mcp-gateway',
      connection: 'keep-alive',
      host,
    };
    expect(server.received).toMatchObject([
      { method: 'GET', url: '/api/v2/task/abc?page=1&tags%5B%5D=a+b&tags%5B%5D=c%26d', headers: always, body: '' },
      {
        method: 'POST',
        url: '/api/v2/task/abc',
        headers: { ...always, 'content-type': 'application/json', 'content-length': '13' },
        body: '{"name":"ü"}',
      },
    ]);
  });

  test('personal tokens raw, OAuth tokens as Bearer', async () => {
    const { server, client } = await bench([json()]);
    await client({ credential: credential('pk_1') }).call(READ, call);
    await client({ credential: credential('oauth') }).call(READ, call);
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['pk_1', 'Bearer oauth']);
  });

  test('a path in front of ClickUp is kept', async () => {
    const { server } = await bench([json()]);
    const { client } = await bench([], { url: `${server.url}/clickup` });
    await client().call(READ, call);
    expect(server.received[0]?.url).toBe('/clickup/api/v2/task/abc');
  });

  test('connections are kept: call after call needs no new one', async () => {
    const { server, client } = await bench([json()]);
    for (let i = 0; i < 20; i += 1) await client().call(READ, call);
    expect(server.count).toBe(20);
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  test('a token that no header can hold is a bad credential', async () => {
    const { server, client } = await bench([json()]);
    for (let i = 0; i < 6; i += 1)
      await expect(client({ credential: credential('pk_\r\nx: y') }).call(READ, call)).rejects.toMatchObject({
        code: 'invalid_credentials',
      });
    expect(server.count).toBe(0);
    await client().call(READ, call);
    expect(server.count).toBe(1);
  });
});

describe('nothing is sent', () => {
  const never: Budget = {
    acquire: () => Promise.reject(new Error('budget was asked')),
    state: () => undefined,
    waiting: 0,
  };

  test.each<[string, () => [Operation, object], string]>([
    ['for a bad id', () => [READ, { path: { task_id: '..' } }], 'task_id'],
    ['for a bad tag', () => [TAG, { path: { task_id: 'abc', tag_name: '..' } }], 'tag_name'],
    ['for an unknown query key', () => [READ, { ...call, query: { nope: 1 } }], 'nope'],
    ['for a bad body', () => [CREATE, { ...call, body: { name: 5 } }], 'name'],
  ])('%s', async (_, args, parameter) => {
    const { server, client } = await bench([json()], { budget: never });
    await expect((client().call as (...args: unknown[]) => Promise<unknown>)(...args())).rejects.toMatchObject({
      code: 'invalid_parameters',
      details: { parameter },
    });
    expect(server.count).toBe(0);
  });

  test('by a client that nobody authorized to write; it reads', async () => {
    const { server, client } = await bench([json()]);
    const reader = client({ authorize: undefined });
    await expect(reader.call(CREATE, creation)).rejects.toMatchObject({
      code: 'forbidden',
      details: { operation: 'Create' },
    });
    await expect(reader.call(TAG, { path: { task_id: 'abc', tag_name: 'x' } })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await reader.call(READ, call);
    expect(server.writes).toBe(0);
    expect(server.count).toBe(1);
  });

  test('when the judge says no; it is asked once per request, about everything that is touched, before budget', async () => {
    const judged: [string, readonly Target[]][] = [];
    const { server, client } = await bench([json()], { budget: never });
    const one = client({
      authorize: ({ id }, targets) => {
        judged.push([id, targets]);
        return Promise.reject(new AppError('forbidden'));
      },
    });
    await expect(one.call(CREATE, creation)).rejects.toMatchObject({ code: 'forbidden' });
    expect(judged).toEqual([['Create', [{ kind: 'task', id: 'abc' }]]]);
    // Reads, too: what may not be asked is not asked.
    await expect(one.call(READ, call)).rejects.toMatchObject({ code: 'forbidden' });
    expect(judged.map(([id]) => id)).toEqual(['Create', READ.id]);
    expect(server.count).toBe(0);
  });

  test('after the deadline', async () => {
    const { server, client } = await bench([json()]);
    await expect(client({ deadline: performance.now() - 1 }).call(READ, call)).rejects.toMatchObject({
      code: 'deadline_exceeded',
      details: { waited_ms: expect.any(Number) },
    });
    expect(server.count).toBe(0);
  });

  test('after the transport was closed', async () => {
    const { transport, client, server } = await bench([json()]);
    await transport.close();
    await expect(client().call(READ, call)).rejects.toMatchObject({ code: 'unavailable' });
    expect(server.count).toBe(0);
  });
});

describe('answers', () => {
  test.each([
    ['JSON', json({ id: 'ü' }), { id: 'ü' }],
    ['204', empty(204), {}],
    ['empty 200', empty(200), {}],
    ['byte order mark', text('\ufeff{"id":"1"}'), { id: '1' }],
    ['no content type', text('{"id":"1"}'), { id: '1' }],
    [
      'latin1',
      text(Buffer.from('{"id":"\xfc"}', 'latin1'), 200, { 'content-type': 'application/json; charset=latin1' }),
      { id: '\ufffd' },
    ],
    ['own __proto__', text('{"__proto__":{"isAdmin":true}}'), JSON.parse('{"__proto__":{"isAdmin":true}}')],
  ])('%s', async (_, behaviour, expected) => {
    const { client } = await bench([behaviour]);
    expect(await client().call(READ, call)).toStrictEqual(expected);
  });

  test.each([
    [
      '400',
      json({ err: 'Name missing', ECODE: 'INPUT_005' }, 400),
      'clickup_api_error',
      { clickup_status: 400, clickup_error: 'INPUT_005' },
    ],
    [
      '401',
      json({ err: 'Token invalid', ECODE: 'OAUTH_025' }, 401),
      'invalid_credentials',
      { clickup_status: 401, clickup_error: 'OAUTH_025' },
    ],
    [
      '401 for a wrong id',
      json({ err: 'Team not authorized', ECODE: 'OAUTH_027' }, 401),
      'clickup_not_found',
      { task_id: 'abc', clickup_status: 401, clickup_error: 'OAUTH_027' },
    ],
    ['403', json({}, 403), 'clickup_forbidden', { clickup_status: 403 }],
    [
      '404',
      json({ ECODE: 'ITEM_013' }, 404),
      'clickup_not_found',
      { task_id: 'abc', clickup_status: 404, clickup_error: 'ITEM_013' },
    ],
    ['a cut 404', cut(404), 'clickup_not_found', { task_id: 'abc', clickup_status: 404 }],
    ['an HTML 403', html(403), 'clickup_forbidden', { clickup_status: 403 }],
  ])('%s is mapped, asked once', async (_, behaviour, code, details) => {
    for (const [operation, args] of [
      [READ, call],
      [CREATE, creation],
    ] as const) {
      const { server, client } = await bench([behaviour]);
      await expect((client().call as (...args: unknown[]) => Promise<unknown>)(operation, args)).rejects.toMatchObject({
        code,
        details,
      });
      expect(server.count).toBe(1);
    }
  });

  test('a redirect is an error and is not followed', async () => {
    const other = await bench([json({ id: 'stolen' })]);
    const { server, client } = await bench([
      (_, response) => void response.writeHead(307, { location: `${other.server.url}/x` }).end(),
    ]);
    await expect(client().call(CREATE, creation)).rejects.toMatchObject({
      code: 'clickup_api_error',
      details: { clickup_status: 307 },
    });
    expect([server.count, other.server.count]).toEqual([1, 0]);
  });

  test.each([html(200), html(502), html(400), text('<script>Down for maintenance', 200)])(
    'no HTML gets out',
    async (page) => {
      const { client } = await bench([page]);
      const error = await client()
        .call(READ, call)
        .catch((thrown: AppError) => thrown);
      expect(error).toBeInstanceOf(AppError);
      const { message, details, cause } = error as AppError;
      expect(JSON.stringify([message, details, String(cause)])).not.toMatch(/maintenance|html|script/i);
    },
  );

  test.each([true, false])('that are too large (declared: %s) are not read on', async (declared) => {
    const { server, client } = await bench([huge(5_000_000, declared)], { maxBytes: 10_000 });
    await expect(client().call(READ, call)).rejects.toMatchObject({
      code: 'clickup_api_error',
      details: { clickup_status: 200 },
    });
    expect(server.count).toBe(1);
    await server.until(({ received }) => received[0]!.closed);
  });

  test('as large as allowed are read', async () => {
    const { client } = await bench([huge(9_998, false)], { maxBytes: 10_000 });
    expect(await client().call(READ, call)).toHaveLength(9_998);
  });

  test('a write whose answer is too large has an unknown outcome', async () => {
    const { server, client } = await bench([huge(50_000, false)], { maxBytes: 10_000 });
    await expect(client().call(CREATE, creation)).rejects.toMatchObject({ code: 'unknown_outcome' });
    expect(server.count).toBe(1);
  });
});

describe('time', () => {
  test.each([
    ['no answer', hang],
    ['one byte at a time', drip],
  ])('%s: the attempt ends, its socket is freed', async (_, behaviour) => {
    const { server, client } = await bench([behaviour, json({ id: '1' })], { timeoutMs: 100 });
    expect(await client().call(READ, call)).toEqual({ id: '1' });
    await server.until(({ received }) => received[0]!.closed);
  });

  test('the deadline of the call ends a read', async () => {
    const { client } = await bench([hang]);
    let one;
    // On a busy machine the time may be over before the request has left: then it is asked again.
    do {
      one = client({ deadline: performance.now() + 100 });
      expect(await outcome(one.call(READ, call))).toBe('deadline_exceeded');
    } while (one.stats.requests === 0);
    expect(one.stats.requests).toBe(1);
  });

  test('a write is not begun with less than ten seconds left: nothing is sent', async () => {
    const { server, client } = await bench([json({ id: '1' })]);
    const context = { deadline: performance.now() + 9_900 };
    expect(await outcome(client(context).call(CREATE, creation))).toBe('deadline_exceeded');
    expect(await outcome(client(context).call(READ, call))).toBe('success');
    expect(server.writes).toBe(0);
  });

  test('a write that waited for budget into the last ten seconds is not begun either', async () => {
    const { server, client } = await bench([json({ id: '1' })], {
      budget: new MemoryBudget({ limit: 100, maxInFlight: 1 }),
    });
    server.play(hang);
    const hanging = outcome(client().call(READ, call));
    await server.until(({ count }) => count === 1);
    expect(await outcome(client({ deadline: performance.now() + 10_050 }).call(CREATE, creation))).toBe(
      'clickup_rate_limit',
    );
    await hanging;
    expect(server.writes).toBe(0);
  });

  test('a write that has left is awaited beyond the deadline of its call, and what became of it is asked then', async () => {
    const { server, client } = await bench([delayed(600, resetAfterBody), json({ id: '1' })], { writeNeedsMs: 1 });
    const context = { deadline: performance.now() + 300 };
    expect(await outcome(client(context).call(FOUND, creation))).toBe('success');
    expect(server.received.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  test('where nobody waits, the deadline cuts a write: it then is unknown', async () => {
    const { server, client } = await bench([hang], { timeoutMs: 'hanging' });
    const context = { deadline: performance.now() + 9_000, cutsWrites: true } as const;
    expect(await outcome(client(context).call(CREATE, creation))).toBe('unknown_outcome');
    expect(server.count).toBe(1);
  });

  test('callers in a hurry do not make ClickUp look dead', async () => {
    const { server, client } = await bench([hang]);
    // On a busy machine the time may be over before a request has left: those do not count. One that left in time may arrive later.
    while (server.count < 8)
      expect(await outcome(client({ deadline: performance.now() + 20 }).call(READ, call))).toBe('deadline_exceeded');
    server.play(json({ id: '1' }));
    expect(await client().call(READ, call)).toEqual({ id: '1' });
  });
});

describe('when the caller leaves', () => {
  test('a queued request leaves the queue and is never sent', async () => {
    const { server, client } = await bench([hang], { budget: new MemoryBudget({ limit: 100, maxInFlight: 1 }) });
    const first = new AbortController();
    const running = outcome(client({ signal: first.signal }).call(READ, call));
    await server.until(({ count }) => count === 1);
    for (const row of [READ, CREATE]) {
      const second = new AbortController();
      const queued = outcome(
        (client({ signal: second.signal }).call as (...args: unknown[]) => Promise<unknown>)(
          row,
          row === CREATE ? creation : call,
        ),
      );
      await new Promise(setImmediate);
      second.abort();
      expect(await queued).toBe('cancelled');
    }
    first.abort();
    expect(await running).toBe('cancelled');
    expect(server.count).toBe(1);
  });

  test('a read under way is aborted upstream', async () => {
    const { server, client } = await bench([hang]);
    const controller = new AbortController();
    const running = outcome(client({ signal: controller.signal }).call(READ, call));
    await server.until(({ count }) => count === 1);
    controller.abort();
    expect(await running).toBe('cancelled');
    await server.until(({ received }) => received[0]!.closed);
    expect(server.count).toBe(1);
  });

  test('a write under way is carried to its end', async () => {
    const { server, client } = await bench([delayed(100, json({ id: 'made' }))]);
    const controller = new AbortController();
    const running = client({ signal: controller.signal }).call(CREATE, creation);
    await server.until(({ count }) => count === 1);
    controller.abort();
    expect(await running).toEqual({ id: 'made' });
    expect(server.count).toBe(1);
  });

  test('a write under way that fails is not repeated, and its outcome is said to be unknown', async () => {
    const { server, client } = await bench([delayed(50, json({}, 502)), json()]);
    const controller = new AbortController();
    const running = outcome(
      client({ signal: controller.signal }).call(TAG, { path: { task_id: 'abc', tag_name: 'x' } }),
    );
    await server.until(({ count }) => count === 1);
    controller.abort();
    expect(await running).toBe('unknown_outcome');
    expect(server.count).toBe(1);
  });

  test('the pause before a repetition ends', async () => {
    const { server, client } = await bench([json({}, 500)], { backoffMs: 9_000, random: () => 0.99 });
    const controller = new AbortController();
    const running = outcome(client({ signal: controller.signal }).call(READ, call));
    await server.until(({ count }) => count === 1);
    setTimeout(() => controller.abort(), 50);
    expect(await running).toBe('cancelled');
    expect(server.count).toBe(1);
  });

  test('the wait for the rate limit ends', async () => {
    const { server, client } = await bench([throttle({ 'x-ratelimit-reset': '5' })]);
    const controller = new AbortController();
    const running = outcome(client({ signal: controller.signal }).call(CREATE, creation));
    await server.until(({ count }) => count === 1);
    setTimeout(() => controller.abort(), 50);
    expect(await running).toBe('cancelled');
    expect(server.count).toBe(1);
  });

  test('before anything began, nothing begins', async () => {
    const { server, client } = await bench([json()]);
    expect(await outcome(client({ signal: AbortSignal.abort() }).call(CREATE, creation))).toBe('cancelled');
    expect(server.count).toBe(0);
  });

  test('no listener stays behind', async () => {
    const { client } = await bench([
      json(),
      json({}, 500),
      json(),
      json({}, 404),
      throttle({ 'x-ratelimit-reset': '0' }),
      json(),
    ]);
    const { signal } = new AbortController();
    const one = client({ signal });
    for (let i = 0; i < 4; i += 1) await outcome(one.call(READ, call));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

test('stats carry what the call cost and what ClickUp told last', async () => {
  const { client } = await bench([
    json({}, 200, { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '97', 'x-ratelimit-reset': '30' }),
    json({}, 200, { 'x-ratelimit-limit': 'many', 'x-ratelimit-remaining': '-1', 'x-ratelimit-reset': 'soon' }),
    json({}, 500),
    json(),
  ]);
  const one = client();
  for (let i = 0; i < 3; i += 1) await one.call(READ, call);
  expect(one.stats).toEqual({
    requests: 4,
    retries: 1,
    waitedMs: 0,
    upstreamMs: expect.any(Number),
    pausedMs: expect.any(Number),
    rateLimit: { limit: 100, remaining: 97, resetInSeconds: 30 },
    read: new Set(['task:abc']),
  });
});
