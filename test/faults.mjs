// `npm run faults -- [--trials 100] [--seed 1]`: in full what `npm test` does in short, outcomes under random faults and at every kill, and 10,000 calls while replicas are replaced.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { trials: { type: 'string', default: '100' }, seed: { type: 'string' } },
});
for (const [name, value] of Object.entries(values))
  if (value !== undefined && !/^\d{1,9}$/.test(value)) {
    console.error(`--${name} takes a whole number, not ${value}.`);
    process.exit(2);
  }

const { status } = spawnSync(
  'npx',
  ['jest', '--runInBand', 'test/e2e/outcomes', 'test/e2e/kill', 'test/e2e/jobs-kill', 'test/e2e/rolling'],
  {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: {
      ...process.env,
      FAULTS_TRIALS: values.trials,
      ...(values.seed && { FAULTS_SEED: values.seed }),
      KILL_POINTS: 'all',
      ROLLING_CALLS: '10000',
    },
  },
);
process.exit(status ?? 1);
