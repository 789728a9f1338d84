import { z } from 'zod';

const MINUTE = 60_000;
/** Requests per minute and token on each plan of ClickUp. */
const PLANS = { free: 100, unlimited: 100, business: 100, business_plus: 1_000, enterprise: 10_000 } as const;
type Plan = keyof typeof PLANS;

const Limit = z.union([z.int().min(0).max(1e9), z.enum(Object.keys(PLANS) as [Plan, ...Plan[]])], {
  error: `expected requests per minute (0 = no limit) or a plan: ${Object.keys(PLANS).join(', ')}`,
});
/** Requests per minute and token, 0 for no limit; or which plan; or both by token. */
export const RateLimits = z.union(
  [
    Limit,
    z.strictObject({
      limit: Limit.default(0),
      /** Other limits for some tokens. */
      tokens: z.record(z.string(), Limit).default({}),
      /** Of each window: requests that other applications send with the same token. */
      elsewhere: z.int().min(0).max(1e9).default(0),
    }),
  ],
  { error: `expected a limit, a plan (${Object.keys(PLANS).join(', ')}) or {limit, tokens, elsewhere}` },
);
export type RateLimits = z.input<typeof RateLimits>;

/** One minute of one token. */
export interface BudgetWindow {
  /** Unix milliseconds. */
  startedAt: number;
  /** Requests within the limit. */
  used: number;
  /** Requests answered 429. */
  refused: number;
}
export interface TokenBudget {
  /** 0 = none. */
  limit: number;
  /** Requests answered 429, in all. */
  refused: number;
  /** The newest 1,000, oldest first. */
  windows: BudgetWindow[];
}
const KEEP = 1_000;

/** Requests per token and minute, counted in a fixed window that begins with its first request. */
export class RateLimit {
  private readonly tokens = new Map<string, BudgetWindow[]>();
  private readonly refusals = new Map<string, number>();
  private limits!: Exclude<z.output<typeof RateLimits>, number | string>;

  constructor(limits: RateLimits) {
    this.set(limits);
  }

  /** From here on; what was counted is forgotten. @throws ZodError */
  set(limits: RateLimits): void {
    const parsed = RateLimits.parse(limits);
    this.limits = typeof parsed === 'object' ? parsed : { limit: parsed, tokens: {}, elsewhere: 0 };
    this.tokens.clear();
    this.refusals.clear();
  }

  /**
   * Counts one request.
   * @param now Unix milliseconds; `ahead` is by how much ClickUp's clock, which the reset is told by, is ahead of it
   * @returns ClickUp's three headers, and whether the request is past the limit
   */
  count(token: string, now: number, ahead = 0): { headers: Record<string, string>; exceeded: boolean } {
    const limit = this.limitOf(token);
    const { elsewhere } = this.limits;
    const windows = this.tokens.get(token) ?? [];
    let window = windows.at(-1);
    if (!window || now >= window.startedAt + MINUTE) {
      if (windows.push((window = { startedAt: now, used: 0, refused: 0 })) > KEEP) windows.shift();
      this.tokens.set(token, windows);
    }
    const exceeded = limit > 0 && window.used + elsewhere >= limit;
    if (exceeded) {
      window.refused++;
      this.refusals.set(token, (this.refusals.get(token) ?? 0) + 1);
    } else window.used++;
    // Without a limit the headers tell the largest plan's.
    const told = limit || PLANS.enterprise;
    return {
      headers: {
        'x-ratelimit-limit': String(told),
        'x-ratelimit-remaining': String(Math.max(0, told - window.used - elsewhere)),
        'x-ratelimit-reset': String(Math.ceil((window.startedAt + MINUTE + ahead) / 1000)),
      },
      exceeded,
    };
  }

  /** What each token has used; tokens that the sandbox does not know are one. */
  budget(): Record<string, TokenBudget> {
    return Object.fromEntries(
      [...this.tokens].map(([token, windows]) => [
        token || '(unknown)',
        {
          limit: this.limitOf(token),
          refused: this.refusals.get(token) ?? 0,
          windows: windows.map((window) => ({ ...window })),
        },
      ]),
    );
  }

  private limitOf(token: string): number {
    const own = Object.hasOwn(this.limits.tokens, token) ? this.limits.tokens[token] : undefined;
    const limit = own ?? this.limits.limit;
    return typeof limit === 'string' ? PLANS[limit] : limit;
  }
}
