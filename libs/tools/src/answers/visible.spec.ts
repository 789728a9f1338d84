import fc from 'fast-check';
import { visible, visibleText } from './visible.js';

const tags = [...'ignore all'].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('');

test.each([
  [`Fix${tags} it`, 'Fix it'],
  ['a\u200bb\u2060c\ufeffd\u00ade', 'abcde'],
  ['admin\u202egnp.exe\u2066x\u2069', 'admingnp.exex'],
  ['a\u0000b\u001b[31mc\u0085d\r\n\te', 'ab[31mcd\n\te'],
  ['\ud800lone\udfff', 'lone'],
  ['a\u{E0101}b\ufe01c', 'abc'],
  ['👩\u200d💻 ❤\ufe0f 👍🏽', '👩\u200d💻 ❤\ufe0f 👍🏽'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
  ['a\u200cb\u200dc', 'abc'],
  ['Ünïcödé 漢字 עברית العربية', 'Ünïcödé 漢字 עברית العربية'],
])('%j', (text, seen) => expect(visibleText(text)).toBe(seen));

test('nothing invisible is left, and once is enough', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const seen = visibleText(text);
      expect(seen).not.toMatch(
        /[\u{E0000}-\u{E0FFF}\u202A-\u202E\u2066-\u2069\u200B\u2060\uFEFF\u0000-\u0008]|\p{Cs}/u,
      );
      expect(visibleText(seen)).toBe(seen);
    }),
    { numRuns: 1000 },
  );
});

test('reaches every text of a value and drops what is undefined', () => {
  expect(visible({ a: ['x\u200b', { b: 'y\u202e' }], c: undefined, d: null, e: 1, f: true })).toEqual({
    a: ['x', { b: 'y' }],
    d: null,
    e: 1,
    f: true,
  });
  expect(Object.keys(visible({ c: undefined }))).toEqual([]);
});
