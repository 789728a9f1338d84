import { type Caller } from '#libs/connections';
import { AppError, CONFIG, type Config, deriveKey, MASTER_KEY } from '#libs/core';
import { CallerWindows, type InboundRows, type Standing, type TierName, tiersOf } from '#libs/limits';
import { PublicUrl } from '#libs/web';
import { type BeforeApplicationShutdown, Inject, Injectable, Optional } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { createHmac } from 'node:crypto';
import { CallerTiers } from './caller-tiers.js';

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
  private readonly figures: ReturnType<typeof tiersOf>;
  private readonly unlimited: boolean;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
    private readonly tiers: CallerTiers,
    private readonly url: PublicUrl,
    @Optional() @Inject(INBOUND_ROWS) rows?: InboundRows,
  ) {
    this.figures = tiersOf(config);
    this.unlimited = !tiers.isBilled && Object.values(this.figures.premium).every((limit) => limit === 0);
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

  /** The most requests that one batch can hold without being refused for ever, on the highest tier. */
  get most(): number {
    return Math.min(...Object.values(this.figures.premium).map((limit) => limit || Infinity));
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
    const tier = this.tiers.of(caller);
    if (typeof tier === 'string') return this.hit(caller, reply, weight, tier);
    // Tools go on while the database is away (SEC-D24).
    return tier.catch((): TierName => 'free').then((known) => this.hit(caller, reply, weight, known));
  }

  private hit(
    caller: Caller,
    reply: FastifyReply | undefined,
    weight: number,
    tier: TierName,
  ): Promise<void> | undefined {
    const standing = this.windows.hit(countedAs(caller), weight, this.figures[tier]);
    // Of the others nobody can subscribe.
    const upgrade = tier === 'free' && caller.connection !== undefined;
    if (standing instanceof Promise) return standing.then((stands) => this.tell(stands, reply, upgrade));
    this.tell(standing, reply, upgrade);
    return undefined;
  }

  /** Lower case, because Fastify would make a copy of any other name. */
  private tell(standing: Standing | undefined, reply: FastifyReply | undefined, upgrade: boolean): void {
    if (!standing) return;
    const { window, limit, remaining, resetInSeconds, refused } = standing;
    const resetAt = Math.ceil(Date.now() / 1000) + resetInSeconds;
    void reply
      ?.header('x-ratelimit-limit', limit)
      .header('x-ratelimit-remaining', remaining)
      .header('x-ratelimit-reset', resetAt)
      .header('x-ratelimit-window', window.seconds);
    if (!refused) return;
    const upgrade_url = upgrade ? `${this.url.base}/stripe/create-checkout` : undefined;
    throw new AppError(window.code, undefined, {
      details: { limit, remaining, reset_at: resetAt, reset_in_seconds: resetInSeconds, upgrade_url },
    });
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
