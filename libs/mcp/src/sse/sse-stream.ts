import { streamMessagesDropped } from '#libs/audit';
import { type Caller } from '#libs/connections';
import { AppError, Arrival, inTrace } from '#libs/core';
import { type ServerResponse } from 'node:http';
import { Conversation, type StreamClient } from '../streams/conversation.js';
import { ownerOf } from '../stream-post/owner.js';
import { type HeldStream, type StreamPlace } from '../streams/open-streams.js';
import { refusalJson, type StreamMessages } from '../streams/stream-messages.js';
import { type Addressee, type Letter, type StreamPost } from '../stream-post/stream-post.js';

/** When so many bytes wait to be read, a further message ends the stream: its client does not read. */
const MOST_UNREAD_BYTES = 8 << 20;
/** How long a client that was told the end may take to read it, in milliseconds. */
const LAST_WORDS_MS = 5_000;
/** When clients open the stream again: not all at the same time, where a replica has gone that held many. */
const RETRY_MS = { least: 500, spread: 2_000 };

/** How a stream was asked for. */
interface Asked {
  caller: Caller;
  /** SHA-256 of the stream id. */
  hash: Buffer;
  reqId: string;
  userAgent: string | undefined;
  /** Whether each message is sent again by the name that S3's clients listen to, and answers to POST /mcp too. */
  named: boolean;
  /** @throws AppError (or rejects) */
  again: () => Caller | Promise<Caller>;
}

/** One open stream of the HTTP+SSE transport (MCP 2024-11-05): what it says goes out by the answer to its GET. */
export class SseStream implements HeldStream, StreamClient, Addressee {
  readonly caller: Caller;
  readonly hash: Buffer;
  readonly owner: string;
  readonly reqId: string;
  readonly userAgent: string | undefined;
  readonly again: Asked['again'];
  readonly mirrors: boolean;
  place: StreamPlace | undefined;
  private readonly conversation: Conversation;
  /** Messages that have not left yet. */
  private readonly leaving = new Set<(left: boolean) => void>();
  private ended: 'soon' | 'now' | undefined;

  constructor(
    asked: Asked,
    private readonly raw: ServerResponse,
    private readonly messages: StreamMessages,
    private readonly post: StreamPost,
  ) {
    const { caller, hash, reqId, userAgent, named, again } = asked;
    this.caller = caller;
    this.hash = hash;
    this.reqId = reqId;
    this.userAgent = userAgent;
    this.again = again;
    this.owner = ownerOf(caller);
    this.mirrors = named;
    this.conversation = new Conversation(this);
    raw.on('error', () => undefined);
    raw.once('close', () => this.over());
  }

  /** @param endpoint where the client is to send its messages */
  begin(endpoint: string): void {
    const retry = Math.round(RETRY_MS.least + Math.random() * RETRY_MS.spread);
    this.write(`retry: ${retry}\nevent: endpoint\ndata: ${endpoint}\n\n`);
  }

  /** Serves a message or a batch, which were counted where they came in. */
  take(body: unknown): void {
    this.messages
      .serve(this.conversation, body, true)
      .then((refused) => refused && this.end(refused))
      .catch((error: unknown) => this.cutOff(error));
  }

  receive({ kind, text, carrier }: Letter): void {
    if (kind !== 'message') return void this.send(text, kind === 'error').catch(() => undefined);
    const take = () => this.take(JSON.parse(text));
    if (carrier) inTrace(new Arrival(carrier), take);
    else take();
  }

  cutOff(error: unknown): void {
    this.end(AppError.of(error));
  }

  send(json: string, isError = false): Promise<boolean> {
    if (this.raw.destroyed || this.raw.writableEnded || this.raw.writableLength > MOST_UNREAD_BYTES) {
      streamMessagesDropped.inc();
      this.raw.destroy();
      return Promise.resolve(false);
    }
    const event = `event: message\ndata: ${json}\n\n`;
    const again = this.mirrors ? `event: ${isError ? 'mcp-error' : 'mcp-message'}\ndata: ${json}\n\n` : '';
    return new Promise((resolve) => {
      const done = (left: boolean) => {
        this.leaving.delete(done);
        resolve(left);
      };
      this.leaving.add(done);
      this.raw.write(event + again, (error) => done(!error));
    });
  }

  beat(): void {
    this.write(': keep-alive\n\n');
  }

  end(reason: AppError): void {
    if (this.ended === 'now') return;
    const soon = reason.details.reason === 'shutting_down';
    if (soon && this.ended) return;
    this.ended = soon ? 'soon' : 'now';
    if (!soon) return this.close(reason);
    // What has come in is answered first; from now on nothing more does.
    this.post
      .close(this.hash)
      .then(() => this.conversation.idle())
      .then(
        () => this.close(reason),
        () => this.close(reason),
      );
  }

  /** A comment for whoever reads the stream by eye, and an event that clients of the SDK pass over. */
  private close(reason: AppError): void {
    this.write(`: ended: ${reason.message}\n\nevent: mcp-error\ndata: ${refusalJson(null, reason)}\n\n`);
    this.raw.end();
    this.conversation.cancelAll();
    setTimeout(() => this.raw.destroy(), LAST_WORDS_MS).unref();
  }

  private write(text: string): void {
    if (!this.raw.destroyed && !this.raw.writableEnded) this.raw.write(text);
  }

  /** The connection is closed, whoever has closed it. */
  private over(): void {
    this.place?.close();
    for (const done of [...this.leaving]) done(false);
    this.conversation.cancelAll();
    this.post.forget(this.hash).catch(() => undefined);
  }
}
