import fc from 'fast-check';
import { concurrently } from './concurrently.js';

test('every item once, answers in order, never more at work than allowed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.nat(), { maxLength: 30 }),
      fc.integer({ min: 1, max: 12 }),
      async (scheduler, items, limit) => {
        let open = 0;
        const result = concurrently(items, limit, async (item, index) => {
          expect(++open).toBeLessThanOrEqual(limit);
          await scheduler.schedule(Promise.resolve());
          open--;
          return [item, index];
        });
        expect(await scheduler.waitFor(result)).toEqual(items.map((item, index) => [item, index]));
      },
    ),
  );
});

test('the first failure is the answer', async () =>
  expect(
    concurrently([1, 2, 3], 2, (item) => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve(item))),
  ).rejects.toThrow('two'));
