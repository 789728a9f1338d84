import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, Load } from '../load.js';
import { counted, rounded, type Scenario } from '../scenario.js';
import { onSite } from './on-site.js';

const SKEW_MS = 5 * 60_000;

export const CLOCKS: Readonly<Record<string, Scenario>> = {
  'clock-skew': {
    title: 'The clock of one replica is five minutes ahead, that of the other five behind, and ClickUp throttles',
    run: () =>
      onSite({ env: (at) => ({ PROBE_CLOCK_MS: String(at ? -SKEW_MS : SKEW_MS) }) }, async (site) => {
        const load = new Load(site);
        await sleep(3_000);
        site.sandbox.configure({ faults: [{ kind: 'throttle', reset: 3, rate: 0.05 }] });
        await sleep(10_000);
        site.sandbox.configure({ faults: [] });
        await sleep(5_000);
        const ledger = await load.stop();
        return {
          figures: [...counted(ledger), { what: 'longest time without a success', ...longest(ledger.calls) }],
          wrong: ledger.wrong,
        };
      }),
  },
  'clock-back': {
    title: 'The clocks of both replicas go back by an hour while calls wait for a 429',
    run: () =>
      onSite({}, async (site) => {
        const load = new Load(site);
        await sleep(3_000);
        site.sandbox.configure({ faults: [{ kind: 'throttle', reset: 5, rate: 0.1 }] });
        await sleep(2_000);
        for (const at of [0, 1]) site.replicas.program(at).child.kill('SIGUSR2');
        await sleep(5_000);
        site.sandbox.configure({ faults: [] });
        await sleep(10_000);
        const ledger = await load.stop();
        return {
          figures: [...counted(ledger), { what: 'longest time without a success', ...longest(ledger.calls) }],
          wrong: ledger.wrong,
        };
      }),
  },
};

/** One window of ClickUp's limit is a minute. */
function longest(calls: readonly Call[]) {
  const times = calls.flatMap(({ ended, until }) => (ended === 'success' ? [until] : [])).sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, at) => time - times[at]!);
  return { measured: rounded(Math.max(...gaps) / 1000), unit: 's', target: ['≤', 60] } as const;
}
