import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One connection to a server, seen byte by byte: what HTTP clients hide. */
export class Wire {
  private received = Buffer.alloc(0);
  /** How it ended: by whom nothing more was said, or by reset. */
  ended: 'open' | 'closed' | 'reset' | 'refused' = 'open';
  private readonly over: Promise<unknown>;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.received = Buffer.concat([this.received, chunk])));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      this.ended = code === 'ECONNREFUSED' ? 'refused' : 'reset';
    });
    // `once` of node:events would reject at an error, which is one of the ends here.
    this.over = new Promise<void>((resolve) => {
      socket.once('close', () => {
        if (this.ended === 'open') this.ended = 'closed';
        resolve();
      });
    });
  }

  /** Resolves when the connection is there, or when it is not to be. */
  static async to(url: string): Promise<Wire> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const wire = new Wire(socket);
    await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), wire.over]);
    return wire;
  }

  /** @param body sent as JSON */
  send(request: string, { token = 'pk_sandbox_owner', body }: { token?: string; body?: object } = {}): this {
    const text = body === undefined ? '' : JSON.stringify(body);
    this.socket.write(
      `${request} HTTP/1.1\r\nhost: sandbox\r\nauthorization: ${token}\r\n` +
        (text ? `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n` : '') +
        `\r\n${text}`,
    );
    return this;
  }

  get bytes(): Buffer {
    return this.received;
  }
  get head(): string {
    return this.received.toString('latin1').split('\r\n\r\n')[0]!;
  }
  /** The bytes behind the head, chunked ones with their sizes. */
  get body(): Buffer {
    return this.received.subarray(this.received.indexOf('\r\n\r\n') + 4);
  }
  header(name: string): string | undefined {
    return new RegExp(`^${name}: ?(.*)$`, 'im').exec(this.head.replaceAll('\r', ''))?.[1];
  }
  /** The values of a header that may come several times. */
  headers(name: string): string[] {
    return [...this.head.replaceAll('\r', '').matchAll(new RegExp(`^${name}: ?(.*)$`, 'gim'))].map(
      ([, value]) => value!,
    );
  }

  /** Resolves when this holds; looks again whenever something has arrived. */
  async until(holds: (wire: this) => boolean): Promise<this> {
    while (!holds(this)) await once(this.socket, 'data');
    return this;
  }
  /** One whole answer with a Content-Length. */
  async answer(): Promise<this> {
    await this.until((wire) => wire.bytes.includes('\r\n\r\n'));
    return this.until((wire) => wire.body.length >= Number(wire.header('content-length') ?? 0));
  }
  /** Forgets what has arrived, for the next answer on the same connection. */
  forget(): this {
    this.received = Buffer.alloc(0);
    return this;
  }
  async end(): Promise<Wire['ended']> {
    await this.over;
    return this.ended;
  }
  /** Leaves. */
  leave(): void {
    this.socket.destroy();
  }
}
