import { Tally } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { type Stripe } from 'stripe';
import { BILLING, type BillingSettings } from './settings.js';
import { signedEvent } from './signed-event.js';
import { Subscribers } from './subscribers.service.js';
import { SubscriptionChecks } from './subscription-checks.service.js';

/** The messages that say something about a subscription: the four of S3 (contract item 28), and that it has changed in another way. */
const TYPES: readonly string[] = [
  'checkout.session.completed',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
  'customer.subscription.deleted',
  'customer.subscription.updated',
];

/** What becomes of messages to the webhook: the values of a label. */
export const MESSAGE_ENDS = [
  'taken',
  'repeated',
  'refused',
  'failed',
  'other_type',
  'other_mode',
  'other_account',
  'unknown_customer',
] as const;
type End = (typeof MESSAGE_ENDS)[number];

/** Takes the messages of Stripe: each is stored before it is answered (SEC-D25), and what it means is asked afterwards. */
@Injectable()
export class WebhookInbox {
  /** Messages, by what became of them. */
  readonly messages = new Tally();

  constructor(
    @Inject(BILLING) private readonly settings: BillingSettings,
    private readonly subscribers: Subscribers,
    private readonly checks: SubscriptionChecks,
  ) {}

  /**
   * @param body exactly the bytes that came
   * @param signature the header
   * @throws AppError (by rejecting) `invalid_parameters` for what Stripe did not sign; `unavailable`: Stripe repeats it
   */
  async take(body: unknown, signature: unknown): Promise<void> {
    let end: End = 'refused';
    try {
      const event = signedEvent(body, signature, this.settings.webhookSecret);
      end = 'failed';
      end = await this.endOf(event);
    } finally {
      this.messages.add(end);
    }
    if (end === 'taken') this.checks.look();
  }

  /** Whatever is not about us is answered as if it were, so that Stripe does not repeat it (SEC-267). */
  private async endOf({ id, type, account, livemode, data }: Stripe.Event): Promise<End> {
    if (account !== undefined && account !== null) return 'other_account';
    if (livemode !== this.settings.live) return 'other_mode';
    if (!TYPES.includes(type)) return 'other_type';
    const customer = customerIn(data?.object);
    return customer === undefined ? 'unknown_customer' : this.subscribers.note(id, customer);
  }
}

/** Each of these objects has its customer in the same place: the id, or the whole. */
function customerIn(object: unknown): string | undefined {
  const { customer } = (object ?? {}) as { customer?: unknown };
  const id = typeof customer === 'object' ? (customer as { id?: unknown } | null)?.id : customer;
  return typeof id === 'string' ? id : undefined;
}
