import fc from 'fast-check';
import { DateTime } from 'luxon';
import { formatInstant, knownZone, parseWhen } from './dates.js';

const BERLIN = 'Europe/Berlin';
const ZONES = [BERLIN, 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];
/** A Saturday. */
const NOW = Date.parse('2026-11-21T12:00:00Z');
const said = (text: string, zone = BERLIN, now = NOW, options = {}) => {
  const { ms, hasTime } = parseWhen(text, zone, now, options);
  return formatInstant(ms, zone, hasTime);
};
const refused = expect.objectContaining({ code: 'invalid_parameters' });

describe('parseWhen', () => {
  test.each([
    ['2025-02-15', '2025-02-15'],
    ['2026-11-21T15:00', '2026-11-21T15:00+01:00'],
    ['2026-11-21 15:00', '2026-11-21T15:00+01:00'],
    ['2026-11-21T15:00:00Z', '2026-11-21T16:00+01:00'],
    ['2026-11-21T15:00:00.000+05:30', '2026-11-21T10:30+01:00'],
    ['1795262400000', '2026-11-21T13:00+01:00'],
    ['today', '2026-11-21'],
    ['Tomorrow', '2026-11-22'],
    ['yesterday 17:30', '2026-11-20T17:30+01:00'],
    ['tomorrow morning', '2026-11-22T06:00+01:00'],
    ['tomorrow at noon', '2026-11-22T12:00+01:00'],
    ['next Friday 3pm', '2026-11-27T15:00+01:00'],
    ['by Friday', '2026-11-27'],
    ['last friday', '2026-11-20'],
    ['monday', '2026-11-23'],
    ['in 2 weeks', '2026-12-05'],
    ['2 days ago', '2026-11-19'],
    ['in 3 hours', '2026-11-21T16:00+01:00'],
    ['now', '2026-11-21T13:00+01:00'],
    ['Dec 24', '2026-12-24'],
    ['15 Feb 2025', '2025-02-15'],
    ['9am', '2026-11-22T09:00+01:00'],
    ['tomorrow 9am EST', '2026-11-22T15:00+01:00'],
    ['end of month', '2026-11-30'],
    ['end of next week', '2026-11-29'],
    ['start of next month', '2026-12-01'],
    ['end of the quarter', '2026-12-31'],
    ['eow', '2026-11-22'],
    ['EOD', '2026-11-21'],
    ['end of Q1 2027', '2027-03-31'],
    ['31.12.2026', '2026-12-31'],
    ['05.06.2026', '2026-06-05'],
    ['12/31/2026', '2026-12-31'],
    ['31/12/2026', '2026-12-31'],
  ])('%s', (text, expected) => expect(said(text)).toBe(expected));

  test('words for work done point back', () => {
    const past = (text: string) => said(text, BERLIN, NOW, { towards: 'past' });
    expect([past('friday'), past('monday 9am'), past('9am'), past('15:00'), past('Dec 24'), past('tomorrow')]).toEqual([
      '2026-11-20',
      '2026-11-16T09:00+01:00',
      '2026-11-21T09:00+01:00',
      '2026-11-20T15:00+01:00',
      '2025-12-24',
      '2026-11-22',
    ]);
  });

  test('the week ends where the person says it does', () => {
    const sunday = NOW + 86_400_000;
    const from = (weekStart: 0 | 1, text: string) => said(text, BERLIN, sunday, { weekStart });
    expect([said('by eow', BERLIN, NOW, { weekStart: 0 }), said('end of week', BERLIN, NOW, { weekStart: 0 })]).toEqual(
      ['2026-11-21', '2026-11-21'],
    );
    expect([
      from(0, 'next friday'),
      from(1, 'next friday'),
      from(0, 'friday this week'),
      from(1, 'friday this week'),
    ]).toEqual(['2026-12-04', '2026-11-27', '2026-11-27', '2026-11-20']);
  });

  test.each([
    '',
    'soon',
    'constructor',
    'foo tomorrow bar',
    'monday or tuesday',
    'tomorrow - friday',
    '2025-02-30',
    '2025-13-01',
    'feb 30',
    '99',
    '2026-11-21T25:00',
    '31.02.2026',
    'x'.repeat(100_000),
    'tomorrow; drop table',
  ])('refuses %.40s', (text) => expect(() => parseWhen(text, BERLIN, NOW)).toThrow(refused));

  test('a date that half the world reads differently names both readings', () =>
    expect(() => parseWhen('05/06/2026', BERLIN, NOW)).toThrow(/2026-05-06 or 2026-06-05/));

  test('a date without time is 4 am of the zone, on DST days too', () => {
    for (const [day, zone] of [
      ['2026-03-29', BERLIN],
      ['2026-10-25', BERLIN],
      ['2026-03-08', 'America/New_York'],
      ['2026-04-05', 'Pacific/Auckland'],
    ] as const) {
      expect(formatInstant(parseWhen(day, zone, NOW).ms, zone, true)).toMatch(`${day}T04:00`);
    }
  });

  test('words keep the wall clock across a change of DST, hours from now keep the hours', () => {
    const evening = Date.parse('2026-03-28T17:00:00Z');
    expect(said('tomorrow 6pm', BERLIN, evening)).toBe('2026-03-29T18:00+02:00');
    expect(parseWhen('in 24 hours', BERLIN, evening).ms - evening).toBe(24 * 3_600_000);
  });

  test('a time alone is the next one, or the latest, by the clock of the person', () => {
    const past = (text: string) => said(text, BERLIN, NOW, { towards: 'past' });
    const tokyo = (text: string, at: string) => said(text, 'Asia/Tokyo', Date.parse(at));
    expect([
      said('1pm'),
      said('14:00'),
      past('1pm'),
      past('14:00'),
      said('midnight'),
      past('midnight'),
      said('7am EST'),
      said('6am EST'),
      past('8am EST'),
    ]).toEqual([
      '2026-11-21T13:00+01:00',
      '2026-11-21T14:00+01:00',
      '2026-11-21T13:00+01:00',
      '2026-11-20T14:00+01:00',
      '2026-11-22T00:00+01:00',
      '2026-11-21T00:00+01:00',
      '2026-11-21T13:00+01:00',
      '2026-11-22T12:00+01:00',
      '2026-11-20T14:00+01:00',
    ]);
    // Already the 25th in Tokyo, still the 24th in UTC.
    expect([
      tokyo('nov 25 5pm', '2026-11-24T22:00:00Z'),
      tokyo('nov 25', '2026-11-24T15:00:00Z'),
      tokyo('nov 25', '2026-11-25T14:59:00Z'),
    ]).toEqual(['2026-11-25T17:00+09:00', '2026-11-25', '2026-11-25']);
  });

  test('hours from now are exact, days keep the wall clock', () => {
    expect([
      said('in 1 hour 30 minutes'),
      said('2 hours ago'),
      said('half an hour ago'),
      said('an hour from now'),
      said('+2h'),
      said('in 1 day and 2 hours'),
      said('5pm in 2 days'),
    ]).toEqual([
      '2026-11-21T14:30+01:00',
      '2026-11-21T11:00+01:00',
      '2026-11-21T12:30+01:00',
      '2026-11-21T14:00+01:00',
      '2026-11-21T15:00+01:00',
      '2026-11-22T15:00+01:00',
      '2026-11-23T17:00+01:00',
    ]);
  });

  test.each([
    ['next week', /2026-11-23 .*2026-11-29/],
    ['november', /2026-11-01 .*2026-11-30/],
    ['2027', /2027-01-01 .*2027-12-31/],
    ['2026-W48', /2026-11-23 .*2026-11-29/],
    ['3/4', /"4 March" or "3 April"/],
    ['tomorrow at 5', /"5am" or "5pm"/],
    ['monday nov 25', /2026-11-25 is a Wednesday/],
    ['nov 25 17', /not understood/],
    ['1/11/26', /which number is the year/],
  ])('%s is refused with what to write instead', (text, message) =>
    expect(() => parseWhen(text, BERLIN, NOW)).toThrow(message),
  );

  test('today is the person’s today, not the server’s', () => {
    const late = Date.parse('2026-11-21T11:30:00Z');
    expect(ZONES.map((zone) => said('today', zone, late))).toEqual([
      '2026-11-21',
      '2026-11-21',
      '2026-11-21',
      '2026-11-22',
    ]);
  });

  test('what is printed is read back as the same moment, in every zone', () => {
    const minutes = fc.integer({ min: Date.UTC(1990, 0) / 60_000, max: Date.UTC(2090, 0) / 60_000 });
    fc.assert(
      fc.property(minutes, fc.constantFrom(...ZONES), fc.constantFrom(...ZONES), (minute, zone, other) => {
        const text = formatInstant(minute * 60_000, zone, true);
        expect(parseWhen(text, other, NOW)).toEqual({ ms: minute * 60_000, hasTime: true });
        const day = formatInstant(minute * 60_000, zone, false);
        expect(said(day, zone)).toBe(day);
      }),
    );
  });

  test('relative days agree with the calendar of the zone at any hour', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2026, 0) / 1000, max: Date.UTC(2027, 0) / 1000 }),
        fc.constantFrom(...ZONES),
        fc.integer({ min: 1, max: 60 }),
        (second, zone, days) => {
          const now = second * 1000;
          expect(said(`in ${days} days`, zone, now)).toBe(
            DateTime.fromMillis(now, { zone }).plus({ days }).toISODate(),
          );
          expect(said('tomorrow', zone, now)).toBe(DateTime.fromMillis(now, { zone }).plus({ days: 1 }).toISODate());
        },
      ),
    );
  });
});

test('a zone that the runtime does not know becomes UTC', () => {
  expect([knownZone(BERLIN), knownZone('Mars/Olympus'), knownZone(undefined)]).toEqual([BERLIN, 'UTC', 'UTC']);
});

test('every instant is written as Luxon would, whatever the zone and whichever side of a change of its rules', () => {
  const zones = [
    ...ZONES,
    'UTC',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Pacific/Chatham',
    'Africa/Casablanca',
  ];
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), fc.constantFrom(...zones), (ms, zone) => {
      const at = DateTime.fromMillis(ms, { zone });
      expect(formatInstant(ms, zone, true)).toBe(at.toFormat("yyyy-MM-dd'T'HH:mmZZ"));
      expect(formatInstant(ms, zone, false)).toBe(at.toISODate());
    }),
    { numRuns: 2000 },
  );
  expect(formatInstant(NaN, BERLIN, true)).toBe('Invalid DateTime');
});
