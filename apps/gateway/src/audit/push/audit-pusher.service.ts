import { eventsOf, exportedLine } from '#libs/admin';
import { CONFIG, type Config, LOGGER } from '#libs/core';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { type Claim, claimNext, markAll, moveTo, putOff, release } from './positions.js';
import { type Sink, sinkAt, sinkName } from './sink.js';

const PAUSE_MS = 1_000;
/** So many events are sent at a time: half a megabyte. */
const BATCH = 500;

/**
 * Sends the audit to AUDIT_PUSH_URL: the events of each Workspace in order, each at least once. The position is moved when the sink has
 * taken a batch, so a batch whose answer was lost is sent again; its cursors are the same.
 */
@Injectable()
export class AuditPusher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sink: Sink | undefined;
  private readonly name: string;
  private running: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly database: DataSource,
    @Inject(CONFIG) { AUDIT_PUSH_URL, AUDIT_PUSH_SECRET }: Pick<Config, 'AUDIT_PUSH_URL' | 'AUDIT_PUSH_SECRET'>,
    @Inject(LOGGER) private readonly log: Pick<Logger, 'warn'>,
  ) {
    this.sink = AUDIT_PUSH_URL === undefined ? undefined : sinkAt(AUDIT_PUSH_URL, AUDIT_PUSH_SECRET);
    this.name = sinkName(AUDIT_PUSH_URL ?? '');
  }

  onApplicationBootstrap(): void {
    if (this.sink) this.again(0, true);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private again(ms: number, first = false): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.round(first).then(
        () => this.again(PAUSE_MS),
        (error: unknown) => {
          this.log.warn({ err: (error as Error).message }, 'could not read what of the audit is to be pushed');
          this.again(PAUSE_MS, first);
        },
      );
    }, ms);
    this.timer.unref();
  }

  /** Sends everything that there is to be sent. */
  private async round(first: boolean): Promise<void> {
    if (first) await markAll(this.database, this.name);
    while (!this.stopped) {
      const held = await claimNext(this.database, this.name, randomUUID());
      // What the sink has not taken of one Workspace it would not take of the next: that waits for the next round.
      if (!held || !(await this.push(held))) return;
    }
  }

  /** @returns whether the sink has taken what it was sent */
  private async push(held: Claim): Promise<boolean> {
    for await (const page of eventsOf(this.database, held.tenant, held))
      for (let at = 0; at < page.length; at += BATCH) {
        const events = page.slice(at, at + BATCH);
        if (this.stopped) break;
        try {
          await this.sink!.send(events.map((event) => exportedLine(held.tenant, event)));
        } catch (error) {
          this.log.warn({ err: (error as Error).message }, 'the audit could not be pushed: tried again');
          await putOff(this.database, held);
          return false;
        }
        // Another replica has taken it over: it goes on from the position that it has found.
        if (!(await moveTo(this.database, held, events.at(-1)!))) return true;
      }
    await release(this.database, held, this.stopped);
    return true;
  }
}
