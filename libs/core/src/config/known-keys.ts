import { type Key, KEYS } from './keys.js';

/** Every name that is read: keys, their aliases and flags, and the `_FILE` of secrets. */
const KNOWN: ReadonlySet<string> = new Set(
  Object.entries<Key>(KEYS).flatMap(([name, { aliases = [], flags = {}, secret }]) => {
    const names = [name, ...aliases];
    return [...names, ...Object.keys(flags), ...(secret ? names.map((each) => `${each}_FILE`) : [])];
  }),
);
/** Docker Compose reads the same `.env`: what it and its database take is none of our business. */
const OF_COMPOSE = /^(?:POSTGRES|COMPOSE|DOCKER|BUILDX|BUILDKIT)_/;
/** So many letters may differ for a name to be taken for a misspelt one. */
const NEAR = 2;
/** Shorter names of ours are too easily near to somebody else's. */
const MIN_LENGTH = 6;

/** A problem per name in a `.env` that means nothing here, with the name that was probably meant. */
export function unknownKeys(names: readonly string[]): string[] {
  return names
    .filter((name) => !KNOWN.has(name) && !OF_COMPOSE.test(name))
    .map((name) => {
      const meant = nearest(name, Math.max(NEAR, Math.floor(name.length / 3)));
      return `${name} (in .env) is not known${meant ? `; did you mean ${meant}?` : '. docs/configuration.md has every key: take this one out'}`;
    });
}

/** A sentence per variable of the real environment that looks like a misspelt key. Others are not judged: an environment holds anything. */
export function misspeltKeys(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const meant = KNOWN.has(name) || name.length < MIN_LENGTH ? undefined : nearest(name, NEAR);
    return meant?.startsWith(name.slice(0, 2)) ? [`${name} is not known; did you mean ${meant}?`] : [];
  });
}

function nearest(name: string, most: number): string | undefined {
  const written = name.toUpperCase();
  const [best] = [...KNOWN]
    .map((known) => ({ known, distance: distanceOf(written, known) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return best?.known;
}

/** How many letters have to be put in, taken out or replaced (Levenshtein). */
function distanceOf(a: string, b: string): number {
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
