import { type Caller, type Invalidated, type InvalidatedCache, Invalidations } from '#libs/connections';
import { AppError, CONFIG, type Config } from '#libs/core';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ownerOf } from '../stream-post/owner.js';

/** Proxies cut what is silent for a minute or less. */
const BEAT_MS = 20_000;
/** Refusals that say that the credential is not let in any more. Others, such as a database that does not answer, say nothing about it. */
const ENDED: readonly string[] = [
  'unauthorized',
  'invalid_token',
  'token_expired',
  'invalid_credentials',
  'not_found',
  'forbidden',
];

/** A stream, as the door holds it that it came in by. */
export interface HeldStream {
  /** Who opened it. */
  readonly caller: Caller;
  /** The same caller with its rights as they are now. @throws AppError (or rejects) where it is not let in any more */
  again(): Caller | Promise<Caller>;
  /** Sends something that keeps the connection alive; called every 20 seconds. It must not throw. */
  beat(): void;
  /** Says why, and closes: after the answers to what is under way where the reason is `unavailable`, otherwise at once. It must not throw. */
  end(reason: AppError): void;
}

/** The place of an open stream. */
export interface StreamPlace {
  /** Frees it. Call it whenever the stream is over, whoever ended it; again is fine. */
  close(): void;
}

/**
 * The open streams (SSE, WebSocket) of this replica: how many there may be, and when they end. A stream ends within a second of the end of
 * its credential on any replica, at the second at which that expires, and when the process is about to stop.
 */
@Injectable()
export class OpenStreams implements InvalidatedCache, OnModuleInit, BeforeApplicationShutdown {
  private readonly streams = new Set<HeldStream>();
  private readonly perCredential = new Map<string, number>();
  private readonly expiries = new Map<HeldStream, NodeJS.Timeout>();
  /** Streams whose credential could not be looked up when there was reason to. */
  private readonly doubtful = new Set<HeldStream>();
  private beats: NodeJS.Timeout | undefined;
  private ending = false;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'MAX_STREAMS' | 'MAX_STREAMS_PER_CREDENTIAL'>,
    private readonly invalidations: Invalidations,
  ) {
    invalidations.subscribe(this);
  }

  /** How many there are. */
  get count(): number {
    return this.streams.size;
  }

  onModuleInit(): void {
    this.beats = setInterval(() => this.beat(), BEAT_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.beats);
    this.endAll();
  }

  /**
   * Takes a place for a stream.
   * @throws AppError `rate_limited` where its credential holds as many as it may, `unavailable` where the replica does, or is about to stop
   */
  open(stream: HeldStream): StreamPlace {
    const key = keyOf(stream.caller);
    const held = this.perCredential.get(key) ?? 0;
    const { MAX_STREAMS_PER_CREDENTIAL: limit, MAX_STREAMS: inAll } = this.config;
    if (this.ending) throw shuttingDown();
    if (held >= limit)
      throw new AppError(
        'rate_limited',
        `This credential holds ${limit} streams open, as many as it may: close one, or use one stream for all requests.`,
        { details: { limit, remaining: 0 } },
      );
    if (this.streams.size >= inAll)
      throw new AppError(
        'unavailable',
        'No further stream can be opened here now: try again later, or send requests by POST to /mcp, which needs no stream.',
        { details: { reason: 'streams', retry_after_seconds: 30 } },
      );
    this.streams.add(stream);
    this.perCredential.set(key, held + 1);
    this.awaitExpiry(stream);
    return { close: () => this.close(stream, key) };
  }

  /** Ends every stream, because the process is about to stop; no other is opened from now on. */
  endAll(): void {
    this.ending = true;
    for (const stream of [...this.streams]) stream.end(shuttingDown());
  }

  /** Something has changed on this or another replica. */
  drop(kind: Invalidated, id: string): void {
    if (kind === 'job' || kind === 'tier') return;
    // Whose connection made the key of a server URL is not known here, and who is not concerned is remembered and costs nothing.
    const concerned: Readonly<Record<typeof kind, (caller: Caller) => boolean>> = {
      grant: (caller) => caller.id === id,
      connection: (caller) => caller.connection !== undefined,
      policy: (caller) => caller.workspaceId === id,
      switch: () => true,
    };
    this.checkLater([...this.streams].filter(({ caller }) => concerned[kind](caller)));
  }

  flush(): void {
    this.checkLater([...this.streams]);
  }

  private close(stream: HeldStream, key: string): void {
    if (!this.streams.delete(stream)) return;
    const left = (this.perCredential.get(key) ?? 1) - 1;
    if (left > 0) this.perCredential.set(key, left);
    else this.perCredential.delete(key);
    clearTimeout(this.expiries.get(stream));
    this.expiries.delete(stream);
    this.doubtful.delete(stream);
  }

  private beat(): void {
    for (const stream of this.streams) {
      stream.beat();
      this.awaitExpiry(stream);
    }
    this.checkLater(this.invalidations.hears ? [...this.doubtful] : [...this.streams]);
  }

  /** A timer only for what ends before the next beat but one: Node's cannot wait for more than 24 days. */
  private awaitExpiry(stream: HeldStream): void {
    const left = (stream.caller.endsAt ?? Infinity) - Date.now();
    if (left > 2 * BEAT_MS || this.expiries.has(stream)) return;
    const timer = setTimeout(() => stream.end(expired()), Math.max(0, left)).unref();
    this.expiries.set(stream, timer);
  }

  private checkLater(streams: readonly HeldStream[]): void {
    this.check(streams).catch(() => undefined);
  }

  /** One after the other: what is refused once is remembered, so that many streams of one credential are not many guesses. */
  private async check(streams: readonly HeldStream[]): Promise<void> {
    // The caches that answer have to hear of the change first.
    await Promise.resolve();
    for (const stream of streams) {
      if (!this.streams.has(stream)) continue;
      try {
        const caller = await stream.again();
        this.doubtful.delete(stream);
        if (ownerOf(caller) !== ownerOf(stream.caller)) stream.end(revoked());
      } catch (error) {
        const refused = AppError.of(error);
        // Whose credential is as good as ever is told what else is wrong.
        if (ENDED.includes(refused.code)) stream.end(refused.code === 'forbidden' ? refused : revoked());
        else this.doubtful.add(stream);
      }
    }
  }
}

/** Clients that bring their own ClickUp keys along can vary the id. */
const keyOf = ({ kind, id, countsAs }: Caller): string => `${kind} ${countsAs ?? id}`;

const revoked = () =>
  new AppError('invalid_token', 'The credential of this stream has ended: connect again with one that is valid.');
const expired = () =>
  new AppError('invalid_token', 'The credential of this stream has expired: connect again with a new one.');
const shuttingDown = () =>
  new AppError('unavailable', 'The server is shutting down: open the stream again, another replica takes it.', {
    details: { reason: 'shutting_down' },
  });
