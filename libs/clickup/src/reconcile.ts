import { type Others } from './operation.js';

/**
 * The work of a request may seem to be this much (ms) older than the request: the Date header counts whole seconds, and the request takes
 * its time.
 */
const CLOCK_LEEWAY_MS = 2_000;
/**
 * A twin is an object that looks like the work of the request. One that is up to this much (ms) older than the request is looked at, too:
 * if a clock is set badly it may be the work of the request, which then must not be repeated.
 */
export const LOOK_BACK_MS = 10 * 60_000;

/**
 * Decides what became of a request from the objects that look like its work and were made within `LOOK_BACK_MS`.
 * Exactly one, made after the request left, is its answer; none means it was not done; anything else stays unknown.
 */
export function onlyTwin<T>(
  twins: readonly T[],
  madeAt: (twin: T) => number,
  sentAt: number,
): T | 'not_done' | 'unknown' {
  const [twin] = twins;
  if (twin === undefined) return 'not_done';
  return twins.length === 1 && madeAt(twin) >= sentAt - CLOCK_LEEWAY_MS ? twin : 'unknown';
}

interface Look<T> {
  id: (twin: T) => string;
  madeAt: (twin: T) => number;
  /** Whether it shows all that was asked for, as far as ClickUp shows it and does not change it on its own. */
  isAsAsked: (twin: T) => boolean;
}

/**
 * The same for requests that create. Objects that a caller was already given are ignored. There must be as many twins as requests that
 * may have made them, and every twin must look as asked. The one that is returned is claimed, so that no other request is given it.
 * @param twins objects in the same place, of the same name, by the same person
 */
export async function ownTwin<T>(
  twins: readonly T[],
  { id, madeAt, isAsAsked }: Look<T>,
  { sentAt, others }: { sentAt: number; others: Others },
): Promise<T | 'not_done' | 'unknown'> {
  const { owned, contenders } = await others.about(twins.map(id));
  const [newest, ...older] = twins
    .filter((twin) => !owned.has(id(twin)))
    .sort((one, another) => madeAt(another) - madeAt(one));
  if (newest === undefined) return 'not_done';
  if (older.length + 1 !== contenders || ![newest, ...older].every(isAsAsked)) return 'unknown';
  if (madeAt(newest) < sentAt - CLOCK_LEEWAY_MS) return 'unknown';
  return (await others.claim(id(newest))) ? newest : 'unknown';
}

/** Whether something made at this moment (Unix ms) may be the work of a request sent at `sentAt`, even if a clock is wrong. */
export const mayStemFrom = (madeAt: number, sentAt: number): boolean => madeAt >= sentAt - LOOK_BACK_MS;
