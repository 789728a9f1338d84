import { Sparingly } from '#libs/audit';
import { LOGGER } from '#libs/core';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Logger } from 'pino';
import { StripeAccount } from './stripe-account.js';
import { type Due, Subscribers } from './subscribers.service.js';

/** How often is looked for what another replica has left undone, or what failed. */
const LOOK_MS = 10_000;
const LOOK_AGAIN_MS = 3_600_000;
/** Customers of whom is asked at the same time. */
const AT_A_TIME = 10;

/** Asks Stripe what became of subscriptions, after its messages have been answered: they are many at once, and Stripe waits for no answer long. */
@Injectable()
export class SubscriptionChecks implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly failures = new Sparingly({ total: 1, each: 1 }, () => undefined);
  private timer: NodeJS.Timeout | undefined;
  private lookAgainAt = 0;
  private working: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    private readonly account: StripeAccount,
    private readonly subscribers: Subscribers,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
    this.look();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stopped = true;
    await this.working;
  }

  /** Begins with what there is to ask, unless it is at it: then it looks once more. Never throws. */
  look(): void {
    this.again = true;
    this.working ??= this.work()
      .catch((error: unknown) => this.told(error))
      .finally(() => (this.working = undefined));
  }

  private async work(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      if (performance.now() >= this.lookAgainAt) {
        await this.subscribers.lookAgain();
        this.lookAgainAt = performance.now() + LOOK_AGAIN_MS;
      }
      const due = await this.subscribers.take(AT_A_TIME);
      await Promise.all(due.map((each) => this.check(each)));
      // A reason that came while its row was taken is found now.
      this.again ||= due.length > 0;
    }
  }

  /** What fails is tried again when its lease is over. */
  private async check(due: Due): Promise<void> {
    try {
      await this.subscribers.answer(due, await this.account.statusOf(due.customerId));
    } catch (error) {
      this.told(error);
    }
  }

  private told(error: unknown): void {
    const { cause } = error as Error;
    if (this.failures.admits('stripe'))
      this.log.warn({ err: cause ?? error }, 'cannot ask Stripe for subscriptions: tried again');
  }
}
