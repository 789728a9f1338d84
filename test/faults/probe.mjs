// Preloaded into a gateway (NODE_OPTIONS=--import): moves its wall clock, and writes down how late its event loop was at most and how much memory it took.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const { PROBE_FILE, PROBE_CLOCK_MS = '0' } = process.env;
let offset = Number(PROBE_CLOCK_MS);
const Real = Date;
globalThis.Date = class Date extends Real {
  constructor(...given) {
    super(...(given.length ? given : [Real.now() + offset]));
  }
  static now() {
    return Real.now() + offset;
  }
};
// A step of NTP, an hour back.
process.on('SIGUSR2', () => (offset -= 3_600_000));

if (PROBE_FILE) {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let [late, rss] = [0, 0];
  let beats = 0;
  setInterval(() => {
    // What the start takes is not what calls notice.
    beats += 1;
    if (beats > 5) late = Math.max(late, delay.max / 1e6);
    rss = Math.max(rss, process.memoryUsage.rss());
    delay.reset();
    writeFileSync(PROBE_FILE, JSON.stringify({ lateMs: late, rssMb: rss / 2 ** 20 }));
  }, 500).unref();
}
