import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { startBalancer } from '../support/balancer.js';
import { killedPrograms, until } from '../support/killed-programs.js';
import { HEADERS, programBench } from '../support/program-bench.js';
import { rawRequest } from '../support/raw-http.js';
import { openSse } from '../support/sse.js';

const { env } = programBench();
const { start } = killedPrograms(env);

test('a replica that is killed takes its streams with it: their clients open them again elsewhere by themselves', async () => {
  const replicas = [start(), start()];
  const balancer = await startBalancer();
  try {
    const [one, two] = await Promise.all(replicas.map(({ url }) => url));
    await balancer.add(one!);
    const client = new Client({ name: 'test-client', version: '1' });
    const transport = new SSEClientTransport(new URL(`${balancer.url}/mcp/sse`), { requestInit: { headers: HEADERS } });
    await client.connect(transport);
    const reader = await openSse(`${one}/mcp/sse`, { authorization: HEADERS.Authorization });
    const endpoint = new URL(await reader.endpoint());
    await balancer.add(two!);
    replicas[0]!.child.kill('SIGKILL');
    await replicas[0]!.exit;
    balancer.remove(one!);
    await reader.over;
    // Its rows are still there, and nobody waits for an answer from the dead.
    const { status } = await rawRequest(
      two!,
      'POST',
      endpoint.pathname + endpoint.search,
      HEADERS,
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
    );
    expect(status).toBe(404);
    // The client of the SDK waits as long as the stream has asked it to, and goes on as it was.
    await until(() =>
      client.listTools().then(
        ({ tools }) => tools.length > 20,
        () => false,
      ),
    );
    await client.close();
  } finally {
    await balancer.close();
  }
});
