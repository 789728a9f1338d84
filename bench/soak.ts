import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { BenchGateway, KEY } from './bench-gateway.js';
import { rowsOf } from '../test/support/requests.js';

/** Eight by default; the slope is that of what comes after the fifth. */
const MINUTES = Number(process.env.BENCH_MINUTES ?? 8);
const WARM_MINUTES = MINUTES > 6 ? 5 : MINUTES / 2;
const SAMPLE_MS = 10_000;
/** Clients that come, call some times and go. */
const [CLIENTS, CALLS_EACH, PAUSE_MS] = [20, 10, 100];
const TARGET = { megabytesPerMinute: 0.5 };

/** Whether a process that serves clients without end needs more and more: memory that is held, by the minute. */
export async function soak(): Promise<boolean> {
  const gateway = await BenchGateway.start();
  try {
    const found = await gateway.call('find_tasks', {});
    const tasks = rowsOf(found).map(({ ref }) => String(ref));
    const end = performance.now() + MINUTES * 60_000;
    let calls = 0;
    const client = async (number: number) => {
      while (performance.now() < end) {
        const agent = new Agent({ connections: 1 });
        for (let n = 0; n < CALLS_EACH && performance.now() < end; n += 1) {
          await call(gateway, agent, tasks, (calls += 1), number);
          await sleep(PAUSE_MS);
        }
        await agent.close();
      }
    };
    const clients = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
    const samples: { minute: number; heap: number; rss: number }[] = [];
    const began = performance.now();
    while (performance.now() + SAMPLE_MS < end) {
      await sleep(SAMPLE_MS);
      const { heap, rss } = await gateway.server.collected();
      samples.push({ minute: (performance.now() - began) / 60_000, heap: heap / 2 ** 20, rss: rss / 2 ** 20 });
    }
    await clients;
    const late = samples.filter(({ minute }) => minute > WARM_MINUTES);
    const slope = (of: 'heap' | 'rss') => slopeOf(late.map((sample) => [sample.minute, sample[of]]));
    const held = slope('heap') <= TARGET.megabytesPerMinute;
    const last = late.at(-1) ?? { heap: NaN, rss: NaN };
    console.table({
      [`minutes, of which ${WARM_MINUTES} warm up`]: { measured: MINUTES },
      calls: { measured: calls },
      'memory held, MB per minute': { measured: round(slope('heap')), target: `≤ ${TARGET.megabytesPerMinute}` },
      'RSS, MB per minute': { measured: round(slope('rss')) },
      'memory held at the end, MB': { measured: round(last.heap) },
      'RSS at the end, MB': { measured: round(last.rss) },
    });
    console.log(held ? 'held' : 'MISSED');
    return held;
  } finally {
    await gateway.stop();
  }
}

/** Reads, lists, changes and failures; every answer but 200 ends the run. */
async function call(gateway: BenchGateway, agent: Agent, tasks: string[], n: number, client: number): Promise<void> {
  const [method, params] = [
    ['tools/call', { name: 'get_task', arguments: { task_id: tasks[n % tasks.length] } }],
    ['tools/call', { name: 'find_tasks', arguments: { text: `task ${n % 50}` } }],
    ['tools/list', {}],
    ['tools/call', { name: 'update_task', arguments: { task_id: tasks[client], description: `soak ${n}` } }],
    ['tools/call', { name: 'get_task', arguments: { task_id: `nothing${n}` } }],
    ['ping', {}],
  ][n % 6] as [string, object];
  const { statusCode, body } = await request(`${gateway.server.url}/mcp`, {
    dispatcher: agent,
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: n, method, params }),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${method} was answered ${statusCode}: ${text.slice(0, 300)}`);
}

/** Of the straight line that fits best (least squares). */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const above = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0);
  return above / points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
}

const round = (value: number) => Number(value.toFixed(2));
