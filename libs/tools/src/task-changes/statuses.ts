import { AppError } from '#libs/core';
import { short } from '../answers/one-line.js';

/** A status as far as choosing one needs it. */
interface StatusOf {
  name: string;
  type: string;
  id?: string | undefined;
}

const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');

/**
 * The status of this name in a List, in any case, also with hyphens or underscores for spaces.
 * @throws AppError `invalid_parameters` that names those of the List
 */
export function statusNamed<S extends StatusOf>(
  argument: string,
  wanted: string,
  statuses: readonly S[],
  list: string,
): S {
  const found =
    statuses.find(({ name }) => name.toLowerCase() === wanted.trim().toLowerCase()) ??
    statuses.find(({ name }) => plain(name) === plain(wanted));
  if (found) return found;
  const names = statuses.map(({ name }) => name);
  throw new AppError(
    'invalid_parameters',
    `${argument}: the List "${short(list)}" has no status "${short(wanted)}". It has: ${names.map((name) => short(name)).join(', ')}.`,
    { details: { parameter: argument, candidates: names } },
  );
}

/** Types in the order in which work goes through them, ClickUp's older word `custom` in the middle. */
const STAGES: Record<string, number> = { open: 0, unstarted: 0, custom: 1, active: 1, done: 2, closed: 3 };
const stage = ({ type }: StatusOf): number => STAGES[type] ?? 1;

/**
 * The status of another List that says the same as this one: of the same name, otherwise of the same type and, of several, the one as far
 * along among them; otherwise of the nearest type.
 */
export function counterpart<S extends StatusOf>(
  status: StatusOf,
  from: readonly StatusOf[],
  to: readonly S[],
): S | undefined {
  const same = to.find(({ name }) => plain(name) === plain(status.name));
  if (same) return same;
  const distances = to.map((other) => Math.abs(stage(other) - stage(status)));
  const nearest = Math.min(...distances);
  const fitting = to.filter((_, index) => distances[index] === nearest);
  const peers = from.filter((other) => stage(other) === stage(status));
  const at = Math.max(
    0,
    peers.findIndex(({ name }) => name === status.name),
  );
  // The third of four becomes the second of two.
  return fitting[Math.min(fitting.length - 1, Math.floor((at * fitting.length) / Math.max(1, peers.length)))];
}
