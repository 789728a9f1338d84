import fc from 'fast-check';
import { Lines } from './lines.js';

const through = (most: number, pieces: readonly Buffer[]) => {
  const lines = new Lines(most);
  return [...pieces.flatMap((piece) => [...lines.in(piece)]), lines.take()].map((line) => line?.toString('latin1'));
};

test('however the bytes are cut, the same lines come out', () =>
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'bb', '\n', 'ü', '\r\n'), { maxLength: 60 }),
      fc.array(fc.nat(100), { maxLength: 10 }),
      (words, cuts) => {
        const whole = Buffer.from(words.join(''));
        const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((end, index) => whole.subarray(at[index], end));
        expect(through(1_000, pieces)).toEqual(whole.toString('latin1').split('\n'));
      },
    ),
  ));

test('a line that is too long is told once, dropped, and the next is read', () => {
  const pieces = ['ok\nxxx', 'xxxx', 'xxxx\nnext\n'].map((text) => Buffer.from(text));
  expect(through(5, pieces)).toEqual(['ok', undefined, 'next', '']);
});
