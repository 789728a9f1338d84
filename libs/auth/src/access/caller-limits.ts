import { type Caller } from '#libs/connections';
import { AppError, CONFIG, type Config, deriveKey, MASTER_KEY } from '#libs/core';
import { CallerWindows, type InboundRows, type Standing, type Tier, tiersOf } from '#libs/limits';
import { type BeforeApplicationShutdown, Inject, Injectable, Optional } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { createHmac } from 'node:crypto';

/** Injection token of the `InboundRows` where replicas share their counts; need not be there. */
export const INBOUND_ROWS = Symbol('INBOUND_ROWS');

/**
 * How many requests a caller may send (contract item 27): a person with all sessions and keys together (SEC-251), otherwise a key. A session
 * or key of a person is not counted apart: it cannot send more than its person may.
 *
 * Asked by the hook that lets requests in, as the ceilings per network are, and not by a guard: guards run after the body was read, and not at
 * all for a body that is refused, whose answer has to carry the headers too.
 */
@Injectable()
export class CallerLimits implements BeforeApplicationShutdown {
  private readonly windows: CallerWindows;
  /** Nobody is on the free tier without billing. */
  private readonly tier: Tier;
  private readonly unlimited: boolean;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
    @Optional() @Inject(INBOUND_ROWS) rows?: InboundRows,
  ) {
    this.tier = tiersOf(config).premium;
    this.unlimited = Object.values(this.tier).every((limit) => limit === 0);
    const key = masterKey && deriveKey(masterKey, 'inbound');
    // Without a master key nobody is let in, so nobody is counted.
    this.windows = new CallerWindows(
      (id) =>
        createHmac('sha256', key ?? '')
          .update(id)
          .digest(),
      rows,
    );
  }

  /** The most requests that one batch can hold without being refused for ever. */
  get most(): number {
    return Math.min(...Object.values(this.tier).map((limit) => limit || Infinity));
  }

  /**
   * Counts requests, and tells in the headers of the answer where the caller stands.
   * @param reply undefined for requests that came over a stream, whose answers have no headers
   * @param weight how many they are
   * @returns a promise only where the database is asked first
   * @throws AppError (or rejects) `rate_limited`, `quota_exceeded`
   */
  count(caller: Caller, reply: FastifyReply | undefined, weight: number): Promise<void> | undefined {
    if (this.unlimited) return undefined;
    const standing = this.windows.hit(countedAs(caller), weight, this.tier);
    if (standing instanceof Promise) return standing.then((stands) => tell(stands, reply));
    tell(standing, reply);
    return undefined;
  }

  /** Before the database closes. */
  beforeApplicationShutdown(): Promise<void> {
    return this.windows.close();
  }
}

/** ClickUp keys that clients bring along are not stored, whoever sends them: nobody has looked whether they are real. */
const countedAs = ({ connection, kind, id, countsAs }: Caller) => ({
  id: connection ? `person ${connection.personId}` : (countsAs ?? id),
  shared: kind !== 'client_credentials',
});

/** Lower case, because Fastify would make a copy of any other name. */
function tell(standing: Standing | undefined, reply: FastifyReply | undefined): void {
  if (!standing) return;
  const { window, limit, remaining, resetInSeconds, refused } = standing;
  const resetAt = Math.ceil(Date.now() / 1000) + resetInSeconds;
  void reply
    ?.header('x-ratelimit-limit', limit)
    .header('x-ratelimit-remaining', remaining)
    .header('x-ratelimit-reset', resetAt)
    .header('x-ratelimit-window', window.seconds);
  if (refused)
    throw new AppError(window.code, undefined, {
      details: { limit, remaining, reset_at: resetAt, reset_in_seconds: resetInSeconds },
    });
}
