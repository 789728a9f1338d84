import { Replicas } from '../faults/replicas.js';
import { trial } from '../faults/trial.js';
import { execute } from '../support/postgres.js';
import { programBench } from '../support/program-bench.js';
import { ACME } from '../support/scoped.js';

/*
 * Faults 10, 11 and 17 to 29 at once, drawn from a seed: whatever happens on the way, what a caller was told is what is there.
 * FAULTS_SEED repeats a trial (`npm run faults` runs many).
 */
const SEED = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);
const TRIALS = Number(process.env.FAULTS_TRIALS ?? 1);
const WRITES = 60;

jest.setTimeout(600_000);
const bench = programBench();
let replicas: Replicas;
beforeAll(async () => {
  replicas = await Replicas.start(
    2,
    bench.env({
      CONFIRM_DESTRUCTIVE: 'never',
      TEAM_ID: ACME,
      CLICKUP_RATE_LIMIT: '100000',
      CLICKUP_TIMEOUT_MS: '1500',
      CALL_TIMEOUT_MS: '30000',
    }),
  );
});
afterAll(() => replicas?.end());

/** As if two minutes had gone by since the kills: what a dead process had sent has arrived by now, or never will. */
const interrupted = () =>
  execute(bench.env().DATABASE_URL, `UPDATE requested_items SET begun_at = begun_at - interval '2 minutes'`);

test.each(Array.from({ length: TRIALS }, (_, n) => SEED + n))(
  'what callers were told is what is there (FAULTS_SEED=%d)',
  async (seed) => {
    const report = await trial(
      { seed, writes: WRITES, kills: 2, clockOffMs: 600_000 },
      bench.sandbox(),
      replicas,
      async () => void (await interrupted()),
    );
    console.info(`FAULTS_SEED=${seed}: ${JSON.stringify(report.told)}`);
    expect(report.wrong).toEqual([]);
  },
);
