import { rowsOf } from '../test/support/requests.js';
import { BenchGateway, freePort, KEY } from './bench-gateway.js';
import { load, type LoadResult, median } from './load.js';
import { ServerProcess } from './server-process.js';

const ROUNDS = 7;
const CONNECTIONS = 16;
const REQUESTS = { 'tools/call': 2000, 'tools/list': 3000 } as const;
const SINGLE = 300;
const TARGET = { cpuRatio: 3.0, addedP50Ms: 1 };
type Method = keyof typeof REQUESTS;

interface Figures extends LoadResult {
  cpuMicros: number;
  singleP50: number;
}

/** What the gateway adds to a bare handler: CPU per call as a ratio, and milliseconds on one connection. */
export async function overhead(): Promise<boolean> {
  const gateway = await BenchGateway.start();
  const taskId = String(await someTask(gateway));
  const { tools = [] } = await gateway.request('tools/list');
  const floor = await ServerProcess.start('bench/floor-server.js', await freePort(), '/health', {
    UPSTREAM: gateway.sandbox.url,
    TOOLS_LIST: JSON.stringify(tools),
  });
  try {
    const held = [];
    for (const method of Object.keys(REQUESTS) as Method[])
      held.push(await compare(method, { gateway: gateway.server, floor }, taskId));
    return held.every(Boolean);
  } finally {
    await Promise.all([gateway.stop(), floor.stop()]);
  }
}

async function compare(
  method: Method,
  servers: Record<'gateway' | 'floor', ServerProcess>,
  taskId: string,
): Promise<boolean> {
  const rounds: Record<'gateway' | 'floor', Figures[]> = { gateway: [], floor: [] };
  for (let round = -1; round < ROUNDS; round += 1) {
    // The order alternates, so that a machine that gets slower or faster favours neither.
    const order = round % 2 ? (['gateway', 'floor'] as const) : (['floor', 'gateway'] as const);
    for (const name of order) {
      const figures = await measure(servers[name], method, taskId);
      if (round >= 0) rounds[name].push(figures); // round -1 warms up
    }
  }
  const of = (name: 'gateway' | 'floor', key: keyof Figures) => median(rounds[name].map((figures) => figures[key]));
  const cpuRatio = median(
    rounds.gateway.map(({ cpuMicros }, index) => cpuMicros / (rounds.floor[index]?.cpuMicros ?? NaN)),
  );
  const addedP50Ms = median(
    rounds.gateway.map(({ singleP50 }, index) => singleP50 - (rounds.floor[index]?.singleP50 ?? NaN)),
  );

  console.log(
    `\n${method}: median of ${ROUNDS} rounds, interleaved, ${REQUESTS[method]} requests on ${CONNECTIONS} connections each`,
  );
  console.table(
    Object.fromEntries(
      (['floor', 'gateway'] as const).map((name) => [
        name,
        {
          'CPU µs/call': round(of(name, 'cpuMicros')),
          'req/s': round(of(name, 'requestsPerSecond')),
          'p50 ms': round(of(name, 'p50'), 2),
          'p99 ms': round(of(name, 'p99'), 2),
          'p50 ms, 1 connection': round(of(name, 'singleP50'), 2),
        },
      ]),
    ),
  );
  const held = cpuRatio <= TARGET.cpuRatio && addedP50Ms <= TARGET.addedP50Ms;
  console.log(
    `CPU ${cpuRatio.toFixed(2)}× the floor (target ≤ ${TARGET.cpuRatio}×), added p50 ${addedP50Ms.toFixed(2)} ms (target ≤ ${TARGET.addedP50Ms} ms): ${held ? 'held' : 'MISSED'}`,
  );
  return held;
}

async function measure(server: ServerProcess, method: Method, taskId: string): Promise<Figures> {
  const { headers, body } = request(method, taskId);
  const before = await server.usage();
  const result = await load(server.url, REQUESTS[method], CONNECTIONS, headers, body);
  const after = await server.usage();
  const single = await load(server.url, SINGLE, 1, headers, body);
  return { ...result, cpuMicros: (after.cpu - before.cpu) / REQUESTS[method], singleP50: single.p50 };
}

/** A request of revision 2026-07-28, as the current hosts send it. */
function request(method: Method, taskId: string) {
  const call = method === 'tools/call';
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  };
  return {
    headers: {
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/json',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(call ? { 'mcp-name': 'get_task' } : {}),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: { _meta, ...(call ? { name: 'get_task', arguments: { task_id: taskId } } : {}) },
    }),
  };
}

async function someTask(gateway: BenchGateway): Promise<unknown> {
  return rowsOf(await gateway.call('find_tasks', {}))[0]?.ref;
}

const round = (value: number, digits = 0) => Number(value.toFixed(digits));
