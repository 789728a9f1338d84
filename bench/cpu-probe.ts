import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

// Preloaded into a server process: answers each message with the CPU time (user and system, microseconds) and memory used so far; to `collect`, with what
// memory is still used after everything was collected that nobody holds.
process.on('message', (message) => {
  const { user, system } = process.cpuUsage();
  if (message === 'collect') for (let round = 0; round < 2; round += 1) collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({ cpu: user + system, rss, heap: heapUsed + external });
});
