import fc from 'fast-check';
import { FakeClock, settled } from '../../../../../test/support/fake-clock.js';
import { type Slot, Slots } from './slots.js';

const setup = () => {
  const clock = new FakeClock();
  const slots = new Slots(clock);
  const held = new Map<string, Slot[]>();
  const order: string[] = [];
  const take = (token: string, deadline = Infinity) =>
    void Promise.resolve(slots.take(token, { deadline })).then((slot) => {
      order.push(slot ? token : `${token} too late`);
      if (slot) held.set(token, [...(held.get(token) ?? []), slot]);
    });
  const count = (token: string) => held.get(token)?.length ?? 0;
  const release = (token: string) => held.get(token)?.shift()?.release();
  return { clock, slots, take, count, release, order };
};

test('alone, a token has all that its budget lets leave', async () => {
  const { take, count } = setup();
  for (let i = 0; i < 10; i += 1) take('a');
  await settled();
  expect(count('a')).toBe(10);
});

test('beside thirty tenants whose calls hang, thirty others have their requests at once', async () => {
  const { take, count, slots } = setup();
  const [slow, others] = ['slow', 'other'].map((name) => Array.from({ length: 30 }, (_, index) => `${name} ${index}`));
  for (let i = 0; i < 10; i += 1) for (const token of slow!) take(token);
  await settled();
  const shares = slow!.map(count);
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(2);
  for (const token of others!) take(token);
  await settled();
  expect(others!.map(count)).toEqual(others!.map(() => 1));
  expect(slots.inUse).toBeLessThan(256);
});

test('a token that is slow has less than one that is quick', async () => {
  const { clock, take, count, release } = setup();
  for (let token = 0; token < 20; token += 1) for (let i = 0; i < 5; i += 1) take(`crowd ${token}`);
  for (let i = 0; i < 10; i += 1) take('slow');
  await clock.advance(60_000);
  for (let i = 0; i < 10; i += 1) take('quick');
  await settled();
  // Both give one back, and both want one more.
  const before = { slow: count('slow'), quick: count('quick') };
  for (const token of ['slow', 'quick']) release(token);
  for (const token of ['slow', 'quick']) take(token);
  await settled();
  expect(count('quick')).toBe(before.quick);
  expect(count('slow')).toBe(before.slow - 1);
});

test('nobody waits past its deadline, and a caller that leaves leaves nothing behind', async () => {
  const { clock, slots, take, order, release } = setup();
  for (let i = 0; i < 60; i += 1) take('a', 1_000);
  const caller = new AbortController();
  const left = slots.take('a', { deadline: Infinity, signal: caller.signal });
  caller.abort();
  await expect(left).rejects.toMatchObject({ code: 'cancelled' });
  await clock.advance(1_000);
  const late = order.filter((end) => end === 'a too late').length;
  expect(late).toBeGreaterThan(0);
  for (let i = 0; i < 60; i += 1) release('a');
  expect(slots.inUse).toBe(0);
});

test('whoever holds none never waits, tokens take turns, and in the end everybody was served', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          { weight: 4, arbitrary: fc.record({ take: fc.nat({ max: 40 }), times: fc.integer({ min: 1, max: 12 }) }) },
          { weight: 2, arbitrary: fc.record({ release: fc.nat({ max: 40 }) }) },
          { weight: 1, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 30_000 }) }) },
        ),
        { maxLength: 120 },
      ),
      async (steps) => {
        const { clock, slots, take, count, release, order } = setup();
        let wanted = 0;
        for (const step of steps) {
          if ('take' in step) {
            for (let i = 0; i < step.times; i += 1) take(`t${step.take}`);
            wanted += step.times;
            await settled();
            expect(count(`t${step.take}`)).toBeGreaterThan(0);
          } else if ('release' in step) release(`t${step.release}`);
          else await clock.advance(step.pass);
          expect(slots.inUse).toBeLessThanOrEqual(256 + 41);
        }
        for (let round = 0; order.length < wanted; round += 1) {
          expect(round).toBeLessThan(2_000);
          for (let token = 0; token <= 40; token += 1) release(`t${token}`);
          await settled();
        }
        for (let token = 0; token <= 40; token += 1) while (count(`t${token}`)) release(`t${token}`);
        expect(slots.inUse).toBe(0);
      },
    ),
  ));
