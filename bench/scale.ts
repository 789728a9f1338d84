import { rowsOf } from '../test/support/requests.js';
import { Fleet } from './fleet.js';
import { load, median } from './load.js';
import { type ServerProcess } from './server-process.js';
import { KEY } from './bench-gateway.js';

const [ROUNDS, CALLS, CONNECTIONS, TENANTS] = [5, 2_000, 16, 1_000];
const TARGET = { cpuRatio: 1.1, megabytes: 40 };

/** What a second process costs: CPU per call of two that share the load, beside one that has it all; and what many tenants hold in a process that has served each. */
export async function scale(): Promise<boolean> {
  const fleet = await Fleet.start(
    2,
    { SANDBOX_RATE_LIMIT: '1000000' },
    {
      CLICKUP_RATE_LIMIT: '1000000',
      ALLOW_CLIENT_CREDENTIALS: 'true',
    },
  );
  try {
    const [one, other] = fleet.gateways as [ServerProcess, ServerProcess];
    const found = await fleet.call(one, 'find_tasks', {});
    const tasks = rowsOf(found).map(({ ref }) => String(ref));
    // Equal reads at a time share a request, and more of them meet in one process than in two.
    const body = (n: number) =>
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'get_task', arguments: { task_id: tasks[n % tasks.length] } },
      });
    const cpuOf = async (servers: readonly ServerProcess[]): Promise<number> => {
      const before = await Promise.all(servers.map((server) => server.usage()));
      await Promise.all(
        servers.map(({ url }) =>
          load(
            url,
            CALLS / servers.length,
            CONNECTIONS / servers.length,
            { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
            body,
          ),
        ),
      );
      const after = await Promise.all(servers.map((server) => server.usage()));
      return after.reduce((sum, { cpu }, at) => sum + cpu - before[at]!.cpu, 0) / CALLS;
    };
    const [alone, both]: [number[], number[]] = [[], []];
    for (let round = -1; round < ROUNDS; round += 1) {
      const costs = [await cpuOf([one]), await cpuOf([one, other])] as const;
      if (round < 0) continue; // round -1 warms up
      alone.push(costs[0]);
      both.push(costs[1]);
    }
    const ratio = median(both.map((cost, at) => cost / alone[at]!));
    const megabytes = await heldByTenants(fleet, one);
    const held = ratio <= TARGET.cpuRatio && megabytes <= TARGET.megabytes;
    console.table({
      'CPU µs per call, one process': { measured: round(median(alone)) },
      'CPU µs per call, two processes': { measured: round(median(both)) },
      'the one to the other': { measured: round(ratio), target: `≤ ${TARGET.cpuRatio}` },
      [`${TENANTS} tenants who have called, MB held`]: { measured: round(megabytes), target: `≤ ${TARGET.megabytes}` },
    });
    console.log(held ? 'held' : 'MISSED');
    return held;
  } finally {
    await fleet.stop();
  }
}

/** Each brings a ClickUp token of its own along: a budget, a circuit, a directory. */
async function heldByTenants(fleet: Fleet, server: ServerProcess): Promise<number> {
  const tokens = await fleet.tokens(TENANTS + 50);
  const call = async (token: string) => {
    const answer = await fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${KEY}`,
        'x-clickup-key': token,
        'x-clickup-team-id': '12345',
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'get_list', arguments: { list_id: '90144360426' } },
      }),
    });
    const text = await answer.text();
    if (!answer.ok || text.includes('"isError":true')) throw new Error(`${answer.status}: ${text.slice(0, 300)}`);
  };
  for (const token of tokens.slice(TENANTS)) await call(token);
  const before = await server.collected();
  for (const token of tokens.slice(0, TENANTS)) await call(token);
  const after = await server.collected();
  return (after.heap - before.heap) / 2 ** 20;
}

const round = (value: number) => Number(value.toFixed(2));
