import { AppError } from '#libs/core';

/**
 * What an argument that may come under an older name says.
 * @throws AppError `invalid_parameters` when it is missing
 */
export function onOf(ref: string | undefined): string {
  if (ref !== undefined) return ref;
  throw new AppError(
    'invalid_parameters',
    'on: say what the comments are on: a task by id or name, a List, a chat view, a chat channel as "#name".',
    { details: { parameter: 'on', required: true, type: 'string' } },
  );
}
