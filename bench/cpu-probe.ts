// Preloaded into a server process. Answers each message `usage` with the CPU time (user and system, microseconds) and memory used so far;
// `profile` begins a profile of the CPU, `profiled` ends it and answers with it.
import { Session } from 'node:inspector/promises';

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
    process.send?.({ cpu: user + system, rss: process.memoryUsage.rss() });
  }
}
