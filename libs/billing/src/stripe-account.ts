import { AppError } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { BILLING, type BillingSettings } from './settings.js';
import { countedStatus } from './statuses.js';

/** Of one attempt. With its repetitions and the pauses between them it ends well within the lease of a row (`LEASE` in subscribers.service.ts). */
const TIMEOUT_MS = 10_000;
const REPETITIONS = 2;

/** What is asked of the operator's Stripe account. Everything here throws AppError (by rejecting): `unavailable` where it may go well later. */
@Injectable()
export class StripeAccount {
  private readonly stripe: Stripe;

  constructor(@Inject(BILLING) private readonly settings: BillingSettings) {
    const { protocol, hostname, port } = new URL(settings.apiUrl);
    this.stripe = new Stripe(settings.secretKey, {
      protocol: protocol === 'http:' ? 'http' : 'https',
      // Brackets belong into URLs only.
      host: hostname.replace(/^\[|\]$/g, ''),
      ...(port && { port }),
      timeout: TIMEOUT_MS,
      maxNetworkRetries: REPETITIONS,
      telemetry: false,
    });
  }

  /**
   * Makes the customer that a subscriber is to Stripe. Nothing of ClickUp's is told: the person gives name and address to Stripe, not to us.
   * @param attempt the same for two who ask at the same moment: then Stripe makes one
   */
  async newCustomer(subscriberId: string, attempt: number): Promise<string> {
    const { id } = await asked(() =>
      this.stripe.customers.create(
        { metadata: { subscriber: subscriberId } },
        { idempotencyKey: `customer ${subscriberId} ${attempt}` },
      ),
    );
    return id;
  }

  /** The status of a customer's subscription; undefined when there is no such customer any more. */
  async statusOf(customer: string): Promise<string | undefined> {
    return asked(async () => {
      try {
        const { data } = await this.stripe.subscriptions.list({ customer, status: 'all', limit: 100 });
        return countedStatus(data.map(({ status }) => status));
      } catch (error) {
        if (error instanceof Stripe.errors.StripeError && error.code === 'resource_missing') return undefined;
        throw error;
      }
    });
  }

  /** Opens a page where a customer subscribes. Pages that were opened before are closed: nobody is to pay twice. */
  async openCheckout(
    customer: string,
    { returnUrl, cancelUrl }: { returnUrl: string; cancelUrl: string },
  ): Promise<{ id: string; url: string }> {
    return asked(async () => {
      const { sessions } = this.stripe.checkout;
      const { data } = await sessions.list({ customer, status: 'open', limit: 100 });
      for (const { id } of data) await sessions.expire(id);
      const { id, url } = await sessions.create({
        mode: 'subscription',
        customer,
        line_items: [{ price: this.settings.priceId, quantity: 1 }],
        success_url: returnUrl,
        cancel_url: cancelUrl,
      });
      if (!url) throw new Error('a checkout without a URL');
      return { id, url };
    });
  }
}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    const cause = new Error(inWords(error));
    throw isPassing(error)
      ? new AppError('unavailable', undefined, { details: { reason: 'stripe' }, cause })
      : new AppError('internal_error', undefined, { cause });
  }
}

/** Whether Stripe was not reached, has a problem, or wants us to wait. */
const isPassing = ({ statusCode }: Stripe.errors.StripeError): boolean =>
  statusCode === undefined || statusCode === 409 || statusCode === 429 || statusCode >= 500;

/** For the log: the error itself carries headers, and of a refused key the end. */
function inWords({ type, code, statusCode, requestId, message }: Stripe.errors.StripeError): string {
  const said = type === 'StripeInvalidRequestError' ? `: ${message}` : '';
  return `Stripe: ${[type, code, statusCode, requestId].filter(Boolean).join(' ')}${said}`;
}
