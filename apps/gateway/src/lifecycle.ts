import { AppError } from '#libs/core';
import { Injectable } from '@nestjs/common';
import { type FastifyInstance } from 'fastify';
import { type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether the process takes requests, and which are running. */
@Injectable()
export class Lifecycle {
  private phase: 'serving' | 'leaving' | 'draining' = 'serving';
  private readonly running = new Set<ServerResponse>();
  private readonly hurried = new AbortController();
  private whenIdle: (() => void) | undefined;

  /** Whether balancers are to send requests elsewhere. */
  get isLeaving(): boolean {
    return this.phase !== 'serving';
  }

  /** How many requests are being answered. */
  get runningRequests(): number {
    return this.running.size;
  }

  /** Counts requests from the first header to the last byte, and refuses new ones while draining. */
  register(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, { raw }, done) => {
      if (this.isLeaving) raw.shouldKeepAlive = false;
      if (this.phase === 'draining' && !request.routeOptions.url?.startsWith('/health'))
        return done(
          new AppError('unavailable', 'The server is shutting down.', { details: { reason: 'shutting_down' } }),
        );
      this.running.add(raw);
      raw.once('close', () => {
        this.running.delete(raw);
        if (this.nothingRuns) this.whenIdle?.();
      });
      done();
    });
  }

  /** A getter, because the number changes while somebody waits. */
  private get nothingRuns(): boolean {
    return this.running.size === 0;
  }

  /**
   * From now on the process is not ready, and every answer closes its connection: the next request of its client goes to another replica, and
   * none is sent into a connection that is being closed. Everything is served still.
   * @returns when balancers have had `ms` milliseconds to notice, or {@link hurry} was called
   */
  async leave(ms: number): Promise<void> {
    this.phase = 'leaving';
    for (const response of this.running) response.shouldKeepAlive = false;
    await sleep(ms, undefined, { signal: this.hurried.signal }).catch(() => undefined);
  }

  /** Ends the time that balancers have. */
  hurry(): void {
    this.hurried.abort();
  }

  /** From now on new requests are refused. */
  startDraining(): void {
    this.phase = 'draining';
  }

  /** Resolves when nothing runs any more, at the latest after `ms` milliseconds. @returns whether nothing runs */
  async idle(ms: number): Promise<boolean> {
    if (this.nothingRuns) return true;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      new Promise<void>((resolve) => (this.whenIdle = resolve)),
      new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))),
    ]);
    clearTimeout(timer);
    return this.nothingRuns;
  }
}
