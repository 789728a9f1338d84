import fc from 'fast-check';
import { matcher, nearlyEqual, wordsOf } from './match.js';

test.each([
  ['memory leak', 'Fix the Memory-Leak in worker', true],
  ['memroy leak', 'memory leak', true],
  ['résumé', 'Resume upload', true],
  ['mem', 'Memory', true],
  ['migration', 'Database Migrations', true],
  ['the task about the memory leak', 'Memory leak', true],
  ['the', 'The end', true],
  ['memory leak', 'Leak in roof', false],
  ['leak', 'Roof', false],
  ['ENG-12', 'ENG-12', true],
  ['', 'anything', false],
  ['!!!', 'anything', false],
])('%j in %j: %s', (text, name, found) => expect(matcher(text)(name) > 0).toBe(found));

test('better matches score higher', () => {
  const score = matcher('login bug');
  const ranked = ['Login bug on mobile', 'Logins and bugs', 'Login page'].map(score);
  expect(ranked).toEqual([...ranked].sort((a, b) => b - a));
  expect(new Set(ranked).size).toBe(3);
});

test('a name finds itself, and nothing scores outside 0 to 1', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const score = matcher(a)(b);
      expect(score >= 0 && score <= 1).toBe(true);
      if (wordsOf(a).length) expect(matcher(a)(a)).toBe(1);
    }),
  );
});

test('one mistake, as Damerau counts', () => {
  const word = fc.stringMatching(/^[a-e]{1,8}$/);
  fc.assert(
    fc.property(word, fc.nat(7), fc.constantFrom('a', 'z'), (text, at, letter) => {
      const i = at % text.length;
      for (const wrong of [
        text.slice(0, i) + text.slice(i + 1),
        text.slice(0, i) + letter + text.slice(i),
        text.slice(0, i) + letter + text.slice(i + 1),
      ])
        expect(nearlyEqual(text, wrong)).toBe(true);
      expect(nearlyEqual(text, `${text}xy`)).toBe(false);
    }),
  );
  expect([nearlyEqual('abcd', 'abdc'), nearlyEqual('abcd', 'badc'), nearlyEqual('abcd', 'dbca')]).toEqual([
    true,
    false,
    false,
  ]);
});
