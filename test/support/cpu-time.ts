import { setTimeout } from 'node:timers/promises';

/** What {@link floor} takes on a core of a common server with nothing else to do, milliseconds. */
const FLOOR_MS = 5;
/** Between two runs, so that what else the machine does for a moment does not meet all of them. */
const PAUSE_MS = 100;
const TEXT = 'The quick brown fox jumps over the lazy dog, again and again. '.repeat(3_000);

/** A fixed piece of work of the kind that is measured: going through a text, and making objects of it. */
function floor(): number {
  let sum = 0;
  for (const { length } of TEXT.toUpperCase().split(' ')) sum += length;
  for (let index = 0; index < TEXT.length; index += 1) sum += TEXT.charCodeAt(index) & 7;
  return sum + JSON.stringify(JSON.parse(JSON.stringify(TEXT.match(/\w+/g)))).length;
}

// Compiled before it is compared with.
for (let time = 0; time < 10; time += 1) floor();

/**
 * An upper bound for the milliseconds that the main thread worked: the smaller of elapsed time, which other programs on the machine
 * lengthen, and CPU time, which includes the threads that collect garbage.
 */
async function taken(work: () => unknown): Promise<number> {
  const [before, started] = [process.cpuUsage(), performance.now()];
  await work();
  const elapsed = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return Math.min(elapsed, (user + system) / 1000);
}

/**
 * Milliseconds of CPU that a piece of work would take on an idle machine. It is the best of a few runs, so that neither a first
 * compilation nor a garbage collection counts, and each run is divided by how much slower than usual the fixed piece of work is right
 * before and after it (the quicker of the two counts). Work that is within the limit at once is not repeated. For work without I/O this is
 * how long the event loop stands still.
 */
export async function cpuTime(work: () => unknown, limit: number, times = 10): Promise<number> {
  let best = await taken(work);
  for (let time = 1; time < times && best > limit; time++) {
    await setTimeout(PAUSE_MS);
    const before = await taken(floor);
    const worked = await taken(work);
    const slowness = Math.min(before, await taken(floor)) / FLOOR_MS;
    best = Math.min(best, worked / Math.max(1, slowness));
  }
  return best;
}
