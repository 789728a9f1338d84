import { type Access } from '#libs/auth';
import { type Caller } from '#libs/connections';
import { AppError, isObject } from '#libs/core';
import { type FastifyRequest } from 'fastify';
import { type Socket } from 'node:net';
import { type RawData, type WebSocket } from 'ws';
import { answerId, CODES, errorJson, type Id, requestIds, RpcError } from '../calls/jsonrpc.js';
import { Conversation } from '../streams/conversation.js';
import { type OpenStreams, type StreamPlace } from '../streams/open-streams.js';
import { refusalJson, type StreamMessages } from '../streams/stream-messages.js';
import { checkSame, isAuth, tokenIn } from './first-message.js';
import { keepHalfOpen } from './half-open.js';
import { type ReadJson, SocketInput } from './socket-input.js';
import { SocketOutput } from './socket-output.js';

/** Requests of one socket that are under way at a time, and messages that wait for their turn. */
const [MOST_AT_ONCE, MOST_WAITING] = [50, 50];
/** Long enough for a person's slow network, in milliseconds; each such socket costs a connection. */
const FIRST_MESSAGE_MS = 10_000;
/** Before it is known who sends, no more than a credential is taken. */
const FIRST_MESSAGE_BYTES = 16 << 10;
/** RFC 6455 section 7.4.1. */
const CLOSE = { goingAway: 1001, text: 1003, policy: 1008, tooLarge: 1009, internal: 1011, later: 1013 };

/** What all sockets share. */
export interface SocketServices {
  readonly access: Access;
  readonly streams: OpenStreams;
  readonly messages: StreamMessages;
  readonly readJson: ReadJson;
}

/** One WebSocket: whose it is, what is done for it, and how it ends. */
export class SocketSession {
  private readonly output: SocketOutput;
  private readonly input: SocketInput;
  private readonly conversation: Conversation;
  private readonly raw: Socket;
  /** Messages whose requests wait until others are answered. */
  private readonly waiting: unknown[] = [];
  private caller: Caller | undefined;
  private again: () => Caller | Promise<Caller>;
  private place: StreamPlace | undefined;
  private authenticating = false;
  /** Why nothing more is begun. */
  private ending: AppError | undefined;
  private late: NodeJS.Timeout | undefined;
  /** What had been read and taken at the last beat. */
  private moved = -1;

  constructor(
    private readonly socket: WebSocket,
    private readonly request: FastifyRequest,
    private readonly services: SocketServices,
  ) {
    this.raw = request.raw.socket;
    this.again = () => services.access.callerNow(request);
    this.output = new SocketOutput(socket, () => this.proceed());
    this.conversation = new Conversation({
      reqId: request.id,
      userAgent: request.headers['user-agent'],
      again: () => this.again(),
      send: (json) => this.output.send(json),
    });
    this.input = new SocketInput(
      socket,
      services.readJson,
      () => this.mayTake(),
      (error, message) => this.took(error, message),
    );
    socket.on('message', (data, isBinary) => this.receive(data, isBinary));
    socket.on('close', (code) => this.closed(code));
    keepHalfOpen(
      this.raw,
      () => socket.pong(),
      () => this.conversation.idle(),
    );
  }

  /** Serves the caller whose credential came with the request. */
  begin(caller: Caller): void {
    try {
      this.hold(caller);
    } catch (error) {
      this.refuse(null, error);
    }
  }

  /**
   * Waits for the message that says who it is.
   * @param known called once, when that is known or the socket has closed
   */
  awaitAuth(known: () => void): void {
    this.late = setTimeout(() => this.refuse(null, unauthorized()), FIRST_MESSAGE_MS).unref();
    const before = this.raw.bytesRead;
    const bounded = () => {
      if (this.raw.bytesRead - before > FIRST_MESSAGE_BYTES)
        this.output.close(CLOSE.tooLarge, 'The first message is too long.');
    };
    this.raw.on('data', bounded);
    this.whenKnown = () => {
      clearTimeout(this.late);
      this.raw.off('data', bounded);
      known();
    };
  }

  private whenKnown: () => void = () => undefined;

  /** Says over the socket what is wrong with its credential or its first message, and closes. */
  refuse(id: Id | null, thrown: unknown): void {
    const error = this.told(thrown);
    this.output.send(refusalJson(id, error)).catch(() => undefined);
    this.close(error);
  }

  private hold(caller: Caller): void {
    this.place?.close();
    this.place = this.services.streams.open({
      caller,
      again: () => this.again(),
      beat: () => this.beat(),
      end: (reason) => this.end(reason),
    });
    this.caller = caller;
    this.request.caller = caller;
    const known = this.whenKnown;
    this.whenKnown = () => undefined;
    known();
  }

  private receive(data: RawData, isBinary: boolean): void {
    if (isBinary) return this.output.close(CLOSE.text, 'Send JSON-RPC messages as text.');
    if (this.socket.readyState === this.socket.OPEN) this.input.receive(data as Buffer);
  }

  private mayTake(): boolean {
    return !this.authenticating && !this.output.isFull && this.waiting.length < MOST_WAITING;
  }

  private took(error: Error | null, message: unknown): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (error) return this.unreadable(error);
    if (this.ending) return this.refuseAll(message, this.ending);
    if (isAuth(message)) return this.inBackground(this.authenticate(message));
    if (!this.caller) return this.refuse(answerId(message), unauthorized());
    this.dropCancelled(message);
    const requests = requestIds(message).length;
    if (requests > 0 && (this.waiting.length > 0 || !this.hasRoom(requests))) this.waiting.push(message);
    else this.serve(message);
  }

  private hasRoom(requests: number): boolean {
    const { underWay } = this.conversation;
    return underWay === 0 || underWay + requests <= MOST_AT_ONCE;
  }

  /** What is cancelled before it has begun never begins. */
  private dropCancelled(message: unknown): void {
    const { method, params } = message as { method?: unknown; params?: unknown };
    if (method !== 'notifications/cancelled' || !isObject(params)) return;
    const at = this.waiting.findIndex((each) => isObject(each) && each.id === params.requestId);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  private serve(message: unknown): void {
    const served = this.services.messages.serve(this.conversation, message).then((refused) => {
      if (refused) this.close(refused);
      this.proceed();
    });
    this.inBackground(served);
  }

  /** Begins what there is room for now. */
  private proceed(): void {
    while (
      this.waiting.length > 0 &&
      !this.output.isFull &&
      !this.ending &&
      this.hasRoom(requestIds(this.waiting[0]).length)
    )
      this.serve(this.waiting.shift());
    this.input.flow();
  }

  private async authenticate(message: unknown): Promise<void> {
    this.authenticating = true;
    const { access } = this.services;
    try {
      const token = tokenIn(message);
      const again = () => access.callerNow(this.request, token);
      const caller = await again();
      if (this.caller) checkSame(this.caller, caller);
      await access.countMessages(caller, 1);
      if (this.socket.readyState !== this.socket.OPEN) return;
      this.again = again;
      this.hold(caller);
      const id = JSON.stringify(answerId(message));
      await this.output.send(`{"jsonrpc":"2.0","id":${id},"result":{"authenticated":true}}`);
    } catch (thrown) {
      this.refuse(answerId(message), thrown);
    } finally {
      this.authenticating = false;
      this.proceed();
    }
  }

  private unreadable(error: Error): void {
    const refusal =
      error instanceof AppError
        ? refusalJson(null, error)
        : errorJson(
            null,
            new RpcError(CODES.parse, 'Parse error', 'Send one JSON-RPC message, or a batch, as the text.'),
          );
    this.output.send(refusal).catch(() => undefined);
  }

  /** Each is told that it was not begun. */
  private refuseAll(message: unknown, reason: AppError): void {
    for (const id of requestIds(message)) this.output.send(refusalJson(id, reason)).catch(() => undefined);
  }

  /** Proxies cut what is silent; and a client that neither reads nor answers from one beat to the next is gone. */
  private beat(): void {
    const moved = this.raw.bytesRead + this.raw.bytesWritten - this.raw.writableLength;
    if (moved === this.moved) return this.socket.terminate();
    this.socket.ping();
    this.moved = this.raw.bytesRead + this.raw.bytesWritten - this.raw.writableLength;
  }

  private end(reason: AppError): void {
    if (reason.code !== 'unavailable') return this.close(reason);
    if (this.ending) return;
    this.ending = reason;
    for (const message of this.waiting.splice(0)) this.refuseAll(message, reason);
    this.inBackground(this.conversation.idle().then(() => this.close(reason)));
  }

  private close(reason: AppError): void {
    this.ending ??= reason;
    this.output.close(codeOf(reason), reason.message);
    this.conversation.cancelAll();
  }

  private closed(code: number): void {
    this.request.told = { ...this.request.told, closed: code };
    this.conversation.cancelAll();
    this.waiting.length = 0;
    this.input.drop();
    this.place?.close();
    this.whenKnown();
  }

  private told(thrown: unknown): AppError {
    const error = AppError.of(thrown);
    if (error.code === 'internal_error')
      this.request.log.error({ reqId: this.request.id, err: thrown }, 'a socket failed unexpectedly');
    return error;
  }

  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.refuse(null, error));
  }
}

const unauthorized = () =>
  new AppError(
    'unauthorized',
    'Say first who you are: {"jsonrpc":"2.0","id":0,"method":"auth","params":{"token":"<credential>"}}.',
  );

function codeOf({ code, details }: AppError): number {
  if (code === 'internal_error') return CLOSE.internal;
  if (code !== 'unavailable') return CLOSE.policy;
  return details.reason === 'shutting_down' ? CLOSE.goingAway : CLOSE.later;
}
