import { type Verb } from '#libs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Budget, type BudgetFeedback, MemoryBudget } from '#libs/limits';
import { createServer } from 'node:net';
import { z } from 'zod';
import { bench, closeBenches } from '../../../../test/support/clickup-transport.js';
import {
  type Behaviour,
  closeAfterBody,
  cut,
  hang,
  html,
  json,
  MisbehavingServer,
  resetAfterBody,
  resetBeforeBody,
  text,
  throttle,
} from '../../../../test/support/misbehaving-server.js';
import { type Method, operation, type Recover } from '../operation.js';

afterEach(closeBenches);

const METHODS: Record<Verb, Method> = {
  get: 'GET',
  list: 'GET',
  search: 'GET',
  create: 'POST',
  update: 'PUT',
  delete: 'DELETE',
  add: 'POST',
  remove: 'DELETE',
  start: 'POST',
  stop: 'POST',
  move: 'PUT',
  merge: 'POST',
};
const VERBS = Object.keys(METHODS) as Verb[];
type Row = Recover<'/api/v2/task/{task_id}', z.ZodObject, z.ZodType | undefined, z.ZodType>;

const row = (verb: Verb, recover?: Row) =>
  operation({
    id: `Test${verb}`,
    method: METHODS[verb],
    path: '/api/v2/task/{task_id}',
    // Nothing in this row is of reads or of writes only.
    verb: verb as 'update',
    toolset: 'test',
    summary: 'Test.',
    body: METHODS[verb] === 'GET' ? undefined : z.object({ name: z.string().optional() }),
    response: z.unknown(),
    recover,
  });
const READ = row('get');
const call = { path: { task_id: 'abc' } };
const DONE = { id: 'abc' };
const ok = json(DONE);

/** Everything that leaves open whether ClickUp did it. */
const AFTER_SEND: Record<string, Behaviour> = {
  500: json({ err: 'oops', ECODE: 'X_1' }, 500),
  502: html(502),
  503: json({}, 503),
  504: text('', 504),
  'reset before the body was read': resetBeforeBody,
  'reset after the body was read': resetAfterBody,
  'connection closed': closeAfterBody,
  timeout: hang,
  'answer cut off': cut(),
  'HTML with 200': html(200),
  'half a JSON with 200': text('{"id": "1", "na', 200, { 'content-type': 'application/json' }),
  'nonsense instead of gzip': text(Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), 200, {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
  }),
};
const failures = Object.entries(AFTER_SEND);

const run = async (script: Behaviour[], verb: Verb, recover?: Row) => {
  const setup = await bench(script, { timeoutMs: 'hanging' });
  const client = setup.client();
  const outcome = await client.call(row(verb, recover), call).then(
    (answer) => ({ answer, code: 'success', details: {} }),
    (error: { code: string; details: Record<string, unknown> }) => ({
      answer: undefined,
      code: error.code,
      details: error.details,
    }),
  );
  return { ...outcome, ...setup, stats: client.stats, writes: setup.server.writes, requests: setup.server.count };
};

describe.each(failures)('after send: %s', (_, failure) => {
  test.each(['get', 'list', 'search'] as const)('%s is repeated up to three times', async (verb) => {
    expect(await run([failure, failure, failure, ok], verb)).toMatchObject({
      answer: DONE,
      requests: 4,
      stats: { requests: 4, retries: 3 },
    });
    const lost = await run([failure], verb);
    expect(lost.requests).toBe(4);
    expect(['clickup_server_error', 'clickup_api_error']).toContain(lost.code);
  });

  test.each(['add', 'remove', 'delete'] as const)(
    '%s is repeated: twice the same effect is the same state',
    async (verb) => {
      expect(await run([failure, ok], verb)).toMatchObject({ answer: DONE, requests: 2 });
      expect(await run([failure], verb)).toMatchObject({ code: 'unknown_outcome', requests: 4 });
    },
  );

  test.each(['remove', 'delete'] as const)('%s: a later 404 is success', async (verb) => {
    expect(await run([failure, json({ ECODE: 'ITEM_013' }, 404)], verb)).toMatchObject({ answer: {}, requests: 2 });
  });

  test('create is never sent twice', async () => {
    expect(await run([failure, ok], 'create')).toMatchObject({
      code: 'unknown_outcome',
      writes: 1,
      details: { operation: 'Testcreate' },
    });
    expect(await run([failure, ok], 'create', () => Promise.resolve('not_done'))).toMatchObject({
      code: 'unknown_outcome',
      writes: 1,
    });
    expect(await run([failure, ok], 'create', () => Promise.resolve('unknown'))).toMatchObject({
      code: 'unknown_outcome',
      writes: 1,
    });
    expect(await run([failure, ok], 'create', () => Promise.resolve({ id: 'found' }))).toMatchObject({
      answer: { id: 'found' },
      writes: 1,
    });
  });

  test.each(['update', 'start', 'stop', 'move', 'merge'] as const)(
    '%s is sent again only after a look that shows it was not done',
    async (verb) => {
      expect(await run([failure, ok], verb)).toMatchObject({ code: 'unknown_outcome', writes: 1 });
      expect(await run([failure, ok], verb, () => Promise.resolve('unknown'))).toMatchObject({
        code: 'unknown_outcome',
        writes: 1,
      });
      expect(await run([failure, ok], verb, () => Promise.resolve({ id: 'found' }))).toMatchObject({
        answer: { id: 'found' },
        writes: 1,
      });
      expect(await run([failure, ok], verb, () => Promise.resolve('not_done'))).toMatchObject({
        answer: DONE,
        writes: 2,
      });
      expect(await run([failure], verb, () => Promise.resolve('not_done'))).toMatchObject({
        code: 'unknown_outcome',
        writes: 2,
      });
    },
  );
});

test('a later 404 is no success for what was never sent twice, nor for an addition', async () => {
  expect(await run([json({}, 404)], 'delete')).toMatchObject({ code: 'clickup_not_found', requests: 1 });
  expect(await run([json({}, 500), json({}, 404)], 'add')).toMatchObject({ code: 'unknown_outcome', requests: 2 });
});

test('what a write met first decides, not what its repetition met', async () => {
  expect(await run([json({}, 502), json({}, 403)], 'add')).toMatchObject({
    code: 'unknown_outcome',
    details: { clickup_status: 502 },
  });
});

test('after a look that shows it was not done, a refusal is a refusal', async () => {
  expect(await run([json({}, 502), json({}, 403)], 'update', () => Promise.resolve('not_done'))).toMatchObject({
    code: 'clickup_forbidden',
    writes: 2,
  });
});

describe('the look', () => {
  test('gets what was sent and when, may read and may not write', async () => {
    const seen: unknown[] = [];
    const before = Date.now();
    const { answer, server } = await run([json({}, 500), json({ id: 'read' })], 'create', async (sent, read) => {
      seen.push(sent);
      await expect(read(row('update'), call)).rejects.toMatchObject({ code: 'forbidden' });
      return read(READ, call);
    });
    expect(answer).toEqual({ id: 'read' });
    expect(server.received.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(seen).toMatchObject([{ path: { task_id: 'abc' }, query: {}, body: {} }]);
    const { sentAt } = seen[0] as { sentAt: number };
    // By the Date of ClickUp, which counts whole seconds.
    expect(sentAt > before - 1_500 && sentAt <= Date.now()).toBe(true);
  });

  test('that fails leaves the outcome unknown', async () => {
    expect(await run([json({}, 500), json({}, 403)], 'create', (_, read) => read(READ, call))).toMatchObject({
      code: 'unknown_outcome',
      writes: 1,
    });
  });
});

describe('not sent', () => {
  const freePort = () =>
    new Promise<number>((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const { port } = probe.address() as { port: number };
        probe.close(() => resolve(port));
      });
    });
  const counting = () => {
    const inner = new MemoryBudget({ limit: 1_000_000 });
    const budget: Budget & { attempts: number } = {
      attempts: 0,
      acquire: (request) => ((budget.attempts += 1), inner.acquire(request)),
      state: () => undefined,
      waiting: 0,
    };
    return budget;
  };

  test.each(VERBS)('%s: connection refused is tried four times, then says that nothing was done', async (verb) => {
    const budget = counting();
    const { client } = await bench([ok], { url: `http://127.0.0.1:${await freePort()}`, budget });
    const one = client();
    await expect(one.call(row(verb), call)).rejects.toMatchObject({ code: 'clickup_server_error' });
    expect({ attempts: budget.attempts, stats: one.stats }).toMatchObject({
      attempts: 4,
      stats: { requests: 0, retries: 3 },
    });
  });

  test.each(['create', 'update', 'start'] as const)(
    '%s: goes through as soon as ClickUp is back, once',
    async (verb) => {
      const port = await freePort();
      const server = new MisbehavingServer();
      server.play(ok);
      let up: Promise<unknown> = Promise.resolve();
      const { client } = await bench([], {
        url: `http://127.0.0.1:${port}`,
        backoffMs: 300,
        random: () => {
          up = server.listen(port);
          return 0.99;
        },
      });
      try {
        await expect(client().call(row(verb), call)).resolves.toEqual(DONE);
        expect(server.writes).toBe(1);
      } finally {
        await up;
        await server.close();
      }
    },
  );

  test('an unknown host', async () => {
    const { client } = await bench([ok], { url: 'http://clickup.invalid' });
    await expect(client().call(row('create'), call)).rejects.toMatchObject({ code: 'clickup_server_error' });
  });
});

describe('429', () => {
  /** Lets everything through at once and keeps what it is told. */
  const remembering = () => {
    const told: (BudgetFeedback | undefined)[] = [];
    const budget: Budget = {
      acquire: () => Promise.resolve({ waitedMs: 5, release: (feedback) => void told.push(feedback) }),
      state: () => undefined,
      waiting: 0,
    };
    return { budget, told };
  };

  test.each(VERBS)('%s waits for budget and is sent again, as often as it takes', async (verb) => {
    const { budget, told } = remembering();
    const { server, client } = await bench(
      [
        throttle({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '3' }),
        throttle(),
        throttle(),
        throttle(),
        throttle(),
        ok,
      ],
      { budget },
    );
    const one = client();
    await expect(one.call(row(verb), call)).resolves.toEqual(DONE);
    expect(server.count).toBe(6);
    expect(told[0]).toEqual({ limit: 100, remaining: 0, resetInMs: 3_000, exhausted: true });
    expect(told.map((feedback) => feedback?.exhausted)).toEqual([true, true, true, true, true, undefined]);
    expect(one.stats).toMatchObject({
      requests: 6,
      retries: 5,
      waitedMs: 30,
      rateLimit: { limit: 100, remaining: 0, resetInSeconds: 3 },
    });
  });

  test('past the deadline the caller gets it, with what ClickUp told', async () => {
    const { client, server } = await bench([
      throttle({
        'x-ratelimit-limit': '100',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 40),
      }),
    ]);
    await expect(client().call(row('create'), call)).rejects.toMatchObject({
      code: 'clickup_rate_limit',
      details: { limit: 100, remaining: 0, reset_in_seconds: expect.any(Number), reset_at: expect.any(Number) },
    });
    await expect(client().call(READ, call)).rejects.toMatchObject({ code: 'clickup_rate_limit' });
    expect(server.count).toBe(1);
  });

  test('within the deadline it is absorbed by the real budget', async () => {
    const { client, server } = await bench([throttle({ 'x-ratelimit-reset': '0' }), ok], {
      budget: new MemoryBudget({ limit: 100, random: () => 0 }),
    });
    const one = client();
    await expect(one.call(row('create'), call)).resolves.toEqual(DONE);
    expect(server.count).toBe(2);
    expect(one.stats.waitedMs).toBeGreaterThan(900);
  });

  test('past the deadline it is the reason, although it was waited for', async () => {
    const deadline = performance.now() + 200;
    let asked = 0;
    const budget: Budget = {
      acquire: async () => {
        if ((asked += 1) > 1) await sleep(deadline + 5 - performance.now());
        return { waitedMs: 0, release: () => undefined };
      },
      waiting: 0,
      state: () => ({ limit: 100, remaining: 0, resetInMs: 39_500 }),
    };
    const { client, server } = await bench([throttle()], { budget, writeNeedsMs: 0 });
    await expect(client({ deadline }).call(row('create'), call)).rejects.toMatchObject({
      code: 'clickup_rate_limit',
      details: { limit: 100, remaining: 0, reset_in_seconds: 40, reset_at: expect.any(Number) },
    });
    expect([asked, server.count]).toEqual([2, 1]);
  });

  test.each(VERBS)(
    'with UPSTREAM_RETRY=off %s is told at once, with what ClickUp said, and so is who comes after it',
    async (verb) => {
      const { client, server } = await bench(
        [throttle({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0', 'retry-after': '30' })],
        { retry: 'off', budget: new MemoryBudget() },
      );
      const refusal = {
        code: 'clickup_rate_limit',
        details: { limit: 100, remaining: 0, reset_in_seconds: expect.any(Number), reset_at: expect.any(Number) },
      };
      const patient = client({ deadline: performance.now() + 120_000 });
      await expect(patient.call(row(verb), call)).rejects.toMatchObject(refusal);
      await expect(patient.call(READ, call)).rejects.toMatchObject(refusal);
      expect(server.count).toBe(1);
    },
  );

  test('does not hide that the first attempt may have worked', async () => {
    expect(await run([json({}, 502), throttle({ 'x-ratelimit-reset': '60' })], 'add')).toMatchObject({
      code: 'unknown_outcome',
    });
  });
});

describe('limits of repeating', () => {
  test('never past the deadline', async () => {
    const { client, server } = await bench([json({}, 500)], { backoffMs: 60_000, random: () => 0.99 });
    await expect(client().call(READ, call)).rejects.toMatchObject({
      code: 'clickup_server_error',
      details: { clickup_status: 500 },
    });
    expect(server.count).toBe(1);
  });

  test('a budget of repetitions per token', async () => {
    const { client, server } = await bench([json({}, 500)]);
    const outcomes = await Promise.allSettled(Array.from({ length: 150 }, () => client().call(READ, call)));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(150);
    // 50 at once; afterwards two per second and one for every five requests.
    expect(server.count).toBeGreaterThanOrEqual(150 + 50);
    expect(server.count).toBeLessThan(150 + 100);
  });

  test('an upstream that is down is left alone after five failures in a row', async () => {
    const { client, server } = await bench([html(503)], { patienceMs: 0 });
    await expect(client().call(READ, call)).rejects.toMatchObject({ code: 'clickup_server_error' });
    await expect(client().call(READ, call)).rejects.toMatchObject({ code: 'clickup_server_error' });
    await expect(client().call(row('create'), call)).rejects.toMatchObject({ code: 'clickup_server_error' });
    expect(server.count).toBe(5);
  });

  test('a plain 500 shuts nobody out', async () => {
    const { client, server } = await bench([...Array.from({ length: 8 }, () => json({}, 500)), ok]);
    await expect(client().call(READ, call)).rejects.toMatchObject({ code: 'clickup_server_error' });
    await expect(client().call(READ, call)).rejects.toMatchObject({ code: 'clickup_server_error' });
    await expect(client().call(READ, call)).resolves.toEqual(DONE);
    expect(server.count).toBe(9);
  });
});

test('a server that closes idle connections in the worst moment never sees a creation twice', async () => {
  /** Answers, promises to stay, and closes at once. */
  const fickle: Behaviour = async (request, response) => {
    await ok(request, response);
    response.once('finish', () => setImmediate(() => request.socket.destroy()));
  };
  const { client, server } = await bench([fickle]);
  const create = row('create');
  const outcomes = new Map<string, string>();
  await Promise.all(
    Array.from({ length: 4 }, async (_, worker) => {
      for (let i = 0; i < 100; i += 1) {
        const name = `marker ${worker}-${i}`;
        outcomes.set(
          name,
          await client()
            .call(create, { ...call, body: { name } })
            .then(
              () => 'success',
              (error: { code: string }) => error.code,
            ),
        );
      }
    }),
  );
  const seen = new Map<string, number>();
  for (const { body } of server.received) seen.set(body, (seen.get(body) ?? 0) + 1);
  for (const [name, outcome] of outcomes) {
    const times = seen.get(JSON.stringify({ name })) ?? 0;
    expect(times).toBeLessThanOrEqual(1);
    if (outcome === 'success') expect(times).toBe(1);
    else expect(['unknown_outcome', 'clickup_server_error']).toContain(outcome);
    if (outcome === 'clickup_server_error') expect(times).toBe(0);
  }
  expect(outcomes.size).toBe(400);
});
