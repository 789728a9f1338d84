import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the event loop was, once somebody has asked: sampling costs CPU time, which other benchmarks compare. */
const late = monitorEventLoopDelay({ resolution: 2 });

// Preloaded into a server process: answers each message with the CPU time (user and system, microseconds) and memory used so far, and
// with how late the event loop was since the last message (milliseconds).
process.on('message', (asked) => {
  const { user, system } = process.cpuUsage();
  const [p99, longest] = [late.percentile(99) / 1e6, late.max / 1e6];
  if (asked === 'late') {
    late.enable();
    late.reset();
  }
  process.send?.({ cpu: user + system, rss: process.memoryUsage.rss(), late: { p99, longest } });
});
