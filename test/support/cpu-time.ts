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

/** Since the event loop last had a turn, and the longest stretch without one. */
let since = { cpu: process.cpuUsage(), at: 0 };
let longest = 0;

const begin = () => (since = { cpu: process.cpuUsage(), at: performance.now() });

/**
 * Ends a stretch. It counts with an upper bound for the milliseconds that the main thread worked: the smaller of elapsed time, which other
 * programs on the machine lengthen, and CPU time, which includes the threads that collect garbage.
 */
function end(): void {
  const elapsed = performance.now() - since.at;
  const { user, system } = process.cpuUsage(since.cpu);
  longest = Math.max(longest, Math.min(elapsed, (user + system) / 1000));
  begin();
}

/** A turn of the event loop, as every answer of ClickUp has one of its own: what follows keeps nobody waiting who waited before. */
export function turn(): Promise<void> {
  return new Promise((resolve) =>
    setImmediate(() => {
      end();
      resolve();
    }),
  );
}

/** The longest stretch of a piece of work. */
async function taken(work: () => unknown): Promise<number> {
  longest = 0;
  begin();
  await work();
  end();
  return longest;
}

/**
 * Milliseconds of CPU that a piece of work would take on an idle machine. It is the best of a few runs, so that neither a first
 * compilation nor a garbage collection counts, and each run is divided by how much slower than usual the fixed piece of work is right
 * before and after it (the quicker of the two counts). Work that is within the limit at once is not repeated. This is how long the event
 * loop stands still: of work that waits for answers (see {@link turn}), the longest stretch counts.
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
