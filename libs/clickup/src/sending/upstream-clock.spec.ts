import { UpstreamClock } from './upstream-clock.js';

test("is our own until ClickUp has said what time it is, and then is ClickUp's, in whole milliseconds", () => {
  const clock = new UpstreamClock();
  const ours = Date.now();
  expect(clock.now()).toBeGreaterThanOrEqual(ours);
  clock.heard({ date: 'Tue, 14 Nov 2023 22:13:20 GMT' });
  const there = clock.now();
  expect(there).toBeGreaterThanOrEqual(1_700_000_000_000);
  expect(there).toBeLessThan(ours);
  expect(Number.isInteger(there)).toBe(true);
  clock.heard({});
  expect(clock.now()).toBeLessThan(ours);
  clock.heard({ date: 'soon' });
  expect(clock.now()).toBeGreaterThanOrEqual(ours);
});
