import { answerId, CODES, errorJson, type Id, RpcError, withDetails } from '#libs/mcp';
import { type JSONRPCMessage, type Transport } from '@modelcontextprotocol/server';
import { type Readable, type Writable } from 'node:stream';
import { Lines } from './lines.js';
import { checkLine, parsedLine } from './read-message.js';
import { type Requests } from './requests.js';

/** While so many requests are under way, no further ones are read: their client waits, and no memory is taken. */
const MOST_OPEN = 100;

/**
 * One JSON-RPC message per line, in and out. The SDK's own transport closes the connection over a line that is too long, says nothing to one
 * that is no message, and drops the answers to what is under way when its input ends; here each of these has an answer.
 */
export class LineTransport implements Transport {
  onmessage: Transport['onmessage'];
  onclose: Transport['onclose'];
  onerror: Transport['onerror'];
  /** Resolves when the client has nothing more to say, or does not listen any more. */
  readonly over: Promise<void>;
  private readonly lines: Lines;
  private end: () => void = () => undefined;
  private revision: string | undefined;
  private stopped = false;

  /**
   * @param seen is shown each message before it is dealt with
   * @param most bytes of one line
   */
  constructor(
    private readonly input: Readable,
    private readonly output: Writable,
    private readonly requests: Requests,
    private readonly most: number,
    private readonly seen: (message: unknown) => void,
  ) {
    this.lines = new Lines(most);
    this.over = new Promise((resolve) => (this.end = resolve));
  }

  start(): Promise<void> {
    this.output.on('error', () => this.end());
    this.output.on('drain', () => this.flow());
    this.input.on('error', () => this.end());
    this.input.on('data', (piece: Buffer) => this.read(piece));
    this.input.once('end', () => {
      // The last line of a script often has no end.
      this.receive(this.lines.take());
      this.end();
    });
    return Promise.resolve();
  }

  /** Reads nothing more; what is under way is still answered. */
  stop(): void {
    this.stopped = true;
    this.input.pause();
  }

  close(): Promise<void> {
    this.stop();
    this.onclose?.();
    return Promise.resolve();
  }

  setProtocolVersion(revision: string): void {
    this.revision = revision;
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (!('result' in message || 'error' in message)) return void (await this.write(JSON.stringify(message)));
    const answer = withDetails(message);
    const id = answerId(message);
    await this.answer(id === null ? { line: answer, ids: [] } : this.requests.answered(id, answer));
  }

  private async answer(now: ReturnType<Requests['answered']>): Promise<void> {
    if (!now) return;
    const reached = await this.write(JSON.stringify(now.line));
    this.requests.ended(now.ids, reached);
    this.flow();
  }

  /** @returns whether all of it has left */
  private write(line: string): Promise<boolean> {
    return new Promise((resolve) => this.output.write(`${line}\n`, (error) => resolve(!error)));
  }

  private read(piece: Buffer): void {
    for (const line of this.lines.in(piece)) {
      if (line) this.receive(line);
      else this.refuse(null, invalid(`A line holds ${this.most} bytes at most (MCP_BODY_LIMIT_BYTES).`));
    }
    this.flow();
  }

  private receive(line: Buffer): void {
    if (this.stopped || line.toString('latin1').trim() === '') return;
    let message: unknown;
    try {
      message = parsedLine(line);
      checkLine(message, this.revision);
      this.begin(message);
    } catch (error) {
      this.refuse(error instanceof SharedId ? null : answerId(message), error as RpcError);
    }
  }

  /** @throws SharedId when a request of this id is under way: it could not be told which of the two an answer is for */
  private begin(message: unknown): void {
    const messages = [message].flat() as JSONRPCMessage[];
    const ids = messages.flatMap(requestId);
    if (ids.some((id) => this.requests.has(id))) throw new SharedId();
    this.requests.begin(ids, Array.isArray(message));
    for (const each of messages) {
      this.seen(each);
      this.onmessage?.(each);
      if ('method' in each && each.method === 'notifications/cancelled') this.cancelled(each.params?.requestId);
    }
  }

  private cancelled(id: unknown): void {
    if (typeof id === 'string' || typeof id === 'number') this.answerLater(this.requests.cancelled(id));
  }

  private refuse(id: Id | null, error: RpcError): void {
    this.answerLater({ line: JSON.parse(errorJson(id, error)) as unknown, ids: [] });
  }

  private answerLater(now: ReturnType<Requests['answered']>): void {
    this.answer(now).catch((error: Error) => this.onerror?.(error));
  }

  /** A client that does not read its answers, or has asked too much at a time, is not listened to for now. */
  private flow(): void {
    if (this.stopped) return;
    if (this.output.writableNeedDrain || this.requests.count >= MOST_OPEN) this.input.pause();
    else this.input.resume();
  }
}

/** A request that is to be answered; a subscription is open until it is ended. */
const requestId = (message: JSONRPCMessage): Id[] =>
  'method' in message && 'id' in message && message.method !== 'subscriptions/listen' ? [message.id] : [];

const invalid = (details: string) => new RpcError(CODES.request, 'Invalid request', details);

class SharedId extends RpcError {
  constructor() {
    super(
      CODES.request,
      'Invalid request',
      'A request with this `id` is under way: every request needs an `id` of its own.',
    );
  }
}
