import { counterOf } from '#libs/audit';
import { type WebhookInbox } from '#libs/billing';
import { type ClickUpTransport, type DirectoryCache } from '#libs/clickup';
import { type Grants, type Invalidations } from '#libs/connections';
import { type Tally } from '#libs/core';
import { type OpenStreams } from '#libs/mcp';
import { Gauge, Registry } from 'prom-client';
import { type Pool } from 'pg';
import { type Lifecycle } from '../lifecycle.js';

/** What is asked when somebody collects the metrics. */
export interface Observed {
  transport: ClickUpTransport;
  directories: DirectoryCache;
  grants: Grants;
  pool: Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'>;
  lifecycle: Lifecycle;
  invalidations: Invalidations;
  streams: OpenStreams;
  /** Undefined without billing. */
  inbox: WebhookInbox | undefined;
}

interface Observation {
  name: string;
  help: string;
  /** What the values of each row are about. */
  labels?: readonly string[];
  /** Of a gauge: the value now. Of a counter: what was counted, in the order of the labels. */
  gauge?: (of: Observed) => number;
  /** Where it is undefined there is no such metric. */
  counter?: (of: Observed) => Tally | undefined;
}

/** What is known without having been written down while it happened. */
const OBSERVATIONS: readonly Observation[] = [
  {
    name: 'gateway_leaving',
    help: '1 from SIGTERM on: the process is not ready any more, and ends',
    gauge: ({ lifecycle }) => Number(lifecycle.isLeaving),
  },
  {
    name: 'gateway_hears_changes',
    help: '1 while the process hears at once what is revoked or changed elsewhere; 0: within 30 seconds',
    gauge: ({ invalidations }) => Number(invalidations.hears),
  },
  {
    name: 'gateway_requests_running',
    help: 'HTTP requests that are being answered',
    gauge: ({ lifecycle }) => lifecycle.runningRequests,
  },
  {
    name: 'mcp_streams_open',
    help: 'Streams that clients hold open: SSE and WebSocket (bound: MAX_STREAMS)',
    gauge: ({ streams }) => streams.count,
  },
  {
    name: 'clickup_attempts_total',
    help: 'Attempts of requests to ClickUp, by the verb of the operation and by how they ended: a status, or why there was none',
    labels: ['verb', 'ending'],
    counter: ({ transport }) => transport.attempts,
  },
  {
    name: 'clickup_requests_waiting',
    help: "Requests that wait for ClickUp's rate limit",
    gauge: ({ transport }) => transport.budget.waiting,
  },
  {
    name: 'clickup_requests_under_way',
    help: 'Requests to ClickUp that are not answered yet',
    gauge: ({ transport }) => transport.slots.inUse,
  },
  {
    name: 'clickup_answer_bytes_held',
    help: 'Bytes of memory that large answers of ClickUp are counted as (bound: CLICKUP_BYTES_IN_FLIGHT)',
    gauge: ({ transport }) => transport.bytes.inUse,
  },
  {
    name: 'clickup_circuits_open',
    help: 'ClickUp tokens whose requests are held back, because ClickUp did not answer them',
    gauge: ({ transport }) => transport.circuits.open,
  },
  {
    name: 'callers_found_total',
    help: 'Credentials that were looked up, by whether their caller was remembered',
    labels: ['result'],
    counter: ({ grants }) => grants.found,
  },
  {
    name: 'directory_found_total',
    help: 'What tools asked of the directory and its indexes, by whether it was kept',
    labels: ['result'],
    counter: ({ directories }) => directories.cache.found,
  },
  {
    name: 'directory_bytes',
    help: 'Bytes of the directories and indexes that are kept, estimated (bound: CACHE_BYTES)',
    gauge: ({ directories }) => directories.size,
  },
  {
    name: 'database_connections_open',
    help: 'Connections of the pool (bound: DATABASE_POOL_SIZE)',
    gauge: ({ pool }) => pool.totalCount,
  },
  {
    name: 'database_connections_idle',
    help: 'Connections of the pool that nobody uses',
    gauge: ({ pool }) => pool.idleCount,
  },
  {
    name: 'database_connections_wanted',
    help: 'Transactions and queries that wait for a connection of the pool',
    gauge: ({ pool }) => pool.waitingCount,
  },
  {
    name: 'gateway_stripe_messages_total',
    help: 'Messages of Stripe to the webhook, by what became of them; only where there is billing',
    labels: ['became'],
    counter: ({ inbox }) => inbox?.messages,
  },
];

/** A registry of its own for each gateway, of which a process may hold several in tests. @param of undefined only to describe them */
export function observations(of?: Observed): Registry {
  const registry = new Registry();
  for (const { name, help, labels = [], gauge, counter } of OBSERVATIONS) {
    if (gauge)
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          if (of) this.set(gauge(of));
        },
      });
    if (counter && (!of || counter(of))) counterOf(registry, { name, help, labels }, () => of && counter(of));
  }
  return registry;
}
