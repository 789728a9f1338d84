import { type TierName } from '#libs/limits';

/** What Stripe says of a subscription that is paid. Every other word means that it is not: `past_due` and `unpaid` are free (contract item 28). */
const PAID: readonly string[] = ['active', 'trialing'];
/** What has ended for good, or never was: nothing of it changes by itself. */
export const ENDED: readonly string[] = ['none', 'canceled', 'incomplete_expired'];

export const tierOf = (status: string | undefined): TierName =>
  status !== undefined && PAID.includes(status) ? 'premium' : 'free';

/** Of all subscriptions of a customer the one that counts: a paid one before any other, one that may still be paid before one that has ended. */
export function countedStatus(statuses: readonly string[]): string {
  const best = (wanted: (status: string) => boolean) => statuses.find(wanted);
  return best((status) => PAID.includes(status)) ?? best((status) => !ENDED.includes(status)) ?? statuses[0] ?? 'none';
}
