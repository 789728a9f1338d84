import { AppError } from '#libs/core';
import { type CallStats } from './client.js';
import { idIn } from './outcomes/creations.js';
import { type Operation, type Target } from '../operation.js';

/** What ids look like. Anything else that a target is named by may be a word that people chose. */
const ID = /^[\w-]{1,64}$/;
/** Named by words, not by ids. */
const BY_WORDS: ReadonlySet<string> = new Set(['tag', 'field']);

/**
 * Notes which objects a write has changed, so that a log can say who changed what: `wrote` are those that it names, `created` is the new one,
 * `doubtful` those of a write of which nobody knows whether it was done. A write that was refused has changed nothing.
 */
export function noteChanges(
  stats: CallStats,
  operation: Operation,
  targets: readonly Target[],
  ended: { answer: unknown } | { error: unknown },
): void {
  const failed = 'error' in ended;
  if (failed && !(ended.error instanceof AppError && ended.error.code === 'unknown_outcome')) return;
  const field = failed ? 'doubtful' : 'wrote';
  for (const object of objectsOf(targets)) (stats[field] ??= new Set()).add(object);
  const made = !failed && operation.verb === 'create' ? idIn(ended.answer) : undefined;
  if (made !== undefined && ID.test(made)) (stats.created ??= new Set()).add(`${kindOf(operation)}:${made}`);
}

/** So many objects are noted of the reads of one call. */
const READS_NOTED = 10;

/** Notes what a read of the caller's own was about. Look-ups of ours, which judge other requests, are not noted. */
export function noteReads(stats: CallStats, targets: readonly Target[]): void {
  if (targets.length === 0 || (stats.read?.size ?? 0) >= READS_NOTED) return;
  for (const object of objectsOf(targets)) (stats.read ??= new Set()).add(object);
}

/** Targets that are named by ids, as `kind:id`. */
export const objectsOf = (targets: readonly Target[]): string[] =>
  targets.flatMap(({ kind, id }) => (!BY_WORDS.has(kind) && ID.test(id) ? [`${kind}:${id}`] : []));

/** The kind of what a creation makes, as the last word of its path names it: `/api/v2/list/{list_id}/task`. */
const kindOf = ({ path }: Operation): string =>
  String(path)
    .split('/')
    .findLast((part) => part !== '' && !part.startsWith('{')) ?? '';
