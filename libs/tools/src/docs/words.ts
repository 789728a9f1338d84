import { wordsOf } from '../find/match.js';

/** Characters of a text that are looked at: reading more would hold up everybody else. */
export const MOST_TEXT = 400_000;
const ASCII = /^[a-z0-9]*$/i;

/** Words as they are compared, of a text of any length. */
export function* wordsIn(text: string): Generator<string> {
  // The words of a text recur.
  const known = new Map<string, string[]>();
  // Word by word, because what compares names looks at their beginning only; most words need no more than lower case.
  for (const [word] of text.slice(0, MOST_TEXT).matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    if (ASCII.test(word)) yield word.toLowerCase();
    else {
      const read = known.get(word) ?? wordsOf(word);
      known.set(word, read);
      yield* read;
    }
  }
}
