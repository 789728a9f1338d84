import { EventEmitter } from 'node:events';
import { IncomingMessage, type Server } from 'node:http';
import { type Duplex } from 'node:stream';
import { type Pace } from './pace.js';

/** The one path that becomes a socket (libs/web/src/routes.ts, column `socket`). */
const SOCKET = /^\/mcp\/ws(?:\?|$)/;

/**
 * Only a request for a WebSocket at its path is handed over as a socket. Node would do so with every request that names any other protocol,
 * and drop its body: clients of HTTP/2 offer `h2c` with each request, and go on with HTTP/1.1 when they are answered so.
 */
export class UpgradingRequest extends IncomingMessage {
  declare private asked: boolean | undefined;

  /** Node asks once it has read the headers. */
  get upgrade(): boolean {
    const { asked, method, url = '', headers } = this;
    return asked === true && method === 'GET' && SOCKET.test(url) && headers.upgrade?.toLowerCase() === 'websocket';
  }

  set upgrade(asked: boolean) {
    this.asked = asked;
  }
}

type Upgrade = [request: IncomingMessage, socket: Duplex, head: Buffer];

/** Emits `upgrade` as a server does, each in its turn as requests are. */
export class Upgrades extends EventEmitter {
  constructor(private readonly pace: Pace) {
    super();
  }

  /** From now on the upgrades of this server are emitted. Until there is somebody who listens to them, they are requests like any other. */
  from(server: Server): void {
    server.on('upgrade', (...upgrade: Upgrade) => {
      const [, socket] = upgrade;
      const gone = () => socket.destroy();
      socket.on('error', gone);
      const begin = () => {
        if (!socket.destroyed) this.emit('upgrade', ...upgrade);
      };
      if (!this.pace.begin(begin))
        socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\n\r\n');
    });
  }
}
