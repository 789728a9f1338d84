import { Access } from '#libs/auth';
import { type Caller } from '#libs/connections';
import { AppError, restBody } from '#libs/core';
import { Controller, Delete, Get, HttpCode, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Dispatch, stepUpMeta } from '../calls/dispatch.js';
import { methodOf, originOf } from '../calls/origin.js';
import { answerId, checkShape, CODES, errorJson, isObject, RpcError } from '../calls/jsonrpc.js';
import { IDENTITY } from '../calls/server-info.js';
import { type TransportContext } from '../calls/transport-context.js';
import { UpstreamBudget } from '../calls/upstream-budget.js';
import { McpTasks } from '../mcp-tasks/mcp-tasks.js';
import { fetchRequest, send } from './bridge.js';
import { LEGACY, MODERN, type PlainRequest, plainRequest } from './plain-request.js';
import { CACHE_HINTS, Protocol } from './protocol.js';

const EXAMPLE = `curl -X POST <this URL> -H 'Authorization: Bearer <key>' -H 'Content-Type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`;
const MODERN_FIELDS = `"resultType":"complete","_meta":${JSON.stringify(IDENTITY)}`;
const LIST_HINTS = `"ttlMs":${CACHE_HINTS['tools/list'].ttlMs},"cacheScope":"${CACHE_HINTS['tools/list'].cacheScope}"`;

type Told = NonNullable<FastifyRequest['told']>;

/** Streamable HTTP, both eras, stateless: POST is all there is. A server URL carries its credential in the path, and is the same endpoint. */
@Controller(['mcp', 'mcp/:secret'])
export class McpController {
  constructor(
    private readonly dispatch: Dispatch,
    private readonly protocol: Protocol,
    private readonly tasks: McpTasks,
    private readonly access: Access,
    private readonly budget: UpstreamBudget,
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
    try {
      checkShape(body);
      checkBatch(request);
      const beyond = [body].flat().find((message) => this.dispatch.asksForScope(caller, message));
      if (beyond !== undefined) {
        this.dispatch.refusedForScope(caller, beyond, from);
        return this.askForScope(reply);
      }
      const plain = plainRequest(body, request.headers);
      if (plain && (plain.method === 'tools/list' || this.dispatch.isPlain(plain.params)))
        return await this.answer(plain, caller, reply, { signal, from, whenDelivered }, told);
      checkVersion(request);
      const acceptsStream = request.headers.accept?.includes('text/event-stream') ?? false;
      const failed = (code: number) => void (told.rpc_error = code);
      const by = { caller, from, failed, whenDelivered };
      const served = await this.protocol.serve(fetchRequest(request, signal), body, by);
      await send(served, reply, acceptsStream, () => this.budget.headers(caller));
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      told.rpc_error = error.code;
      void reply
        .status(error.code === CODES.params ? 200 : 400)
        .type('application/json')
        .send(errorJson(answerId(body), error));
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

  private async answer(
    { era, id, method, params }: PlainRequest,
    caller: Caller,
    reply: FastifyReply,
    transport: Pick<Required<TransportContext>, 'signal' | 'from' | 'whenDelivered'>,
    told: Told,
  ): Promise<void> {
    void reply.type('application/json');
    if (method === 'tools/list') {
      const { json } = this.dispatch.list(caller, params);
      const fields = era === 'modern' ? `,${MODERN_FIELDS},${LIST_HINTS}` : '';
      return void reply.send(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"tools":${json}${fields}}}`);
    }
    // Its own line says all that the line of the request would.
    told.call = true;
    const outcome = await this.dispatch.call(caller, params, transport);
    const answer = era === 'modern' ? await this.tasks.answer(outcome, caller, params._meta) : outcome.result;
    if (transport.signal.aborted) return;
    const framed =
      era === 'modern' ? { resultType: 'complete', ...answer, _meta: { ...answer._meta, ...IDENTITY } } : answer;
    void reply.headers(this.budget.headers(caller));
    return void reply.send(JSON.stringify({ jsonrpc: '2.0', id, result: framed }));
  }
}

/** The revisions without batches. A client that names no revision speaks 2025-03-26, which has them. */
const WITHOUT_BATCHES: readonly unknown[] = ['2025-06-18', '2025-11-25', MODERN];

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
