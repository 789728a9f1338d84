import { AppError, network, sha256 } from '#libs/core';
import { InboundWindows } from '#libs/limits';

/**
 * How many credentials may fail from one network (/24, /64). Only failures are counted, so valid credentials use up nothing;
 * and they are counted for each network, so nobody can use up what another network may do.
 */
export const FAILURES = {
  /** Different secrets for one grant: after so many, the database is not asked about that grant. */
  secrets: { limit: 20, windowMs: 60_000 },
  /** Times one refused credential is sent again: it is refused without asking the database, because it cannot become valid. After so many the answer is 429. */
  repeats: { limit: 300, windowMs: 60_000 },
  /** Attempts that name no grant: guessed global keys, and text that is no credential at all. */
  shapeless: { limit: 600, windowMs: 60_000 },
} as const;

/** Slows down guessing of credentials (SEC-D8), in the network that it comes from only. */
export class FailedCredentials {
  constructor(private readonly windows = new InboundWindows()) {}

  /**
   * Call it before the database is asked.
   * @throws AppError `invalid_token` for a credential that was refused a minute ago, `rate_limited` after too many
   */
  check(address: string, grantId: string, token: string): void {
    const repeats = keyOf('repeats', address, digest(token));
    if (this.windows.count(repeats, FAILURES.repeats.windowMs) > 0) throw this.failed('repeats', repeats);
    const expired = keyOf('repeats', address, 'expired', digest(token));
    if (this.windows.count(expired, FAILURES.repeats.windowMs) >= FAILURES.repeats.limit)
      throw this.failed('repeats', expired);
    const secrets = keyOf('secrets', address, grantId);
    if (this.windows.count(secrets, FAILURES.secrets.windowMs) >= FAILURES.secrets.limit)
      throw this.failed('secrets', secrets);
  }

  /**
   * Notes that a credential is not live.
   * @param grantId of the grant that it names; undefined when it names none
   * @returns what to answer: `invalid_token`, or `rate_limited` after too many
   */
  note(address: string, grantId: string | undefined, token: string): AppError {
    if (grantId === undefined) return this.failed('shapeless', keyOf('shapeless', address));
    this.windows.hit(keyOf('repeats', address, digest(token)), FAILURES.repeats.windowMs, FAILURES.repeats.limit);
    return this.failed('secrets', keyOf('secrets', address, grantId));
  }

  /**
   * Notes that the right secret of an expired server URL was sent. It is no guess, and its answer changes once the row is purged, so the
   * database is asked each time, within the ceiling for repetitions.
   * @returns what to answer: `refusal`, or `rate_limited` after too many
   */
  noteExpired(address: string, token: string, refusal: AppError): AppError {
    return this.failed('repeats', keyOf('repeats', address, 'expired', digest(token)), refusal);
  }

  private failed(row: keyof typeof FAILURES, key: string, refusal = new AppError('invalid_token')): AppError {
    const { limit, windowMs } = FAILURES[row];
    const { isBlocked, timeToBlockExpire } = this.windows.hit(key, windowMs, limit);
    if (!isBlocked) return refusal;
    return new AppError('rate_limited', 'Too many failed attempts to authenticate', {
      details: {
        limit,
        remaining: 0,
        reset_at: Math.ceil(Date.now() / 1000) + timeToBlockExpire,
        reset_in_seconds: timeToBlockExpire,
      },
    });
  }
}

const keyOf = (row: keyof typeof FAILURES, address: string, ...what: string[]) =>
  [row, network(address, { v4: 24, v6: 64 }), ...what].join(' ');
const digest = (token: string) => sha256(token).toString('base64url');
