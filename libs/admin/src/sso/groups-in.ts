/** Groups as a claim says them: a list of names, or one name. What else stands there is none. */
export function groupsIn(claim: unknown): string[] {
  const all: unknown[] = Array.isArray(claim) ? claim : [claim];
  return all.filter((each): each is string => typeof each === 'string');
}
