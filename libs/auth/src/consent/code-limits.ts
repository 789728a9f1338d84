import { AppError, network } from '#libs/core';
import { InboundWindows } from '#libs/limits';

/**
 * How many codes that ClickUp does not confirm may be tried. Only failures are counted, so an honest sign-in uses up nothing. `atOnce`
 * bounds how many codes of one network are redeemed at a time: further ones of that network wait, those of other networks do not.
 */
export const CODES = {
  network: { limit: 10, windowMs: 60_000 },
  /** One flow of one browser, whatever networks it comes from. */
  flow: { limit: 3, windowMs: 60_000 },
  atOnce: 3,
} as const;

/** Where a code comes from. */
export interface CodeSource {
  /** The client's address, as `trustProxy` resolves it. */
  address: string;
  /** Which flow of which browser. */
  flow: string;
}

/** Redemptions of one network that are under way, and those that wait for them. */
interface Lane {
  underWay: number;
  waiting: (() => void)[];
}

/** Keeps invented codes from using up the requests to ClickUp's token endpoint, which all sign-ins share. Counted per replica. */
export class CodeLimits {
  private readonly lanes = new Map<string, Lane>();

  constructor(private readonly windows = new InboundWindows()) {}

  /** @throws AppError `rate_limited` after too many that ClickUp did not confirm */
  check(source: CodeSource): void {
    for (const [key, { limit, windowMs }] of keysOf(source)) {
      if (this.windows.count(key, windowMs) < limit) continue;
      throw new AppError('rate_limited');
    }
  }

  /**
   * Redeems a code when it is its turn.
   * @param deadline `performance.now()` milliseconds until which it may wait
   * @param redeem what asks ClickUp; `suspect` = codes from this network have failed lately, so it goes behind those of others
   * @throws AppError `rate_limited`, or whatever `redeem` throws
   */
  async run<T>(source: CodeSource, deadline: number, redeem: (suspect: boolean) => Promise<T>): Promise<T> {
    const [[key, { limit, windowMs }]] = keysOf(source);
    const lane = this.lanes.get(key) ?? { underWay: 0, waiting: [] };
    this.lanes.set(key, lane);
    const failed = () => this.windows.count(key, windowMs);
    // Those under way count as failed, so that the limit holds even when all of them fail.
    const full = () => lane.underWay >= CODES.atOnce || failed() + lane.underWay >= limit;
    try {
      this.check(source);
      for (let waited = false; full() || (!waited && lane.waiting.length > 0); waited = true) {
        await turn(lane, deadline, waited);
        this.check(source);
      }
      lane.underWay += 1;
      return await redeem(failed() > 0).finally(() => (lane.underWay -= 1));
    } catch (error) {
      // Errors that mean ClickUp was never asked say nothing about the code.
      if (!(error instanceof AppError) || !NOT_ASKED.has(error.code))
        for (const [each, row] of keysOf(source)) this.windows.hit(each, row.windowMs, row.limit);
      throw error;
    } finally {
      const next = lane.waiting.shift();
      next?.();
      // A redemption that was just woken counts neither as waiting nor as under way yet, but still needs this lane.
      if (!next && lane.underWay === 0) this.lanes.delete(key);
    }
  }
}

const NOT_ASKED: ReadonlySet<string> = new Set(['rate_limited', 'clickup_rate_limit', 'unavailable']);

const keysOf = ({ address, flow }: CodeSource) =>
  [
    [`network ${network(address, { v4: 24, v6: 64 })}`, CODES.network],
    [`flow ${flow}`, CODES.flow],
  ] as const;

/**
 * Waits until one before us is done.
 * @param first whether to wait in front of all others, having waited before
 * @throws AppError `rate_limited` when that takes too long
 */
function turn(lane: Lane, deadline: number, first: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(
      () => {
        lane.waiting.splice(lane.waiting.indexOf(next), 1);
        reject(new AppError('rate_limited'));
      },
      Math.max(0, deadline - performance.now()),
    );
    if (first) lane.waiting.unshift(next);
    else lane.waiting.push(next);
  });
}
