import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchGateway, KEY } from './bench-gateway.js';

const COUNT = 1_000;
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** What a client leaves open: a connection that was used once, or a stream on which it waits for changes. */
const KINDS = {
  'a connection that was used once': [{}, { jsonrpc: '2.0', id: 1, method: 'ping' }],
  'a stream of HTTP+SSE': [{ accept: 'text/event-stream' }],
  'a WebSocket': [
    {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': 13,
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    },
  ],
  'a stream of changes': [
    {
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    {
      jsonrpc: '2.0',
      id: 'sub',
      method: 'subscriptions/listen',
      params: { _meta: META, notifications: { toolsListChanged: true } },
    },
  ],
} as const;

/** Bytes of the gateway per idle connection: of objects and buffers that are held, and of the process as a whole. */
export async function idleConnections(): Promise<Record<string, { heap: number; rss: number }>> {
  const gateway = await BenchGateway.start({}, { MAX_STREAMS_PER_CREDENTIAL: String(2 * COUNT) });
  try {
    const costs: Record<string, { heap: number; rss: number }> = {};
    for (const [kind, [headers, body]] of Object.entries(KINDS)) {
      // The first ones bring code and pools along that all share, and make V8 take the memory in which they come and go.
      await ended(await opened(gateway, COUNT, headers, body));
      await sleep(1_000);
      const before = await gateway.server.collected();
      const sockets = await opened(gateway, COUNT, headers, body);
      const after = await gateway.server.collected();
      const still = sockets.filter(({ destroyed, readyState }) => !destroyed && readyState === 'open').length;
      if (still < COUNT) throw new Error(`${kind}: only ${still} of ${COUNT} are open`);
      costs[kind] = { heap: (after.heap - before.heap) / COUNT, rss: (after.rss - before.rss) / COUNT };
      await ended(sockets);
    }
    return costs;
  } finally {
    await gateway.stop();
  }
}

async function opened(gateway: BenchGateway, count: number, headers: object, body?: object): Promise<Socket[]> {
  const { hostname, port } = new URL(gateway.server.url);
  const text = body === undefined ? '' : JSON.stringify(body);
  const head = Object.entries({
    host: `${hostname}:${port}`,
    authorization: `Bearer ${KEY}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  }).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  const sockets: Socket[] = [];
  for (let n = 0; n < count; n += 1) {
    const socket = connect(Number(port), hostname);
    const path = 'upgrade' in headers ? 'GET /mcp/ws' : body ? 'POST /mcp' : 'GET /mcp/sse';
    socket.write(`${path} HTTP/1.1\r\n${head.join('')}\r\n${text}`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!/^HTTP\/1\.1 (?:200|101) /.test(answer.toString())) throw new Error(answer.toString().slice(0, 200));
    sockets.push(socket.resume());
  }
  return sockets;
}

async function ended(sockets: readonly Socket[]): Promise<void> {
  await Promise.all(
    sockets.map(async (socket) => {
      const closed = once(socket, 'close');
      socket.destroy();
      await closed;
    }),
  );
}
