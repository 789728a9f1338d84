import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface Received {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** Whether it is over: answered in full, or its connection is gone. */
  closed: boolean;
  /** Whether all of it is there and nothing will be answered. */
  hangs: boolean;
}
/** What the server does with one request whose head has arrived. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const JSON_TYPE = { 'content-type': 'application/json' };
/** Lets the whole request arrive first: the server has "done" it. */
const afterBody =
  (then: Behaviour): Behaviour =>
  async (request, response) => {
    if (!request.complete) await once(request, 'end');
    await then(request, response);
  };

export const json = (body: unknown = {}, status = 200, headers: Record<string, string | string[]> = {}): Behaviour =>
  afterBody((_, response) => void response.writeHead(status, { ...JSON_TYPE, ...headers }).end(JSON.stringify(body)));
export const text = (body: string | Buffer, status = 200, headers: Record<string, string> = {}): Behaviour =>
  afterBody((_, response) => void response.writeHead(status, headers).end(body));
export const empty = (status = 204): Behaviour => afterBody((_, response) => void response.writeHead(status).end());
export const throttle = (headers: Record<string, string> = {}): Behaviour =>
  json({ err: 'Rate limit reached', ECODE: 'APP_002' }, 429, headers);
export const html = (status: number): Behaviour =>
  text('<html><body>Down for maintenance</body></html>', status, { 'content-type': 'text/html' });
/** TCP reset as soon as the head is there. */
export const resetBeforeBody: Behaviour = (request) => void request.socket.resetAndDestroy();
/** TCP reset once the whole request was read. */
export const resetAfterBody: Behaviour = afterBody((request) => void request.socket.resetAndDestroy());
/** Orderly end of the connection instead of an answer: what a server does that closes an idle connection while a request is under way. */
export const closeAfterBody: Behaviour = afterBody((request) => void request.socket.destroy());
/** Promises 1000 bytes, sends a few, and cuts the connection. */
export const cut = (status = 200): Behaviour =>
  afterBody((request, response) => {
    response.writeHead(status, { ...JSON_TYPE, 'content-length': '1000' }).write('{"id":"1", "na');
    setTimeout(() => request.socket.destroy(), 20);
  });
/** Nothing will be answered to these. */
const hanging = new WeakSet<IncomingMessage>();
export const hang: Behaviour = afterBody((request) => void hanging.add(request));
/** One byte at a time, for ever. */
export const drip: Behaviour = afterBody((_, response) => {
  response.writeHead(200, JSON_TYPE).write('{"a":"');
  const timer = setInterval(() => response.write('x'), 5);
  response.once('close', () => clearInterval(timer));
});
export const huge = (bytes: number, declared: boolean): Behaviour =>
  afterBody(
    (_, response) =>
      void response
        .writeHead(200, declared ? { ...JSON_TYPE, 'content-length': String(bytes + 2) } : JSON_TYPE)
        .end(`"${'x'.repeat(bytes)}"`),
  );
export const delayed =
  (ms: number, then: Behaviour): Behaviour =>
  async (request, response) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await then(request, response);
  };

/** An HTTP server on 127.0.0.1 that plays a script, one behaviour per request; after its end it repeats the last one. It counts what really arrived. */
export class MisbehavingServer {
  readonly received: Received[] = [];
  connections = 0;
  private script: Behaviour[] = [json()];
  private readonly server: Server = createServer({ keepAliveTimeout: 60_000 });

  async listen(port = 0): Promise<this> {
    this.server.on('connection', (socket) => {
      this.connections += 1;
      socket.on('error', () => undefined);
    });
    this.server.on('request', (request, response) => {
      const received: Received = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: '',
        closed: false,
        hangs: false,
      };
      this.received.push(received);
      request.on('data', (chunk: Buffer) => (received.body += chunk.toString()));
      request.on('error', () => undefined);
      response.once('close', () => (received.closed = true));
      const behaviour = this.script.length > 1 ? this.script.shift()! : this.script[0]!;
      void Promise.resolve(behaviour(request, response)).then(() => (received.hangs = hanging.has(request)));
    });
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get count(): number {
    return this.received.length;
  }

  /** Requests that would change something. */
  get writes(): number {
    return this.received.filter(({ method }) => method !== 'GET').length;
  }

  play(...script: Behaviour[]): void {
    this.script = script;
  }

  /** Resolves when `condition` holds; looks again after each turn of the event loop. */
  async until(condition: (server: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
