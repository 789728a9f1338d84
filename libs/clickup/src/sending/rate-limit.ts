import { type BudgetFeedback } from '#libs/limits';
import { httpDate } from './http-date.js';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const MIN_RESET_MS = 1_000;
const MAX_RESET_MS = 90_000;
/** A difference between the clocks that the one-second steps of the Date header do not explain. */
const SKEW_MS = 2_000;
/** Unix time in seconds passed 10⁹ in 2001 and reaches 10¹¹ in 5138: larger numbers are milliseconds, smaller ones count from now. */
const UNIX_SECONDS = 1e9;
const UNIX_MILLISECONDS = 1e11;

function digits(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : undefined;
}

/**
 * What ClickUp tells about the token's budget (X-RateLimit-Limit, -Remaining, -Reset; developer.clickup.com/docs/rate-limits). Values
 * that make no sense are left out. The reset is limited to 1–90 s, because a window is a minute.
 * @param nowMs Unix milliseconds
 */
export function rateLimitOf(headers: Headers, nowMs = Date.now()): BudgetFeedback {
  const limit = digits(headers['x-ratelimit-limit']);
  const remaining = digits(headers['x-ratelimit-remaining']);
  const reset = digits(headers['x-ratelimit-reset']);
  const retryAfterMs = untilRetry(headers, nowMs);
  const resetInMs = reset === undefined ? retryAfterMs : untilReset(reset, headers, nowMs);
  return {
    limit: limit || undefined,
    remaining,
    resetInMs: resetInMs === undefined ? undefined : Math.min(MAX_RESET_MS, Math.max(MIN_RESET_MS, resetInMs)),
  };
}

function untilReset(reset: number, headers: Headers, nowMs: number): number {
  if (reset < UNIX_SECONDS) return reset * 1000;
  const at = reset < UNIX_MILLISECONDS ? reset * 1000 : reset;
  return at - nowThere(headers, nowMs);
}

/** Where the clocks differ, what ClickUp tells counts from its own time, which the Date header of the answer tells. */
function nowThere({ date }: Headers, nowMs: number): number {
  const there = typeof date === 'string' ? httpDate(date) : NaN;
  return Math.abs(there - nowMs) > SKEW_MS ? there : nowMs;
}

/** Retry-After is seconds or a date (RFC 9110, 10.2.3). */
function untilRetry(headers: Headers, nowMs: number): number | undefined {
  const value = headers['retry-after'];
  const seconds = digits(value);
  if (seconds !== undefined) return seconds * 1000;
  const at = typeof value === 'string' && /^[A-Z][a-z]{2}, \d/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? undefined : at - nowThere(headers, nowMs);
}
