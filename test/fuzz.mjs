// `npm run fuzz -- [--minutes 10] [--seed 1]`: for longer what `npm test` does for a minute. A failure names the seed that begins with its exchange.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
for (const [name, value] of Object.entries(values))
  if (value !== undefined && !/^\d{1,9}$/.test(value)) {
    console.error(`--${name} takes a whole number, not ${value}.`);
    process.exit(2);
  }

// A third of the time each for what callers send to /mcp, for every other route, and for the frames of sockets.
const seconds = String(Math.max(1, Number(values.minutes) * 20));
const { status } = spawnSync('npx', ['jest', '--runInBand', 'test/e2e/fuzz'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, FUZZ_SECONDS: seconds, ...(values.seed && { FC_SEED: values.seed }) },
});
process.exit(status ?? 1);
