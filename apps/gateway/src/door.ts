import { AppError, type Config, ConfigError, restBody } from '#libs/core';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { Upgrades, UpgradingRequest } from './upgrades.js';
import { type AddressInfo, createServer as createSocketServer, type Server as SocketServer } from 'node:net';
import { Pace } from './pace.js';

/** After so many seconds a program that was told to wait may ask again. */
const RETRY_AFTER_SECONDS = 5;
const LIVE = ['/health', '/healthz', '/health/live'];

/** The open port. It answers by itself until the gateway behind it is ready: one socket from first to last, so nobody is refused in between. */
export interface Door {
  server: Server;
  /** Requests that are to become sockets, from when the gateway leads. */
  upgrades: Upgrades;
  port: number;
  /** What a request is told that comes too early. */
  tell(reason: Waiting): void;
  /** From now on this answers every request; of many at once, some in each turn of the event loop. */
  leadTo(gateway: RequestListener): void;
  /** Resolves when no request waits for its turn. */
  nobodyWaits(): Promise<void>;
  /** Stops listening; connections that are open stay. */
  close(): void;
}

/**
 * How long a client may take (ms). Node looks at its connections every half minute only, so one that sends a byte now and then would keep
 * its place three times as long as its headers may take.
 */
const LIMITS = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 75_000,
};
type Limits = typeof LIMITS;

/** Why the gateway is not ready: a word for programs, a sentence for people. */
interface Waiting {
  reason: 'starting' | 'database' | 'busy';
  message?: string;
}

/**
 * Opens the port, with the limits of SEC-D12: Node's own defaults are 300 s for a request and no bound on connections.
 * @throws ConfigError when it is taken, not allowed, or HOST is not here
 */
export async function openDoor(
  { HOST, PORT, MAX_CONNECTIONS }: Pick<Config, 'HOST' | 'PORT' | 'MAX_CONNECTIONS'>,
  limits: Limits = LIMITS,
): Promise<Door> {
  let waiting: Waiting = { reason: 'starting' };
  const pace = new Pace();
  const upgrades = new Upgrades(pace);
  const refuse = (request: IncomingMessage, response: ServerResponse, { reason, message }: Waiting) => {
    const { url = '/' } = request;
    const live = LIVE.includes(url.replace(/\?.*$/s, ''));
    const body = live ? { status: 'ok' } : restBody(new AppError('unavailable', message, { details: { reason } }));
    if (!live) response.setHeader('retry-after', RETRY_AFTER_SECONDS);
    response.writeHead(live ? 200 : 503, {
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      // The path may be a server URL, which holds a credential.
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-request-id': randomUUID(),
      // The next request of this client may find the gateway ready, and what answers then is another listener.
      connection: 'close',
    });
    response.end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
  };
  let answer: RequestListener = (request, response) => refuse(request, response, waiting);
  const server = createServer({ ...limits, IncomingMessage: UpgradingRequest }, (request, response) =>
    answer(request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listen(server, HOST === 'localhost' ? '127.0.0.1' : HOST, PORT);
  // The name has two addresses, and a client may try either first. Where IPv6 is missing, one has to do.
  const twin = createSocketServer((socket) => server.emit('connection', socket));
  if (HOST === 'localhost') await listen(twin, '::1', port).catch(() => undefined);
  return {
    server,
    port,
    tell: (reason) => void (waiting = reason),
    upgrades,
    leadTo: (gateway) => {
      answer = paced(gateway, pace, refuse);
      upgrades.from(server);
    },
    nobodyWaits: () => pace.empty(),
    close: () => [server, twin].forEach((each) => each.close()),
  };
}

const BUSY: Waiting = { reason: 'busy', message: 'Too many requests have come at once.' };

/** Probes are answered at once: whoever sends them ends a process that answers late. */
const paced =
  (
    gateway: RequestListener,
    pace: Pace,
    refuse: (...to: [...Parameters<RequestListener>, Waiting]) => void,
  ): RequestListener =>
  (request, response) => {
    if (request.url?.startsWith('/health')) return gateway(request, response);
    const begin = () => {
      // Its client has gone while it waited.
      if (!response.destroyed) gateway(request, response);
    };
    if (!pace.begin(begin)) refuse(request, response, BUSY);
  };

/**
 * @param key of the configuration, which names the port
 * @returns the port that was taken, which with 0 the system chooses
 * @throws ConfigError
 */
export async function listen(server: SocketServer, host: string, port: number, key = 'PORT'): Promise<number> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const say = PROBLEMS[code] ?? (() => `${key}: ${port} cannot be opened on ${host} (${code})`);
    throw Object.assign(new ConfigError([say(host, port, key)]), { cause });
  }
  return (server.address() as AddressInfo).port;
}

const noSuchHost = (host: string) =>
  `HOST: ${host} is no address of this machine: set it to 127.0.0.1, or to 0.0.0.0 for all of them`;
const PROBLEMS: Readonly<Record<string, (host: string, port: number, key: string) => string>> = {
  EADDRINUSE: (host, port, key) =>
    `${key}: ${port} on ${host} is in use by another program: stop that one, or set another port, for example ${key}=${port + 1}`,
  EACCES: (_host, port, key) => `${key}: ${port} may not be opened by this account: set ${key} to one above 1023`,
  EADDRNOTAVAIL: noSuchHost,
  ENOTFOUND: noSuchHost,
  EAI_AGAIN: noSuchHost,
};
