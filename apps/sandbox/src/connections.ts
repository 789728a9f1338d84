import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { z } from 'zod';

/** How long a kept connection lives without a request. */
export const KeepAlive = z.strictObject({
  /** 0 = as Node does it: 72 seconds, which it announces. */
  idleMs: z.int().min(0).max(3_600_000),
  /** What `Keep-Alive: timeout=` promises; without it nothing is promised. */
  announcedSeconds: z.int().min(0).max(86_400).optional(),
});
/** The whole service is away for a while, the control plane too; what is under way is cut. */
export const Down = z.strictObject({
  forMs: z.int().min(1).max(3_600_000),
  /** What becomes of new connections. */
  how: z.enum(['refuse', 'reset', 'silent']).default('refuse'),
});
export type KeepAlive = z.output<typeof KeepAlive>;
export type Down = z.output<typeof Down>;

const HOST = '127.0.0.1';
/** Between two attempts to get the port back. */
const AGAIN_MS = 20;

/** The connections of the server below HTTP: kept, closed, refused. */
export class Connections {
  /** @see KeepAlive */
  keepAlive: KeepAlive = { idleMs: 0 };
  private readonly requests = new WeakMap<Socket, number>();
  private readonly idle = new WeakMap<Socket, NodeJS.Timeout>();
  private readonly silenced = new Set<Socket>();
  private server!: Server;
  private state: 'up' | Down['how'] | 'closed' = 'up';
  private port = 0;
  private back?: NodeJS.Timeout;

  attach(server: Server): void {
    this.server = server;
    const http = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => {
      if (this.state === 'reset') socket.resetAndDestroy();
      else if (this.state === 'silent') this.silenced.add(socket.on('error', () => undefined).pause());
      else for (const listener of http) listener.call(server, socket);
    });
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) =>
      this.begin(request, response),
    );
  }

  /** Whether this request is not the first on its connection. */
  reused({ socket }: IncomingMessage): boolean {
    return (this.requests.get(socket) ?? 0) > 1;
  }

  /** Away from the time that this resolves, until `up` or for `forMs`. Cuts every connection. */
  async down(how: Down['how'] = 'refuse', forMs?: number): Promise<void> {
    if (this.state !== 'up') await this.up();
    this.port = (this.server.address() as AddressInfo).port;
    this.state = how;
    if (forMs !== undefined) this.back = setTimeout(() => this.upWithoutWaiting(), forMs);
    const closed = how === 'refuse' ? once(this.server, 'close') : undefined;
    if (closed) this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** There again from the time that this resolves, on the same port. */
  async up(): Promise<void> {
    clearTimeout(this.back);
    this.release();
    const { state } = this;
    if (state === 'up' || state === 'closed') return;
    if (state === 'refuse') await this.listenAgain();
    this.state = 'up';
  }

  /** Lets go of everything; `up` does nothing any more. */
  close(): void {
    clearTimeout(this.back);
    this.state = 'closed';
    this.release();
  }

  private upWithoutWaiting(): void {
    this.up().catch((error: unknown) => {
      console.error(`The sandbox cannot come back on port ${this.port}:`, error);
    });
  }

  /** Somebody's outgoing connection may have been given the port meanwhile; it will end. */
  private async listenAgain(): Promise<void> {
    while (this.state !== 'closed') {
      try {
        this.server.listen(this.port, HOST);
        await once(this.server, 'listening');
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  private release(): void {
    for (const socket of this.silenced) socket.destroy();
    this.silenced.clear();
  }

  private begin({ socket }: IncomingMessage, response: ServerResponse): void {
    this.requests.set(socket, (this.requests.get(socket) ?? 0) + 1);
    clearTimeout(this.idle.get(socket));
    const { idleMs, announcedSeconds } = this.keepAlive;
    if (idleMs === 0) return;
    // Node announces its own time unless there is a header; an empty one promises nothing.
    response.setHeader('keep-alive', announcedSeconds === undefined ? '' : `timeout=${announcedSeconds}`);
    response.once('close', () => {
      if (!socket.destroyed) this.idle.set(socket, setTimeout(() => socket.destroy(), idleMs).unref());
    });
  }
}
