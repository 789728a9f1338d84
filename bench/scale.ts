import { rowsOf } from '../test/support/requests.js';
import { Fleet } from './fleet.js';
import { load, median } from './load.js';
import { type ServerProcess } from './server-process.js';
import { KEY } from './bench-gateway.js';

const [ROUNDS, CALLS, CONNECTIONS, TENANTS] = [5, 2_000, 16, 1_000];
const TARGET = { cpuRatio: 1.1, megabytes: 40 };

/**
 * What sharing costs two processes: CPU per call where they share a token's budget, beside one that has all the load, and, to tell where a
 * difference comes from, beside the same two with a token each. And what many tenants hold in a process that has served each.
 */
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
    const own = await fleet.tokens(2);
    const cpuOf = async (servers: readonly ServerProcess[], tokens: readonly string[] = []): Promise<number> => {
      const before = await Promise.all(servers.map((server) => server.usage()));
      await Promise.all(
        servers.map(({ url }, at) =>
          load(
            url,
            CALLS / servers.length,
            CONNECTIONS / servers.length,
            {
              authorization: `Bearer ${KEY}`,
              'content-type': 'application/json',
              ...(tokens[at] && { 'x-clickup-key': tokens[at], 'x-clickup-team-id': '12345' }),
            },
            body,
          ),
        ),
      );
      const after = await Promise.all(servers.map((server) => server.usage()));
      return after.reduce((sum, { cpu }, at) => sum + cpu - before[at]!.cpu, 0) / CALLS;
    };
    // Both get as warm as one.
    for (let round = 0; round < 2; round += 1) for (const server of [one, other]) await cpuOf([server]);
    const costs = { alone: [] as number[], sharing: [] as number[], apart: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      costs.alone.push(await cpuOf([one]));
      costs.sharing.push(await cpuOf([one, other]));
      costs.apart.push(await cpuOf([one, other], own));
    }
    const to = (floor: readonly number[]) => median(costs.sharing.map((cost, at) => cost / floor[at]!));
    const [toOne, toApart] = [to(costs.alone), to(costs.apart)];
    const megabytes = await heldByTenants(fleet, one);
    const held = toOne <= TARGET.cpuRatio && megabytes <= TARGET.megabytes;
    console.table({
      'CPU µs per call, one process': { measured: round(median(costs.alone)) },
      'CPU µs per call, two processes that share a token': { measured: round(median(costs.sharing)) },
      'CPU µs per call, two processes with a token each': { measured: round(median(costs.apart)) },
      'sharing, to one process': { measured: round(toOne), target: `≤ ${TARGET.cpuRatio}` },
      'sharing, to a token each': { measured: round(toApart) },
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
