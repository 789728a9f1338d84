/** Our clock and ClickUp's may differ; a twin within this distance (ms) before the request may be its work. */
const CLOCK_LEEWAY_MS = 2_000;
/** Twins this far back (ms) are looked at: with a badly set clock one of them may be ours, so they forbid a repetition. */
export const LOOK_BACK_MS = 10 * 60_000;

/**
 * Decides what became of a creating request from the objects that look like its work and were made within `LOOK_BACK_MS`.
 * Exactly one, made after the request left, is its answer; none means it was not done; anything else stays unknown.
 */
export function onlyTwin<T>(twins: readonly T[], madeAt: (twin: T) => number, sentAt: number): T | 'not_done' | 'unknown' {
  const [twin] = twins;
  if (twin === undefined) return 'not_done';
  return twins.length === 1 && madeAt(twin) >= sentAt - CLOCK_LEEWAY_MS ? twin : 'unknown';
}

/** Whether something made at this moment (Unix ms) may stem from a request sent at `sentAt`, whatever the clocks say. */
export const mayStemFrom = (madeAt: number, sentAt: number): boolean => madeAt >= sentAt - LOOK_BACK_MS;
