import { type AppError } from '#libs/core';
import { FakeClock } from '../../../../test/support/fake-clock.js';
import { type BudgetFeedback, type BudgetRequest, type Lease } from './budget.js';
import { type LedgerRow } from './ledger.js';
import { SharedBudget } from './shared-budget.js';

/** Replicas on one ledger, in a database that answers at once. */
const setup = (limit?: number) => {
  const clock = new FakeClock();
  const database = { away: false, reads: 0, writes: 0, version: 0, row: undefined as LedgerRow | undefined };
  const replica = (id: string, alive = () => true) => {
    const reachable = () => (database.away || !alive() ? Promise.reject(new Error('away')) : Promise.resolve());
    const budget = new SharedBudget(
      id,
      {
        read: async () => {
          await reachable();
          database.reads += 1;
          const { version, row } = database;
          return { version, row: row && structuredClone(row), now: clock.now() + 5e8, replicas: 2 };
        },
        write: async (_hash, version, row) => {
          await reachable();
          database.writes += 1;
          if (version !== database.version) return false;
          Object.assign(database, { version: version + 1, row });
          return true;
        },
      },
      { clock, random: () => 0, limit },
    );
    const got: Lease[] = [];
    const refused: AppError[] = [];
    const wish = (times = 1, deadline = Infinity, priority: BudgetRequest['priority'] = 'interactive') => {
      for (let i = 0; i < times; i += 1)
        void budget.acquire({ tokenHash: 't', person: 'p', priority, deadline }).then(
          (lease) => got.push(lease),
          (error: AppError) => refused.push(error),
        );
    };
    const over = (feedback?: BudgetFeedback) => got.splice(0).forEach((lease) => lease.release(feedback));
    /** One after the other, each over at once. */
    const use = async (times: number, feedback?: BudgetFeedback) => {
      for (let i = 0; i < times; i += 1) {
        wish();
        await clock.advance(1);
        over(feedback);
      }
    };
    return { budget, wish, over, use, got, refused };
  };
  return { clock, database, replica };
};

test('a replica takes a handful in one round trip, and an idle one costs nothing', async () => {
  const { clock, database, replica } = setup(100_000);
  const { use } = replica('a');
  await use(500, { limit: 100_000 });
  expect(database.reads).toBeLessThan(30);
  await clock.advance(20_000);
  const { reads } = database;
  await clock.advance(3_600_000);
  expect(database.reads).toBe(reads);
  expect(database.row!.holders).toEqual({});
});

test('where the limit is large, so is the handful: the ledger is asked for less than every sixtieth request', async () => {
  const { database, replica } = setup(100_000);
  const { use } = replica('a');
  await use(200, { limit: 100_000 });
  const { reads } = database;
  await use(1_200, { limit: 100_000 });
  expect(database.reads - reads).toBeLessThan(20);
});

test('what one has sent is missing to the other, and what it gives back is not', async () => {
  const { clock, replica } = setup(100);
  const [a, b] = [replica('a'), replica('b')];
  await a.use(60);
  await clock.advance(10_000);
  b.wish(60);
  for (let i = 0; i < 20; i += 1) {
    await clock.advance(1_000);
    b.over();
  }
  // 98 less 60.
  expect(b.budget.state('t')).toMatchObject({ limit: 100, remaining: 0 });
});

test('what is missing comes back at a time that is told, also before the ledger knows of it', async () => {
  const { clock, replica } = setup(100);
  const { budget, use } = replica('a');
  for (let i = 0; i < 40; i += 1) {
    await use(1);
    const { limit, remaining, resetInMs } = budget.state('t')!;
    expect([remaining < limit, resetInMs > 0]).toEqual([true, true]);
    await clock.advance(1_700 * (i % 5));
  }
});

test('ten requests are under way at most, of both together; each gets its part', async () => {
  const { clock, replica } = setup(1_000);
  const [a, b] = [replica('a'), replica('b')];
  a.wish(30);
  await clock.advance(100);
  expect(a.got).toHaveLength(10);
  b.wish(30);
  await clock.advance(500);
  expect(b.got).toHaveLength(0);
  for (let i = 0; i < 10; i += 1) {
    a.got.shift()?.release();
    await clock.advance(200);
    expect(a.got.length + b.got.length).toBeLessThanOrEqual(10);
  }
  expect(b.got).toHaveLength(5);
});

test('a person who comes while bulk work is spread over the rest of the minute does not wait as long as that does', async () => {
  const { clock, replica } = setup(100);
  const { use, wish, over, got } = replica('a');
  await use(85);
  wish(50, Infinity, 'bulk');
  await clock.advance(20_000);
  for (let n = 0; n < 5; n += 1) {
    over();
    await clock.advance(200);
  }
  // The next of the bulk work is some seconds away.
  expect(got).toHaveLength(0);
  wish();
  await clock.advance(100);
  expect(got).toHaveLength(1);
});

test('what a killed replica held is free again within ten seconds', async () => {
  const { clock, replica } = setup(1_000);
  let alive = true;
  const [killed, other] = [replica('a', () => alive), replica('b')];
  killed.wish(10);
  await clock.advance(100);
  expect(killed.got).toHaveLength(10);
  alive = false;
  other.wish(10);
  await clock.advance(5_000);
  expect(other.got).toHaveLength(0);
  await clock.advance(7_500);
  expect(other.got).toHaveLength(10);
});

test('one that stops gives back at once', async () => {
  const { clock, database, replica } = setup(100);
  const { use, budget } = replica('a');
  await use(1);
  expect(database.row!.holders.a!.permits).toBeGreaterThan(0);
  await budget.close();
  expect(database.row!.holders).toEqual({});
  await clock.advance(1);
});

test('a 429 to one pauses the other', async () => {
  const { clock, replica } = setup(100);
  const [a, b] = [replica('a'), replica('b')];
  a.wish();
  await clock.advance(1);
  a.over({ exhausted: true, resetInMs: 30_000, limit: 100, remaining: 0 });
  await clock.advance(1);
  b.wish(1, clock.now() + 10_000);
  await clock.advance(29_000);
  expect(b.refused).toMatchObject([{ code: 'clickup_rate_limit', details: { retry_after_seconds: 30 } }]);
  b.wish();
  await clock.advance(2_000);
  expect(b.got).toHaveLength(1);
});

test('after a 429 nothing leaves that was dealt before, not even while the ledger is asked', async () => {
  const { clock, replica } = setup(100);
  const a = replica('a');
  await a.use(5, { limit: 100, remaining: 90, resetInMs: 60_000 });
  a.wish();
  await clock.advance(1);
  a.over({ exhausted: true, resetInMs: 30_000, limit: 100, remaining: 0 });
  expect(a.budget.state('t')).toMatchObject({ limit: 100, remaining: 0 });
  a.wish(1, clock.now() + 10_000);
  a.wish();
  await clock.advance(0);
  expect([a.got.length, a.refused]).toMatchObject([0, [{ code: 'clickup_rate_limit' }]]);
  await clock.advance(29_000);
  expect(a.got).toHaveLength(0);
  await clock.advance(2_000);
  expect(a.got).toHaveLength(1);
});

test('what is held is given up as soon as ClickUp says that less is left: somebody sends what the ledger does not know of', async () => {
  const { clock, replica } = setup(100);
  const a = replica('a');
  await a.use(5, { limit: 100, remaining: 90, resetInMs: 60_000 });
  a.wish();
  await clock.advance(1);
  a.over({ limit: 100, remaining: 1, resetInMs: 30_000 });
  a.wish(5);
  await clock.advance(29_000);
  expect(a.got).toHaveLength(0);
  await clock.advance(2_000);
  expect(a.got).toHaveLength(5);
});

test('a limit that one has learned binds the other', async () => {
  const { clock, replica } = setup();
  const [a, b] = [replica('a'), replica('b')];
  a.wish();
  await clock.advance(1);
  a.over({ limit: 1_000, remaining: 999, resetInMs: 60_000 });
  await a.use(10);
  await b.use(1);
  expect(b.budget.state('t')!.limit).toBe(1_000);
});

/** Two replicas that have sent a request each; then the database goes away, and the first asks ClickUp with one request what is left. */
async function awayAndAsking() {
  const { clock, database, replica } = setup(100);
  const [a, b] = [replica('a'), replica('b')];
  await Promise.all([a.use(1), b.use(1)]);
  await clock.advance(70_000);
  database.away = true;
  a.wish();
  await clock.advance(10);
  expect(a.got).toHaveLength(1);
  return { clock, database, a };
}

test('with the database away and nothing known of what is left, who cannot wait is told that, and not that the limit is reached', async () => {
  const { clock, a } = await awayAndAsking();
  a.wish(1, clock.now() + 10_000);
  await clock.advance(10_000);
  expect(a.refused).toMatchObject([
    { code: 'unavailable', details: { reason: 'database', retry_after_seconds: expect.any(Number) } },
  ]);
  a.over({ limit: 100, remaining: 0, resetInMs: 30_000 });
  a.wish(1, clock.now() + 10_000);
  await clock.advance(10_000);
  expect(a.refused.at(-1)).toMatchObject({ code: 'clickup_rate_limit' });
});

test('who has never read the ledger does not send a first request while the database is away: its place is not kept free', async () => {
  const { clock, database, replica } = setup(100);
  database.away = true;
  const a = replica('a');
  a.wish(1, clock.now() + 50_000);
  await clock.advance(55_000);
  expect([a.got.length, a.refused]).toMatchObject([0, [{ code: 'unavailable' }]]);
  a.wish();
  await clock.advance(10_000);
  expect(a.got).toHaveLength(1);
});

test('who was idle when the database came back asks it first, and does not send what the others have used since', async () => {
  const { clock, database, replica } = setup(100);
  const [a, b, c] = [replica('a'), replica('b'), replica('c')];
  for (const each of [a, b, c]) {
    each.wish();
    await clock.advance(1_000);
    each.over();
  }
  await clock.advance(70_000);
  database.away = true;
  // The third may not even ask ClickUp what is left; it is told so, and then nobody waits there any more.
  c.wish(1, clock.now() + 10_000);
  await clock.advance(10);
  expect(c.refused).toMatchObject([{ code: 'unavailable' }]);
  await clock.advance(5_000);
  database.away = false;
  await clock.advance(65_000);
  await b.use(98);
  c.wish(5);
  await clock.advance(10);
  expect(c.got).toHaveLength(0);
  // What is left comes one by one.
  await clock.advance(5_000);
  expect(c.got.length).toBeGreaterThan(0);
});

test('with the database away each has its part of the limit, never nothing, and afterwards the whole is there again', async () => {
  const { clock, database, a } = await awayAndAsking();
  a.over({ limit: 100, remaining: 99, resetInMs: 60_000 });
  let sent = 0;
  a.wish(90);
  for (let i = 0; i < 50; i += 1) {
    await clock.advance(1_000);
    sent += a.got.length;
    a.over();
  }
  // 100 / 2, less a reserve of 2.
  expect(sent + 1).toBe(48);
  database.away = false;
  for (let i = 0; i < 70; i += 1) {
    await clock.advance(1_000);
    sent += a.got.length;
    a.over();
  }
  expect(sent).toBeGreaterThanOrEqual(80);
});
