import { type Caller } from '#libs/connections';
import { AppError, TRACING, type Tracing } from '#libs/core';
import { visibleText } from '#libs/tools';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { Dispatch } from '../calls/dispatch.js';
import { CODES, errorJson, RpcError } from '../calls/jsonrpc.js';
import { IDENTITY } from '../calls/server-info.js';
import { traced } from './traced.js';
import { type TransportContext } from '../calls/transport-context.js';
import { UpstreamBudget } from '../calls/upstream-budget.js';
import { elicitationOf, inputRequired } from '../elicitation/elicitation.js';
import { McpTasks } from '../mcp-tasks/mcp-tasks.js';
import { EventStream } from './event-stream.js';
import { MODERN, type PlainRequest } from './plain-request.js';
import { progressOf } from './progress.js';
import { CACHE_HINTS, Protocol } from './protocol.js';

const MODERN_FIELDS = `"resultType":"complete","_meta":${JSON.stringify(IDENTITY)}`;
const LIST_HINTS = `"ttlMs":${CACHE_HINTS['tools/list'].ttlMs},"cacheScope":"${CACHE_HINTS['tools/list'].cacheScope}"`;

type Transport = Pick<Required<TransportContext>, 'signal' | 'from' | 'whenDelivered'> & {
  acceptsStream: boolean;
  /** Told the answer too. */
  mirror?: ((json: string, isError: boolean) => void) | undefined;
};

/** Answers plain requests (plain-request.ts) as JSON, and as a stream of events where there was progress to tell. */
@Injectable()
export class PlainAnswers {
  constructor(
    private readonly dispatch: Dispatch,
    private readonly protocol: Protocol,
    private readonly tasks: McpTasks,
    private readonly budget: UpstreamBudget,
    @Optional() @Inject(TRACING) private readonly tracing?: Tracing,
  ) {}

  /** Whether a request needs nothing that only the SDK can do. */
  answers({ method, params }: PlainRequest): boolean {
    if (method === 'tools/call') return this.dispatch.isPlain(params);
    return method !== 'initialize' || !this.protocol.isExtended;
  }

  /** @throws RpcError as long as nothing was sent */
  answer(plain: PlainRequest, caller: Caller, reply: FastifyReply, transport: Transport): Promise<void> | undefined {
    return this.tracing
      ? traced(this.tracing, asked(plain), () => this.answered(plain, caller, reply, transport))
      : this.answered(plain, caller, reply, transport);
  }

  private answered(
    plain: PlainRequest,
    caller: Caller,
    reply: FastifyReply,
    transport: Transport,
  ): Promise<void> | undefined {
    if (plain.method === 'tools/call') return this.call(plain, caller, reply, transport);
    const answer = framed(plain, this.result(plain, caller));
    if (plain.method !== 'tools/list') void reply.headers(this.budget.headers(caller));
    void reply.type('application/json').send(answer);
    transport.mirror?.(answer, false);
    return undefined;
  }

  /**
   * The answer as one JSON text, for every door.
   * @param tell takes the progress of a call that asks for it, as JSON texts too; undefined where nothing but the answer can be said
   * @throws RpcError
   */
  text(
    plain: PlainRequest,
    caller: Caller,
    transport: TransportContext,
    tell?: (json: string) => void,
  ): Promise<string> {
    return this.tracing
      ? traced(this.tracing, asked(plain), () => this.said(plain, caller, transport, tell))
      : this.said(plain, caller, transport, tell);
  }

  private async said(
    plain: PlainRequest,
    caller: Caller,
    transport: TransportContext,
    tell?: (json: string) => void,
  ): Promise<string> {
    if (plain.method !== 'tools/call') return framed(plain, this.result(plain, caller));
    const { progressToken } = plain;
    if (progressToken === undefined || !tell) return framed(plain, await this.called(plain, caller, transport));
    const progress = progressOf(({ message, ...told }) => {
      const params = { progressToken, ...told, message: visibleText(message) };
      tell(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params }));
    });
    return framed(plain, await this.called(plain, caller, { ...transport, ...progress }));
  }

  /** The result of what needs no call, as JSON. */
  private result({ era, method, params }: PlainRequest, caller: Caller): string {
    if (method === 'ping') return '{}';
    if (method === 'initialize') return JSON.stringify(this.protocol.initialized(caller, params.protocolVersion));
    const fields = era === 'modern' ? `,${MODERN_FIELDS},${LIST_HINTS}` : '';
    return `{"tools":${this.dispatch.list(caller, params).json}${fields}}`;
  }

  private async call(
    plain: PlainRequest,
    caller: Caller,
    reply: FastifyReply,
    { acceptsStream, mirror, ...transport }: Transport,
  ): Promise<void> {
    if (plain.progressToken === undefined || !acceptsStream) {
      const answer = await this.said(plain, caller, transport);
      if (transport.signal.aborted) return;
      void reply.headers(this.budget.headers(caller)).type('application/json').send(answer);
      return mirror?.(answer, false);
    }
    const stream = new EventStream(reply, () => void reply.headers(this.budget.headers(caller)));
    try {
      const answer = await this.said(plain, caller, transport, (json) => stream.tell(json));
      if (transport.signal.aborted) return;
      mirror?.(answer, false);
      if (stream.isOpen) return stream.tell(answer);
      void reply.headers(this.budget.headers(caller)).type('application/json').send(answer);
    } catch (thrown) {
      if (!stream.isOpen) throw thrown;
      const { message } = AppError.of(thrown);
      const error = thrown instanceof RpcError ? thrown : new RpcError(CODES.internal, message, message);
      const answer = errorJson(plain.id, error);
      stream.tell(answer);
      mirror?.(answer, true);
      // The answer is given already, but the border has to log what happened.
      if (!(thrown instanceof RpcError)) throw thrown;
    } finally {
      stream.end();
    }
  }

  /** The result of a call, as JSON. */
  private async called({ era, params }: PlainRequest, caller: Caller, transport: TransportContext): Promise<string> {
    if (era === 'legacy') return JSON.stringify((await this.dispatch.call(caller, params, transport)).result);
    const asks = elicitationOf(params._meta, params);
    const outcome = await this.dispatch.call(caller, params, { ...transport, asks });
    if (outcome.question) {
      const asking = inputRequired(outcome.question);
      return JSON.stringify({ ...asking, _meta: { ...outcome.result._meta, ...IDENTITY } });
    }
    const answer = outcome.job === undefined ? outcome.result : await this.tasks.answer(outcome, caller, params._meta);
    return JSON.stringify({ resultType: 'complete', ...answer, _meta: { ...answer._meta, ...IDENTITY } });
  }
}

const asked = ({ era, ...request }: PlainRequest) => ({ ...request, ...(era === 'modern' && { revision: MODERN }) });

const framed = ({ id }: PlainRequest, result: string): string =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`;
