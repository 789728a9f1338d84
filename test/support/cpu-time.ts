/**
 * Milliseconds of CPU that a piece of work took, at best of a few times: others on the machine do not count, and neither do a first
 * compilation or a collection of garbage. Work that is quick at once is not repeated.
 * For work without I/O this is how long the event loop stood still.
 */
export async function cpuTime(work: () => unknown, limit: number, times = 4): Promise<number> {
  let best = Infinity;
  for (let time = 0; time < times && best > limit; time++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}
