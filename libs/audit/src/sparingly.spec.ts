import { Sparingly } from './sparingly.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('the same thing leaves one line a minute; the others are counted once', () => {
  const told: number[] = [];
  const lines = new Sparingly({ total: 100, each: 100 }, (skipped) => told.push(skipped));
  expect([1, 2, 3].map(() => lines.admits('network', 'credential'))).toEqual([true, false, false]);
  expect(lines.admits('network', 'another')).toBe(true);
  jest.advanceTimersByTime(59_999);
  expect(told).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(told).toEqual([2]);
  expect(lines.admits('network', 'credential')).toBe(true);
  jest.advanceTimersByTime(600_000);
  expect(told).toEqual([2]);
});

test('SEC-C6: a flood from one source uses up its own share and not that of others; from many, the share of all', () => {
  const told: number[] = [];
  const lines = new Sparingly({ total: 5, each: 2 }, (skipped) => told.push(skipped));
  const written = (source: string, times: number) =>
    Array.from({ length: times }, () => lines.admits(source)).filter(Boolean).length;
  expect(written('flood', 1000)).toBe(2);
  expect(written('honest', 1)).toBe(1);
  expect(Array.from({ length: 1000 }, (_, index) => written(`flood ${index}`, 1)).filter(Boolean)).toHaveLength(2);
  jest.advanceTimersByTime(60_000);
  expect(told).toEqual([998 + 998]);
});
