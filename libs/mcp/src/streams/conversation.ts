import { isObject } from '#libs/core';
import { type Caller } from '#libs/connections';
import { isInitializeRequest } from '@modelcontextprotocol/server';
import { checkShape, CODES, type Id, isRequest, requestIds, RpcError } from '../calls/jsonrpc.js';
import { type Origin, originOf } from '../calls/origin.js';
import { LEGACY, WITHOUT_BATCHES } from '../http/plain-request.js';

/** While so many requests of one stream are under way, further ones are refused. */
const MOST_UNDER_WAY = 100;

/** The other end of a stream. */
export interface StreamClient {
  /** Names the stream in the log. */
  readonly reqId: string;
  readonly userAgent: string | undefined;
  /** The caller with its rights as they are now. @throws AppError (or rejects) */
  again(): Caller | Promise<Caller>;
  /**
   * Sends one JSON text; those that are given first leave first. It never rejects.
   * @param isError whether it is an error, for clients that are told them by another name
   * @returns whether all of it has left
   */
  send(json: string, isError?: boolean): Promise<boolean>;
}

/** A request that was not answered yet. */
export interface UnderWay {
  readonly cancelled: AbortController;
  /** What is to be done once its answer has left. */
  readonly whenDelivered: (() => void)[];
}

/** What one stream has under way, and what its client has said of itself: nothing of that outlives the stream. */
export class Conversation {
  private readonly open = new Map<Id, UnderWay>();
  private readonly whenIdle: (() => void)[] = [];
  private said: Omit<Origin, 'reqId'> = {};
  private revision: string | undefined;

  constructor(readonly client: StreamClient) {}

  /** How many requests are under way. */
  get underWay(): number {
    return this.open.size;
  }

  /** Where a message comes from, for its line in the log. */
  originOf(message: unknown): Origin {
    const { reqId, userAgent } = this.client;
    const { client, client_version } = originOf(reqId, message, userAgent);
    return { client, client_version, ...this.said, reqId };
  }

  /**
   * Begins what a message or the messages of a batch ask for, and does the cancelling that they ask for. Call {@link end} when all of it was
   * answered.
   * @throws RpcError -32600 for what is no JSON-RPC message, for a batch where the revision that was agreed on has none, for an id that is
   * in use, and while too many requests are under way: then nothing was begun
   */
  begin(body: unknown): { message: unknown; underWay: UnderWay }[] {
    checkShape(body);
    if (Array.isArray(body) && WITHOUT_BATCHES.includes(this.revision))
      throw invalid(`MCP ${this.revision} has no batches: send one message at a time.`);
    const ids = requestIds(body);
    if (ids.some((id) => this.open.has(id))) throw new SharedId();
    if (this.open.size + ids.length > MOST_UNDER_WAY)
      throw invalid(`${MOST_UNDER_WAY} requests at most are under way on one stream: wait for their answers.`);
    return [body].flat().map((message: unknown) => this.begun(message));
  }

  private begun(message: unknown): { message: unknown; underWay: UnderWay } {
    const underWay: UnderWay = { cancelled: new AbortController(), whenDelivered: [] };
    if (isRequest(message)) this.open.set(message.id, underWay);
    if (isInitializeRequest(message)) {
      const { protocolVersion } = message.params;
      this.revision = LEGACY.includes(protocolVersion) ? protocolVersion : LEGACY[0];
      const { client, client_version } = originOf('', message, undefined);
      this.said = { client, client_version };
    }
    const { method, params } = message as { method?: unknown; params?: unknown };
    if (method === 'notifications/cancelled' && isObject(params)) this.cancel(params.requestId);
    return { message, underWay };
  }

  /** @param delivered whether the answers have left in full */
  end(begun: readonly { message: unknown; underWay: UnderWay }[], delivered: boolean): void {
    for (const { message, underWay } of begun) {
      if (isRequest(message)) this.open.delete(message.id);
      if (delivered && !underWay.cancelled.signal.aborted) for (const work of underWay.whenDelivered) work();
    }
    if (this.open.size === 0) for (const tell of this.whenIdle.splice(0)) tell();
  }

  /** A request that its client does not want any more gets no answer. */
  private cancel(id: unknown): void {
    this.open.get(id as Id)?.cancelled.abort();
  }

  /** Ends everything that is under way: nobody hears the answers any more. */
  cancelAll(): void {
    for (const { cancelled } of this.open.values()) cancelled.abort();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.open.size > 0) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }
}

const invalid = (details: string) => new RpcError(CODES.request, 'Invalid request', details);

/** Nobody could tell which of the two an answer is for, so it names neither. */
export class SharedId extends RpcError {
  constructor() {
    super(
      CODES.request,
      'Invalid request',
      'A request with this `id` is under way: every request needs an `id` of its own.',
    );
  }
}
