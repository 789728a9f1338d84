import { type DestinationStream } from 'pino';
import { fstatSync, write, writeSync } from 'node:fs';

/** Lines wait so long for others, so that many are written at once. `kill -9` loses what came in this time. */
const GATHER_MS = 20;
/** What is handed to the system at once. Docker reads its pipe in pieces of this size. */
const CHUNK_BYTES = 16 * 1024;
/** What may wait while nobody reads: some 4,000 lines. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Between two attempts at an output that takes nothing (a full pipe or disk): twice as long each time. */
const RETRY_MS = { first: 5, longest: 100 };
/** An end of the process waits so long for whoever reads its lines. */
const LAST_LINES_MS = 1000;

/** What an output is told to do about lines that were dropped. */
export interface Dropping {
  /** A line was dropped. */
  dropped(): void;
  /** Lines flow again: `count` were dropped since this was called last. */
  flowsAgain(count: number): void;
}

/**
 * Lines for a file descriptor, written without ever making the process wait: what the reader of a pipe leaves there, or a disk has no
 * room for, waits in memory up to a bound, and what comes beyond it is dropped and counted. Lines stay whole and in order.
 *
 * Not sonic-boom, which pino would use: it waits 100 ms whenever a pipe is full, its synchronous flush waits for ever for a reader that
 * is stuck, and leaves out what it is just writing.
 */
export class LogOutput implements DestinationStream {
  private lines: string[] = [];
  /** Of `lines` and `chunk`. */
  private waitingBytes = 0;
  /** What is being written, from the byte that comes next. */
  private chunk: Buffer | undefined;
  private isWithSystem = false;
  private isScheduled = false;
  private retryMs = RETRY_MS.first;
  private untold = 0;
  private whenEmpty: (() => void)[] = [];

  constructor(
    private readonly fd: number,
    private readonly dropping: Dropping,
  ) {
    const kind = fstatSync(fd);
    // Node makes a pipe or socket non-blocking when it opens the stream. Without this a full one would keep a thread of the pool, and an
    // exit waits for those threads.
    if (kind.isFIFO() || kind.isSocket()) void (fd === 2 ? process.stderr : process.stdout);
    process.once('exit', () => this.writeRest());
  }

  /** Takes a whole line, or drops it. Never throws, never waits. */
  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (this.waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.untold += 1;
      return this.dropping.dropped();
    }
    this.lines.push(line);
    this.waitingBytes += bytes;
    if (!this.isWithSystem && !this.isScheduled) this.later(GATHER_MS);
  }

  /** Calls back when everything is written, after a second at the latest. */
  flush(done: () => void): void {
    if (this.waitingBytes === 0) return done();
    const timer = setTimeout(done, LAST_LINES_MS);
    this.whenEmpty.push(() => (clearTimeout(timer), done()));
    if (!this.isWithSystem) this.next();
  }

  private later(ms: number): void {
    this.isScheduled = true;
    setTimeout(() => {
      this.isScheduled = false;
      if (!this.isWithSystem) this.next();
    }, ms).unref();
  }

  private next(): void {
    this.chunk ??= this.gather();
    if (this.chunk) {
      this.isWithSystem = true;
      return write(this.fd, this.chunk, 0, this.chunk.length, null, (error, written) => this.written(error, written));
    }
    for (const done of this.whenEmpty.splice(0)) done();
  }

  private written(error: NodeJS.ErrnoException | null, bytes: number): void {
    this.isWithSystem = false;
    if (error) {
      // Whatever it is (EAGAIN, ENOSPC, a reader that has gone): the line may be written in part, so nothing but its rest may follow.
      this.later(this.retryMs);
      this.retryMs = Math.min(2 * this.retryMs, RETRY_MS.longest);
      return;
    }
    this.retryMs = RETRY_MS.first;
    this.took(bytes);
    // Told only when there is much room, so that a slow reader is not sent one such line after each that it reads.
    if (this.untold > 0 && this.waitingBytes < MAX_WAITING_BYTES / 2) {
      const count = this.untold;
      this.untold = 0;
      this.dropping.flowsAgain(count);
    }
    if (!this.chunk && this.waitingBytes > 0 && this.waitingBytes < CHUNK_BYTES && this.whenEmpty.length === 0)
      return this.later(GATHER_MS);
    if (!this.isWithSystem) this.next();
  }

  /** Lines of about a chunk; undefined when none wait. */
  private gather(): Buffer | undefined {
    let [count, length] = [0, 0];
    while (count < this.lines.length && length < CHUNK_BYTES) length += this.lines[count++]!.length;
    return count === 0 ? undefined : Buffer.from(this.lines.splice(0, count).join(''));
  }

  private took(bytes: number): void {
    this.waitingBytes -= bytes;
    this.chunk = bytes === this.chunk!.length ? undefined : this.chunk!.subarray(bytes);
  }

  /** Nothing asynchronous happens any more: what is left is written now, for as long as it is taken. */
  private writeRest(): void {
    const until = Date.now() + LAST_LINES_MS / 4;
    const wait = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    if (this.isWithSystem) {
      // A thread of the pool has it, and writes it before the process is gone.
      wait(RETRY_MS.first);
      this.took(this.chunk!.length);
    }
    while ((this.chunk ??= this.gather())) {
      try {
        this.took(writeSync(this.fd, this.chunk));
      } catch {
        if (Date.now() > until) return;
        wait(RETRY_MS.first);
      }
    }
  }
}
