import { AppError } from '#libs/core';
import { type BudgetState } from '#libs/limits';

/**
 * A 429 of ClickUp's that is passed on, with what is known of the budget (contract item 26).
 * @param nowMs Unix milliseconds
 */
export function throttled(state: BudgetState | undefined, cause: AppError, nowMs = Date.now()): AppError {
  if (!state) return cause;
  const seconds = Math.max(1, Math.ceil(state.resetInMs / 1000));
  return new AppError('clickup_rate_limit', undefined, {
    details: {
      limit: state.limit,
      remaining: 0,
      reset_at: Math.ceil(nowMs / 1000) + seconds,
      reset_in_seconds: seconds,
    },
    cause,
  });
}
