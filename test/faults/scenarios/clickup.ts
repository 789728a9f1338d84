import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, callOf, Load } from '../load.js';
import { counted, p, recovery, rounded, type Scenario, share } from '../scenario.js';
import { L1 } from '../../support/scoped.js';
import { onSite } from './on-site.js';

/** In how many minutes a storm lasts; the catalogue says ten. */
const STORM_MINUTES = Number(process.env.FAULTS_STORM_MINUTES ?? 1);
const CROWD = 1_000;

export const CLICKUP: Readonly<Record<string, Scenario>> = {
  'throttle-storm': {
    title: `ClickUp answers everything with 429 for ${STORM_MINUTES} min`,
    run: () =>
      onSite({}, async (site) => {
        const load = new Load(site);
        await sleep(3_000);
        site.sandbox.configure({ faults: [{ kind: 'throttle', reset: 5 }] });
        const storm = performance.now();
        await sleep(STORM_MINUTES * 60_000);
        site.sandbox.configure({ faults: [] });
        const over = performance.now();
        await sleep(15_000);
        const ledger = await load.stop();
        const during = ledger.calls.filter(({ at, until }) => at > storm && until < over);
        return {
          figures: [
            ...counted(ledger),
            { what: 'until the last failure after the storm', measured: recovery(ledger, over), unit: 's' },
            {
              what: 'highest RSS of a replica',
              measured: rounded(Math.max(site.seen(0).rssMb, site.seen(1).rssMb)),
              unit: 'MB',
              target: ['≤', 450],
            },
          ],
          wrong: [
            ...ledger.wrong,
            ...during
              .filter(({ ended, code }) => ended !== 'success' && code !== 'clickup_rate_limit')
              .map(({ code, ended }) => `during the storm: ${ended} ${code}`),
          ],
        };
      }),
  },
  'server-errors': {
    title: 'Three of ten answers of ClickUp are 500, 502, 503 or 504, the work done or not',
    short: true,
    run: () =>
      onSite({}, async (site) => {
        const load = new Load(site, { perSecond: 40 });
        await sleep(500);
        site.sandbox.configure({
          seed: 21,
          faults: [500, 502, 503, 504].flatMap((status) =>
            // A third of them after the work: what the caller is told then matters most.
            [true, false, false].map((done) => ({ kind: 'status' as const, status, done, rate: 0.03 })),
          ),
        });
        await sleep(6_000);
        const ledger = await load.stop();
        const reads = ledger.calls.filter(({ kind }) => kind === 'read');
        return {
          figures: [
            ...counted(ledger),
            {
              what: 'reads that succeeded',
              measured: share(reads.filter(({ ended }) => ended === 'success').length, reads.length),
              unit: '%',
              target: ['≥', 97],
            },
          ],
          wrong: ledger.wrong,
        };
      }),
  },
  'clickup-dead': {
    title: 'ClickUp refuses every connection for 30 seconds',
    run: () =>
      onSite({}, async (site) => {
        const load = new Load(site);
        await sleep(3_000);
        await site.sandbox.down();
        const down = performance.now();
        await sleep(30_000);
        const up = performance.now();
        await site.sandbox.up();
        await sleep(12_000);
        const ledger = await load.stop();
        const during = ledger.calls.filter(({ at, until }) => at > down + 10_000 && until < up);
        return {
          figures: [
            ...counted(ledger),
            {
              what: 'p99 of the answers while it was known to be dead',
              measured: rounded(p(during, 0.99) / 1000),
              unit: 's',
            },
            {
              what: 'until the last failure after it was back',
              measured: recovery(ledger, up),
              unit: 's',
              target: ['≤', 10],
            },
          ],
          wrong: ledger.wrong,
        };
      }),
  },
  fairness: {
    title: `One caller sends ${CROWD} changes within ten seconds, 40 others read`,
    run: () =>
      onSite({ env: { CLICKUP_RATE_LIMIT: '' }, sandbox: { rateLimit: 100 } }, async (site) => {
        const [noisy, ...others] = site.keys.slice(0, 41);
        const read = (key: string, url = site.front.url) =>
          callOf(url, key, 'read', 'get_task', { task_id: 'ENG-123' });
        const each = () => Promise.all(others.map(async (key, at) => (await sleep(at * 50), read(key))));
        // Every replica knows everybody: otherwise the crowd, between whose calls the others come to other replicas, makes them cold.
        await Promise.all(site.replicas.listening.map((url) => Promise.all(others.map((key) => read(key, url)))));
        const rounds = async () => (await each(), [await each(), await each(), await each()].flat());
        const alone = await rounds();
        // Equal reads would share one request. A hundred a second: what is asked here is who waits for ClickUp, not for the processor.
        const crowd: Promise<Call>[] = [];
        const crowding = (async () => {
          for (let at = 0; at < CROWD; at += 1, await sleep(10))
            crowd.push(
              callOf(site.front.url, noisy!, 'write', 'create_task', { list_id: L1, name: `crowd #m:crowd${at}` }),
            );
        })();
        await sleep(1_000);
        const beside = await rounds();
        await crowding;
        const refused = (await Promise.all(crowd)).filter(({ ended }) => ended !== 'success');
        return {
          figures: [
            { what: 'calls of the one', measured: CROWD, unit: '' },
            { what: 'of them refused, and told when to come again', measured: refused.length, unit: '' },
            {
              what: 'p50 of the others, beside to alone',
              measured: rounded(p(beside, 0.5) / p(alone, 0.5)),
              unit: '×',
              target: ['≤', 1.2],
            },
            {
              what: 'p99 of the others, beside to alone',
              measured: rounded(p(beside, 0.99) / p(alone, 0.99)),
              unit: '×',
              target: ['≤', 1.2],
            },
          ],
          wrong: [
            ...beside.filter(({ ended }) => ended !== 'success').map(({ code }) => `another caller failed: ${code}`),
            ...refused
              .filter(
                ({ code }) => code !== 'clickup_rate_limit' && code !== 'unavailable' && code !== 'deadline_exceeded',
              )
              .map(({ code, ended }) => `of the crowd: ${ended} ${code}`),
          ],
        };
      }),
  },
  'behind-bulk': {
    title: 'A caller reads every four seconds while its own calls create 100 tasks at 100 requests per minute',
    run: () =>
      onSite(
        { env: { CLICKUP_RATE_LIMIT: '', CALL_TIMEOUT_MS: '50000' }, sandbox: { rateLimit: 100 }, callers: 1 },
        async (site) => {
          const key = site.keys[0]!;
          const bulk = Promise.all(
            [0, 1].map((half) =>
              callOf(site.front.url, key, 'write', 'bulk_create_tasks', {
                list_id: L1,
                tasks: Array.from({ length: 50 }, (_, n) => ({ name: `bulk ${half} ${n} #m:bulk${half}-${n}` })),
              }),
            ),
          );
          const reads = [];
          for (let n = 0; n < 12; n += 1) {
            reads.push(
              callOf(site.front.url, key, 'read', 'get_task', {
                task_id: site.sandbox.world.workspace('12345').tasks[n]!.id,
              }),
            );
            await sleep(4_000);
          }
          const calls = await Promise.all(reads);
          const ended = await bulk;
          const { markers } = site.sandbox.writes();
          return {
            figures: [
              { what: 'reads', measured: calls.length, unit: '' },
              { what: 'p95 of the reads', measured: rounded(p(calls, 0.95) / 1000), unit: 's', target: ['≤', 3] },
              { what: 'tasks made meanwhile', measured: Object.keys(markers).length, unit: '', target: ['≥', 20] },
              {
                what: 'of them doubled',
                measured: Object.values(markers).filter(({ objects }) => objects > 1).length,
                unit: '',
                target: ['≤', 0],
              },
            ],
            wrong: [...calls, ...ended]
              .filter((call) => call.ended !== 'success')
              .map(({ code, ended: how }) => `${how} ${code}`),
          };
        },
      ),
  },
};
