import { ClickUpTransport, credential, GetAuthorizedUser, GetFilteredTeamTasks } from '#libs/clickup';
import { KEYS } from '#libs/core';
import { MemoryBudget } from '#libs/limits';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { freePort } from './bench-gateway.js';
import { median, quantile } from './load.js';
import { ServerProcess } from './server-process.js';

const [NOISY, OTHERS, IN_FLIGHT, CALLS, ROUNDS] = [30, 20, 10, 30, 3];
const TARGET = { answered: 0.999, p99Ratio: 1.3, loopP99Ms: 20, megabytes: 450 };
/** What thirty tenants do meanwhile; their tokens begin with the word. */
const NOISES = ['hang', 'bad', 'page'] as const;

interface Figures {
  answered: number;
  p50: number;
  p99: number;
  loopP99: number;
  rss: number;
  /** Calls of the thirty that were answered meanwhile. */
  noisyAnswered: number;
}

/** What twenty tenants notice of thirty others whose calls hang, fail, or read pages of 9 MB. */
export async function bulkheads(): Promise<boolean> {
  const upstream = await ServerProcess.start('build/bench/bulkheads-upstream.js', await freePort(), '/health', {});
  try {
    await round(upstream.url, undefined);
    const held = [];
    for (const noise of NOISES) held.push(await beside(upstream.url, noise));
    return held.every(Boolean);
  } finally {
    await upstream.stop();
  }
}

async function beside(url: string, noise: string): Promise<boolean> {
  const rounds: { alone: Figures; beside: Figures }[] = [];
  // Alone and beside take turns, so that what else the machine does falls on both alike.
  for (let i = 0; i < ROUNDS; i += 1)
    rounds.push({ alone: await round(url, undefined), beside: await round(url, noise) });
  const of = (pick: (both: (typeof rounds)[0]) => number) => median(rounds.map(pick));
  const figures = {
    answered: Math.min(...rounds.map(({ beside }) => beside.answered)),
    p50Ratio: of(({ alone, beside }) => beside.p50 / alone.p50),
    p99Ratio: of(({ alone, beside }) => beside.p99 / alone.p99),
    loopP99Ms: of(({ beside }) => beside.loopP99),
    megabytes: Math.max(...rounds.map(({ beside }) => beside.rss)) / 2 ** 20,
  };
  const held =
    figures.answered >= TARGET.answered &&
    figures.p99Ratio <= TARGET.p99Ratio &&
    figures.loopP99Ms <= TARGET.loopP99Ms &&
    figures.megabytes <= TARGET.megabytes;
  console.log(`\n${OTHERS} tenants beside ${NOISY} others (${noise}), median of ${ROUNDS} rounds`);
  console.table({
    'answered, %': { measured: fixed(figures.answered * 100, 2), target: TARGET.answered * 100 },
    'p50 to that of alone': { measured: fixed(figures.p50Ratio, 2) },
    'p99 to that of alone': { measured: fixed(figures.p99Ratio, 2), target: TARGET.p99Ratio },
    'event loop late, p99 ms': { measured: fixed(figures.loopP99Ms, 1), target: TARGET.loopP99Ms },
    'calls of the thirty that were answered': { measured: of(({ beside }) => beside.noisyAnswered) },
    'highest RSS, MB': { measured: fixed(figures.megabytes, 0), target: TARGET.megabytes },
  });
  console.log(held ? 'held' : 'MISSED');
  return held;
}

async function round(url: string, noise: string | undefined): Promise<Figures> {
  const transport = new ClickUpTransport(
    {
      CLICKUP_API_URL: url,
      CLICKUP_TIMEOUT_MS: 30_000,
      CLICKUP_MAX_RESPONSE_BYTES: 10 << 20,
      CLICKUP_BYTES_IN_FLIGHT: KEYS.CLICKUP_BYTES_IN_FLIGHT.schema.parse(undefined),
      CLICKUP_BYTES_IN_FLIGHT_PER_TOKEN: KEYS.CLICKUP_BYTES_IN_FLIGHT_PER_TOKEN.schema.parse(undefined),
    },
    new MemoryBudget({ limit: 1_000_000, maxInFlight: IN_FLIGHT }),
  );
  const client = (token: string) =>
    transport.client({
      credential: credential(token),
      person: 'one',
      priority: 'interactive',
      deadline: performance.now() + 60_000,
    });
  const isAnswered = (call: Promise<unknown>): Promise<boolean> =>
    call.then(
      () => true,
      () => false,
    );
  const call = (token: string) => isAnswered(client(token).call(GetAuthorizedUser, {}));
  const page = (token: string) => isAnswered(client(token).call(GetFilteredTeamTasks, { path: { team_Id: '12345' } }));
  // They were there before: while nobody has been answered for ten seconds, and several fail, ClickUp itself may be away.
  await Promise.all(Array.from({ length: OTHERS }, (_, index) => call(`other ${index}`)));
  let stopped = false;
  let noisyAnswered = 0;
  const busy = async (token: string) => {
    while (!stopped) {
      if (await (noise === 'page' ? page(token) : call(token))) noisyAnswered += 1;
      // A refusal comes at once: nobody asks again without a breath.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const noisy = Array.from({ length: noise ? NOISY * IN_FLIGHT : 0 }, (_, index) =>
    busy(`pk_${noise}_${index % NOISY}`),
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  const loop = monitorEventLoopDelay({ resolution: 2 });
  loop.enable();
  let rss = 0;
  const watching = setInterval(() => (rss = Math.max(rss, process.memoryUsage.rss())), 20);
  const times: number[] = [];
  let [asked, answered] = [0, 0];
  const other = async (token: string) => {
    for (let i = 0; i < CALLS; i += 1) {
      asked += 1;
      const from = performance.now();
      if (await call(token)) answered += 1;
      times.push(performance.now() - from);
    }
  };
  await Promise.all(
    Array.from({ length: OTHERS }, (_, index) => [other(`other ${index}`), other(`other ${index}`)]).flat(),
  );
  loop.disable();
  clearInterval(watching);
  stopped = true;
  await transport.close();
  await Promise.all(noisy);
  times.sort((a, b) => a - b);
  return {
    answered: answered / asked,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    loopP99: loop.percentile(99) / 1e6,
    rss,
    noisyAnswered,
  };
}

const fixed = (value: number, digits: number) => Number(value.toFixed(digits));
