const DECORATION = /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u200d\ufe0e\ufe0f]/gu;
const SEPARATOR = /[/>]/;
/** Plain ASCII, which nearly all names are, needs no normalising. */
const ASCII = /^[\x20-\x7e]*$/;
/**
 * More combining marks on one letter than any script has (UAX #15, Stream-Safe Text). Normalising takes quadratic time to sort them, so
 * the rest is dropped.
 */
const PILE = /(\p{M}{30})\p{M}+/gu;
/** How many characters of a name are compared: twice the length that a reference may have. */
const LONGEST = 1_000;

/** A name as people compare it: without case, emoji and superfluous spaces. */
export function fold(name: string): string {
  const compared = name.slice(0, LONGEST);
  if (ASCII.test(compared)) return tidy(compared.toLowerCase());
  // Normalising can make eighteen characters of one, so the text is bounded once more.
  const plain = tidy(compared.replace(PILE, '$1').normalize('NFKC').slice(0, LONGEST).toLowerCase());
  return tidy(plain.replace(DECORATION, '')) || plain;
}

/** A person's name: accents do not count either. */
export const foldPerson = (name: string): string => fold(name).normalize('NFD').replace(/\p{M}/gu, '');

/** A path, or a name that contains a separator itself, in the one form in which both are compared: `engineering/backend`. */
export const pathKey = (path: string): string =>
  path.slice(0, LONGEST).split(SEPARATOR).map(fold).filter(Boolean).join('/');

/** Whether somebody who wrote `a` may have meant `b`: one is part of the other, or they differ by two letters at most. */
export function similar(a: string, b: string): boolean {
  if (!a || !b) return false;
  if ((a.length > 2 && b.includes(a)) || (b.length > 2 && a.includes(b))) return true;
  return a.length > 3 && b.length > 3 && isNear(a.slice(0, 64), b.slice(0, 64));
}

const tidy = (text: string) => text.replace(/\s+/g, ' ').trim();

const MAX_DISTANCE = 2;

/**
 * Whether two words differ by two letters at most, by Levenshtein's distance. Only cells near the diagonal are computed, and no more once
 * the words differ too much, because a Workspace has thousands of names.
 */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return false;
  const far = MAX_DISTANCE + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => Math.min(index, far));
  for (let i = 1; i <= a.length; i += 1) {
    const next = new Array<number>(b.length + 1).fill(far);
    if (i <= MAX_DISTANCE) next[0] = i;
    for (let j = Math.max(1, i - MAX_DISTANCE); j <= Math.min(b.length, i + MAX_DISTANCE); j += 1) {
      next[j] = Math.min(far, row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    if (next.every((distance) => distance === far)) return false;
    row = next;
  }
  return row[b.length]! <= MAX_DISTANCE;
}
