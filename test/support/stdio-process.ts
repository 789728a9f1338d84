import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** The built command that clients start. */
export const STDIO = [resolve('dist/apps/cli/src/main.js'), 'stdio'];

type Message = Record<string, any>;

/** `clickup-mcp stdio` as a process of its own, spoken to line by line. */
export class StdioProcess {
  readonly exit: Promise<number | string>;
  /** Every line of its standard output: one that is no JSON-RPC message fails whoever waits for an answer. */
  readonly messages: Message[] = [];
  private readonly broken: string[] = [];
  private readonly child: ChildProcess;
  private told = '';
  private rest = '';
  private heard: () => void = () => undefined;
  private ids = 0;
  private ended = false;

  constructor(env: Record<string, string>, cwd?: string) {
    this.child = spawn(process.execPath, STDIO, { env: { PATH: process.env.PATH, ...env }, cwd, stdio: 'pipe' });
    this.exit = once(this.child, 'close').then(([code, signal]) => {
      this.ended = true;
      this.heard();
      return (code ?? signal) as number | string;
    });
    this.child.stdin!.on('error', () => undefined);
    this.child.stderr!.on('data', (chunk) => (this.told += String(chunk)));
    this.child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (this.rest + chunk).split('\n');
      this.rest = lines.pop()!;
      for (const line of lines) this.take(line);
      this.heard();
    });
  }

  private take(line: string): void {
    try {
      const message = JSON.parse(line) as Message;
      if ([message].flat().some(({ jsonrpc }) => jsonrpc !== '2.0')) throw new Error('no JSON-RPC');
      this.messages.push(message);
    } catch {
      this.broken.push(line);
    }
  }

  /** Lines of standard output that are no messages of the protocol. */
  get violations(): string[] {
    return this.rest === '' ? this.broken : [...this.broken, this.rest];
  }

  get stderr(): string {
    return this.told;
  }

  write(text: string | Buffer): void {
    this.child.stdin!.write(text);
  }

  /** Sends a request without waiting. @returns its id */
  send(method: string, params?: object): number {
    const id = (this.ids += 1);
    this.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, ...(params && { params }) })}\n`);
    return id;
  }

  ask(method: string, params?: object): Promise<Message> {
    return this.answer(this.send(method, params));
  }

  call(name: string, args: object = {}): Promise<Message> {
    return this.ask('tools/call', { name, arguments: args });
  }

  initialize(protocolVersion = '2025-11-25'): Promise<Message> {
    return this.ask('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } });
  }

  answer(id: number | string): Promise<Message> {
    return this.message((message) => message.id === id);
  }

  /** The first message that is so; rejects when the process ends without it. */
  async message(is: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.messages.find(is);
      if (found) return found;
      if (this.ended) throw new Error(`it ended without an answer:\n${this.told}\n${this.violations.join('\n')}`);
      await new Promise<void>((resolve) => (this.heard = resolve));
    }
  }

  /** Ends its input. */
  end(): void {
    this.child.stdin!.end();
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
