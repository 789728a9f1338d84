import { type AppError } from '#libs/core';
import { BegunCreations, ClickUpTransport, CreateTask, credential } from '#libs/clickup';
import { MemoryBudget } from '#libs/limits';
import fc from 'fast-check';
import { type DataSource } from 'typeorm';
import { type RunningSandbox, startSandbox } from '../../apps/sandbox/src/index.js';
import { openPool } from '../support/pool.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

const LIST = '90144360426';
const MINUTE = 60_000;

let sandbox: RunningSandbox;
let database: TestDatabase;
let pools: DataSource[];
let replicas: ClickUpTransport[];
beforeAll(async () => {
  [sandbox, database] = await Promise.all([startSandbox({ tasks: 5 }), testDatabase()]);
  pools = [await openPool(database.url), await openPool(database.url)];
  replicas = pools.map((pool) => replica(pool));
});
afterAll(async () => {
  await Promise.all(replicas.map((transport) => transport.close()));
  await Promise.all(pools.map((pool) => pool.destroy()));
  await Promise.all([sandbox.close(), database.drop()]);
});
beforeEach(() => void sandbox.reset());

function replica(pool: DataSource): ClickUpTransport {
  const settings = { CLICKUP_API_URL: sandbox.url, CLICKUP_TIMEOUT_MS: 10_000, CLICKUP_MAX_RESPONSE_BYTES: 1_000_000 };
  const budget = new MemoryBudget({ limit: 1_000_000 });
  return new ClickUpTransport(
    settings,
    budget,
    { backoffMs: 1 },
    undefined,
    new BegunCreations(pool, Buffer.alloc(32)),
  );
}
/** The id of the new task, or the code of the error. */
const create = (transport: ClickUpTransport, name: string): Promise<string> =>
  transport
    .client({
      credential: credential('pk_sandbox_owner'),
      person: 'one',
      priority: 'interactive',
      deadline: performance.now() + 60_000,
      authorize: () => Promise.resolve(),
    })
    .call(CreateTask, { path: { list_id: LIST }, body: { name } })
    .then(
      ({ id }) => id,
      ({ code }: AppError) => code,
    );
const lose = (kind: 'reset_before' | 'reset_after', times = 1) =>
  sandbox.configure({ faults: [{ operation: 'CreateTask', times, kind }] });
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('what another replica was answered is never taken for what got lost here', async () => {
  const [one, other] = replicas as [ClickUpTransport, ClickUpTransport];
  const made = await create(one, 'same');
  lose('reset_before');
  expect(await create(other, 'same')).toBe('unknown_outcome');
  lose('reset_after');
  const found = await create(other, 'another');
  expect([found === made, found]).toEqual([false, expect.not.stringMatching(/unknown|error/)]);
});

test('nor is what another replica has under way, of which nothing is answered yet', async () => {
  const [one, other] = replicas as [ClickUpTransport, ClickUpTransport];
  sandbox.configure({ faults: [{ operation: 'CreateTask', times: 1, kind: 'slow', ms: 1_500 }] });
  const before = sandbox.stats().writes;
  const slow = create(one, 'same');
  await until(() => sandbox.stats().writes > before);
  lose('reset_before');
  expect(await create(other, 'same')).toBe('unknown_outcome');
  expect(await slow).not.toMatch(/unknown|error/);
});

test('two equal ones of which one was done are unknown on both; when both were done, each is given another', async () => {
  const [one, other] = replicas as [ClickUpTransport, ClickUpTransport];
  sandbox.configure({
    faults: [
      { operation: 'CreateTask', times: 1, kind: 'reset_before' },
      { operation: 'CreateTask', times: 1, kind: 'reset_after' },
    ],
  });
  expect([await create(one, 'one of two'), await create(other, 'one of two')]).toEqual([
    'unknown_outcome',
    'unknown_outcome',
  ]);
  lose('reset_after', 2);
  const found = (await Promise.all([create(one, 'both'), create(other, 'both')])).filter(
    (id) => id !== 'unknown_outcome',
  );
  expect(new Set(found).size).toBe(found.length);
});

test('without the database a lost creation is unknown and not guessed, and others are still answered', async () => {
  const pool = await openPool(database.url);
  const lonely = replica(pool);
  await pool.destroy();
  try {
    expect(await create(lonely, 'alone')).not.toMatch(/unknown|error/);
    lose('reset_after');
    expect(await create(lonely, 'lost alone')).toBe('unknown_outcome');
  } finally {
    await lonely.close();
  }
});

let round = 0;
let found = 0;
test('two replicas, equal names, a clock that is minutes off, lost answers: what was answered equals what exists', async () => {
  const Call = fc.record({ name: fc.constantFrom('a', 'b'), replica: fc.constantFrom(0, 1) });
  const Lost = fc.constantFrom('reset_before' as const, 'reset_after' as const);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(Call, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      fc.array(Lost, { maxLength: 4 }),
      fc.constantFrom(-10 * MINUTE, 0, 10 * MINUTE),
      async (waves, lost, offsetMs) => {
        round += 1;
        sandbox.configure({
          clock: { offsetMs },
          faults: lost.map((kind) => ({ operation: 'CreateTask', times: 1, kind })),
        });
        // As after a start: nothing is known yet of ClickUp's clock, nor of what was made before.
        const fresh = pools.map((pool) => replica(pool));
        const told = new Map<string, string[]>();
        for (const wave of waves)
          await Promise.all(
            wave.map(async (call) => {
              const marker = `${call.name}${round}`;
              const outcome = await create(fresh[call.replica]!, `#m:${marker}`);
              told.set(marker, [...(told.get(marker) ?? []), outcome]);
            }),
          );
        await Promise.all(fresh.map((transport) => transport.close()));
        for (const [marker, outcomes] of told) {
          const made = sandbox.effectsOf(marker).map(({ object }) => object);
          const ids = outcomes.filter((outcome) => outcome !== 'unknown_outcome');
          expect(new Set(ids).size).toBe(ids.length);
          // Nothing is told that does not exist, and nothing exists of which nobody was told that it may.
          expect(ids.filter((id) => !made.includes(id))).toEqual([]);
          expect(made.length).toBeLessThanOrEqual(outcomes.length);
          expect(made.length - ids.length).toBeGreaterThanOrEqual(0);
          found += ids.length;
        }
      },
    ),
    { numRuns: 40 },
  );
  // Not everything is unknown: that would be easy.
  expect(found).toBeGreaterThan(40);
});
