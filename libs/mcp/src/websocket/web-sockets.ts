import { Access } from '#libs/auth';
import { AppError, CONFIG, type Config } from '#libs/core';
import websocket, { type WebsocketPluginOptions } from '@fastify/websocket';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type EventEmitter } from 'node:events';
import { type IncomingMessage, type Server } from 'node:http';
import { type WebSocket } from 'ws';
import { OpenStreams } from '../streams/open-streams.js';
import { StreamMessages } from '../streams/stream-messages.js';
import { type ReadJson } from './socket-input.js';
import { SocketSession } from './socket-session.js';
import { UnknownSockets } from './unknown-sockets.js';

/** What the SDK's client asks for, and breaks off without. */
const SUBPROTOCOL = 'mcp';
/** Pieces of one message. */
const MOST_FRAGMENTS = 4_096;
/** How long a client has to answer a Close frame, in milliseconds; then the connection is cut. */
const GOODBYE_MS = 5_000;

/** MCP over WebSocket at `/mcp/ws` (feature B3). It only frames: what is asked for is served as what comes by POST. */
@Injectable()
export class WebSockets {
  private readonly unknown = new UnknownSockets();
  /** The answers to upgrades: Fastify does not send them, so that their headers are added by hand. */
  private readonly replies = new WeakMap<IncomingMessage, FastifyReply>();

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'MCP_BODY_LIMIT_BYTES'>,
    private readonly access: Access,
    private readonly streams: OpenStreams,
    private readonly messages: StreamMessages,
  ) {}

  /**
   * Adds the route; call it after the hooks that look at every request.
   * @param upgrades emits `upgrade` for each request that is to become a socket
   * @param readJson reads messages as the bodies of requests are read
   */
  async register(fastify: FastifyInstance, upgrades: EventEmitter, readJson: ReadJson): Promise<void> {
    await fastify.register(websocket, {
      options: {
        // The library only listens to it.
        server: upgrades as unknown as Server,
        maxPayload: this.config.MCP_BODY_LIMIT_BYTES,
        maxFragments: MOST_FRAGMENTS,
        perMessageDeflate: false,
        closeTimeout: GOODBYE_MS,
        handleProtocols: (offered: ReadonlySet<string>) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
      } as WebsocketPluginOptions['options'] & object,
      // The library has closed the socket already, with the code for what the client did.
      errorHandler: (error, _socket, { id, log }) =>
        log.debug({ reqId: id, reason: error.message }, 'a socket was ended'),
      preClose: (done) => {
        for (const socket of fastify.websocketServer.clients) socket.terminate();
        done();
      },
    });
    fastify.websocketServer.on('headers', (lines, request) => lines.push(...this.headersFor(request)));
    fastify.route({
      method: 'GET',
      url: '/mcp/ws',
      preHandler: (request, reply, done) => {
        this.replies.set(request.raw, reply);
        done();
      },
      handler: (_request, reply) => {
        void reply.header('upgrade', 'websocket');
        throw new AppError('upgrade_required');
      },
      wsHandler: (socket, request) => this.opened(socket, request, readJson),
    });
  }

  private opened(socket: WebSocket, request: FastifyRequest, readJson: ReadJson): void {
    const { access, streams, messages } = this;
    const session = new SocketSession(socket, request, { access, streams, messages, readJson });
    this.endsWith(socket, request);
    const { caller, refused } = request;
    if (caller) return session.begin(caller);
    if (refused && refused.code !== 'unauthorized') return session.refuse(null, refused);
    try {
      session.awaitAuth(this.unknown.enter(request.ip));
    } catch (error) {
      session.refuse(null, error);
    }
  }

  /** The answer to the upgrade is over when the socket is, and what was to be told of it is known by then: it is waited for at a stop, and logged. */
  private endsWith(socket: WebSocket, request: FastifyRequest): void {
    const answer = this.replies.get(request.raw)?.raw;
    answer?.detachSocket(request.raw.socket);
    socket.once('close', () => answer?.emit('close'));
  }

  private headersFor(request: IncomingMessage): string[] {
    const reply = this.replies.get(request);
    if (!reply) return [];
    reply.raw.statusCode = 101;
    return Object.entries(reply.getHeaders()).map(([name, value]) => `${name}: ${String(value)}`);
  }
}
