import { WebSocket } from 'ws';

type Message = any;

/** A WebSocket to the gateway, by a real client, with what has come over it. */
export class TestSocket {
  readonly messages: Message[] = [];
  /** Code and reason of the end. */
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly heard: (() => void)[] = [];
  /** Headers of the answer to the upgrade. */
  headers: Record<string, string | string[] | undefined> = {};

  private constructor(readonly socket: WebSocket) {
    socket.on('upgrade', ({ headers }) => (this.headers = headers));
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()));
      for (const tell of this.heard.splice(0)) tell();
    });
    this.closed = new Promise((resolve) =>
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    socket.on('error', () => undefined);
  }

  /** Resolves when it is open. @throws the status and the body of the answer where it is not to be */
  static async open(
    url: string,
    {
      query = '',
      headers = {},
      protocols = [] as string[],
    }: { query?: string; headers?: Record<string, string>; protocols?: string[] } = {},
  ): Promise<TestSocket> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/mcp/ws${query}`, protocols, { headers });
    const opened = new TestSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('unexpected-response', (_request, response) => {
        let body = '';
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('end', () =>
          reject(Object.assign(new Error(body), { status: response.statusCode, headers: response.headers })),
        );
      });
      socket.once('error', reject);
    });
    return opened;
  }

  send(message: unknown): this {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    return this;
  }

  /** The first message that fits, once it is there. */
  async message(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found: Message = this.messages.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.heard.push(resolve));
    }
  }
  answer(id: unknown): Promise<Message> {
    return this.message((message) => message.id === id && !('method' in message));
  }
  ask(method: string, params?: object, id: unknown = method): Promise<Message> {
    this.send({ jsonrpc: '2.0', id, method, ...(params && { params }) });
    return this.answer(id);
  }
  call(name: string, args: object = {}, id: unknown = name): Promise<Message> {
    return this.ask('tools/call', { name, arguments: args }, id);
  }
  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
