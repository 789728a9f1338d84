import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { Mac } from './mac.js';

test('a MAC is HMAC-SHA-256', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'binary', minLength: 3_000, maxLength: 9_000 }),
  );
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 32 }), texts), { minLength: 1, maxLength: 5 }),
      (key, told) => {
        const mac = new Mac(Buffer.from(key));
        for (const [bytes, text] of told)
          expect(mac.of(Buffer.from(bytes), text)).toEqual(
            createHmac('sha256', key).update(bytes).update(text).digest(),
          );
      },
    ),
  );
});
