import { type CallContext, ClickUpTransport, credential, GetFilteredTeamTasks, GetTask } from '#libs/clickup';
import { MemoryBudget } from '#libs/limits';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './bench-gateway.js';
import { quantile } from './load.js';
import { ServerProcess } from './server-process.js';

const WORKSPACE = '12345';
const LATENCY_MS = 50;
const [ROUNDS, CALLS, CROWD] = [5, 25, 50];
const [NOISY, OTHER] = ['pk_sandbox_owner', 'pk_sandbox_member'];

interface Scene {
  what: string;
  /** Whose token the victim uses. */
  token: string;
  pages: boolean;
  target: { p50: number; p99: number };
}

const SCENES: readonly Scene[] = [
  { what: 'another token', token: OTHER, pages: false, target: { p50: 1.1, p99: 1.3 } },
  { what: 'another token, beside pages of tasks', token: OTHER, pages: true, target: { p50: 1.1, p99: 1.3 } },
  { what: 'the same token, another person', token: NOISY, pages: false, target: { p50: 1.2, p99: 1.5 } },
  { what: 'the same token, another person, beside pages', token: NOISY, pages: true, target: { p50: 1.2, p99: 1.5 } },
];

/** What one person notices of another who keeps 50 requests waiting: one request after the other, alone and beside them, in turns. */
export async function fairness(): Promise<boolean> {
  const port = await freePort();
  // In a process of its own: it makes the pages, and that is not what is measured.
  const sandbox = await ServerProcess.start('dist/apps/sandbox/src/main.js', port, '/__sandbox/stats', {
    SANDBOX_PORT: String(port),
    SANDBOX_TASKS: '400',
    SANDBOX_LATENCY_MS: String(LATENCY_MS),
  });
  const transport = new ClickUpTransport(
    { CLICKUP_API_URL: sandbox.url, CLICKUP_TIMEOUT_MS: 10_000, CLICKUP_MAX_RESPONSE_BYTES: 50_000_000 },
    new MemoryBudget({ limit: 1_000_000 }),
  );
  try {
    const tasks = await bench(transport, OTHER, 'warm', 'interactive').call(GetFilteredTeamTasks, {
      path: { team_Id: WORKSPACE },
    });
    const task = tasks.tasks[0]?.id ?? '';
    const rows = [];
    for (const scene of SCENES) rows.push(await measure(transport, scene, task));
    console.table(Object.fromEntries(rows.map(({ what, ...row }) => [what, row])));
    return rows.every(({ held }) => held);
  } finally {
    await transport.close();
    await sandbox.stop();
  }
}

async function measure(transport: ClickUpTransport, { what, token, pages, target }: Scene, task: string) {
  const rounds: { alone: number[]; beside: number[] }[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const quiet = await times(transport, token, task);
    const crowd = noise(transport, pages, task);
    await sleep(4 * LATENCY_MS);
    const loud = await times(transport, token, task);
    await crowd.stop();
    if (round >= 0) rounds.push({ alone: quiet, beside: loud }); // round -1 warms up
  }
  const all = (name: 'alone' | 'beside') => rounds.flatMap((round) => round[name]).sort((a, b) => a - b);
  const [alone, beside] = [all('alone'), all('beside')];
  const ratio = (q: number) => quantile(beside, q) / quantile(alone, q);
  const [p50, p99] = [ratio(0.5), ratio(0.99)];
  return {
    what,
    'alone p50 ms': Number(quantile(alone, 0.5).toFixed(1)),
    'p50 ×': Number(p50.toFixed(2)),
    'target p50': `≤ ${target.p50}`,
    'p99 ×': Number(p99.toFixed(2)),
    'target p99': `≤ ${target.p99}`,
    held: p50 <= target.p50 && p99 <= target.p99,
  };
}

async function times(transport: ClickUpTransport, token: string, task: string): Promise<number[]> {
  const victim = bench(transport, token, 'victim', 'interactive');
  const taken: number[] = [];
  for (let n = 0; n < CALLS; n += 1) {
    const from = performance.now();
    await victim.call(GetTask, { path: { task_id: task } });
    taken.push(performance.now() - from);
  }
  return taken;
}

/** Keeps `CROWD` requests of another person waiting or under way, until it is stopped. */
function noise(transport: ClickUpTransport, pages: boolean, task: string): { stop(): Promise<void> } {
  const client = bench(transport, NOISY, 'noisy', 'interactive');
  let on = true;
  const one = async () => {
    while (on)
      await (pages
        ? client.call(GetFilteredTeamTasks, { path: { team_Id: WORKSPACE } })
        : client.call(GetTask, { path: { task_id: task } }));
  };
  const all = Promise.all(Array.from({ length: CROWD }, one));
  return {
    stop: async () => {
      on = false;
      await all;
    },
  };
}

const bench = (transport: ClickUpTransport, token: string, person: string, priority: CallContext['priority']) =>
  transport.client({ credential: credential(token), person, priority, deadline: performance.now() + 600_000 });
