import fc from 'fast-check';
import { formatDuration, parseDuration } from './durations.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What a refusal proposes instead. */
function parseForms(text: string): RegExpMatchArray[] {
  try {
    parseDuration(text);
    return [];
  } catch (error) {
    return [
      ...(error as Error).message.matchAll(/write "([^"]+)" or/g),
      ...(error as Error).message.matchAll(/or "([^"]+)"/g),
    ];
  }
}

describe('parseDuration', () => {
  test.each([
    ['2h 30m', 2.5 * HOUR],
    ['2h30m', 2.5 * HOUR],
    ['2h30', 2.5 * HOUR],
    ['2.5 hours', 2.5 * HOUR],
    ['2,5 h', 2.5 * HOUR],
    ['90 min', 90 * MINUTE],
    ['90 Minutes', 90 * MINUTE],
    ['1:30', 90 * MINUTE],
    ['1:30:15', 90 * MINUTE + 15_000],
    ['1d', 24 * HOUR],
    ['1 week', 168 * HOUR],
    ['PT2H30M', 2.5 * HOUR],
    ['P1DT1H', 25 * HOUR],
    ['45s', 45_000],
    ['1 hour and 15 minutes', 75 * MINUTE],
    ['1 hour, 15 min', 75 * MINUTE],
    ['half an hour', 30 * MINUTE],
    ['an hour', HOUR],
    ['0m', 0],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each([
    ['1,500,000 seconds', 1_500_000_000],
    ['1,500.5 min', 1500.5 * MINUTE],
    ['1.500,5 min', 1500.5 * MINUTE],
    ['1500 minutes', 1500 * MINUTE],
    ['1,5 minutes', 90_000],
    ['1.25h', 75 * MINUTE],
    ['0.125 h', 450_000],
    ['0,500 h', 30 * MINUTE],
    ['1.1250 h', 67.5 * MINUTE],
    ['1000,5 s', 1_000_500],
  ])('%s has one meaning', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each([
    ['1,500 minutes', /"1500 minutes" or "1.5 minutes"/],
    ['1.500 minutes', /"1500 minutes" or "1.5 minutes"/],
    ['2h 1,234m', /"1234 m" or "1.2340 m"/],
    ['12.125 hours', /"12125 hours" or "12.1250 hours"/],
  ])('%s has two, and is refused with both', (text, both) => {
    expect(() => parseDuration(text)).toThrow(both);
    for (const [, form] of parseForms(text)) expect(parseDuration(form ?? '')).toBeGreaterThan(0);
  });

  test.each([
    '',
    ' ',
    '90',
    '1,50,0 m',
    '1,,5h',
    '1.2.3h',
    '1,500,00 h',
    '1,5.5h',
    '1 500 minutes',
    '2 fortnights',
    '-2h',
    '1:75',
    'PT-2H',
    'P1M',
    'P1Y',
    '2h later',
    'h',
    '1'.repeat(30) + 'h',
    `${'1h '.repeat(40)}`,
    '{"ms":1}',
  ])('refuses %j', (text) =>
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'invalid_parameters' })),
  );

  test('whole minutes survive formatting and parsing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (minutes) =>
        expect(parseDuration(formatDuration(minutes * MINUTE))).toBe(minutes * MINUTE),
      ),
    );
  });

  test('any text gives milliseconds or a clean refusal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9hmsdPT:., ]{0,20}$/)), (text) => {
        try {
          const ms = parseDuration(text);
          return Number.isSafeInteger(ms) && ms >= 0;
        } catch (error) {
          return (error as { code?: string }).code === 'invalid_parameters';
        }
      }),
    );
  });
});

describe('formatDuration', () => {
  test.each([
    [0, '0s'],
    [400, '0s'],
    [-400, '0s'],
    [45_000, '45s'],
    [59_600, '1m'],
    [90 * MINUTE, '1h 30m'],
    [26 * HOUR, '26h'],
    [HOUR - 20_000, '1h'],
    [-90 * MINUTE, '-1h 30m'],
  ])('%d', (ms, text) => expect(formatDuration(ms)).toBe(text));
});
