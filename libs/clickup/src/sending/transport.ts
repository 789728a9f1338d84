import { type Config, Tally } from '#libs/core';
import { type Budget } from '#libs/limits';
import { type BegunCreations } from './outcomes/begun-creations.js';
import { BytesInFlight } from './bulkheads/bytes-in-flight.js';
import { type CallContext, type ClickUpClient } from './client.js';
import { PROBE_MS } from './bulkheads/circuit.js';
import { ClientForCall } from './client-for-call.js';
import { Coalesced } from './coalesced.js';
import { Creations } from './outcomes/creations.js';
import { Departures } from './bulkheads/departures.js';
import { type Countdown } from './exchange.js';
import { LargeAnswers } from './bulkheads/large-answers.js';
import { PatientCircuits } from './bulkheads/patient-circuits.js';
import { Pools } from './pools.js';
import { Reachability, type UpstreamLog } from './reachability.js';
import { RetryBudget } from './retry-budget.js';
import { Slots } from './bulkheads/slots.js';
import { UpstreamClock } from './upstream-clock.js';

/** Without the bounds of bytes there are none. */
type Settings = Pick<Config, 'CLICKUP_API_URL' | 'CLICKUP_TIMEOUT_MS' | 'CLICKUP_MAX_RESPONSE_BYTES'> & {
  [Key in 'UPSTREAM_RETRY' | 'CLICKUP_BYTES_IN_FLIGHT' | 'CLICKUP_BYTES_IN_FLIGHT_PER_TOKEN']?: Config[Key] | undefined;
};

/** What tests make shorter or predictable. */
export interface Tuning {
  /** First pause before a repetition is up to this long; it doubles up to 16 times that. */
  backoffMs?: number;
  random?: () => number;
  /** A read that finds out whether ClickUp answers again is given up after this long. */
  probeTimeoutMs?: number;
  /** A write is not begun when less than this is left of the time of its call: it would be answered after everybody has left. */
  writeNeedsMs?: number;
  /** How long calls wait for ClickUp to come back. */
  patienceMs?: number;
  /** What tells that the time of an attempt is up; `setTimeout` unless a test goes by what its server sees. */
  countdown?: Countdown;
}

const WRITE_NEEDS_MS = 10_000;

/**
 * The only way to ClickUp. Owns the connections and the state that all calls share. No argument of a call can change the host that
 * requests go to.
 */
export class ClickUpTransport {
  readonly pools: Pools;
  /** The path of CLICKUP_API_URL, which stands before that of every operation. */
  readonly prefix: string;
  /** As traces name it. */
  readonly server: { readonly 'server.address': string; readonly 'server.port': number };
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Whether a request that ClickUp refuses with 429 waits and is sent again; otherwise its caller is told (contract item 26). */
  readonly absorbs: boolean;
  readonly backoffMs: number;
  readonly random: () => number;
  readonly probeTimeoutMs: number;
  readonly writeNeedsMs: number;
  readonly countdown: Countdown | undefined;
  readonly circuits: PatientCircuits;
  readonly slots = new Slots();
  readonly bytes: BytesInFlight;
  readonly departures: Departures;
  readonly largeAnswers = new LargeAnswers();
  readonly retries = new RetryBudget();
  readonly creations: Creations;
  readonly coalesced = new Coalesced();
  readonly clock = new UpstreamClock();
  /** Attempts, by the verb of their operation and how they ended. */
  readonly attempts = new Tally();
  readonly reachability: Reachability | undefined;

  constructor(
    settings: Settings,
    readonly budget: Budget,
    {
      backoffMs = 500,
      random = Math.random,
      probeTimeoutMs = PROBE_MS,
      writeNeedsMs = WRITE_NEEDS_MS,
      patienceMs,
      countdown,
    }: Tuning = {},
    readonly log?: UpstreamLog,
    /** Of all replicas; without it, only the creations of this process are told apart. */
    shared?: BegunCreations,
  ) {
    this.creations = new Creations(shared);
    this.reachability = log && new Reachability(log);
    const url = new URL(settings.CLICKUP_API_URL);
    this.prefix = url.pathname.replace(/\/+$/, '');
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    this.server = { 'server.address': url.hostname, 'server.port': port };
    this.timeoutMs = settings.CLICKUP_TIMEOUT_MS;
    this.maxBytes = settings.CLICKUP_MAX_RESPONSE_BYTES;
    this.absorbs = settings.UPSTREAM_RETRY !== 'off';
    this.backoffMs = backoffMs;
    this.random = random;
    this.probeTimeoutMs = probeTimeoutMs;
    this.writeNeedsMs = writeNeedsMs;
    this.countdown = countdown;
    this.circuits = new PatientCircuits(patienceMs);
    this.bytes = new BytesInFlight(settings.CLICKUP_BYTES_IN_FLIGHT, settings.CLICKUP_BYTES_IN_FLIGHT_PER_TOKEN);
    this.departures = new Departures(this.circuits, this.slots, this.bytes);
    this.pools = new Pools(url.origin, this.timeoutMs);
  }

  /** A client for one tool call; see `CallContext`. Without `authorize` it can only read. */
  client(context: CallContext): ClickUpClient {
    return new ClientForCall(this, context);
  }

  /** Ends all connections; what is still under way fails. Safe to call twice. */
  close(): Promise<void> {
    this.coalesced.close();
    return this.pools.close();
  }
}
