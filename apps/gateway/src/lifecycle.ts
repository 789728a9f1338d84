import { AppError } from '#libs/core';
import { Injectable } from '@nestjs/common';
import { type FastifyInstance } from 'fastify';

/** Whether the process takes requests, and how many are running. */
@Injectable()
export class Lifecycle {
  private draining = false;
  private running = 0;
  private whenIdle: (() => void) | undefined;

  get isDraining(): boolean {
    return this.draining;
  }

  /** Counts requests from the first header to the last byte, and refuses new ones while draining. */
  register(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      if (this.draining && !request.routeOptions.url?.startsWith('/health')) {
        void reply.header('connection', 'close');
        return done(
          new AppError('unavailable', 'The server is shutting down.', { details: { reason: 'shutting_down' } }),
        );
      }
      this.running += 1;
      reply.raw.once('close', () => {
        this.running -= 1;
        if (this.nothingRuns) this.whenIdle?.();
      });
      done();
    });
  }

  /** A getter, because the count changes while somebody waits. */
  private get nothingRuns(): boolean {
    return this.running === 0;
  }

  /** From now on new requests are refused. */
  startDraining(): void {
    this.draining = true;
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
