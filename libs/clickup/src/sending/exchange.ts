import { type LeavingSignal } from '#libs/core';
import { type Dispatcher, errors } from 'undici';
import { type Account, COUNTED_FROM, UNTOLD_BYTES, weightOf } from './bulkheads/bytes-in-flight.js';
import { IN_STEPS_FROM } from './bulkheads/large-answers.js';

/** How one HTTP attempt ended. */
export type Ending =
  /** Status, headers and the whole body are there. */
  | 'answered'
  /** No byte of the request left. */
  | 'not_sent'
  /** Bytes left, no status came: reset, timeout. */
  | 'no_answer'
  /** A status came, but not the whole body. */
  | 'cut'
  | 'too_large'
  /** It would have taken more memory than there is for answers, and none became free in time. */
  | 'no_room'
  /** The caller left, and the request had not left yet or only reads. */
  | 'cancelled';

type Headers = Readonly<Record<string, string | string[] | undefined>>;
type Request = Pick<Dispatcher.DispatchOptions, 'path' | 'method' | 'headers' | 'body'>;
/** Expires an exchange when its time is up, unless what is returned was cleared before. */
export type Countdown = (exchange: Exchange, ms: number, request: Request) => NodeJS.Timeout | undefined;

/**
 * One request and its answer over undici. It never rejects: how it ended is in `ending`.
 * It is handler, timer argument and abort listener in one object, because it is made for every request.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  ending?: Ending;
  timedOut = false;
  status = 0;
  headers: Headers = {};
  error?: unknown;
  /** Of an answer that is long: what it says, if it could be read in steps. */
  parsed?: { json: unknown };
  /** The accepted answer; set by `failureOf`. */
  json: unknown;

  private controller?: Dispatcher.DispatchController;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private isToldLong = false;
  private isWaiting = false;
  private timer?: NodeJS.Timeout;
  private done?: (exchange: this) => void;

  /**
   * @param timeoutMs from `send` to the last byte
   * @param untilDeadline whether `timeoutMs` is what is left of the time of the whole call
   * @param account what holds the memory of the answer; a write's answer never waits for any, because it says whether the write was done
   * @param abortable whether the signal ends a request that has already left; one that has not left yet is ended in any case
   * @param countdown what tells that the time is up
   */
  constructor(
    private readonly timeoutMs: number,
    private readonly untilDeadline: boolean,
    private readonly maxBytes: number,
    private readonly abortable: boolean,
    private readonly signal?: LeavingSignal,
    private readonly account?: Account,
    private readonly countdown: Countdown = byTimer,
  ) {}

  /** Whether ClickUp may have seen the request. */
  get sent(): boolean {
    return this.controller !== undefined;
  }

  /** Whether the time of the whole call, not of this attempt, was up. */
  get cutByDeadline(): boolean {
    return this.timedOut && this.untilDeadline;
  }

  send(dispatcher: Dispatcher, request: Request): Promise<this> {
    return new Promise((resolve) => {
      this.done = resolve;
      this.signal?.addEventListener('abort', this);
      this.timer = this.countdown(this, this.timeoutMs, request);
      dispatcher.dispatch(request, this);
    });
  }

  /** Of the body, as far as it has come, in bytes. */
  get length(): number {
    return this.size;
  }

  /** Whether a whole answer came that is better parsed in steps. */
  get isLong(): boolean {
    return this.ending === 'answered' && this.status >= 200 && this.status < 300 && this.size >= IN_STEPS_FROM;
  }

  /** The whole body, undefined where there is none; the pieces that it came in are let go. */
  bytes(): Buffer | undefined {
    if (this.chunks.length > 1) this.chunks.splice(0, Infinity, Buffer.concat(this.chunks, this.size));
    return this.chunks[0];
  }

  /** The body as text. */
  text(): string {
    return textOf(this.bytes());
  }

  /** undici calls this right before it writes to a socket: until then nothing has left. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while it waited for a connection, or about to be written twice: neither may reach the wire.
    if (this.ending || this.controller) {
      controller.abort(new errors.RequestAbortedError());
      return;
    }
    this.controller = controller;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    const length = Number(headers['content-length']);
    if (length > this.maxBytes) return this.giveUp('too_large');
    this.isToldLong = length >= COUNTED_FROM;
    if (this.isToldLong) this.reserve(length, controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const before = this.size;
    this.size += chunk.length;
    if (this.size > this.maxBytes) return this.giveUp('too_large');
    this.chunks.push(chunk);
    if (this.isToldLong) return;
    if (before < COUNTED_FROM && this.size >= COUNTED_FROM)
      this.reserve(Math.min(UNTOLD_BYTES, this.maxBytes), controller);
    else if (before < UNTOLD_BYTES && this.size >= UNTOLD_BYTES) this.reserve(this.maxBytes);
  }

  /** Reads no further until there is memory for that many bytes; without a controller there is no waiting. */
  private reserve(bytes: number, controller?: Dispatcher.DispatchController): void {
    const { account } = this;
    if (!account || account.raise(weightOf(bytes))) return;
    if (!this.abortable) return account.force(weightOf(bytes));
    if (!controller) return this.giveUp('no_room');
    this.isWaiting = true;
    controller.pause();
    account.await(weightOf(bytes), () => {
      this.isWaiting = false;
      controller.resume();
    });
  }

  onResponseEnd(): void {
    this.account?.lower(weightOf(this.size));
    this.end('answered');
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.end(this.lost(), error);
  }

  /** The signal fired. */
  handleEvent(): void {
    if (!this.controller || this.abortable) this.giveUp('cancelled');
  }

  expire(): void {
    if (this.isWaiting) return this.giveUp('no_room');
    this.timedOut = true;
    this.giveUp(this.lost());
  }

  private lost(): Ending {
    if (!this.controller) return 'not_sent';
    return this.status ? 'cut' : 'no_answer';
  }

  private giveUp(ending: Ending): void {
    this.end(ending);
    this.controller?.abort(new errors.RequestAbortedError());
  }

  private end(ending: Ending, error?: unknown): void {
    if (this.ending) return;
    this.ending = ending;
    this.error = error;
    clearTimeout(this.timer);
    this.signal?.removeEventListener('abort', this);
    this.done?.(this);
  }
}

const expire = (exchange: Exchange) => exchange.expire();
const byTimer: Countdown = (exchange, ms) => setTimeout(expire, ms, exchange);

/** A body as text; bytes that are no UTF-8 become replacement characters, a byte order mark goes. */
export function textOf(body: Buffer | undefined): string {
  const text = body?.toString('utf8') ?? '';
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
