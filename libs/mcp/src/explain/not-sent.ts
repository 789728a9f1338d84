import { type Operation, type Target } from '#libs/clickup';
import { AppError } from '#libs/core';

/** What only ClickUp could have told, in a call that sends nothing. */
export class NotSent extends AppError {
  /** @param unknown what is not known, as a sentence without its end */
  constructor(readonly unknown: string) {
    super('internal_error', unknown);
  }
}

/** Of a look-up by a judge: that is about where something lies. */
export function notLookedUp({ id: operation }: Operation, targets: readonly Target[]): NotSent {
  const [target] = targets;
  if (!target) return new NotSent(`what ${operation} answers has not been looked up`);
  const { kind, id } = target;
  return new NotSent(
    kind === 'workspace'
      ? 'which Spaces the Workspace has has not been looked up'
      : `where the ${kind.replace('_', ' ')} ${id} lies has not been looked up`,
  );
}

/** Of what the tool itself would ask. */
export const notAsked = ({ id }: Operation): NotSent => new NotSent(`what ClickUp answers to ${id} has not been asked`);
