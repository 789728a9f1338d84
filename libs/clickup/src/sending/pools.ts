import { type Dispatcher, Pool } from 'undici';
import { MAX_SOCKETS } from './bulkheads/slots.js';

const CONNECT_TIMEOUT_MS = 10_000;
/** Below the idle time after which load balancers close (60 s); a shorter Keep-Alive hint of the server wins. */
const READS_IDLE_MS = 30_000;
/**
 * A connection that its server closes at the moment of reuse takes the request with it, and nobody knows whether it was carried out. The
 * shortest idle time of servers in use is 5 s (Node), and undici's timers may be a second late.
 */
const WRITES_IDLE_MS = 3_000;

/** The connections to ClickUp; redirects are never followed. The total timeout of each attempt covers headers and body, slow drips included. */
export class Pools {
  private readonly reads: Pool;
  private readonly writes: Pool;
  private readonly repetitions: Pool;
  private closed?: Promise<void>;

  /** @param timeoutMs of one attempt, which bounds that of connecting */
  constructor(origin: string, timeoutMs: number) {
    const shared = {
      // Slots say who may leave: a request must not wait for others here.
      connections: MAX_SOCKETS,
      connectTimeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    this.reads = new Pool(origin, { ...shared, keepAliveTimeout: READS_IDLE_MS, keepAliveMaxTimeout: 60_000 });
    this.writes = new Pool(origin, {
      ...shared,
      keepAliveTimeout: WRITES_IDLE_MS,
      keepAliveMaxTimeout: WRITES_IDLE_MS,
    });
    // Without pipelining undici opens a connection for each request, and says that it is the last on it.
    this.repetitions = new Pool(origin, { ...shared, pipelining: 0 });
  }

  /** Reads may be repeated, so they take any kept connection; a write one that was in use just now, a repetition a new one. */
  of(write: boolean, repeated: boolean): Dispatcher {
    if (!write) return this.reads;
    return repeated ? this.repetitions : this.writes;
  }

  /** Ends all connections; what is still under way fails. Safe to call twice. */
  close(): Promise<void> {
    return (this.closed ??= Promise.all([this.reads, this.writes, this.repetitions].map((pool) => pool.destroy())).then(
      () => undefined,
    ));
  }
}
