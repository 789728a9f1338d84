import { AppError } from '#libs/core';

/**
 * Runs `work`, which looks an argument up or reads its words. When it refuses, the error names the argument, so that the caller knows
 * which one to correct.
 * @throws AppError what `work` throws, `invalid_parameters` and `clickup_not_found` with the argument's name before the message
 */
export async function naming<T>(argument: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || !(thrown.code === 'invalid_parameters' || thrown.code === 'clickup_not_found'))
      throw thrown;
    const parameter = thrown.code === 'invalid_parameters' ? argument : undefined;
    throw new AppError(thrown.code, `${argument}: ${thrown.message}`, {
      details: { ...thrown.details, ...(parameter && { parameter }) },
      cause: thrown,
    });
  }
}

/** Whether a look-up failed because nothing has this id or name; of a name that several have, the error tells the candidates. */
export const namesNothing = (thrown: unknown): boolean =>
  thrown instanceof AppError &&
  (thrown.code === 'clickup_not_found' || (thrown.code === 'invalid_parameters' && !thrown.details?.candidates));
