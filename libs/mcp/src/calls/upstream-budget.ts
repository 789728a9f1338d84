import { ClickUpTransport } from '#libs/clickup';
import { type Caller } from '#libs/connections';
import { type BudgetState } from '#libs/limits';
import { Injectable } from '@nestjs/common';

/** What is left of a ClickUp token, for callers that pace themselves. */
interface RateLimit {
  /** Requests per minute. */
  limit: number;
  /** Requests that may be sent at once. */
  remaining: number;
  /** Seconds from now (contract item 26). */
  reset: number;
}

/** What answers tell of the budget of the caller's ClickUp credential (feature C12): the same in every framing, as headers and in `_meta`. */
@Injectable()
export class UpstreamBudget {
  constructor(private readonly transport: ClickUpTransport) {}

  /** @returns undefined where nothing was sent with the credential lately, or there is none */
  of({ credential }: Caller): RateLimit | undefined {
    const state = credential && this.transport.budget.state(credential.hash);
    return state && inSeconds(state);
  }

  /** The headers of an answer, as things stand now. */
  headers(caller: Caller): Record<string, number> {
    const told = this.of(caller);
    return told
      ? { 'ratelimit-limit': told.limit, 'ratelimit-remaining': told.remaining, 'ratelimit-reset': told.reset }
      : {};
  }
}

const inSeconds = ({ limit, remaining, resetInMs }: BudgetState): RateLimit => ({
  limit,
  remaining,
  reset: Math.ceil(resetInMs / 1000),
});
