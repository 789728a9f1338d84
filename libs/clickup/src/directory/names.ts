const DECORATION = /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u200d\ufe0e\ufe0f]/gu;
const SEPARATOR = /[/>]/;

/** A name as people compare it: without case, emoji and superfluous spaces. */
export function fold(name: string): string {
  const plain = tidy(name.normalize('NFKC').toLowerCase());
  return tidy(plain.replace(DECORATION, '')) || plain;
}

/** A person's name: accents do not count either. */
export const foldPerson = (name: string): string => fold(name).normalize('NFD').replace(/\p{M}/gu, '');

/** A path, or a name that contains a separator itself, in the one form in which both are compared: `engineering/backend`. */
export const pathKey = (path: string): string => path.split(SEPARATOR).map(fold).filter(Boolean).join('/');

/** Whether somebody who wrote `a` may have meant `b`: one is part of the other, or they differ by two letters at most. */
export function similar(a: string, b: string): boolean {
  if (!a || !b) return false;
  if ((a.length > 2 && b.includes(a)) || (b.length > 2 && a.includes(b))) return true;
  return a.length > 3 && b.length > 3 && distance(a.slice(0, 64), b.slice(0, 64)) <= 2;
}

const tidy = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Levenshtein's, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
