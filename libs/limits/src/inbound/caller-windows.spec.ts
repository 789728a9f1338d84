import { FakeClock, settled } from '../../../../test/support/fake-clock.js';
import { CallerWindows, type InboundRows } from './caller-windows.js';
import { Ring } from './ring.js';
import { type Counts, type Standing } from './subject.js';
import { slackOf, type Tier, tiersOf, WINDOWS } from './tiers.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const BEGAN = Date.now();
const PREMIUM: Tier = { minute: 500, hour: 30_000, day: 720_000, month: 0 };
const tier = (limits: Partial<Tier>): Tier => ({ minute: 0, hour: 0, day: 0, month: 0, ...limits });
const ANN = { id: 'person 1', shared: true };

/** What replicas share, in memory: it adds up as the database does, and answers when it is let. */
class Rows implements InboundRows {
  readonly stored = new Map<string, Counts>();
  statements = 0;
  told = 0;
  away = false;
  replicas = 2;
  latency: () => Promise<unknown> = () => Promise.resolve();

  constructor(private readonly clock: FakeClock) {}

  async add(hits: Parameters<InboundRows['add']>[0]): ReturnType<InboundRows['add']> {
    this.statements += 1;
    await this.latency();
    if (this.away) throw new Error('the database is away');
    const counts = hits.map(({ subject, counts }) => {
      this.told += counts.minute.slice(1).reduce((sum, count) => sum + count, 0);
      const before = this.stored.get(subject.toString());
      const sums = Object.fromEntries(
        WINDOWS.map(({ name }) => {
          const ring = Ring.of(before?.[name] ?? counts[name].slice(0, 1));
          ring.merge(counts[name]);
          return [name, ring.toCounts()];
        }),
      ) as Counts;
      this.stored.set(subject.toString(), sums);
      return sums;
    });
    return { now: BEGAN + this.clock.now(), replicas: this.replicas, counts };
  }
}

function world(replicas = 2) {
  const clock = new FakeClock();
  const rows = new Rows(clock);
  const replica = () => new CallerWindows((id) => Buffer.from(id), rows, clock);
  return { clock, rows, replica, all: Array.from({ length: replicas }, replica) as [CallerWindows, CallerWindows] };
}
const hit = async (windows: CallerWindows, limits: Tier, who = ANN, weight = 1) =>
  (await windows.hit(who, weight, limits)) as Standing;
async function passed(windows: CallerWindows, times: number, limits: Tier, who = ANN): Promise<number> {
  let count = 0;
  for (let at = 0; at < times; at += 1) count += (await hit(windows, limits, who)).refused ? 0 : 1;
  return count;
}

test('the tiers are those of the product, and what the operator sets', () => {
  const config = {
    MCP_RATE_LIMIT_PER_MINUTE: 500,
    MCP_RATE_LIMIT_PER_HOUR: 30_000,
    MCP_RATE_LIMIT_PER_DAY: 720_000,
    MONTHLY_QUOTA_FREE: 7,
    MONTHLY_QUOTA_PREMIUM: 9,
  };
  expect(tiersOf(config)).toEqual({
    free: { minute: 100, hour: 6_000, day: 144_000, month: 7 },
    premium: { ...PREMIUM, month: 9 },
  });
});

test.each([
  ['minute', 60, 3],
  ['hour', 3_600, 180],
  ['day', 86_400, 4_320],
  ['month', 2_592_000, 129_600],
] as const)(
  'the window of a %s: full, refused with the time to wait, and after that time open',
  async (name, seconds, part) => {
    const { clock, all } = world();
    const limits = tier({ [name]: 30 });
    expect(await passed(all[0], 30, limits)).toBe(30);
    const refusal = await hit(all[0], limits);
    expect(refusal).toMatchObject({ refused: true, limit: 30, remaining: 0, window: { name, seconds } });
    expect(refusal.window.code).toBe(name === 'month' ? 'quota_exceeded' : 'rate_limited');
    expect(refusal.resetInSeconds).toBeGreaterThan(seconds - 1);
    expect(refusal.resetInSeconds).toBeLessThanOrEqual(seconds + part);
    await clock.advance((seconds - 1) * 1_000);
    expect((await hit(all[0], limits)).refused).toBe(true);
    await clock.advance((refusal.resetInSeconds - seconds + 1) * 1_000);
    expect((await hit(all[0], limits)).refused).toBe(false);
  },
);

test('an answer tells of the shortest window that has a limit; a refusal of the one that keeps longest', async () => {
  const { all } = world();
  expect(await hit(all[0], tier({ hour: 10, day: 5 }))).toMatchObject({ window: { name: 'hour' }, remaining: 9 });
  const both = tier({ minute: 1, day: 1 });
  expect(await hit(all[0], both)).toMatchObject({ refused: true, window: { name: 'day' } });
  expect(all[0].hit(ANN, 1, tier({}))).toBeUndefined();
});

test('a tier that changes counts from the next request on, and what is left is never negative (SEC-249)', async () => {
  const { all } = world();
  const free: Tier = { minute: 100, hour: 6_000, day: 144_000, month: 0 };
  await passed(all[0], 300, PREMIUM);
  expect(await hit(all[0], free)).toMatchObject({ refused: true, limit: 100, remaining: 0 });
  expect(await hit(all[0], PREMIUM)).toMatchObject({ refused: false, limit: 500, remaining: 199 });
});

test('two replicas, each asked for all of it at once: together they let the limit in, and at most 5 % more', async () => {
  const { clock, rows, all } = world();
  // The database answers long after thousands of requests have come.
  rows.latency = () => new Promise((resolve) => clock.after(20, () => resolve(undefined)));
  const answers = Promise.all(all.flatMap((windows) => Array.from({ length: 2_000 }, () => hit(windows, PREMIUM))));
  await clock.advance(10_000);
  const inside = (await answers).filter(({ refused }) => !refused).length;
  expect(inside).toBeGreaterThanOrEqual(500);
  expect(inside).toBeLessThanOrEqual(525);
  expect(rows.statements).toBeLessThan(200);
});

test('in turns it is exact within what one may keep to itself', async () => {
  const { all } = world();
  let inside = 0;
  for (let at = 0; at < 700; at += 1) inside += (await hit(all[at % 2]!, PREMIUM)).refused ? 0 : 1;
  expect(inside).toBeGreaterThanOrEqual(500);
  expect(inside).toBeLessThanOrEqual(500 + 2 * slackOf(PREMIUM, 2));
});

test('the database is asked for a handful, not for each request', async () => {
  const { clock, rows, all } = world();
  const wide = tier({ minute: 1_000_000 });
  await hit(all[0], wide);
  const before = rows.statements;
  for (let at = 0; at < 5_000; at += 1) expect(all[0].hit(ANN, 1, wide)).not.toBeInstanceOf(Promise);
  expect(rows.statements).toBe(before);
  await clock.advance(1_000);
  expect(rows.statements).toBe(before + 1);
  expect(rows.told).toBe(5_001);
  await clock.advance(MINUTE);
  expect(rows.statements).toBe(before + 1);
});

test('a process that starts knows what the others have counted, from the first request on', async () => {
  const { clock, all, replica } = world();
  const limits = tier({ hour: 600, day: 1_000 });
  expect(await passed(all[0], 600, limits)).toBe(600);
  await all[0].close();
  expect(await hit(replica(), limits)).toMatchObject({ refused: true, window: { name: 'hour' } });
  await clock.advance(2 * 3_600_000);
  const third = replica();
  expect(await passed(third, 600, limits)).toBe(400);
  expect(await hit(third, limits)).toMatchObject({ refused: true, window: { name: 'day' } });
});

test('SEC-D24: while the database is away each replica goes on by itself, and what it counted is told afterwards', async () => {
  const { clock, rows, all } = world();
  const limits = tier({ minute: 100, day: 10_000 });
  await passed(all[0], 20, limits);
  rows.away = true;
  expect(await passed(all[0], 200, limits)).toBe(80);
  expect(await passed(all[1], 200, limits)).toBe(100);
  expect((await hit(all[0], limits)).refused).toBe(true);
  rows.away = false;
  await clock.advance(2_000);
  expect(await hit(all[0], limits)).toMatchObject({ refused: true });
  expect(rows.told).toBe(200);
  await clock.advance(64_000);
  // Everything was told once, and of the day it still counts.
  expect(await passed(all[1], 200, tier({ day: 250 }))).toBe(50);
});

test('a database that does not answer keeps nobody waiting for longer than half a second', async () => {
  const { clock, rows, all } = world();
  rows.latency = () => new Promise(() => undefined);
  const first = hit(all[0], PREMIUM);
  await clock.advance(499);
  expect(await Promise.race([first, settled().then(() => 'waits')])).toBe('waits');
  await clock.advance(1);
  expect(await first).toMatchObject({ refused: false, remaining: 499 });
  expect(all[0].hit(ANN, 1, PREMIUM)).toMatchObject({ remaining: 498 });
  await all[0].close();
});

test('a batch looks first what the others have let in', async () => {
  const { all } = world();
  const limits = tier({ minute: 100 });
  expect(await hit(all[0], limits, ANN, 50)).toMatchObject({ refused: false, remaining: 50 });
  expect(await hit(all[1], limits, ANN, 50)).toMatchObject({ refused: false, remaining: 0 });
  expect(await hit(all[0], limits, ANN, 3)).toMatchObject({ refused: true, remaining: 0 });
});

test('who is counted by each process alone is not in the database', async () => {
  const { rows, all } = world();
  const bob = { id: 'a key that nobody has looked at', shared: false };
  expect(await passed(all[0], 600, PREMIUM, bob)).toBe(500);
  expect(await passed(all[1], 600, PREMIUM, bob)).toBe(500);
  expect(rows.statements).toBe(0);
});

test('memory is bounded, and who was forgotten is read again', async () => {
  const { clock, all } = world();
  const limits = tier({ day: 5 });
  expect(await passed(all[0], 5, limits)).toBe(5);
  await clock.advance(1_000);
  for (let at = 0; at < 20_001; at += 1) void all[0].hit({ id: `n${at}`, shared: false }, 1, limits);
  for (let at = 0; at < 20_001; at += 1) void all[0].hit({ id: `s${at}`, shared: true }, 1, limits);
  await clock.advance(DAY / 24);
  for (let at = 0; at < 10; at += 1) void all[0].hit({ id: `t${at}`, shared: true }, 1, limits);
  await clock.advance(5_000);
  expect(await hit(all[0], limits)).toMatchObject({ refused: true, limit: 5 });
});

test('a shared clock that goes back takes the hits along: they leave after their time', async () => {
  const { clock, rows, all } = world();
  const limits = tier({ minute: 100 });
  await passed(all[0], 100, limits);
  await clock.advance(5_000);
  const back = rows.add.bind(rows);
  rows.add = async (hits) => ({ ...(await back(hits)), now: BEGAN - 3_600_000 + clock.now() });
  await hit(all[0], tier({ minute: 200 }));
  await clock.advance(2_000);
  expect((await hit(all[0], limits)).refused).toBe(true);
  await clock.advance(64_000);
  expect((await hit(all[0], limits)).refused).toBe(false);
});
