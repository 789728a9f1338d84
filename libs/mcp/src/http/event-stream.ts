import { type FastifyReply } from 'fastify';
import { Readable } from 'node:stream';

/** A connection on which nothing is sent is cut by proxies after a minute or so; the SDK's streams send something as often, in milliseconds. */
const KEEP_ALIVE_MS = 15_000;

/**
 * The answer to one request as a stream of events. It begins with the first thing that is told before the answer; as long as there is
 * none, the request can still be answered with JSON.
 */
export class EventStream {
  private readonly events: string[] = [];
  private begun = false;
  private ended = false;
  private more: () => void = () => undefined;
  private readonly alive: NodeJS.Timeout;

  /** @param begin called before the first event, to set headers */
  constructor(
    private readonly reply: FastifyReply,
    private readonly begin: () => void,
  ) {
    this.alive = setInterval(() => this.push(': keep-alive\n\n'), KEEP_ALIVE_MS);
  }

  /** Whether something was told already, so that the answer has to follow in the stream. */
  get isOpen(): boolean {
    return this.begun;
  }

  /** @param json one JSON-RPC message; JSON text has no line breaks, so it is one line of an event */
  tell(json: string): void {
    this.push(`event: message\ndata: ${json}\n\n`);
  }

  /** Call it when the request is over, whatever became of it. */
  end(): void {
    clearInterval(this.alive);
    this.ended = true;
    this.more();
  }

  private push(event: string): void {
    if (this.ended) return;
    this.events.push(event);
    this.more();
    if (this.begun) return;
    this.begun = true;
    this.begin();
    // Fastify reads the stream to its end, and ends it when it fails or when the client leaves.
    void this.reply
      .type('text/event-stream')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(this.read()));
  }

  private async *read(): AsyncGenerator<string> {
    for (;;) {
      yield* this.events.splice(0, Infinity);
      if (this.events.length > 0) continue;
      if (this.ended) return;
      await new Promise<void>((resolve) => (this.more = resolve));
    }
  }
}
