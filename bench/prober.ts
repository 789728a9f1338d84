// A process of its own that asks `/health/live` on one connection until it is told to stop, and then answers with how long each took (ms).
// Whoever sends ten thousand requests would see its own waiting in such a figure.
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

const PAUSE_MS = 5;

let stopped = false;
process.once('message', () => (stopped = true));

const pool = new Pool(process.argv[2]!, { connections: 1 });
const probe = async () => (await pool.request({ method: 'GET', path: '/health/live' })).body.dump();
await probe();
process.send?.('asks');
const times: number[] = [];
while (!stopped) {
  const from = performance.now();
  await probe();
  times.push(performance.now() - from);
  await sleep(PAUSE_MS);
}
await pool.close();
process.send?.(times, () => process.disconnect());
