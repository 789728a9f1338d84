import { type Config } from '#libs/core';
import { PARTS } from './ring.js';

/** The windows in which the requests of a caller are counted. All of them slide: a month is the last 30 days. */
export const WINDOWS = [
  { name: 'minute', seconds: 60, code: 'rate_limited' },
  { name: 'hour', seconds: 3_600, code: 'rate_limited' },
  { name: 'day', seconds: 86_400, code: 'rate_limited' },
  { name: 'month', seconds: 2_592_000, code: 'quota_exceeded' },
] as const;
export type Window = (typeof WINDOWS)[number];

/** Requests that a caller may send in each window; 0 = any number. */
export type Tier = Readonly<Record<Window['name'], number>>;

export type TierName = 'free' | 'premium';

/** Injection token of the `PersonTiers` where there is billing; need not be there. */
export const PERSON_TIERS = Symbol('PERSON_TIERS');

/** On which tier people are. */
export interface PersonTiers {
  /**
   * @param personId ClickUp user id
   * @returns a promise only where the database is asked first
   * @throws AppError (by rejecting) `unavailable`
   */
  of(personId: string): TierName | Promise<TierName>;
}

/**
 * What each tier may send. Without billing everybody is on the premium one, whose figures the operator may change; those of the free one are
 * the product's.
 */
export const tiersOf = (config: Limits): Readonly<Record<TierName, Tier>> => ({
  free: { minute: 100, hour: 6_000, day: 144_000, month: config.MONTHLY_QUOTA_FREE },
  premium: {
    minute: config.MCP_RATE_LIMIT_PER_MINUTE,
    hour: config.MCP_RATE_LIMIT_PER_HOUR,
    day: config.MCP_RATE_LIMIT_PER_DAY,
    month: config.MONTHLY_QUOTA_PREMIUM,
  },
});
type Limits = Pick<
  Config,
  | 'MCP_RATE_LIMIT_PER_MINUTE'
  | 'MCP_RATE_LIMIT_PER_HOUR'
  | 'MCP_RATE_LIMIT_PER_DAY'
  | 'MONTHLY_QUOTA_FREE'
  | 'MONTHLY_QUOTA_PREMIUM'
>;

/** How many requests each replica may have let in without the others knowing, all replicas together, as a part of the limit. */
const UNKNOWN = 0.05;

/** Requests that one of `replicas` may let in before it tells the others: so few that none of the limits is exceeded by more than 5 %. */
export function slackOf(tier: Tier, replicas: number): number {
  const smallest = Math.min(...Object.values(tier).filter((limit) => limit > 0));
  // One that starts is not seen at once.
  return Number.isFinite(smallest) ? Math.max(1, Math.floor((smallest * UNKNOWN) / Math.max(2, replicas))) : Infinity;
}

/** @param now milliseconds of the clock that all replicas share */
export const partOf = ({ seconds }: Window, now: number): number => Math.floor(now / partMs(seconds));

/** Milliseconds of a part of a window. */
export const partMs = (seconds: number): number => (seconds * 1_000) / PARTS;
