import { type WebSocket } from 'ws';

/** Reads JSON as the bodies of requests are read, a long one in steps; what is wrong with it comes as an error. */
export type ReadJson = (bytes: Buffer, done: (error: Error | null, value?: unknown) => void) => void;

/** Reads the messages of one WebSocket one after the other, and stops listening to its client while nothing more may be taken. */
export class SocketInput {
  /** What had come before the client was not listened to any more: no more than one piece of what the system hands over. */
  private readonly came: Buffer[] = [];
  private reading = false;
  private turning = false;

  /**
   * @param mayTake whether a further message may be read now
   * @param take gets each message, or what is wrong with it
   */
  constructor(
    private readonly socket: WebSocket,
    private readonly readJson: ReadJson,
    private readonly mayTake: () => boolean,
    private readonly take: (error: Error | null, message: unknown) => void,
  ) {}

  receive(bytes: Buffer): void {
    this.came.push(bytes);
    this.flow();
  }

  /** Goes on, or stops listening; call it whenever what {@link mayTake} says may have changed. */
  flow(): void {
    if (this.turning) return;
    this.turning = true;
    while (!this.reading && this.came.length > 0 && this.mayTake()) this.read(this.came.shift()!);
    this.turning = false;
    if (this.reading || this.came.length > 0 || !this.mayTake()) this.socket.pause();
    else this.socket.resume();
  }

  /** Forgets what was not read yet. */
  drop(): void {
    this.came.length = 0;
  }

  private read(bytes: Buffer): void {
    this.reading = true;
    this.readJson(bytes, (error, message) => {
      this.reading = false;
      this.take(error, message);
      this.flow();
    });
  }
}
