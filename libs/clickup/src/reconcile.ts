import { type Others } from './operation.js';

/** How long (ms) before the request left an object may seem to have been made and still be its work: the Date header counts whole seconds, and the request takes its time. */
const CLOCK_LEEWAY_MS = 2_000;
/** So far back (ms) twins are looked at. A twin is an object that looks like the work of the request; with a badly set clock one of these may be it, so the request is not repeated. */
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
 * The same for requests that create: what was answered to somebody is not looked at, and there must be as many objects as requests that may have made them,
 * all of which asked for the same. The one that is handed out belongs to nobody else from then on.
 * @param twins objects in the same place, of the same name, by the same person
 */
export function ownTwin<T>(
  twins: readonly T[],
  { id, madeAt, isAsAsked }: Look<T>,
  { sentAt, others }: { sentAt: number; others: Others },
): T | 'not_done' | 'unknown' {
  const [newest, ...older] = twins
    .filter((twin) => !others.owns(id(twin)))
    .sort((one, another) => madeAt(another) - madeAt(one));
  if (newest === undefined) return 'not_done';
  if (older.length + 1 !== others.contenders() || ![newest, ...older].every(isAsAsked)) return 'unknown';
  if (madeAt(newest) < sentAt - CLOCK_LEEWAY_MS) return 'unknown';
  others.claim(id(newest));
  return newest;
}

/** Whether something made at this moment (Unix ms) may stem from a request sent at `sentAt`, whatever the clocks say. */
export const mayStemFrom = (madeAt: number, sentAt: number): boolean => madeAt >= sentAt - LOOK_BACK_MS;
