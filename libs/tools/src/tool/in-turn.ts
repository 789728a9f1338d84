import { AppError } from '#libs/core';

/** How far a series of writes came. */
export interface Progress<S> {
  done: S[];
  /** What was tried last, and why the series ended there. */
  failed?: { step: S; error: AppError };
  /** What was not tried after that. */
  left: S[];
}

/**
 * Sends writes one after another until one fails. The failure is returned and not thrown, because those before it were done; an unexpected
 * one too, for the same reason.
 */
export async function inTurn<S>(steps: readonly S[], send: (step: S) => Promise<unknown>): Promise<Progress<S>> {
  for (const [index, step] of steps.entries()) {
    try {
      await send(step);
    } catch (thrown) {
      const failed = { step, error: AppError.of(thrown) };
      return { done: steps.slice(0, index), failed, left: steps.slice(index + 1) };
    }
  }
  return { done: [...steps], left: [] };
}

/** Why a step was not done, or is not known to be; undefined for a step that was done. */
export function whyNot<S>({ failed, left }: Progress<S>, step: S): string | undefined {
  if (failed?.step === step)
    return failed.error.code === 'unknown_outcome' ? `unknown: ${failed.error.message}` : failed.error.message;
  return left.includes(step) ? 'not tried, because what came before it failed' : undefined;
}
