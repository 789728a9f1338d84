import fc from 'fast-check';
import { fold, similar } from './names.js';

/** Levenshtein's distance, the slow way. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

test('what differs by two letters at most is similar, and nothing else that is no part of the other', () => {
  const word = fc.stringMatching(/^[abc]{4,9}$/);
  fc.assert(
    fc.property(word, word, (a, b) =>
      expect(similar(a, b)).toBe(a.includes(b) || b.includes(a) || distance(a, b) <= 2),
    ),
    { numRuns: 3_000 },
  );
});

test('names fold as before: case, forms, emoji and spaces do not count, and a name of emoji keeps them', () => {
  expect(['  Ｆｕｌｌ  Width ', '🚀 Launch\u00a0\tpad', 'É\u0301te', '🚀', 'plain  ASCII'].map(fold)).toEqual([
    'full width',
    'launch pad',
    'é\u0301te',
    '🚀',
    'plain ascii',
  ]);
});
