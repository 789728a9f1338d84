import { progressOf } from './progress.js';

/** Everything that is told, and a clock that is set by hand. */
function telling() {
  const told: { progress: number; total: number | undefined; message: string }[] = [];
  const clock = { now: 0 };
  return {
    told,
    clock,
    ...progressOf(
      (each) => void told.push(each),
      () => clock.now,
    ),
  };
}

test('a wait is told with the place in the queue, counted from one, and the whole of what was told before', () => {
  const { told, progress, waiting } = telling();
  progress(3, 50, 'tasks created');
  waiting({ position: 11, waitMs: 29_100 });
  expect(told[1]).toMatchObject({
    total: 50,
    message: "waiting for ClickUp's rate limit: position 12, about 30 s",
  });
});

test('progress rises with each notification, whatever is told in between', () => {
  const { told, clock, progress, waiting } = telling();
  for (let done = 0; done < 20; done += 1) {
    waiting({ position: 0, waitMs: 5_000 });
    clock.now += 2_000;
    progress(done, 20, 'tasks created');
    progress(done, 20, 'tasks created');
  }
  expect(told).toHaveLength(60);
  for (const [index, { progress: value }] of told.slice(1).entries())
    expect(value).toBeGreaterThan(told[index]!.progress);
  expect(told.at(-1)!.progress).toBeLessThan(20);
});

test('of many requests that wait at once one is told', () => {
  const { told, clock, waiting } = telling();
  for (let position = 0; position < 20; position += 1) waiting({ position, waitMs: 5_000 });
  expect(told).toHaveLength(1);
  clock.now = 2_000;
  waiting({ position: 4, waitMs: 3_000 });
  expect(told).toHaveLength(2);
});
