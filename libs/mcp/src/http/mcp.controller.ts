import { Access } from '#libs/auth';
import { type Caller } from '#libs/connections';
import { AppError, isObject, restBody } from '#libs/core';
import { Controller, Delete, Get, HttpCode, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Dispatch, stepUpMeta } from '../calls/dispatch.js';
import { methodOf, originOf } from '../calls/origin.js';
import { answerId, checkShape, CODES, errorJson, requestIds, RpcError } from '../calls/jsonrpc.js';
import { UpstreamBudget } from '../calls/upstream-budget.js';
import { Mirror } from '../stream-post/mirror.js';
import { fetchRequest, send } from './bridge.js';
import { PlainAnswers } from './plain-answers.js';
import { LEGACY, MODERN, type PlainRequest, plainRequest, WITHOUT_BATCHES } from './plain-request.js';
import { Protocol } from './protocol.js';

const EXAMPLE = `curl -X POST <this URL> -H 'Authorization: Bearer <key>' -H 'Content-Type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`;

type Told = NonNullable<FastifyRequest['told']>;

/** Streamable HTTP, both eras, stateless: POST is all there is. A server URL carries its credential in the path, and is the same endpoint. */
@Controller(['mcp', 'mcp/:secret'])
export class McpController {
  constructor(
    private readonly dispatch: Dispatch,
    private readonly protocol: Protocol,
    private readonly plain: PlainAnswers,
    private readonly access: Access,
    private readonly budget: UpstreamBudget,
    private readonly mirrors: Mirror,
  ) {}

  @Post()
  @HttpCode(200)
  async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { body } = request;
    const caller = request.caller as Caller;
    const signal = closedSignal(reply);
    const from = originOf(request.id, body, request.headers['user-agent']);
    const whenDelivered = delivery(reply);
    const rpc = methodOf(body);
    const { client, client_version } = from;
    const told = (request.told = {
      ...request.told,
      rpc,
      ...(rpc === 'initialize' && { client, client_version }),
    } as Told);
    void reply.header('cache-control', 'no-store');
    const mirror = this.mirrors.of(caller);
    let plain: PlainRequest | undefined;
    try {
      checkShape(body);
      checkBatch(request);
      if (Array.isArray(body)) await this.countBatch(body, request, reply);
      const beyond = [body].flat().find((message) => this.dispatch.asksForScope(caller, message));
      if (beyond !== undefined) {
        this.dispatch.refusedForScope(caller, beyond, from);
        return this.askForScope(reply);
      }
      const acceptsStream = request.headers.accept?.includes('text/event-stream') ?? false;
      plain = plainRequest(body, request.headers);
      if (plain && this.plain.answers(plain)) {
        // The line of the call says all that the line of the request would.
        if (plain.method === 'tools/call') told.call = true;
        return await this.plain.answer(plain, caller, reply, { signal, from, whenDelivered, acceptsStream, mirror });
      }
      checkVersion(request);
      const failed = (code: number) => void (told.rpc_error = code);
      const answered = mirror && ((answer: unknown) => mirror(JSON.stringify(answer), 'error' in (answer as object)));
      const by = { caller, from, failed, whenDelivered, answered };
      const served = await this.protocol.serve(fetchRequest(request, signal), body, by);
      await send(served, reply, acceptsStream, () => this.budget.headers(caller));
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      told.rpc_error = error.code;
      const answer = errorJson(plain?.id ?? answerId(body), error);
      void reply
        .status(error.code === CODES.params ? 200 : 400)
        .type('application/json')
        .send(answer);
      mirror?.(answer, true);
    }
  }

  @Get() get(): never {
    return onlyPost();
  }
  @Delete() delete(): never {
    return onlyPost();
  }
  @Put() put(): never {
    return onlyPost();
  }
  @Patch() patch(): never {
    return onlyPost();
  }

  /** Each request of a batch counts (contract item 27); one whose requests do not fit is refused before anything of it begins. */
  private async countBatch(batch: unknown[], request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const requests = requestIds(batch).length;
    if (requests > this.access.largestBatch)
      throw new RpcError(
        CODES.request,
        'Invalid request',
        `Only ${this.access.largestBatch} requests are allowed in a while: send smaller batches.`,
      );
    await this.access.countOthers(requests - 1, request, reply);
  }

  /** One message that needs more scope refuses its whole batch, of which nothing has been started yet. */
  private askForScope(reply: FastifyReply): void {
    const error = new AppError('insufficient_scope');
    const challenge = this.access.scopeChallenge();
    void reply
      .status(error.http)
      .header('www-authenticate', challenge)
      .type('application/json')
      .send(JSON.stringify({ ...restBody(error), _meta: stepUpMeta(challenge) }));
  }
}

function checkBatch({ headers, body }: FastifyRequest): void {
  const revision = headers['mcp-protocol-version'];
  if (!Array.isArray(body) || !WITHOUT_BATCHES.includes(revision)) return;
  throw new RpcError(
    CODES.request,
    'Invalid request',
    `MCP ${String(revision)} has no batches: send one message per request.`,
  );
}

/** A revision named in the header must be one we speak, in either era (MCP-T6). */
function checkVersion({ headers, body }: FastifyRequest): void {
  const requested = headers['mcp-protocol-version'];
  if (requested === undefined || requested === MODERN || LEGACY.includes(String(requested))) return;
  const claimed =
    isObject(body) &&
    isObject(body.params) &&
    isObject(body.params._meta) &&
    'io.modelcontextprotocol/protocolVersion' in body.params._meta;
  // With a claim in the body the SDK compares the two and answers.
  if (claimed) return;
  throw new RpcError(CODES.version, 'Unsupported protocol version', 'Use one of `supported`.', {
    supported: [MODERN, ...LEGACY],
    requested: String(requested).slice(0, 32),
  });
}

/** Fires when the client goes away before it was answered: closing the stream is how a call is cancelled (MCP-T7). */
function closedSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) controller.abort();
  });
  return controller.signal;
}

/** What is to be done when the answer has reached the client: a call that it will not repeat. */
function delivery({ raw }: FastifyReply): (work: () => void) => void {
  return (work) => {
    // Node takes the socket away from the answer before it tells that it is finished.
    const { socket } = raw;
    raw.once('finish', () => {
      if (socket?.destroyed === false) work();
    });
  };
}

function onlyPost(): never {
  throw new AppError('method_not_allowed', 'MCP is served by POST.', { details: { allow: 'POST', example: EXAMPLE } });
}
