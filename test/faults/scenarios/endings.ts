import { setTimeout as sleep } from 'node:timers/promises';
import { HEADERS } from '../../support/program-bench.js';
import { type Call, callOf, Load } from '../load.js';
import { counted, recovery, rounded, type Scenario } from '../scenario.js';
import { L1 } from '../../support/scoped.js';
import { onSite } from './on-site.js';

const ROLLS = Number(process.env.FAULTS_ROLLS ?? 3);
const [RUNNING, QUEUED, STREAMS] = [100, 200, 50];

export const ENDINGS: Readonly<Record<string, Scenario>> = {
  'replica-killed': {
    title: 'One of two replicas is killed (SIGKILL) under load, and started anew',
    short: true,
    run: () =>
      onSite({}, async (site) => {
        const load = new Load(site, { perSecond: 40 });
        await sleep(3_000);
        const killed = performance.now();
        const next = site.replicas.kill(0);
        await next;
        await sleep(2_000);
        const ledger = await load.stop();
        return {
          figures: [
            ...counted(ledger),
            {
              what: 'until the last failure after the kill',
              measured: recovery(ledger, killed),
              unit: 's',
              target: ['≤', 1],
            },
          ],
          wrong: ledger.wrong,
        };
      }),
  },
  rolling: {
    title: `Both replicas are replaced under load, ${ROLLS} times: the next one comes up, the one before gets SIGTERM`,
    run: () =>
      onSite({}, async (site) => {
        const load = new Load(site);
        await sleep(2_000);
        const codes: (number | string)[] = [];
        for (let roll = 0; roll < ROLLS; roll += 1)
          for (const at of [0, 1]) codes.push(await site.replicas.replace(at));
        await sleep(1_000);
        const ledger = await load.stop();
        return {
          figures: [
            ...counted(ledger),
            {
              what: 'failed or cut off',
              measured: ledger.calls.filter(({ ended }) => ended !== 'success').length,
              unit: '',
              target: ['≤', 0],
            },
          ],
          wrong: [
            ...ledger.wrong,
            ...codes.filter((code) => code !== 0).map((code) => `a replica that was replaced ended with ${code}`),
          ],
        };
      }),
  },
  sigterm: {
    title: `SIGTERM with ${RUNNING} calls under way, ${QUEUED} that wait for their turn, and ${STREAMS} streams`,
    run: () =>
      onSite(
        { replicas: 1, callers: 51, env: { SHUTDOWN_DRAIN_SECONDS: '25' }, sandbox: { latencyMs: 2_000 } },
        async (site) => {
          const url = await site.replicas.url(0);
          const [busy, ...others] = site.keys;
          const streams = Array.from({ length: STREAMS }, (_, at) => listen(url, others[at]!));
          await Promise.all(streams.map(({ begun }) => begun));
          const before = site.sandbox.requests().length;
          const writes = Array.from({ length: RUNNING }, (_, at) =>
            callOf(url, others[at % others.length]!, 'write', 'create_task', { list_id: L1, name: `s #m:term${at}` }),
          );
          // Equal reads would share one request.
          const queued = Array.from({ length: QUEUED }, (_, at) =>
            callOf(url, busy!, 'write', 'create_task', { list_id: L1, name: `s #m:wait${at}` }),
          );
          while (site.sandbox.requests().length < before + 60) await sleep(20);
          const { child, exit } = site.replicas.program(0);
          const began = performance.now();
          child.kill('SIGTERM');
          const code = await exit;
          const seconds = rounded((performance.now() - began) / 1000);
          const toldOf = (word: string) => (call: Call, at: number) => ({
            ...call,
            times: site.sandbox.effectsOf(`${word}${at}`).length,
          });
          const [done, waited, ends] = [
            await Promise.all(writes),
            await Promise.all(queued),
            await Promise.all(streams.map(({ ended }) => ended)),
          ];
          const lies = [...done.map(toldOf('term')), ...waited.map(toldOf('wait'))].filter(
            ({ ended, times }) =>
              times > 1 || (ended === 'success' && times !== 1) || (ended === 'failure' && times !== 0),
          );
          const told = (calls: typeof done) => calls.filter(({ ended }) => ended !== 'success').length;
          // A replica that has ended is what this scenario is about.
          await site.replicas.kill(0);
          return {
            figures: [
              { what: 'until it had ended', measured: seconds, unit: 's', target: ['≤', 30] },
              { what: 'of the changes not done, and told so', measured: told(done), unit: '' },
              { what: 'of those that waited refused, and told so', measured: told(waited), unit: '' },
              {
                what: 'calls that were cut off',
                measured: [...done, ...waited].filter(({ ended }) => ended === 'cut off').length,
                unit: '',
                target: ['≤', 0],
              },
              {
                what: 'streams that ended without their result',
                measured: ends.filter((end) => !end.includes('"result"')).length,
                unit: '',
                target: ['≤', 0],
              },
            ],
            wrong: [
              ...(code === 0 ? [] : [`it ended with ${code}`]),
              ...lies.map(({ ended, times }) => `a change was told as ${ended}, and is there ${times} times`),
            ],
          };
        },
      ),
  },
};

/** A stream of changes, as clients of the 2026 protocol hold it open. */
function listen(url: string, key: string): { begun: Promise<Response>; ended: Promise<string> } {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const begun = fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      ...HEADERS,
      Authorization: `Bearer ${key}`,
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'subscriptions/listen',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 'sub',
      method: 'subscriptions/listen',
      params: { _meta: meta, notifications: { toolsListChanged: true } },
    }),
  });
  return {
    begun,
    ended: begun.then(
      (answer) => answer.text().catch((error: Error) => `cut off: ${error.message}`),
      (error: Error) => `never begun: ${error.message}`,
    ),
  };
}
