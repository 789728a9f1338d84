import { type AppError } from '#libs/core';
import fc from 'fast-check';
import { FakeClock, settled } from '../../../../test/support/fake-clock.js';
import { type BudgetRequest, type Forecast, type Lease } from './budget.js';
import { MemoryBudget } from './memory-budget.js';
import { type BudgetRules } from './token-budget.js';

const MINUTE = 60_000;

const setup = (rules: Partial<BudgetRules> = {}) => {
  const clock = new FakeClock();
  const budget = new MemoryBudget({ limit: 100, random: () => 0, clock, ...rules });
  /** What each wish came to, in order of arrival at that end. */
  const ends: { label: string; at: number; lease?: Lease; error?: AppError }[] = [];
  const wish = (label: string, request: Partial<BudgetRequest> = {}) => {
    void budget
      .acquire({
        tokenHash: 'token',
        person: 'p',
        priority: 'interactive',
        deadline: clock.now() + 10 * MINUTE,
        ...request,
      })
      .then(
        (lease) => ends.push({ label, at: clock.now(), lease }),
        (error: AppError) => ends.push({ label, at: clock.now(), error }),
      );
  };
  /** A wish that is served at once and over at once. */
  const use = async (times: number, request: Partial<BudgetRequest> = {}) => {
    for (let i = 0; i < times; i += 1)
      (
        await budget.acquire({
          tokenHash: 'token',
          person: 'p',
          priority: 'interactive',
          deadline: Infinity,
          ...request,
        })
      ).release();
  };
  /** From now on leases are over the moment they are given. */
  const releasing = () => {
    const push = ends.push.bind(ends);
    ends.push = (...items) => {
      for (const { lease } of items) lease?.release();
      return push(...items);
    };
  };
  const labels = () => ends.map(({ label }) => label).join(' ');
  return { clock, budget, ends, wish, use, releasing, labels };
};

test('requests that wait behind others set no timer each, and are still refused in time', async () => {
  const { clock, ends, wish } = setup({ limit: 1_000, maxInFlight: 1 });
  for (let i = 0; i < 100; i += 1) wish('patient', { deadline: 50_000 });
  wish('hasty', { deadline: 3_000 });
  wish('second', { deadline: 4_000 });
  await settled();
  expect(clock.armed).toBeLessThan(5);
  await clock.advance(2_999);
  expect(ends.filter(({ error }) => error)).toEqual([]);
  await clock.advance(1_001);
  expect(ends.filter(({ error }) => error).map(({ label, at }) => [label, at])).toEqual([
    ['hasty', 3_000],
    ['second', 4_000],
  ]);
});

describe('without contention', () => {
  test('a wish is granted at once, without a timer', async () => {
    const { clock, budget } = setup();
    const lease = await budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 });
    expect({ waited: lease.waitedMs, armed: clock.armed }).toEqual({ waited: 0, armed: 0 });
  });

  test('a lease counts once, however often it is released', async () => {
    const { budget, wish, ends } = setup({ maxInFlight: 2 });
    const lease = await budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 });
    lease.release();
    lease.release();
    for (const label of ['a', 'b', 'c']) wish(label);
    await settled();
    expect(ends).toHaveLength(2);
  });

  test('idle tokens are forgotten, busy and waiting ones are not', async () => {
    const { clock, budget, use, wish } = setup({ maxInFlight: 1 });
    for (let i = 0; i < 100; i += 1) await use(1, { tokenHash: `idle ${i}` });
    wish('busy', { tokenHash: 'busy' });
    wish('waiting', { tokenHash: 'busy', deadline: Infinity });
    await clock.advance(6 * MINUTE);
    await use(1, { tokenHash: 'new' });
    expect(budget.size).toBe(2);
  });
});

describe('the minute', () => {
  test('bursts to 80 %, spaces the rest, and starts again as slots come back', async () => {
    const { clock, wish, ends, releasing } = setup();
    releasing();
    for (let i = 0; i < 100; i += 1) wish(String(i), { deadline: Infinity });
    await settled();
    expect(ends).toHaveLength(79);
    await clock.advance(MINUTE - 1);
    expect(ends).toHaveLength(98);
    // 100 less a reserve of 2; the last 20 % one every 60 000 / 98 ms.
    const spaced = ends.slice(79).map(({ at }) => at);
    spaced.reduce((before, at) => (expect(at - before).toBeGreaterThanOrEqual(612), at), 0);
    await clock.advance(1);
    expect(ends).toHaveLength(100);
    expect(ends.every(({ error }) => error === undefined)).toBe(true);
  });

  test('bulk work spreads the last fifth, so that a person who comes later hardly waits', async () => {
    const { clock, wish, ends, releasing } = setup();
    releasing();
    for (let i = 0; i < 98; i += 1) wish('bulk', { priority: 'bulk', deadline: Infinity, person: 'robot' });
    for (let second = 5; second < 60; second += 10) {
      await clock.advance(10_000);
      wish('person');
      const asked = clock.now();
      await clock.advance(1_000);
      const served = ends.filter(({ label }) => label === 'person').at(-1)!;
      expect(served.at).toBeGreaterThanOrEqual(asked);
    }
    expect(ends.filter(({ label }) => label === 'person')).toHaveLength(6);
  });

  test('a learned limit below the configured one is obeyed, one above is not', async () => {
    for (const [limit, allowed] of [
      [50, 48],
      [1_000, 98],
    ] as const) {
      const { clock, budget, wish, ends, releasing } = setup();
      (await budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 })).release({
        limit,
      });
      releasing();
      for (let i = 0; i < 150; i += 1) wish(String(i), { deadline: Infinity });
      await clock.advance(MINUTE - 1);
      expect(ends.filter(({ lease }) => lease)).toHaveLength(allowed - 1);
    }
  });

  test('what other programs used of the token is missing until the reset', async () => {
    const { clock, budget, wish, ends, releasing } = setup();
    (await budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 })).release({
      limit: 100,
      remaining: 10,
      resetInMs: 30_000,
    });
    releasing();
    for (let i = 0; i < 40; i += 1) wish(String(i), { deadline: Infinity });
    await clock.advance(29_999);
    expect(ends).toHaveLength(8);
    await clock.advance(1);
    expect(ends).toHaveLength(40);
  });

  test('an answer that was overtaken does not give back what is gone', async () => {
    const { clock, budget, wish, ends, releasing } = setup();
    const [slow, quick] = await Promise.all(
      [0, 1].map(() => budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 })),
    );
    quick!.release({ limit: 100, remaining: 5, resetInMs: 30_000 });
    slow!.release({ limit: 100, remaining: 90, resetInMs: 30_000 });
    releasing();
    for (let i = 0; i < 40; i += 1) wish(String(i), { deadline: Infinity });
    await clock.advance(29_000);
    expect(ends).toHaveLength(2);
  });
});

describe('429', () => {
  const exhausted = async (resetInMs: number | undefined, random = 0) => {
    const bench = setup({ random: () => random });
    (await bench.budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 })).release({
      exhausted: true,
      resetInMs,
    });
    return bench;
  };

  test.each([
    [40_000, 0, 40_000],
    [40_000, 0.5, 40_500],
    [0, 0, 1_000],
    [-5, 0, 1_000],
    [1e9, 0.5, 90_000],
    [undefined, 0, 1_000],
  ])('reset in %s ms pauses that token until then, and no other', async (resetInMs, random, pause) => {
    const { clock, wish, ends, use } = await exhausted(resetInMs, random);
    wish('a', { deadline: Infinity, person: 'x' });
    await use(5, { tokenHash: 'other' });
    await clock.advance(Math.min(pause, MINUTE) - 1);
    expect(ends.filter(({ lease }) => lease)).toHaveLength(0);
    await clock.advance(1);
    if (pause <= MINUTE) expect(ends).toMatchObject([{ at: pause, lease: { waitedMs: pause } }]);
    else
      expect(ends).toMatchObject([{ at: 0, error: { code: 'clickup_rate_limit', details: { reset_in_seconds: 90 } } }]);
  });

  test('again and again without a header: the pauses double, up to 30 s', async () => {
    const { clock, budget } = setup();
    const pauses: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      const asked = clock.now();
      const acquired = budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: Infinity });
      while (!(await Promise.race([acquired.then(() => true), settled().then(() => false)]))) await clock.advance(100);
      pauses.push(clock.now() - asked);
      (await acquired).release({ exhausted: true });
    }
    expect(pauses).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
  });

  test('those who cannot wait so long hear it at once, waiting or new', async () => {
    const { clock, budget, wish, ends } = setup({ maxInFlight: 1 });
    const lease = await budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 });
    wish('short', { deadline: 10_000 });
    wish('long', { deadline: 50_000 });
    lease.release({ exhausted: true, resetInMs: 40_000, limit: 100, remaining: 0 });
    wish('new', { deadline: 10_000 });
    await settled();
    expect(ends.map(({ label, error }) => [label, error?.code])).toEqual(
      expect.arrayContaining([
        ['short', 'clickup_rate_limit'],
        ['new', 'clickup_rate_limit'],
      ]),
    );
    expect(ends).toHaveLength(2);
    const unix = Math.ceil(Date.now() / 1000);
    const { details } = ends[0]!.error!;
    expect(details).toMatchObject({ limit: 100, remaining: 0, reset_in_seconds: 40 });
    expect(Math.abs((details.reset_at as number) - unix - 40)).toBeLessThanOrEqual(2);
    await clock.advance(40_000);
    expect(ends[2]).toMatchObject({ label: 'long', at: 40_000, lease: { waitedMs: 40_000 } });
  });
});

describe('people who share a token', () => {
  const ten = { limit: 10_000, maxInFlight: 10 };

  test('one who works alone has all the places', async () => {
    const { wish, ends } = setup(ten);
    for (let i = 0; i < 30; i += 1) wish('robot');
    await settled();
    expect(ends).toHaveLength(10);
  });

  test('beside somebody who has nothing under way one has all but one, and whoever comes finds it free, again and again', async () => {
    const { wish, use, ends } = setup(ten);
    await use(1, { person: 'q' });
    for (let i = 0; i < 30; i += 1) wish('robot');
    await settled();
    expect(ends).toHaveLength(9);
    for (const round of [1, 2, 3]) {
      wish('person', { person: 'q' });
      await settled();
      expect(ends.at(-1)).toMatchObject({ label: 'person', lease: { waitedMs: 0 } });
      ends.at(-1)!.lease!.release();
      // One of the robot's ends, the next begins.
      ends[round]!.lease!.release();
      await settled();
      expect(ends.filter(({ label }) => label === 'robot')).toHaveLength(9 + round);
    }
  });

  test('bulk work of one leaves a place for bulk work of the other', async () => {
    const { wish, ends } = setup(ten);
    wish('other', { person: 'q', priority: 'bulk' });
    for (let i = 0; i < 30; i += 1) wish('robot', { priority: 'bulk' });
    await settled();
    // Nobody is there who has nothing under way.
    expect(ends).toHaveLength(10);
    ends[0]!.lease!.release();
    await settled();
    expect(ends).toHaveLength(10);
    wish('other', { person: 'q', priority: 'bulk' });
    await settled();
    expect(ends[10]).toMatchObject({ label: 'other', lease: { waitedMs: 0 } });
  });

  test('the place is taken a minute after the other was seen, without a timer that ticks until then', async () => {
    const { clock, wish, use, ends } = setup(ten);
    await use(1, { person: 'q' });
    await clock.advance(30_000);
    for (let i = 0; i < 30; i += 1) wish('robot', { deadline: Infinity });
    const { armed } = clock;
    await clock.advance(29_999);
    expect({ served: ends.length, armed: clock.armed }).toEqual({ served: 9, armed });
    await clock.advance(1);
    expect(ends).toHaveLength(10);
  });

  test('of few places none is kept', async () => {
    const { wish, use, ends } = setup({ ...ten, maxInFlight: 3 });
    await use(1, { person: 'q' });
    for (let i = 0; i < 5; i += 1) wish('robot');
    await settled();
    expect(ends).toHaveLength(3);
  });
});

describe('the queue', () => {
  test('of one token is bounded; one more is refused at once, with its place; other tokens do not notice', async () => {
    const { wish, ends, budget, use } = setup({ limit: 1_000, maxInFlight: 1, maxQueue: 200 });
    await budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 });
    for (let i = 0; i < 201; i += 1) wish(String(i), { deadline: Infinity });
    await use(50, { tokenHash: 'other' });
    expect(ends).toMatchObject([
      { label: '200', error: { code: 'clickup_rate_limit', details: { position: 200, reset_in_seconds: 1 } } },
    ]);
  });

  test('of all tokens together is bounded too, so that memory is', async () => {
    const { wish, ends, budget, use } = setup({ maxInFlight: 1, maxQueueInAll: 20 });
    const open: Lease[] = [];
    for (const tokenHash of ['a', 'b', 'c'])
      open.push(await budget.acquire({ tokenHash, person: 'p', priority: 'interactive', deadline: 1 }));
    for (let i = 0; i < 10; i += 1) for (const tokenHash of ['a', 'b']) wish(tokenHash, { tokenHash });
    wish('c', { tokenHash: 'c' });
    await use(5, { tokenHash: 'd' });
    expect(ends).toMatchObject([
      {
        label: 'c',
        error: { code: 'clickup_rate_limit', message: expect.stringContaining('20 requests already wait') },
      },
    ]);
    open[0]!.release();
    wish('c again', { tokenHash: 'c' });
    await settled();
    expect(ends.map(({ label }) => label)).toEqual(['c', 'a']);
  });

  test('of one tenant is bounded over all its tokens; other tenants do not notice', async () => {
    const { wish, ends, budget } = setup({ maxInFlight: 1, maxQueuePerTenant: 15 });
    const tokens = ['a', 'b', 'c'];
    const open = await Promise.all(
      tokens.map((tokenHash) =>
        budget.acquire({ tokenHash, person: 'p', tenant: 'large', priority: 'interactive', deadline: 1 }),
      ),
    );
    for (let i = 0; i < 7; i += 1) for (const tokenHash of ['a', 'b']) wish('in', { tokenHash, tenant: 'large' });
    wish('last', { tokenHash: 'c', tenant: 'large' });
    wish('one too many', { tokenHash: 'c', tenant: 'large' });
    wish('other', { tokenHash: 'd', tenant: 'small' });
    await settled();
    expect(ends).toMatchObject([
      { label: 'one too many', error: { message: expect.stringContaining('15 requests of this Workspace') } },
      { label: 'other', lease: {} },
    ]);
    open[0]!.release();
    await settled();
    wish('again', { tokenHash: 'c', tenant: 'large' });
    await settled();
    expect(ends.map(({ label }) => label)).toEqual(['one too many', 'other', 'in']);
  });

  test('refuses with the place and the seconds until it would have been its turn', async () => {
    const { clock, wish, ends, budget } = setup();
    const lease = await budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 });
    lease.release({ remaining: 0, resetInMs: MINUTE });
    await clock.advance(1_000);
    for (let i = 0; i < 97; i += 1) wish('waits', { deadline: Infinity });
    wish('no time', { deadline: clock.now() + 10_000 });
    wish('other person', { person: 'q', deadline: clock.now() + 10_000 });
    await settled();
    expect(ends).toMatchObject([
      { label: 'no time', error: { details: { position: 97, retry_after_seconds: 59, reset_in_seconds: 59 } } },
      { label: 'other person', error: { details: { position: 1, retry_after_seconds: 59 } } },
    ]);
  });

  test('tells those who will wait for more than two seconds, once, where they stand and how long', async () => {
    const { clock, wish, use, budget } = setup();
    const told: Forecast[] = [];
    const waiting = (forecast: Forecast) => void told.push(forecast);
    await use(79);
    wish('soon', { waiting });
    await clock.advance(2_000);
    (await budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: Infinity })).release({
      remaining: 0,
      resetInMs: MINUTE,
    });
    for (let i = 0; i < 3; i += 1) wish('long', { waiting, deadline: Infinity });
    await clock.advance(MINUTE);
    expect(told).toEqual([0, 1, 2].map((position) => ({ position, waitMs: MINUTE })));
  });

  test('is left by those whose time is over, at the latest after a minute', async () => {
    const { clock, wish, ends, budget } = setup({ maxInFlight: 1 });
    await budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 });
    wish('soon', { deadline: 5_000 });
    wish('never', { deadline: Infinity });
    await clock.advance(4_999);
    expect(ends).toHaveLength(0);
    await clock.advance(MINUTE);
    expect(ends).toMatchObject([
      { label: 'soon', at: 5_000, error: { code: 'clickup_rate_limit' } },
      { label: 'never', at: MINUTE, error: { code: 'clickup_rate_limit' } },
    ]);
  });

  test('is left by those who cancel; their place goes to the next', async () => {
    const { wish, ends, budget } = setup({ maxInFlight: 1 });
    const lease = await budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 });
    const caller = new AbortController();
    wish('gone', { signal: caller.signal });
    wish('next');
    caller.abort();
    await settled();
    lease.release();
    await settled();
    wish('late', { signal: AbortSignal.abort() });
    await settled();
    expect(ends).toMatchObject([
      { label: 'gone', error: { code: 'cancelled' } },
      { label: 'next', lease: {} },
      { label: 'late', error: { code: 'cancelled' } },
    ]);
  });

  test('a signal that fires after the grant changes nothing', async () => {
    const { wish, ends, budget } = setup({ maxInFlight: 1 });
    const lease = await budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 });
    const caller = new AbortController();
    wish('a', { signal: caller.signal });
    lease.release();
    await settled();
    caller.abort();
    wish('b');
    ends[0]!.lease!.release();
    await settled();
    expect(ends.map(({ label, lease }) => [label, lease !== undefined])).toEqual([
      ['a', true],
      ['b', true],
    ]);
  });

  test('persons who share a token get equal shares', async () => {
    const { clock, wish, ends, releasing } = setup({ limit: 1_000 });
    releasing();
    for (let i = 0; i < 790; i += 1) wish('burst', { person: 'a', deadline: Infinity });
    for (let i = 0; i < 100; i += 1) wish('a', { person: 'a', deadline: Infinity });
    for (let i = 0; i < 30; i += 1) wish('b', { person: 'b', deadline: Infinity });
    await clock.advance(MINUTE);
    const order = ends
      .filter(({ label, error }) => label !== 'burst' && !error)
      .map(({ label }) => label)
      .join('')
      .slice(0, 40);
    expect(order.replaceAll(/ab|ba/g, '')).toBe('');
  });
});

test('whatever happens: at most the limit in any minute, at most 10 under way, one end for every wish, none too late', async () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('acquire' as const),
        n: fc.integer({ min: 1, max: 30 }),
        person: fc.constantFrom('a', 'b', 'c'),
        bulk: fc.boolean(),
        patience: fc.constantFrom(50, 5_000, 40_000, 600_000),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('release' as const),
        n: fc.integer({ min: 1, max: 12 }),
        remaining: fc.option(fc.nat(40)),
        resetInMs: fc.option(fc.integer({ min: -5, max: 200_000 })),
        limit: fc.option(fc.constantFrom(10, 30, 1_000)),
        exhausted: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('advance' as const), n: fc.constantFrom(1, 37, 600, 5_000, 61_000) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('abort' as const), n: fc.nat(20) }) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.constantFrom(5, 20, 40),
      fc.boolean(),
      async (steps, limit, auto) => {
        const clock = new FakeClock();
        const budget = new MemoryBudget({ limit, clock });
        const leases: Lease[] = [];
        const grants: number[] = [];
        const pending = new Map<number, AbortController>();
        const failures: unknown[] = [];
        let wishes = 0;
        let ended = 0;
        let learned = Infinity;
        let pausedUntil = 0;
        let mayUntilReset: { left: number; at: number } | undefined;
        const over = (id: number) => {
          expect(pending.delete(id)).toBe(true);
          ended += 1;
        };
        const granted = (id: number, deadline: number, lease: Lease) => {
          over(id);
          const now = clock.now();
          grants.push(now);
          leases.push(lease);
          const usable = Math.max(
            1,
            Math.min(limit, learned) - Math.max(2, Math.ceil(Math.min(limit, learned) * 0.02)),
          );
          expect(grants.filter((at) => at > now - MINUTE).length).toBeLessThanOrEqual(usable);
          expect(leases.length).toBeLessThanOrEqual(10);
          expect(now).toBeLessThanOrEqual(deadline);
          expect(now).toBeGreaterThanOrEqual(pausedUntil);
          if (mayUntilReset && now < mayUntilReset.at) expect((mayUntilReset.left -= 1)).toBeGreaterThanOrEqual(0);
          if (auto) leases.pop()!.release();
        };
        for (const action of steps) {
          if (action.do === 'acquire') {
            for (let i = 0; i < action.n; i += 1) {
              const id = (wishes += 1);
              const controller = new AbortController();
              const deadline = clock.now() + action.patience;
              pending.set(id, controller);
              budget
                .acquire({
                  tokenHash: 't',
                  person: action.person,
                  priority: action.bulk ? 'bulk' : 'interactive',
                  deadline,
                  signal: controller.signal,
                })
                .then(
                  (lease) => granted(id, deadline, lease),
                  (error: AppError) => (over(id), expect(['clickup_rate_limit', 'cancelled']).toContain(error.code)),
                )
                .catch((error: unknown) => (failures.push(error), undefined));
            }
          } else if (action.do === 'release') {
            for (const lease of leases.splice(0, action.n)) {
              const { limit: told, remaining, resetInMs, exhausted } = action;
              if (told) learned = told;
              if (remaining !== null)
                mayUntilReset = {
                  left: remaining,
                  at: clock.now() + Math.min(90_000, Math.max(1_000, resetInMs ?? MINUTE)),
                };
              if (exhausted)
                pausedUntil = Math.max(pausedUntil, clock.now() + Math.min(90_000, Math.max(1_000, resetInMs ?? 0)));
              lease.release({
                limit: told ?? undefined,
                remaining: remaining ?? undefined,
                resetInMs: resetInMs ?? undefined,
                exhausted,
              });
            }
          } else if (action.do === 'advance') await clock.advance(action.n);
          else [...pending.values()][action.n]?.abort();
          await settled();
        }
        for (let i = 0; i < 12; i += 1) {
          for (const lease of leases.splice(0)) lease.release();
          await clock.advance(20_000);
        }
        expect({ ended, pending: pending.size }).toEqual({ ended: wishes, pending: 0 });
        expect(failures).toEqual([]);
      },
    ),
    { numRuns: 80 },
  );
});

test('without a ceiling of the operator the limit is what ClickUp says, in both directions; until then that of the smallest plan', async () => {
  const { clock, budget } = setup({ limit: undefined });
  const sent = async (told?: number) => {
    let granted = 0;
    for (;;) {
      const lease = await budget
        .acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: clock.now() })
        .catch(() => undefined);
      if (!lease) return granted;
      granted += 1;
      lease.release(told === undefined ? undefined : { limit: told });
    }
  };
  expect(await sent()).toBeLessThan(100);
  await clock.advance(MINUTE);
  expect(await sent(1_000)).toBeGreaterThan(700);
});

describe('what is left', () => {
  test('is known of tokens in use: limit, what may be sent at once, when all is there again', async () => {
    const { clock, budget, use } = setup();
    expect(budget.state('token')).toBeUndefined();
    await use(10);
    await clock.advance(20_000);
    expect(budget.state('token')).toEqual({ limit: 100, remaining: 88, resetInMs: 40_000 });
  });

  test('is what ClickUp tells, where other programs use the token, and nothing while it is paused', async () => {
    const { budget } = setup();
    const lease = () => budget.acquire({ tokenHash: 'token', person: 'p', priority: 'interactive', deadline: 1 });
    (await lease()).release({ limit: 60, remaining: 30, resetInMs: 25_000 });
    expect(budget.state('token')).toEqual({ limit: 60, remaining: 28, resetInMs: 25_000 });
    (await lease()).release({ limit: 60, remaining: 0, resetInMs: 25_000, exhausted: true });
    expect(budget.state('token')).toEqual({ limit: 60, remaining: 0, resetInMs: 25_000 });
  });
});
