import { AppError } from '#libs/core';
import Stripe from 'stripe';

/** Seconds between our clock and the moment a message was signed, either way (SEC-263). */
const TOLERANCE_SECONDS = 300;

/**
 * What was signed by whoever has the secret, lately.
 * @param body exactly the bytes that came
 * @throws AppError `invalid_parameters`; nothing of what is wrong with a signature is told
 */
export function signedEvent(body: unknown, header: unknown, secret: string): Stripe.Event {
  const refusal = (cause?: unknown) =>
    new AppError('invalid_parameters', 'The Stripe-Signature is missing, wrong, or too old', { cause });
  if (!Buffer.isBuffer(body) || typeof header !== 'string') throw refusal();
  const moments = [...header.matchAll(/(?:^|,)t=(\d+)(?=,|$)/g)];
  // The library looks at the past only, and of several moments at the last.
  if (moments.length !== 1 || Number(moments[0]![1]) > Date.now() / 1000 + TOLERANCE_SECONDS) throw refusal();
  try {
    return Stripe.webhooks.constructEvent(body, header, secret, TOLERANCE_SECONDS);
  } catch (cause) {
    throw refusal(cause);
  }
}
