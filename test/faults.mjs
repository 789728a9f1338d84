// `npm run faults -- [--trials 100] [--seed 1] [--only database-killed,rolling] [--write]`: in full what `npm test` does in short. Outcomes under
// random faults, kills at every write, and every run of the harness; --only takes some of these runs alone, --write puts their figures into docs/reliability.md.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '100' },
    seed: { type: 'string' },
    only: { type: 'string' },
    write: { type: 'boolean' },
  },
});
const { trials, seed, only, write } = values;
for (const [name, value] of Object.entries({ trials, seed }))
  if (value !== undefined && !/^\d{1,9}$/.test(value)) {
    console.error(`--${name} takes a whole number, not ${value}.`);
    process.exit(2);
  }
if (only !== undefined && !/^[a-z-]+(,[a-z-]+)*$/.test(only)) {
  console.error(
    `--only takes names of runs such as database-killed,rolling (docs/reliability.md has them), not ${only}.`,
  );
  process.exit(2);
}

const specs = only === undefined ? ['outcomes', 'kill', 'jobs-kill', 'rolling', 'faults'] : ['faults'];
const { status } = spawnSync('npx', ['jest', '--runInBand', ...specs.map((spec) => `test/e2e/${spec}`)], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: {
    ...process.env,
    FAULTS_TRIALS: trials,
    ...(seed && { FAULTS_SEED: seed }),
    KILL_POINTS: 'all',
    ROLLING_CALLS: '10000',
    FAULTS_SCENARIOS: 'all',
    ...(only && { FAULTS_ONLY: only }),
    ...(write && { FAULTS_WRITE: 'yes' }),
  },
});
process.exit(status ?? 1);
