import { type Config, ConfigError } from '#libs/core';

/** Injection token of the `BillingSettings`. */
export const BILLING = Symbol('BILLING');

/** What billing needs to know of the operator's Stripe account. */
export interface BillingSettings {
  secretKey: string;
  webhookSecret: string;
  priceId: string;
  apiUrl: string;
  /** Whether real money is paid; otherwise the key is one of Stripe's test mode. */
  live: boolean;
}

type Keys = Pick<Config, 'STRIPE_SECRET_KEY' | 'STRIPE_WEBHOOK_SECRET' | 'STRIPE_PRICE_ID' | 'STRIPE_API_URL'>;

/**
 * @returns undefined where there is no billing
 * @throws ConfigError for a half of a configuration: people would pay, and nobody would hear of it
 */
export function billingSettings(config: Keys): BillingSettings | undefined {
  const {
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_PRICE_ID: priceId,
    STRIPE_API_URL: apiUrl,
  } = config;
  if (secretKey === undefined) return undefined;
  if (webhookSecret !== undefined && priceId !== undefined)
    return { secretKey, webhookSecret, priceId, apiUrl, live: /^.._live_/.test(secretKey) };
  const missing = { STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_PRICE_ID: priceId };
  throw new ConfigError(
    Object.entries(missing).flatMap(([key, value]) =>
      value === undefined ? [`${key}: is needed with STRIPE_SECRET_KEY, see docs/billing.md`] : [],
    ),
  );
}
