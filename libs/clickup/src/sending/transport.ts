import { type Config } from '#libs/core';
import { type Budget } from '#libs/limits';
import { Pool } from 'undici';
import { BytesInFlight } from './bulkheads/bytes-in-flight.js';
import { type CallContext, type ClickUpClient } from './client.js';
import { PROBE_MS } from './bulkheads/circuit.js';
import { ClientForCall } from './client-for-call.js';
import { Creations } from './creations.js';
import { Departures } from './bulkheads/departures.js';
import { LargeAnswers } from './bulkheads/large-answers.js';
import { PatientCircuits } from './bulkheads/patient-circuits.js';
import { Reachability, type UpstreamLog } from './reachability.js';
import { RetryBudget } from './retry-budget.js';
import { MAX_SOCKETS, Slots } from './bulkheads/slots.js';
import { UpstreamClock } from './upstream-clock.js';

/** Without the bounds of bytes there are none. */
type Settings = Pick<Config, 'CLICKUP_API_URL' | 'CLICKUP_TIMEOUT_MS' | 'CLICKUP_MAX_RESPONSE_BYTES'> &
  Partial<Pick<Config, 'CLICKUP_BYTES_IN_FLIGHT' | 'CLICKUP_BYTES_IN_FLIGHT_PER_TOKEN'>>;

/** What tests make shorter or predictable. */
export interface Tuning {
  /** First pause before a repetition is up to this long; it doubles up to 16 times that. */
  backoffMs?: number;
  random?: () => number;
  /** A read that finds out whether ClickUp answers again is given up after this long. */
  probeTimeoutMs?: number;
  /** How long calls wait for ClickUp to come back. */
  patienceMs?: number;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The only way to ClickUp. Owns the connections and the state that all calls share. No argument of a call can change the host that
 * requests go to.
 */
export class ClickUpTransport {
  /** Requests to one host on kept connections; redirects are never followed, and every attempt has its own total timeout. */
  readonly pool: Pool;
  /** The path of CLICKUP_API_URL, which stands before that of every operation. */
  readonly prefix: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly backoffMs: number;
  readonly random: () => number;
  readonly probeTimeoutMs: number;
  readonly circuits: PatientCircuits;
  readonly slots = new Slots();
  readonly bytes: BytesInFlight;
  readonly departures: Departures;
  readonly largeAnswers = new LargeAnswers();
  readonly retries = new RetryBudget();
  readonly creations = new Creations();
  readonly clock = new UpstreamClock();
  readonly reachability: Reachability | undefined;

  constructor(
    settings: Settings,
    readonly budget: Budget,
    { backoffMs = 500, random = Math.random, probeTimeoutMs = PROBE_MS, patienceMs }: Tuning = {},
    readonly log?: UpstreamLog,
  ) {
    this.reachability = log && new Reachability(log);
    const url = new URL(settings.CLICKUP_API_URL);
    this.prefix = url.pathname.replace(/\/+$/, '');
    this.timeoutMs = settings.CLICKUP_TIMEOUT_MS;
    this.maxBytes = settings.CLICKUP_MAX_RESPONSE_BYTES;
    this.backoffMs = backoffMs;
    this.random = random;
    this.probeTimeoutMs = probeTimeoutMs;
    this.circuits = new PatientCircuits(patienceMs);
    this.bytes = new BytesInFlight(settings.CLICKUP_BYTES_IN_FLIGHT, settings.CLICKUP_BYTES_IN_FLIGHT_PER_TOKEN);
    this.departures = new Departures(this.circuits, this.slots, this.bytes);
    this.pool = new Pool(url.origin, {
      // Slots say who may leave: a request must not wait for others here.
      connections: MAX_SOCKETS,
      connectTimeout: Math.min(CONNECT_TIMEOUT_MS, this.timeoutMs),
      // Below the idle time after which load balancers close (60 s); a shorter Keep-Alive hint of the server wins.
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 60_000,
      // The total timeout of the attempt covers both, slow drips included.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** A client for one tool call; see `CallContext`. Without `authorize` it can only read. */
  client(context: CallContext): ClickUpClient {
    return new ClientForCall(this, context);
  }

  /** Ends all connections; what is still under way fails. */
  close(): Promise<void> {
    return this.pool.destroy();
  }
}
