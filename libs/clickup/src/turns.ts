let last: Promise<void> = Promise.resolve();

/**
 * Waits for a turn of the event loop that no other caller of this function gets. Looking through a large Workspace takes some
 * milliseconds. Without the wait, a call that names a hundred places (or a hundred calls that name one) would look through it a hundred
 * times in a row, and all other requests would be held up.
 */
export const ownTurn = (): Promise<void> =>
  (last = last.then(() => new Promise((resolve) => void setImmediate(resolve))));
