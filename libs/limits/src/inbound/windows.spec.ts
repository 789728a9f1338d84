import fc from 'fast-check';
import { InboundWindows } from './windows.js';

const MINUTE = 60_000;
function windows(maxKeys?: number) {
  const clock = { time: 1_000_000, now: () => clock.time };
  return { clock, inbound: new InboundWindows(clock, maxKeys) };
}

test('up to the limit passes, the next does not, and it is told when to come again', () => {
  const { inbound } = windows();
  const hits = Array.from({ length: 60 }, () => inbound.hit('a', MINUTE, 60));
  expect(hits.every(({ isBlocked }) => !isBlocked)).toBe(true);
  const refused = inbound.hit('a', MINUTE, 60);
  expect(refused).toMatchObject({ isBlocked: true, totalHits: 60 });
  expect(refused.timeToBlockExpire).toBeGreaterThanOrEqual(60);
  expect(refused.timeToBlockExpire).toBeLessThanOrEqual(63);
});

test('after the time that was named a hit passes', () => {
  const { clock, inbound } = windows();
  for (let hit = 0; hit < 100; hit += 1) {
    inbound.hit('a', MINUTE, 60);
    clock.time += 137;
  }
  const { isBlocked, timeToBlockExpire } = inbound.hit('a', MINUTE, 60);
  expect(isBlocked).toBe(true);
  clock.time += timeToBlockExpire * 1000;
  expect(inbound.hit('a', MINUTE, 60).isBlocked).toBe(false);
});

test('SEC-247: it slides: a burst at the end of one minute counts in the next', () => {
  const { clock, inbound } = windows();
  clock.time += 59_000;
  for (let hit = 0; hit < 100; hit += 1) inbound.hit('a', MINUTE, 100);
  clock.time += 1000;
  expect(inbound.hit('a', MINUTE, 100).isBlocked).toBe(true);
  clock.time += 58_000;
  expect(inbound.hit('a', MINUTE, 100).isBlocked).toBe(true);
  clock.time += 4000;
  expect(inbound.hit('a', MINUTE, 100).isBlocked).toBe(false);
});

test('refused hits do not count: who keeps trying is not locked out for ever', () => {
  const { clock, inbound } = windows();
  let passed = 0;
  for (let second = 0; second < 63; second += 1) {
    for (let hit = 0; hit < 10; hit += 1) passed += inbound.hit('a', MINUTE, 5).isBlocked ? 0 : 1;
    clock.time += 1000;
  }
  expect(passed).toBe(10);
});

test('a hit may weigh more than one: what no longer fits is refused, what is lighter passes', () => {
  const { clock, inbound } = windows();
  expect(inbound.hit('a', MINUTE, 100, 60).isBlocked).toBe(false);
  clock.time += 30_000;
  expect(inbound.hit('a', MINUTE, 100, 40)).toMatchObject({ isBlocked: false, totalHits: 100 });
  const refused = inbound.hit('a', MINUTE, 100, 50);
  expect(refused).toMatchObject({ isBlocked: true, totalHits: 100 });
  clock.time += refused.timeToBlockExpire * 1000;
  expect(inbound.hit('a', MINUTE, 100, 50)).toMatchObject({ isBlocked: false, totalHits: 90 });
  expect(inbound.hit('a', MINUTE, 100, 11).isBlocked).toBe(true);
  expect(inbound.hit('a', MINUTE, 100, 10).isBlocked).toBe(false);
});

test('keys are counted apart', () => {
  const { inbound } = windows();
  for (let hit = 0; hit < 10; hit += 1) inbound.hit('a', MINUTE, 5);
  expect(inbound.hit('b', MINUTE, 5).isBlocked).toBe(false);
});

test('many networks: memory is bounded, and an honest newcomer passes', () => {
  const { inbound } = windows(1000);
  for (let key = 0; key < 5000; key += 1) inbound.hit(`n${key}`, MINUTE, 1);
  expect(inbound.size).toBe(1000);
  expect(inbound.hit('honest', MINUTE, 1).isBlocked).toBe(false);
  expect(inbound.hit('honest', MINUTE, 1).isBlocked).toBe(true);
});

test('in no window do more than the limit pass, and what an exact log of a window 5 % longer would let pass does pass', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 5000 }), fc.constant(90_000)), {
        minLength: 1,
        maxLength: 300,
      }),
      fc.integer({ min: 1, max: 30 }),
      (gaps, limit) => {
        const { clock, inbound } = windows();
        const passed: number[] = [];
        for (const gap of gaps) {
          clock.time += gap;
          const recent = (length: number) => passed.filter((time) => time > clock.time - length).length;
          const [exact, longer] = [recent(MINUTE), recent(MINUTE * 1.05)];
          const { isBlocked } = inbound.hit('a', MINUTE, limit);
          if (!isBlocked && exact >= limit) return false;
          if (isBlocked && longer < limit) return false;
          if (!isBlocked) passed.push(clock.time);
        }
        return true;
      },
    ),
    { numRuns: 500 },
  );
});

test('@nestjs/throttler can use it as its storage', async () => {
  expect(await windows().inbound.increment('a', MINUTE, 1)).toEqual({
    totalHits: 1,
    timeToExpire: expect.any(Number),
    isBlocked: false,
    timeToBlockExpire: 0,
  });
});

test('a look counts nothing, keeps nothing, and sees hits leave', () => {
  const { clock, inbound } = windows();
  expect([inbound.count('a', MINUTE), inbound.size]).toEqual([0, 0]);
  for (let hit = 0; hit < 3; hit += 1) inbound.hit('a', MINUTE, 5);
  for (let look = 0; look < 10; look += 1) expect(inbound.count('a', MINUTE)).toBe(3);
  clock.time += 64_000;
  expect(inbound.count('a', MINUTE)).toBe(0);
});
