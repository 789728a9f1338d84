import { FakeClock, settled } from '../../../../test/support/fake-clock.js';
import { type LedgerRow } from './ledger.js';
import { SharedBudget } from './shared-budget.js';
import { type LedgerRows } from './shared-permits.js';

/** Replicas, a database and ClickUp on one clock that only the test moves. */
const MINUTE = 60_000;
jest.setTimeout(300_000);

/** ClickUp as the sandbox plays it: a fixed window that begins with its first request. */
class ClickUp {
  accepted = 0;
  refused = 0;
  inFlight = 0;
  mostInFlight = 0;
  private window = { from: -Infinity, used: 0 };

  constructor(
    private readonly clock: FakeClock,
    public limit: number,
  ) {}

  count() {
    const now = this.clock.now();
    if (now >= this.window.from + MINUTE) this.window = { from: now, used: 0 };
    const exhausted = this.window.used >= this.limit;
    if (exhausted) this.refused += 1;
    else {
      this.window.used += 1;
      this.accepted += 1;
    }
    return {
      limit: this.limit,
      remaining: this.limit - this.window.used,
      resetInMs: Math.ceil((this.window.from + MINUTE - now) / 1_000) * 1_000,
      exhausted,
    };
  }
}

class Database {
  away = false;
  private readonly rows = new Map<string, { version: number; row: string }>();

  constructor(
    private readonly clock: FakeClock,
    private readonly random: () => number,
    private readonly living: () => number,
  ) {}

  /** @param alive whether the process that asks still runs */
  rowsFor(alive: () => boolean): LedgerRows {
    const trip = async () => {
      await this.sleep(0.5 + this.random() * 4);
      if (this.away || !alive()) throw new Error('the database is away');
    };
    return {
      read: async (tokenHash) => {
        await trip();
        const { version, row } = this.rows.get(tokenHash) ?? { version: 0, row: undefined };
        // Its clock is an hour ahead of everybody else's.
        const answer = { version, row: row && (JSON.parse(row) as LedgerRow), now: this.clock.now() + 3_600_000 };
        await this.sleep(this.random() * 2);
        return { ...answer, row: answer.row || undefined, replicas: this.living() };
      },
      write: async (tokenHash, version, row) => {
        await trip();
        if ((this.rows.get(tokenHash)?.version ?? 0) !== version) return false;
        this.rows.set(tokenHash, { version: version + 1, row: JSON.stringify(row) });
        return true;
      },
    };
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, resolve));
  }
}

interface Scene {
  seed: number;
  limit: number;
  replicas: number;
  latencyMs: number;
  minutes: number;
  /** Requests of each replica that want to be under way or wait. */
  demand: (replica: number, now: number) => number;
  /** What goes wrong, each second: by number of a replica, or the database for some seconds. */
  kill?: (second: number) => number | undefined;
  outage?: (second: number) => boolean;
}

async function simulate(scene: Scene) {
  const clock = new FakeClock();
  const random = mulberry(scene.seed);
  const clickup = new ClickUp(clock, scene.limit);
  const database = new Database(clock, random, () => scene.replicas);
  const served = Array.from({ length: scene.replicas }, () => 0);
  let born = 0;
  const dead = new Set<number>();
  const replicas = served.map((_, index) => start(index));

  function start(index: number) {
    const state = { alive: true, wanting: 0 };
    const rows = database.rowsFor(() => state.alive);
    const budget = new SharedBudget(`${(born += 1)}`, rows, { clock, random });
    const work = async (id: number) => {
      const lease = await budget
        .acquire({
          tokenHash: 't',
          person: `${index}.${id % 2}`,
          priority: id % 3 ? 'bulk' : 'interactive',
          deadline: Infinity,
        })
        .catch(() => undefined);
      if (!state.alive) return;
      state.wanting -= 1;
      if (!lease) return;
      clickup.mostInFlight = Math.max(clickup.mostInFlight, (clickup.inFlight += 1));
      const way = scene.latencyMs * (0.2 + random() * 0.6);
      await new Promise<void>((resolve) => void clock.after(way, resolve));
      const feedback = clickup.count();
      served[index]! += 1;
      await new Promise<void>((resolve) => void clock.after(scene.latencyMs - way, resolve));
      clickup.inFlight -= 1;
      if (state.alive) lease.release(feedback);
    };
    let next = 0;
    return {
      state,
      budget,
      fill: () => {
        while (state.alive && state.wanting < scene.demand(index, clock.now())) {
          state.wanting += 1;
          void work((next += 1));
        }
      },
    };
  }

  for (let second = 0; second < scene.minutes * 60; second += 1) {
    const away = scene.outage?.(second) ?? false;
    if (database.away && !away) for (const { budget } of replicas) budget.interrupted();
    database.away = away;
    const victim = scene.kill?.(second);
    if (victim !== undefined) {
      replicas[victim]!.state.alive = false;
      dead.add(victim);
    }
    // A gateway cannot start while the database is away.
    for (const index of database.away ? [] : dead) {
      dead.delete(index);
      replicas[index] = start(index);
    }
    for (const { fill } of replicas) fill();
    await clock.advance(1_000);
  }
  for (const { state } of replicas) state.alive = false;
  await settled();
  return { clickup, served, used: clickup.accepted / (scene.limit * scene.minutes) };
}

const mulberry = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const ROUNDS = Number(process.env.ROUNDS ?? 3);
beforeAll(() => console.info(`seed ${SEED}`));

test.each([
  [1, 100, 400],
  [2, 100, 400],
  [4, 100, 400],
  [7, 100, 400],
  [2, 1_000, 100],
])(
  '%d replicas that want three times the limit of %d, answered after %d ms: not one refused, 95 %% used, nobody starves',
  async (replicas, limit, latencyMs) => {
    const { clickup, used, served } = await simulate({
      seed: SEED,
      limit,
      replicas,
      latencyMs,
      minutes: 6,
      demand: () => Math.ceil((3 * limit) / 60 / replicas) + 3,
    });
    expect(clickup.refused).toBe(0);
    expect(used).toBeGreaterThanOrEqual(0.95);
    expect(clickup.mostInFlight).toBeLessThanOrEqual(10);
    expect(Math.min(...served)).toBeGreaterThan((0.5 * clickup.accepted) / replicas);
  },
);

/** Something else every few seconds, the same for the same seed. */
function changing<T>(seed: number, everySeconds: number, of: (random: () => number) => T): (second: number) => T {
  const values = new Map<number, T>();
  return (second) => {
    const part = Math.floor(second / everySeconds);
    if (!values.has(part)) values.set(part, of(mulberry(seed * 7_919 + part)));
    return values.get(part)!;
  };
}

test('random demand, kills and outages of the database: never more than the limit', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const seed = SEED + round;
    const random = mulberry(seed);
    const replicas = 2 + Math.floor(random() * 4);
    const demands = Array.from({ length: replicas }, (_, index) =>
      changing(seed + index, 11, (some) => Math.floor(some() ** 2 * 14)),
    );
    const outages = changing(seed + 50, 13, (some) => some() < 0.2);
    const { clickup } = await simulate({
      seed,
      limit: 100,
      replicas,
      latencyMs: 50 + Math.floor(random() * 900),
      minutes: 8,
      demand: (replica, now) => demands[replica]!(Math.floor(now / 1_000)),
      kill: (second) => (mulberry(seed + second)() < 0.02 ? second % replicas : undefined),
      outage: (second) => second > 5 && outages(second),
    });
    expect({ seed, refused: clickup.refused }).toEqual({ seed, refused: 0 });
  }
});
