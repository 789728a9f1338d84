import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PROBE_MS = 200;
/** What the proxy itself answers where nothing was sent. */
const NOBODY_THERE = 'nobody-there';
/** What it answers where nobody knows. */
export const CUT_OFF = 'cut-off';

/** The proxy before two replicas, as operators have one. */
export interface Front {
  url: string;
  close(): Promise<void>;
}

/**
 * Takes turns between the replicas that say they are ready, asks the next one where a connection is refused (nothing was
 * sent), and repeats nothing that was sent, as proxies do with POST. What it answers by itself bears `x-front`.
 * @param replicas where they listen now
 */
export async function startFront(replicas: () => readonly string[]): Promise<Front> {
  const agent = new Agent({ keepAlive: true });
  const ready = new Set<string>();
  let closed = false;
  let turn = 0;
  const probe = async () => {
    for (; !closed; await sleep(PROBE_MS)) {
      const now = replicas();
      for (const url of ready) if (!now.includes(url)) ready.delete(url);
      await Promise.all(now.map(async (url) => ((await isReady(url)) ? ready.add(url) : ready.delete(url))));
    }
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      // Where nobody is ready all are asked (Envoy: panic threshold): what needs no database may go on.
      const list = ready.size > 0 ? [...ready] : [...replicas()];
      const inTurn = list.map((_, at) => list[(turn + at) % list.length]!);
      turn += 1;
      pass(agent, inTurn, request, body, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const probing = probe();
  while (ready.size < replicas().length) await sleep(20);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      closed = true;
      await probing;
      server.closeAllConnections();
      server.close();
      agent.destroy();
    },
  };
}

function pass(
  agent: Agent,
  [url, ...others]: string[],
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): void {
  if (!url) return void response.writeHead(503, { 'x-front': NOBODY_THERE }).end();
  const { host, ...headers } = request.headers;
  const upstream = send(new URL(request.url ?? '/', url), { agent, method: request.method, headers });
  response.once('close', () => upstream.destroy());
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  upstream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') return pass(agent, others, request, body, response);
    if (response.headersSent) return void response.destroy();
    response.writeHead(502, { 'x-front': CUT_OFF }).end();
  });
  upstream.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
    async (answer) => {
      await answer.text();
      return answer.ok;
    },
    () => false,
  );
