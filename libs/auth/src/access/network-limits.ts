import { AppError, network } from '#libs/core';
import { INBOUND, InboundWindows } from '#libs/limits';

/** Counts requests per network (/24, /64), for the column `limit` of the table of routes. */
export class NetworkLimits {
  constructor(private readonly windows = new InboundWindows()) {}

  /**
   * @param address the client's, as `trustProxy` resolves it: what an untrusted peer writes into X-Forwarded-For does not count (SEC-D9)
   * @param weight how much it counts
   * @throws AppError `rate_limited`
   */
  count(row: keyof typeof INBOUND, address: string, weight = 1): void {
    const { limit, windowMs } = INBOUND[row];
    const { isBlocked, timeToBlockExpire } = this.windows.hit(
      `${row} ${network(address, { v4: 24, v6: 64 })}`,
      windowMs,
      limit,
      weight,
    );
    if (!isBlocked) return;
    throw new AppError('rate_limited', 'Too many requests from your network', {
      details: {
        limit,
        remaining: 0,
        reset_at: Math.ceil(Date.now() / 1000) + timeToBlockExpire,
        reset_in_seconds: timeToBlockExpire,
      },
    });
  }
}
