import { rowsOf } from '../test/support/requests.js';
import { BenchGateway, freePort } from './bench-gateway.js';
import { inTurn, load, type LoadResult, median } from './load.js';
import { type Case, casesFor } from './overhead-cases.js';
import { ServerProcess } from './server-process.js';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const CONNECTIONS = 32;
const SINGLE = 300;
const ADDED_P50_MS = 1;
/** Only this Space may be written in, where writing is selective; so many of its tasks are read and written in turn. */
const WRITABLE_SPACE = 'Engineering';
const TASKS = 64;

interface Figures extends LoadResult {
  cpuMicros: number;
  singleP50: number;
}

/** The gateway and what it is compared with. */
interface Servers {
  gateway: ServerProcess;
  floor: ServerProcess;
}

/** What the gateway adds to a bare handler: CPU per call as a ratio, and milliseconds on one connection. */
export function overhead(): Promise<boolean> {
  return withServers(async (cases) => {
    const rows: Record<string, object> = {};
    let held = true;
    for (const [each, servers] of cases) {
      const row = await compare(each, servers);
      rows[each.name] = row;
      held &&= row.holds;
    }
    console.log(`\nmedian of ${ROUNDS} rounds, interleaved, ${CONNECTIONS} connections`);
    console.table(rows);
    return held;
  });
}

/** Runs something with the servers that each case is for. BENCH_ONLY names the part of the cases that is wanted. */
export async function withServers<T>(work: (cases: readonly [Case, Servers][]) => Promise<T>): Promise<T> {
  const gateway = await BenchGateway.start();
  const selective = await BenchGateway.start({}, { WRITE_MODE: 'selective', WRITE_ALLOWED_SPACES: WRITABLE_SPACE });
  const list = JSON.stringify((await gateway.request('tools/list')).tools);
  const floors = await Promise.all([gateway, selective].map((each) => floorFor(each, list)));
  try {
    const cases = casesFor(await writableTasks(gateway)).filter(({ name }) =>
      name.includes(process.env.BENCH_ONLY ?? ''),
    );
    return await work(
      cases.map((each) => [
        each,
        each.selective
          ? { gateway: selective.server, floor: floors[1]! }
          : { gateway: gateway.server, floor: floors[0]! },
      ]),
    );
  } finally {
    await Promise.all([gateway, selective, ...floors].map((each) => each.stop()));
  }
}

async function writableTasks(gateway: BenchGateway): Promise<string[]> {
  const found = rowsOf(await gateway.call('find_tasks', { within: WRITABLE_SPACE }));
  const tasks = found.slice(0, TASKS).map(({ ref }) => gateway.call('get_task', { task_id: ref }));
  return (await Promise.all(tasks)).map(({ structuredContent }) => String(structuredContent?.id));
}

const floorFor = async ({ sandbox }: BenchGateway, list: string): Promise<ServerProcess> =>
  ServerProcess.start('build/bench/floor-server.js', await freePort(), '/health', {
    UPSTREAM: sandbox.url,
    TOOLS_LIST: list,
  });

async function compare({ name, ...request }: Case, servers: Servers) {
  const rounds: Record<keyof Servers, Figures[]> = { gateway: [], floor: [] };
  for (let round = -1; round < ROUNDS; round += 1) {
    // The order alternates, so that a machine that gets slower or faster favours neither.
    const order = round % 2 ? (['gateway', 'floor'] as const) : (['floor', 'gateway'] as const);
    for (const server of order) {
      const figures = await measure(servers[server], request);
      if (round >= 0) rounds[server].push(figures); // round -1 warms up
    }
  }
  const of = (server: keyof Servers, key: keyof Figures) => median(rounds[server].map((figures) => figures[key]));
  const beside = (compared: (gateway: Figures, floor: Figures) => number) =>
    median(rounds.gateway.map((figures, index) => compared(figures, rounds.floor[index]!)));
  const ratio = beside((gateway, floor) => gateway.cpuMicros / floor.cpuMicros);
  const addedMs = beside((gateway, floor) => gateway.singleP50 - floor.singleP50);
  console.log(`${name}: ${ratio.toFixed(2)}×`);
  return {
    'floor, CPU µs': round(of('floor', 'cpuMicros')),
    'gateway, CPU µs': round(of('gateway', 'cpuMicros')),
    'CPU ×': round(ratio, 2),
    'target ×': request.target,
    'req/s': round(of('gateway', 'requestsPerSecond')),
    'p50 ms': round(of('gateway', 'p50'), 2),
    'p99 ms': round(of('gateway', 'p99'), 2),
    'added p50 ms, 1 connection': round(addedMs, 2),
    holds: ratio <= request.target && addedMs <= ADDED_P50_MS,
  };
}

async function measure(server: ServerProcess, { bodies, headers, requests }: Omit<Case, 'name'>): Promise<Figures> {
  const before = await server.usage();
  const result = await load(server.url, requests, CONNECTIONS, headers, inTurn(bodies));
  const after = await server.usage();
  const single = await load(server.url, SINGLE, 1, headers, inTurn(bodies));
  return { ...result, cpuMicros: (after.cpu - before.cpu) / requests, singleP50: single.p50 };
}

const round = (value: number, digits = 0) => Number(value.toFixed(digits));
