import fc from 'fast-check';
import { type Account, BytesInFlight } from './bytes-in-flight.js';

test('a token has its own bound beside that of all', () => {
  const bytes = new BytesInFlight(100, 60);
  const [a, b, other, third] = ['a', 'a', 'other', 'third'].map((token) => bytes.account(token));
  expect([a!.raise(40), b!.raise(30), other!.raise(50), third!.raise(20)]).toEqual([true, false, true, false]);
  expect(bytes.inUse).toBe(90);
});

test('who waits is let in in its order, a smaller one before a larger that does not fit yet', () => {
  const bytes = new BytesInFlight(100, 100);
  const [holder, first, large, small] = ['a', 'b', 'c', 'd'].map((token) => bytes.account(token));
  const order: string[] = [];
  holder!.raise(100);
  first!.await(60, () => order.push('first'));
  large!.await(50, () => order.push('large'));
  small!.await(30, () => order.push('small'));
  holder!.release();
  expect(order).toEqual(['first', 'small']);
  first!.release();
  expect(order).toEqual(['first', 'small', 'large']);
});

test('a body that is larger than the bound fits when it is alone, and what is there already is never refused', () => {
  const bytes = new BytesInFlight(100, 50);
  const [a, write] = ['a', 'a'].map((token) => bytes.account(token));
  expect(a!.raise(1_000)).toBe(true);
  expect(bytes.inUse).toBe(50);
  write!.force(70);
  expect(bytes.inUse).toBe(120);
  a!.release();
  write!.release();
  expect([bytes.inUse, bytes.peak]).toEqual([0, 120]);
});

test('it never holds more than it may, everybody is served once, and whoever left is not', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.record({ token: fc.constantFrom('a', 'b', 'c'), bytes: fc.integer({ min: 1, max: 80 }) }),
          fc.record({ release: fc.nat() }),
        ),
        { maxLength: 80 },
      ),
      (steps) => {
        const bytes = new BytesInFlight(100, 60);
        const live: { account: Account; granted: number }[] = [];
        for (const step of steps) {
          if ('bytes' in step) {
            const one = { account: bytes.account(step.token), granted: 0 };
            live.push(one);
            if (one.account.raise(step.bytes)) one.granted += 1;
            else one.account.await(step.bytes, () => (one.granted += 1));
          } else if (live.length) live.splice(step.release % live.length, 1)[0]!.account.release();
          expect(bytes.inUse).toBeLessThanOrEqual(100);
        }
        while (live.length) {
          const index = live.findIndex(({ granted }) => granted > 0);
          expect(index).toBeGreaterThanOrEqual(0);
          const [{ account, granted }] = live.splice(index, 1) as [(typeof live)[0]];
          expect(granted).toBe(1);
          account.release();
        }
        expect(bytes.inUse).toBe(0);
      },
    ),
  ));
