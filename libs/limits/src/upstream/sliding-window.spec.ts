import fc from 'fast-check';
import { SlidingWindow } from './sliding-window.js';

test('counts like a list of times', () => {
  const step = fc.record({
    gap: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5_000, noNaN: true })),
    adds: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.nat(6), (steps, n) => {
      const window = new SlidingWindow(10_000);
      const model: number[] = [];
      let now = 0;
      for (const { gap, adds } of steps) {
        now += gap;
        for (let i = 0; i < adds; i += 1) {
          window.add(now);
          model.push(Math.ceil(now) + 10_000);
        }
        const inside = model.filter((leaves) => leaves > now);
        expect(window.count(now)).toBe(inside.length);
        expect(window.leftAt(n, now)).toBe(n === 0 ? now : (inside[n - 1] ?? Infinity));
      }
    }),
  );
});

test('a million events in a minute take one entry per millisecond, and old entries go', () => {
  const window = new SlidingWindow(60_000);
  for (let ms = 0; ms < 200_000; ms += 1) {
    for (let i = 0; i < 5; i += 1) window.add(ms);
    window.count(ms);
  }
  expect(window.count(199_999)).toBe(300_000);
  expect((window as unknown as { times: number[] }).times.length).toBeLessThanOrEqual(120_000);
});
