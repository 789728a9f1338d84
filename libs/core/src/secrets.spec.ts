import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { deriveKey, sameSecret, sha256 } from './secrets.js';

describe('deriveKey', () => {
  test('gives 32 bytes, the same for the same master and purpose, another for any other', () => {
    const [a, b] = [randomBytes(32), randomBytes(32)];
    expect(deriveKey(a, 'cursor')).toHaveLength(32);
    expect(deriveKey(a, 'cursor')).toEqual(deriveKey(Buffer.from(a), 'cursor'));
    const keys = [a, b].flatMap((master) =>
      (['cursor', 'confirm', 'pseudonym'] as const).map((purpose) => deriveKey(master, purpose).toString('hex')),
    );
    expect(new Set([...keys, a.toString('hex'), b.toString('hex')]).size).toBe(8);
  });

  // Changing the derivation would invalidate what was sealed or pseudonymised before an update.
  test('stays what it was', () =>
    expect(deriveKey(Buffer.alloc(32, 1), 'cursor').toString('hex')).toMatchInlineSnapshot(
      `"6345715a882a880a7c010e3255d5d170ff619dc1465d381796e9a3cdc75b92ac"`,
    ));
});

test('sha256 is the known one', () =>
  expect(sha256('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'));

test('sameSecret is equality, whatever the lengths', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => sameSecret(a, b) === (a === b) && sameSecret(a, a)));
});
