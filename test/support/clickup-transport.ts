import {
  type CallContext,
  type ClickUpClient,
  ClickUpTransport,
  type Countdown,
  credential,
  type Tuning,
} from '#libs/clickup';
import { type Budget, MemoryBudget } from '#libs/limits';
import { type Behaviour, MisbehavingServer } from './misbehaving-server.js';

interface Bench {
  server: MisbehavingServer;
  transport: ClickUpTransport;
  /** A client that may write, with 20 s for its call. */
  client: (context?: Partial<CallContext>) => ClickUpClient;
}
interface Options extends Tuning {
  /**
   * Of an attempt. `hanging`: its time is up as soon as the server lets it hang, and never otherwise; so no clock decides, and a busy
   * machine changes nothing. It then counts as ten seconds long.
   */
  timeoutMs?: number | 'hanging';
  maxBytes?: number;
  bytes?: { all: number; perToken: number };
  url?: string;
  budget?: Budget;
  /** UPSTREAM_RETRY */
  retry?: 'on' | 'off';
}

const open: Bench[] = [];

/** A transport against a server that plays `script`; pauses are a millisecond, and no outage is waited for. Ended by `closeBenches`. */
export async function bench(
  script: Behaviour[],
  {
    timeoutMs = 2_000,
    maxBytes = 100_000,
    bytes = { all: 128 << 20, perToken: 64 << 20 },
    url,
    budget,
    retry,
    ...tuning
  }: Options = {},
): Promise<Bench> {
  const server = await new MisbehavingServer().listen();
  server.play(...script);
  const settings = {
    CLICKUP_API_URL: url ?? server.url,
    CLICKUP_TIMEOUT_MS: timeoutMs === 'hanging' ? 10_000 : timeoutMs,
    CLICKUP_MAX_RESPONSE_BYTES: maxBytes,
    UPSTREAM_RETRY: retry,
    CLICKUP_BYTES_IN_FLIGHT: bytes.all,
    CLICKUP_BYTES_IN_FLIGHT_PER_TOKEN: bytes.perToken,
  };
  const transport = new ClickUpTransport(settings, budget ?? new MemoryBudget({ limit: 1_000_000 }), {
    backoffMs: 1,
    patienceMs: 0,
    countdown: timeoutMs === 'hanging' ? whenHanging(server) : undefined,
    ...tuning,
  });
  const client = (context: Partial<CallContext> = {}) =>
    transport.client({
      credential: credential('pk_test'),
      person: 'one',
      priority: 'interactive',
      deadline: performance.now() + 20_000,
      authorize: () => Promise.resolve(),
      ...context,
    });
  open.push({ server, transport, client });
  return open.at(-1)!;
}

/** Expires an attempt when the server lets its request hang; that request is known by a header more. */
function whenHanging(server: MisbehavingServer): Countdown {
  let attempts = 0;
  return (exchange, _ms, { headers }) => {
    const attempt = String((attempts += 1));
    (headers as string[]).push('x-attempt', attempt);
    const hangs = () => server.received.some((request) => request.hangs && request.headers['x-attempt'] === attempt);
    void server.until(() => exchange.ending !== undefined || hangs()).then(() => exchange.ending ?? exchange.expire());
    return undefined;
  };
}

export async function closeBenches(): Promise<void> {
  for (const { server, transport } of open.splice(0)) {
    await transport.close();
    await server.close();
  }
}
