// Preloaded into a server process. Answers `usage` with the CPU time (user and system, microseconds) and memory used so far and with how late
// the event loop was since the last `late` (milliseconds); `profile` begins a profile of the CPU, `profiled` ends it and answers with it;
// `collect` answers as `usage` does after everything was collected that nobody holds.
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** How late the event loop was, once somebody has asked: sampling costs CPU time, which other benchmarks compare. */
const late = monitorEventLoopDelay({ resolution: 2 });
const session = new Session();
process.on('message', (wanted) => void answer(wanted));

async function answer(wanted: unknown): Promise<void> {
  if (wanted === 'profile') {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
    process.send?.({});
  } else if (wanted === 'profiled') {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    process.send?.(profile);
  } else {
    const { user, system } = process.cpuUsage();
    const [p99, longest] = [late.percentile(99) / 1e6, late.max / 1e6];
    if (wanted === 'late') {
      late.enable();
      late.reset();
    }
    if (wanted === 'collect') for (let round = 0; round < 2; round += 1) collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    process.send?.({ cpu: user + system, rss, heap: heapUsed + external, late: { p99, longest } });
  }
}
