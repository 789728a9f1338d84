import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two looks at `/health/ready`. */
const LOOK_MS = 50;

/** A balancer as operators have it: takes turns among the replicas that say they are ready, keeps connections to them, and repeats nothing. */
export interface Balancer {
  url: string;
  /** Requests that a replica did not answer. */
  failures: string[];
  /** How many requests each replica has got. */
  sent: Map<string, number>;
  /** Resolves when the replica is ready, and gets requests. */
  add(replica: string): Promise<void>;
  /** Whether this one gets requests now. */
  leadsTo(replica: string): boolean;
  remove(replica: string): void;
  close(): Promise<void>;
}

/**
 * @param by what a cluster's ingress is told: which replicas are ready, where others judge that, and the public host, which it
 * leaves as it came
 */
export async function startBalancer(by?: { ready(): readonly string[]; host: string }): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const replicas = new Map<string, boolean>();
  const closing = new AbortController();
  let turn = 0;
  const server = createServer((asked, answer) => {
    const ready = by?.ready() ?? [...replicas].filter(([, is]) => is).map(([url]) => url);
    const replica = ready[(turn += 1) % ready.length];
    let left = false;
    const failed = (why: string) => {
      if (left) return;
      balancer.failures.push(`${replica}: ${why}`);
      if (!answer.headersSent) answer.writeHead(502);
      answer.end();
    };
    if (!replica) return failed('no replica is ready');
    balancer.sent.set(replica, (balancer.sent.get(replica) ?? 0) + 1);
    const { method, url = '/', headers } = asked;
    const passed = request(new URL(url, replica), {
      method,
      headers: { ...headers, host: by?.host ?? new URL(replica).host, ...(by && { 'x-forwarded-proto': 'https' }) },
      agent,
    });
    passed.on('error', ({ message }) => failed(message));
    passed.on('response', (theirs) => {
      const { connection: _, ...rest } = theirs.headers;
      answer.writeHead(theirs.statusCode!, rest);
      theirs.on('error', ({ message }) => failed(message)).pipe(answer);
    });
    // A client that leaves before the end of its answer, as every stream's does, is no failure; the replica hears of it.
    answer.once('close', () => {
      if (answer.writableFinished) return;
      left = true;
      passed.destroy();
    });
    asked.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const look = async (replica: string) => {
    const { status } = await fetch(`${replica}/health/ready`).catch(() => ({ status: 0 }));
    if (replicas.has(replica)) replicas.set(replica, status === 200);
  };
  const watch = async (replica: string) => {
    while (replicas.has(replica) && !closing.signal.aborted) {
      await look(replica);
      await sleep(LOOK_MS);
    }
  };
  const balancer: Balancer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failures: [],
    sent: new Map(),
    add: async (replica) => {
      replicas.set(replica, false);
      void watch(replica);
      while (!replicas.get(replica)) await sleep(LOOK_MS);
    },
    leadsTo: (replica) => replicas.get(replica) === true,
    remove: (replica) => void replicas.delete(replica),
    close: async () => {
      closing.abort();
      replicas.clear();
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return balancer;
}
