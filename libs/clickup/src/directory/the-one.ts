import { AppError } from '#libs/core';

/** An object that a reference may mean. */
interface Candidate {
  path: string;
  id: string | number;
  kind: string;
}

const MAX_CANDIDATES = 10;
const MAX_SUGGESTIONS = 3;

/**
 * The only match of a reference.
 * @param what what the error message calls such an object: `List`, `person`
 * @param near finds objects of a similar name to suggest; called only when nothing matches
 * @throws AppError `invalid_parameters` with the candidates when there are several, `clickup_not_found` when there is none
 */
export function theOne<T>(
  matches: readonly T[],
  ref: string,
  what: string,
  describe: (match: T) => Candidate,
  near: () => readonly T[] = () => [],
): T {
  const [only, another] = matches;
  if (only !== undefined && another === undefined) return only;
  if (only === undefined) throw missing(ref, what, near().slice(0, MAX_SUGGESTIONS).map(describe));
  const candidates = matches.slice(0, MAX_CANDIDATES).map(describe);
  const names = candidates.map(({ path, id }) => `${path} (${id})`).join('; ');
  const more = matches.length > MAX_CANDIDATES ? ` and ${matches.length - MAX_CANDIDATES} more` : '';
  throw new AppError(
    'invalid_parameters',
    `${quote(ref)} can mean more than one ${what}: ${names}${more}. Pass the id of one of them.`,
    { details: { candidates } },
  );
}

function missing(ref: string, what: string, near: readonly Candidate[]): AppError {
  const hint = near.length ? ` Did you mean ${near.map(({ path, id }) => `${path} (${id})`).join(' or ')}?` : '';
  return new AppError('clickup_not_found', `There is no ${what} ${quote(ref)} here.${hint}`);
}

const quote = (ref: string) => `"${ref.length > 80 ? `${ref.slice(0, 80)}…` : ref}"`;
