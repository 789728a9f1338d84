import { Access } from '#libs/auth';
import { type Caller } from '#libs/connections';
import { AppError, sha256, traceHere } from '#libs/core';
import { Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { answerId, checkShape, errorJson, requestIds, RpcError } from '../calls/jsonrpc.js';
import { methodOf } from '../calls/origin.js';
import { ownerOf } from '../stream-post/owner.js';
import { OpenStreams } from '../streams/open-streams.js';
import { StreamMessages } from '../streams/stream-messages.js';
import { StreamPost } from '../stream-post/stream-post.js';
import { SseStream } from './sse-stream.js';

/**
 * The HTTP+SSE transport of MCP 2024-11-05, for clients that know no other: a GET is the stream of what the server says, and what the client
 * says comes by POST, to any replica. A server URL has the same below its own path.
 */
@Controller(['mcp/sse', 'mcp/:secret/sse'])
export class SseController {
  constructor(
    private readonly access: Access,
    private readonly streams: OpenStreams,
    private readonly messages: StreamMessages,
    private readonly post: StreamPost,
  ) {}

  @Get()
  async open(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const caller = request.caller as Caller;
    const { token, apiKey, events } = request.query as Record<string, string | undefined>;
    void reply.type('text/event-stream').header('cache-control', 'no-store').header('x-accel-buffering', 'no');
    // Fastify has this route for HEAD too, which has no body.
    if (request.method === 'HEAD') return void reply.send();
    const id = randomBytes(24).toString('base64url');
    const stream = new SseStream(
      {
        caller,
        hash: sha256(id),
        reqId: request.id,
        userAgent: request.headers['user-agent'],
        named: Boolean(token) || events === 'named',
        again: () => this.access.callerNow(request),
      },
      reply.raw,
      this.messages,
      this.post,
    );
    const place = this.streams.open(stream);
    stream.place = place;
    try {
      await this.post.register(stream);
    } catch (error) {
      place.close();
      throw error;
    }
    // The client has gone meanwhile, and nobody would tell of it again.
    if (reply.raw.destroyed) return this.post.close(stream.hash);
    reply.hijack();
    reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>);
    // A credential that came in the URL has no other way to come with the messages.
    const carried = Object.entries({ token, apiKey }).filter((entry): entry is [string, string] => Boolean(entry[1]));
    const query = new URLSearchParams([['streamId', id], ...carried]);
    stream.begin(`${this.pathOf(request)}/messages?${query.toString()}`);
  }

  /** What clients try first that know the newer transport too: the answer leads them to GET. */
  @Post()
  onlyGet(): never {
    throw new AppError(
      'method_not_allowed',
      'A stream is opened by GET; without a stream MCP is served by POST /mcp.',
      {
        details: { allow: 'GET' },
      },
    );
  }

  @Post('messages')
  async take(
    @Query('streamId') id: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { body } = request;
    const owner = ownerOf(request.caller as Caller);
    request.told = { ...request.told, rpc: methodOf(body) };
    void reply.header('cache-control', 'no-store');
    try {
      checkShape(body);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return void reply
        .status(400)
        .type('application/json')
        .send(errorJson(answerId(body), error));
    }
    await this.access.countOthers(requestIds(body).length - 1, request, reply);
    if (typeof id !== 'string' || !(await this.deliver(sha256(id), owner, body)))
      throw new AppError(
        'not_found',
        'No stream of this credential has this streamId: open one by GET, and post where its first event says.',
      );
    void reply.status(202).type('text/plain').send('Accepted');
  }

  /** @returns false where no replica holds such a stream of this owner */
  private async deliver(hash: Buffer, owner: string, body: unknown): Promise<boolean> {
    const here = this.post.here(hash);
    if (!here) {
      const letter = { kind: 'message', text: JSON.stringify(body), carrier: traceHere()?.carrier } as const;
      return this.post.send(hash, owner, letter);
    }
    if (here.owner !== owner) return false;
    here.take(body);
    return true;
  }

  /** As the client sees it: BASE_URL may have a path, and proxies in front may have other names. */
  private pathOf(request: FastifyRequest): string {
    const [path = ''] = request.url.split('?');
    const { pathname } = new URL(this.access.pageUrl(path));
    return pathname;
  }
}
