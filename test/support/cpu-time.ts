/** What {@link floor} takes on two cores of a common server with nothing else to do, milliseconds. */
const FLOOR_MS = 10;
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

/** Milliseconds that the main thread worked, at most: others on the machine are in the one, threads of garbage collection in the other. */
async function taken(work: () => unknown): Promise<number> {
  const [before, started] = [process.cpuUsage(), performance.now()];
  await work();
  const elapsed = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return Math.min(elapsed, (user + system) / 1000);
}

/**
 * Milliseconds of CPU that a piece of work takes on a machine that has nothing else to do, at best of a few times: a first compilation and
 * a collection of garbage do not count, and of a machine that is slow at the moment a floor, measured right beside, tells how slow it is.
 * Work that is quick at once is not repeated. For work without I/O this is how long the event loop stands still.
 */
export async function cpuTime(work: () => unknown, limit: number, times = 6): Promise<number> {
  let best = await taken(work);
  for (let time = 1; time < times && best > limit; time++) {
    const slowness = Math.max(1, (await taken(floor)) / FLOOR_MS);
    best = Math.min(best, (await taken(work)) / slowness);
  }
  return best;
}
