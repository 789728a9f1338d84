import { AppError } from '#libs/core';
import fc from 'fast-check';
import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { KDF, kekOf } from './kek.js';
import { keyIdOf, type EncryptionContext, Vault, vaultOf } from './vault.js';

const HEADER = 6;
const WRAPPED = 60;
const PLACE: EncryptionContext = {
  table: 'connections',
  column: 'sealed_credential',
  tenant: '9014',
  row: '0192f0c1-aaaa-7bbb-8ccc-0123456789ab',
};
const kek = (byte: number, kdf: Parameters<typeof kekOf>[1] = KDF.raw) => kekOf(Buffer.alloc(32, byte), kdf);
const vault = vaultOf(Buffer.alloc(32, 1));
const text = fc.string({ unit: 'binary', maxLength: 300 });
/** Without `expect`, which would take most of the time of some thousand tries. */
const refuses = (open: () => unknown) => {
  let opened: unknown;
  try {
    opened = open();
  } catch (error) {
    if (error instanceof AppError && error.code === 'internal_error' && error.message === 'Internal error') return;
    throw error;
  }
  throw new Error(`is not refused: ${inspect(opened)}`);
};

test('any text comes back, and only its length shows', () => {
  fc.assert(
    fc.property(text, (secret) => {
      const sealed = vault.seal(PLACE, secret);
      expect(vault.open(PLACE, sealed)).toEqual({ text: secret, stale: false });
      expect(sealed).toHaveLength(HEADER + WRAPPED + 28 + Buffer.byteLength(secret));
    }),
  );
});

// What was sealed before an update has to open after it.
test('values of version 1 open for good', () => {
  const kept =
    '0100fa2f19d395e91afdd916a0698a833656a447f5722df6d47b148550de5691d4d38529069f3053a163a74fcf719c241e8267cef53b7e932226a8abfd3fadd2182f9084c6368568cd2d4bf3ed5a1c99f7e492176c9c137ad925f25b736108a3008e148f87d2211281';
  expect(vault.open(PLACE, Buffer.from(kept, 'hex'))).toEqual({ text: 'pk_123_kept', stale: false });
});

test('every flipped bit of every byte fails to open', () => {
  const sealed = vault.seal(PLACE, 'pk_123_secret');
  for (let index = 0; index < sealed.length; index += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[index]! ^= 1 << bit;
      refuses(() => vault.open(PLACE, changed));
      // Rewrapping looks at header and data key only; the text is found broken by whoever opens it.
      if (index < HEADER + WRAPPED) refuses(() => vault.rewrap(PLACE, changed));
    }
  }
});

test.each([4, 8, 12])('a tag cut to %i bytes fails to open, of the data key and of the text', (length) => {
  const sealed = vault.seal(PLACE, 'pk_123_secret');
  for (const tag of [HEADER + 12, HEADER + WRAPPED + 12]) {
    refuses(() => vault.open(PLACE, Buffer.concat([sealed.subarray(0, tag + length), sealed.subarray(tag + 16)])));
    refuses(() =>
      vault.open(
        PLACE,
        Buffer.concat([sealed.subarray(0, tag + length), Buffer.alloc(16 - length), sealed.subarray(tag + 16)]),
      ),
    );
  }
});

test('every shorter and every longer value fails to open (SEC-223)', () => {
  const sealed = vault.seal(PLACE, 'pk_123_secret');
  for (let length = 0; length < sealed.length; length += 1)
    refuses(() => vault.open(PLACE, sealed.subarray(0, length)));
  refuses(() => vault.open(PLACE, Buffer.concat([sealed, Buffer.alloc(1)])));
});

test('it opens at its own table, column, tenant and row only, however the parts are cut', () => {
  const context = fc.record({ table: fc.string(), column: fc.string(), tenant: fc.string(), row: fc.string() });
  fc.assert(
    fc.property(context, context, (own, other) => {
      const sealed = vault.seal(own, 'x');
      if (JSON.stringify(own) === JSON.stringify(other)) return;
      refuses(() => vault.open(other, sealed));
      refuses(() => vault.rewrap(other, sealed));
    }),
  );
  const sealed = vault.seal(PLACE, 'x');
  for (const part of ['table', 'column', 'tenant', 'row'] as const)
    refuses(() => vault.open({ ...PLACE, [part]: `${PLACE[part]}0` }, sealed));
  refuses(() => vault.open({ ...PLACE, table: 'connectionss', column: 'ealed_credential' }, sealed));
  // Lengths that agree in their last 16 bits.
  const long = 'a'.repeat(65_536);
  refuses(() =>
    vault.open({ ...PLACE, tenant: '', row: `${long}x` }, vault.seal({ ...PLACE, tenant: long, row: 'x' }, 'x')),
  );
});

test('parts of two values of the same context do not fit together', () => {
  const [a, b] = [vault.seal(PLACE, 'first'), vault.seal(PLACE, 'other')];
  refuses(() => vault.open(PLACE, Buffer.concat([a.subarray(0, HEADER + WRAPPED), b.subarray(HEADER + WRAPPED)])));
  refuses(() => vault.open(PLACE, Buffer.concat([a.subarray(0, HEADER + 28), b.subarray(HEADER + 28)])));
});

test('another key, another derivation and a forged key id fail to open, and the log learns which key is missing', () => {
  const sealed = vault.seal(PLACE, 'x');
  const others = new Vault([kek(2), kek(1, KDF.scrypt), kek(3)]);
  refuses(() => others.open(PLACE, sealed));
  for (const other of [kek(1, KDF.scrypt), kek(2)]) {
    const forged = Buffer.from(sealed);
    Buffer.from([1, other.kdf, ...other.kid]).copy(forged);
    refuses(() => others.open(PLACE, forged));
  }
  const cause = (() => {
    try {
      return others.open(PLACE, sealed);
    } catch (error) {
      return (error as { cause: Error }).cause.message;
    }
  })();
  expect(cause).toContain(keyIdOf(sealed));
});

test('an earlier key opens, and says that the value is stale; rewrapped it is not, and its text is the same bytes', () => {
  for (const earlier of [kek(1), kek(9, KDF.sha256), kek(7, KDF.scrypt)]) {
    const sealed = new Vault([earlier]).seal(PLACE, 'pk_123');
    const both = new Vault([kek(2), earlier]);
    expect(both.open(PLACE, sealed)).toEqual({ text: 'pk_123', stale: true });
    const fresh = both.rewrap(PLACE, sealed);
    expect(both.open(PLACE, fresh)).toEqual({ text: 'pk_123', stale: false });
    expect(new Vault([kek(2)]).open(PLACE, fresh).text).toBe('pk_123');
    expect(fresh.subarray(HEADER + WRAPPED)).toEqual(sealed.subarray(HEADER + WRAPPED));
    expect(fresh.subarray(0, HEADER)).toEqual(both.header);
    expect(both.rewrap(PLACE, fresh)).toBe(fresh);
    expect(both.open(PLACE, both.seal(PLACE, 'new')).stale).toBe(false);
  }
});

test('SEC-225: 10,000 sealings of one text repeat no nonce, no wrapped data key and no ciphertext', () => {
  const seen = new Set<string>();
  for (let count = 0; count < 10_000; count += 1) {
    const sealed = vault.seal(PLACE, 'pk_123_secret');
    for (const [from, to] of [
      [HEADER, HEADER + 12],
      [HEADER + 28, HEADER + WRAPPED],
      [HEADER + WRAPPED, HEADER + WRAPPED + 12],
      [HEADER + WRAPPED + 28, undefined],
    ])
      seen.add(`${from}:${sealed.subarray(from, to).toString('hex')}`);
  }
  expect(seen.size).toBe(40_000);
});

test('a vault that is printed by accident shows no key', () => {
  const master = randomBytes(32);
  const printed =
    inspect(vaultOf(master), { depth: 9, showHidden: true }) +
    JSON.stringify(vaultOf(master)) +
    inspect(kekOf(master, KDF.raw), { depth: 9 });
  const { key } = kekOf(master, KDF.raw);
  for (const bytes of [master, key.export(), createHash('sha256').update(master).digest()]) {
    expect(printed).not.toContain(bytes.toString('hex'));
    expect(printed).not.toContain(
      [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
    );
    expect(printed).not.toContain([...bytes.subarray(0, 8)].join(','));
  }
});
