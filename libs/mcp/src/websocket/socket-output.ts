import { type WebSocket } from 'ws';

/** While more than this waits to be taken by the client, nothing further is begun for it. */
const MOST_WAITING_BYTES = 1 << 20;
/** RFC 6455 section 5.5.1: a Close frame has room for so much. */
const LONGEST_REASON_BYTES = 123;

/** What goes out over a WebSocket, in its order. */
export class SocketOutput {
  /** @param taken called whenever a message has left */
  constructor(
    private readonly socket: WebSocket,
    private readonly taken: () => void,
  ) {}

  /** Whether the client does not take what there is for it. */
  get isFull(): boolean {
    return this.socket.bufferedAmount > MOST_WAITING_BYTES;
  }

  /** @returns whether all of it has left; it never rejects */
  send(json: string): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.socket.readyState !== this.socket.OPEN) return resolve(false);
      this.socket.send(json, (error) => {
        resolve(!error);
        this.taken();
      });
    });
  }

  /** Says why, after what is waiting to leave, and closes. */
  close(code: number, reason: string): void {
    // A client that was not listened to has to be heard once more: its own Close frame.
    this.socket.resume();
    this.socket.close(code, shortened(reason));
  }
}

/** No character is cut in two. */
function shortened(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > LONGEST_REASON_BYTES) text = text.slice(0, -1);
  return text.replace(/[\uD800-\uDBFF]$/, '');
}
