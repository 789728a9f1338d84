let last: Promise<void> = Promise.resolve();

/**
 * A turn of the event loop for the caller alone. Looking through a large Workspace takes a blink; a call that names a hundred places,
 * or a hundred calls that name one, would otherwise look through it a hundred times in one go, and everybody else would wait.
 */
export const ownTurn = (): Promise<void> =>
  (last = last.then(() => new Promise((resolve) => void setImmediate(resolve))));
