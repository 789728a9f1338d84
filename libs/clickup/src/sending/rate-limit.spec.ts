import fc from 'fast-check';
import { rateLimitOf } from './rate-limit.js';

const NOW = Date.UTC(2026, 0, 1);
const seconds = (ms: number) => String(Math.floor(ms / 1000));
const resetIn = (reset: string, more: Record<string, string> = {}) =>
  rateLimitOf({ 'x-ratelimit-reset': reset, ...more }, NOW).resetInMs;

test('limit and remaining', () => {
  expect(rateLimitOf({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0' }, NOW)).toEqual({
    limit: 100,
    remaining: 0,
    resetInMs: undefined,
  });
  expect(rateLimitOf({}, NOW)).toEqual({});
});

describe('the reset', () => {
  test.each([
    ['Unix seconds', seconds(NOW + 40_000), 40_000],
    ['Unix milliseconds', String(NOW + 40_000), 40_000],
    ['seconds from now', '40', 40_000],
    ['in the past', seconds(NOW - 5_000), 1_000],
    ['a year ahead', seconds(NOW + 365 * 86_400_000), 90_000],
    ['zero', '0', 1_000],
    ['not a number', 'soon', undefined],
    ['negative', '-5', undefined],
    ['fraction', '1.5', undefined],
    ['empty', '', undefined],
    ['absurdly long', '9'.repeat(40), undefined],
  ])('%s', (_, header, expected) => expect(resetIn(header)).toBe(expected));

  test("is read by ClickUp's clock when the clocks differ", () => {
    const there = NOW + 300_000;
    expect(resetIn(seconds(there + 20_000), { date: new Date(there).toUTCString() })).toBe(20_000);
    expect(resetIn(seconds(NOW + 20_000), { date: 'yesterday' })).toBe(20_000);
  });

  test('Retry-After stands in for it', () => {
    expect(rateLimitOf({ 'retry-after': '7' }, NOW).resetInMs).toBe(7_000);
    expect(resetIn('40', { 'retry-after': '7' })).toBe(40_000);
    const date = new Date(NOW + 40_000).toUTCString();
    expect(rateLimitOf({ 'retry-after': date }, NOW).resetInMs).toBe(40_000);
    const there = { 'retry-after': date, date: new Date(NOW + 20_000).toUTCString() };
    expect(rateLimitOf(there, NOW).resetInMs).toBe(20_000);
    expect(rateLimitOf({ 'retry-after': new Date(NOW - 5_000).toUTCString() }, NOW).resetInMs).toBe(1_000);
    expect(rateLimitOf({ 'retry-after': '1.5' }, NOW).resetInMs).toBeUndefined();
  });
});

test('no header makes anything but whole numbers within bounds', () => {
  const header = fc.oneof(
    fc.string(),
    fc.integer().map(String),
    fc.bigInt().map(String),
    fc.constant(undefined),
    fc.array(fc.string()),
  );
  fc.assert(
    fc.property(header, header, header, (limit, remaining, reset) => {
      const told = rateLimitOf(
        { 'x-ratelimit-limit': limit, 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': reset },
        NOW,
      );
      if (told.limit !== undefined) expect(told.limit).toBeGreaterThan(0);
      if (told.remaining !== undefined) expect(told.remaining).toBeGreaterThanOrEqual(0);
      if (told.resetInMs !== undefined) expect(told.resetInMs >= 1_000 && told.resetInMs <= 90_000).toBe(true);
    }),
  );
});
