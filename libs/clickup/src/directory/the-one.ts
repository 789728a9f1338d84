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
 * @param legal says what there is instead, where nothing of a similar name is there
 * @throws AppError `invalid_parameters` with the candidates when there are several, or when there is none of this name;
 * `clickup_not_found` when there is none of this id
 */
export function theOne<T>(
  matches: readonly T[],
  ref: string,
  what: string,
  describe: (match: T) => Candidate,
  near: () => readonly T[] = () => [],
  legal: () => string = () => '',
): T {
  const [only, another] = matches;
  if (only !== undefined && another === undefined) return only;
  if (only === undefined) throw missing(ref, what, near().slice(0, MAX_SUGGESTIONS).map(describe), legal);
  const candidates = matches.slice(0, MAX_CANDIDATES).map(describe);
  const names = candidates.map(({ path, id }) => `${path} (${id})`).join('; ');
  const more = matches.length > MAX_CANDIDATES ? ` and ${matches.length - MAX_CANDIDATES} more` : '';
  throw new AppError(
    'invalid_parameters',
    `${quote(ref)} can mean more than one ${what}: ${names}${more}. Pass the id of one of them.`,
    { details: { candidates } },
  );
}

function missing(ref: string, what: string, near: readonly Candidate[], legal: () => string): AppError {
  const hint = near.length ? `Did you mean ${near.map(({ path, id }) => `${path} (${id})`).join(' or ')}?` : legal();
  // Whoever gave a name must not be told to check the id.
  const code = /^\d+$/.test(ref.trim()) ? 'clickup_not_found' : 'invalid_parameters';
  return new AppError(code, [`There is no ${what} ${quote(ref)} here.`, hint].filter(Boolean).join(' '));
}

export const quote = (ref: string) => `"${ref.length > 80 ? `${ref.slice(0, 80)}…` : ref}"`;
