import { AppError, network } from '#libs/core';

/** Each holds a connection without having shown anything, for some seconds. */
const MOST = { ofOneNetwork: 50, inAll: 1_000 };

/** The WebSockets whose client has not said yet who it is. */
export class UnknownSockets {
  private readonly perNetwork = new Map<string, number>();
  private count = 0;

  /**
   * @returns call it once, when the client is known or gone
   * @throws AppError `rate_limited`, `unavailable`
   */
  enter(address: string): () => void {
    const from = network(address, { v4: 24, v6: 64 });
    const ofNetwork = this.perNetwork.get(from) ?? 0;
    if (ofNetwork >= MOST.ofOneNetwork)
      throw new AppError(
        'rate_limited',
        'Too many sockets of your network wait for their first message: send the credential in the Authorization header.',
        { details: { limit: MOST.ofOneNetwork, remaining: 0 } },
      );
    if (this.count >= MOST.inAll)
      throw new AppError(
        'unavailable',
        'Too many sockets wait for their first message: send the credential in the Authorization header.',
        { details: { reason: 'streams' } },
      );
    this.count += 1;
    this.perNetwork.set(from, ofNetwork + 1);
    return () => this.leave(from);
  }

  private leave(from: string): void {
    this.count -= 1;
    const left = this.perNetwork.get(from)! - 1;
    if (left > 0) this.perNetwork.set(from, left);
    else this.perNetwork.delete(from);
  }
}
