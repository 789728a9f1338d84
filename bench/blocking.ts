import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'undici';
import { LARGE_BODIES } from '../test/support/large-bodies.js';
import { BenchGateway, KEY } from './bench-gateway.js';
import { largePages } from './large-pages.js';
import { type Late } from './server-process.js';

/** Milliseconds that the event loop may be late. */
const [ANY_BODY_MS, PROBE_MS] = [100, 500];
const AT_ONCE = 10_000;
const HEADERS = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

const ms = (value: number) => `${value.toFixed(0)} ms`;

/** How long the gateway keeps others waiting while it reads what was made to be slow, and while ten thousand ask at once. */
export async function blocking(): Promise<boolean> {
  const gateway = await BenchGateway.start();
  try {
    const bodies = await largeBodies(gateway);
    const pages = await largePages(gateway);
    const probe = await crowd(gateway);
    return bodies && pages && probe;
  } finally {
    await gateway.stop();
  }
}

async function largeBodies({ server }: BenchGateway): Promise<boolean> {
  const wanted = process.env.BENCH_BODIES;
  const pool = new Pool(server.url, { connections: 1 });
  const post = async (body: string) => {
    const started = performance.now();
    const answer = await pool.request({ method: 'POST', path: '/mcp', headers: HEADERS, body });
    await answer.body.dump();
    return { status: answer.statusCode, took: performance.now() - started };
  };
  const small = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
  for (let count = 0; count < 300; count += 1) await post(small);
  await server.late();
  console.log('\n| body of 4 MiB | status | answered after | event loop late, longest (≤ 100 ms) |\n|---|---|---|---|');
  let longest = 0;
  for (const [name, make] of Object.entries(LARGE_BODIES)) {
    if (wanted && !name.includes(wanted)) continue;
    const body = make();
    await server.late();
    const { status, took } = await post(body);
    await post(small);
    const late: Late = await server.late();
    longest = Math.max(longest, late.longest);
    console.log(`| ${name} (${(body.length / 1e6).toFixed(1)} MB) | ${status} | ${ms(took)} | ${ms(late.longest)} |`);
  }
  await pool.close();
  return longest <= ANY_BODY_MS;
}

/** `/health/live` on a connection of its own, from a process of its own, while ten thousand requests are under way. */
async function crowd({ server }: BenchGateway): Promise<boolean> {
  const pool = new Pool(server.url, { connections: 1000, pipelining: 1 });
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'get_workspace_hierarchy', arguments: {} },
  });
  const prober = fork(new URL('./prober.js', import.meta.url), [server.url]);
  await once(prober, 'message');
  await server.late();
  const statuses = new Map<number, number>();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      const answer = await pool.request({ method: 'POST', path: '/mcp', headers: HEADERS, body });
      await answer.body.dump();
      statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
    }),
  );
  const took = performance.now() - started;
  const late = await server.late();
  prober.send('stop');
  const [times] = (await once(prober, 'message')) as [number[]];
  await pool.close();
  const longest = Math.max(...times);
  console.log(
    `\n${AT_ONCE} calls at once over 1,000 connections: all answered after ${ms(took)} (${[...statuses].map(([status, count]) => `${status}: ${count}`).join(', ')}), /health/live after ${ms(longest)} at most (≤ ${PROBE_MS} ms), of ${times.length} probes; event loop late, longest ${ms(late.longest)}`,
  );
  return longest <= PROBE_MS;
}
