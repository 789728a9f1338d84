import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/free-port.js';
import { type Call, callOf, Load } from '../load.js';
import { counted, lateness, p, rounded, type Scenario } from '../scenario.js';
import { onSite } from './on-site.js';

/** A file to which nothing can be written: the disk is full. Linux has it. */
const FULL = '/dev/full';
const ACTIVE = 1_000;
const PAGE_BYTES = 9_000_000;

export const PROCESS: Readonly<Record<string, Scenario>> = {
  'log-disk-full': {
    title: 'The disk that the log goes to is full',
    missing: () => (existsSync(FULL) ? undefined : `there is no ${FULL} on this system`),
    run: () =>
      onSite({ replicas: 1 }, async (site) => {
        const [full, port] = [openSync(FULL, 'w'), await freePort()];
        const child = spawn(process.execPath, [resolve('dist/apps/gateway/src/main.js')], {
          env: { PATH: process.env.PATH, NODE_ENV: 'test', ...site.envOf(1), PORT: String(port) },
          stdio: ['ignore', full, full],
        });
        const url = `http://127.0.0.1:${port}`;
        const ready = () =>
          fetch(`${url}/health/ready`).then(
            ({ ok }) => ok,
            () => false,
          );
        while (child.exitCode === null && !(await ready())) await sleep(100);
        const calls: Call[] = [];
        for (let n = 0; n < 200 && child.exitCode === null; n += 1)
          calls.push(
            await callOf(url, site.keys[n % site.keys.length]!, 'read', 'get_task', {
              task_id: site.sandbox.world.workspace('12345').tasks[n % 30]!.id,
            }),
          );
        const died = child.exitCode;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        if (died === null) await ended;
        closeSync(full);
        const failed = calls.filter((call) => call.ended !== 'success');
        return {
          figures: [
            { what: 'calls', measured: calls.length, unit: '', target: ['≥', 200] },
            { what: 'failed', measured: failed.length, unit: '', target: ['≤', 0] },
          ],
          wrong: died === null ? [] : [`a gateway that cannot write its log has ended with ${died}`],
        };
      }),
  },
  'crowded-process': {
    title: `${ACTIVE} callers are at work at once in one process with 320 MB of heap`,
    run: () =>
      onSite({ replicas: 1, heapMb: 320, sandbox: { latencyMs: 200 } }, async (site) => {
        const url = await site.replicas.url(0);
        const tasks = site.sandbox.world.workspace('12345').tasks;
        const calls: Call[] = [];
        const end = performance.now() + 20_000;
        await Promise.all(
          Array.from({ length: ACTIVE }, async (_, at) => {
            while (performance.now() < end)
              calls.push(
                await callOf(url, site.keys[at % site.keys.length]!, 'read', 'get_task', {
                  task_id: tasks[(at + calls.length) % tasks.length]!.id,
                }),
              );
          }),
        );
        const bad = calls.filter(({ ended, status }) => ended !== 'success' && ![200, 429, 503].includes(status));
        return {
          figures: [
            { what: 'calls', measured: calls.length, unit: '' },
            { what: 'refused', measured: calls.filter(({ ended }) => ended !== 'success').length, unit: '' },
            { what: 'p99', measured: rounded(p(calls, 0.99) / 1000), unit: 's' },
            { what: 'highest RSS', measured: rounded(site.seen(0).rssMb), unit: 'MB', target: ['≤', 512] },
          ],
          wrong: bad.map(({ ended, status, code }) => `${ended} ${status} ${code}`),
        };
      }),
  },
  'large-answers': {
    title: 'One of ten tasks that are read comes with 9 MB, and eight of them at once',
    run: () =>
      onSite({ env: { CLICKUP_TIMEOUT_MS: '20000', CALL_TIMEOUT_MS: '30000' } }, async (site) => {
        const load = new Load(site);
        await sleep(3_000);
        const huge = { kind: 'huge', bytes: PAGE_BYTES, operation: 'GetTask' } as const;
        site.sandbox.configure({ faults: [{ ...huge, rate: 0.1 }] });
        await sleep(10_000);
        site.sandbox.configure({ faults: [huge] });
        const task = { task_id: site.sandbox.world.workspace('12345').tasks[1]!.id };
        await Promise.all(site.keys.slice(0, 8).map((key) => callOf(site.front.url, key, 'read', 'get_task', task)));
        const ledger = await load.stop();
        return {
          figures: [...counted(ledger), lateness([site.seen(0), site.seen(1)], 250)],
          wrong: ledger.wrong,
        };
      }),
  },
};
