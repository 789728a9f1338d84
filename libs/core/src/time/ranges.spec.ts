import fc from 'fast-check';
import { DateTime } from 'luxon';
import { parsePeriod } from './ranges.js';

const BERLIN = 'Europe/Berlin';
const ZONES = [BERLIN, 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];
/** A Saturday. */
const NOW = Date.parse('2026-11-21T12:00:00Z');
/** First and last day, both included. */
const days = (text: string, zone = BERLIN, now = NOW, options = {}) => {
  const { from = NaN, to = NaN } = parsePeriod(text, zone, now, options);
  return [from, to - 1].map((ms) => DateTime.fromMillis(ms, { zone }).toISODate()).join(' ');
};

describe('parsePeriod', () => {
  test.each([
    ['today', '2026-11-21 2026-11-21'],
    ['yesterday', '2026-11-20 2026-11-20'],
    ['last week', '2026-11-09 2026-11-15'],
    ['this week', '2026-11-16 2026-11-22'],
    ['next week', '2026-11-23 2026-11-29'],
    ['this month', '2026-11-01 2026-11-30'],
    ['Last Month', '2026-10-01 2026-10-31'],
    ['last quarter', '2026-07-01 2026-09-30'],
    ['this year', '2026-01-01 2026-12-31'],
    ['last 7 days', '2026-11-15 2026-11-21'],
    ['next 2 weeks', '2026-11-21 2026-12-04'],
    ['Q3', '2026-07-01 2026-09-30'],
    ['Q1 2025', '2025-01-01 2025-03-31'],
    ['2026-10', '2026-10-01 2026-10-31'],
    ['2025', '2025-01-01 2025-12-31'],
    ['October', '2026-10-01 2026-10-31'],
    ['October 2024', '2024-10-01 2024-10-31'],
    ['2026-10-01..2026-10-31', '2026-10-01 2026-10-31'],
    ['2026-10-01 to 2026-10-31', '2026-10-01 2026-10-31'],
    ['2026-09..2026-10', '2026-09-01 2026-10-31'],
    ['since Monday', '2026-11-16 2026-11-21'],
    ['friday', '2026-11-20 2026-11-20'],
    ['2026-10-05', '2026-10-05 2026-10-05'],
    ['from last week to today', '2026-11-09 2026-11-21'],
  ])('%s', (text, expected) => expect(days(text)).toBe(expected));

  test('the week starts where the person says it does', () =>
    expect(days('last week', BERLIN, NOW, { weekStart: 0 })).toBe('2026-11-08 2026-11-14'));
  test('for due dates, weekdays point ahead', () =>
    expect(days('friday', BERLIN, NOW, { towards: 'future' })).toBe('2026-11-27 2026-11-27'));
  test('the day of a DST change is 23 or 25 hours long', () => {
    const hours = (day: string) => {
      const { from = NaN, to = NaN } = parsePeriod(day, BERLIN, NOW);
      return (to - from) / 3_600_000;
    };
    expect([hours('2026-03-29'), hours('2026-10-25'), hours('2026-11-21')]).toEqual([23, 25, 24]);
  });
  test.each(['', 'whenever', 'constructor', '2026-10-31..2026-10-01', '..', 'a to b', 'x to '.repeat(1000)])(
    'refuses %.40s',
    (text) =>
      expect(() => parsePeriod(text, BERLIN, NOW)).toThrow(expect.objectContaining({ code: 'invalid_parameters' })),
  );

  test('a time of day bounds a range exactly', () => {
    const { from, to } = parsePeriod('2026-11-20T10:00..2026-11-20T12:30', BERLIN, NOW);
    expect([from, to]).toEqual(['2026-11-20T09:00:00Z', '2026-11-20T11:30:00Z'].map((each) => Date.parse(each)));
    expect(parsePeriod('today 9am to 5pm', BERLIN, NOW)).toMatchObject({
      from: Date.parse('2026-11-21T08:00:00Z'),
      to: Date.parse('2026-11-21T16:00:00Z'),
    });
    expect(parsePeriod('since 9am', BERLIN, NOW)).toMatchObject({
      from: Date.parse('2026-11-21T08:00:00Z'),
      to: Date.parse('2026-11-21T23:00:00Z'),
    });
  });
  test.each([
    ['monday to monday', /2026-11-16 or 2026-11-23/],
    ['nov 1 to friday', /2026-11-06 or 2026-11-20/],
    ['friday 3pm', /2026-11-20 for that day/],
    ['today to yesterday', /2026-11-21 to 2026-11-20/],
  ])('%s is refused with what to write instead', (text, message) =>
    expect(() => parsePeriod(text, BERLIN, NOW)).toThrow(message),
  );

  test('weeks are seven days, adjoin, start as told, and hold now', () => {
    const second = fc.integer({ min: Date.UTC(2020, 0) / 1000, max: Date.UTC(2030, 0) / 1000 });
    fc.assert(
      fc.property(second, fc.constantFrom(...ZONES), fc.constantFrom(0, 1, 6), (at, zone, weekStart) => {
        const now = at * 1000;
        const [last, current, next] = ['last week', 'this week', 'next week'].map((text) =>
          parsePeriod(text, zone, now, { weekStart }),
        );
        expect(last!.to).toBe(current!.from);
        expect(current!.to).toBe(next!.from);
        expect(current!.from! <= now && now < current!.to!).toBe(true);
        expect(DateTime.fromMillis(current!.from!, { zone }).weekday % 7).toBe(weekStart);
      }),
    );
  });
});
