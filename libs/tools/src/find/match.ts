import { setImmediate } from 'node:timers/promises';

/** How well one word of the query fits one word of a name: equal, begins with it, holds it, a typing mistake away. */
const EXACT = 1;
const PREFIX = 0.9;
const WITHIN = 0.7;
const MISTYPED = 0.6;
/** A resemblance with a score up to this is chance. */
const THRESHOLD = 0.5;
const MAX_WORDS = 12;
const MAX_NAME_WORDS = 100;
/** How many characters of a name are compared: names differ before that. */
const LONGEST = 500;
/** How many names are compared before other requests get a turn of the event loop: a search compares a thousand. */
const AT_ONCE = 50;
const MARKS = /\p{M}/gu;
/** Words of a request that say nothing about a name. */
const SMALL = new Set('a about an and any for in is of on or task tasks that the to which with'.split(' '));

/**
 * Words as they are compared: without case, accents and punctuation. Accents that stand alone are removed first, because normalising a
 * long pile of them takes quadratic time; then those that normalising splits off their letters.
 */
export const wordsOf = (text: string): string[] =>
  text
    .slice(0, LONGEST)
    .replace(MARKS, '')
    .normalize('NFKD')
    // Normalising can make eighteen characters of one, so the text is bounded once more.
    .slice(0, LONGEST)
    .replace(MARKS, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** Whether two words differ by at most one insertion, deletion, substitution or swap of neighbours. */
export function nearlyEqual(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return (left.length <= 1 && right.length <= 1) || (left.length === 2 && left[0] === right[1] && left[1] === right[0]);
}

function wordScore(wanted: string, word: string): number {
  if (wanted === word) return EXACT;
  if (word.startsWith(wanted)) return PREFIX;
  if (wanted.length >= 3 && word.includes(wanted)) return WITHIN;
  return wanted.length >= 4 && nearlyEqual(wanted, word) ? MISTYPED : 0;
}

/** The words that matter, or all where none does. */
export function telling(text: string): string[] {
  const words = wordsOf(text);
  const matter = words.filter((word) => !SMALL.has(word));
  return (matter.length ? matter : words).slice(0, MAX_WORDS);
}

/**
 * Scores names against a text: 1 when a name has all words of the text that matter, 0 when it resembles no more than half of them.
 * @returns a function, so that the text is read once for many names
 */
export function matcher(text: string): (name: string) => number {
  const wanted = telling(text);
  return (name) => {
    if (wanted.length === 0) return 0;
    const words = wordsOf(name).slice(0, MAX_NAME_WORDS);
    // A loop: as arguments of Math.max, the words of a long name would overflow the stack.
    const best = (each: string) => words.reduce((score, word) => Math.max(score, wordScore(each, word)), 0);
    const sum = wanted.reduce((total, each) => total + best(each), 0);
    const score = sum / wanted.length;
    return score > THRESHOLD ? score : 0;
  };
}

/** The items that resemble at all, the best first. */
export async function ranked<T>(items: readonly T[], scoreOf: (item: T) => number): Promise<T[]> {
  const found: { item: T; score: number }[] = [];
  for (const [index, item] of items.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await setImmediate();
    const score = scoreOf(item);
    if (score > 0) found.push({ item, score });
  }
  return found.sort((a, b) => b.score - a.score).map(({ item }) => item);
}
