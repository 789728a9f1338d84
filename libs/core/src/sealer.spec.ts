import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { sealer } from './sealer.js';

const KEY = randomBytes(32);
const mine = sealer(KEY, 'caller-1/find_tasks', 'cursor');
const refused = expect.objectContaining({ code: 'invalid_parameters', details: { parameter: 'cursor' } });

describe('sealer', () => {
  test('gives back any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        expect(JSON.stringify(mine.open(mine.seal(value)))).toBe(JSON.stringify(value)),
      ),
    );
  });

  test('one flipped bit anywhere is refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, seed) => {
        const bytes = Buffer.from(mine.seal(value), 'base64url');
        const bit = seed % (bytes.length * 8);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => mine.open(bytes.toString('base64url'))).toThrow(refused);
      }),
    );
  });

  test('another audience, another key, a shortened or padded string is refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.nat(), (value, audience, cut) => {
        fc.pre(audience !== 'caller-1/find_tasks');
        const sealed = mine.seal(value);
        expect(() => sealer(KEY, audience, 'cursor').open(sealed)).toThrow(refused);
        expect(() => sealer(randomBytes(32), 'caller-1/find_tasks', 'cursor').open(sealed)).toThrow(refused);
        expect(() => mine.open(sealed.slice(0, cut % sealed.length))).toThrow(refused);
        for (const other of [`${sealed}=`, `${sealed}.`, ` ${sealed}`, `${sealed}A`])
          expect(() => mine.open(other)).toThrow(refused);
      }),
    );
  });

  // Without a separator, audience "ab" + body "c" would be the audience "a" + body "bc".
  test('audience and content do not run into each other', () => {
    const bytes = Buffer.from(sealer(KEY, 'a', 'cursor').seal(12), 'base64url');
    const moved = Buffer.concat([bytes.subarray(0, 16), bytes.subarray(17)]).toString('base64url');
    expect(() => sealer(KEY, 'a1', 'cursor').open(moved)).toThrow(refused);
  });

  test('any text is refused without another error', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(() => mine.open(text)).toThrow(refused)));
  });
});
