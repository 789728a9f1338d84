import { parseWhen } from '#libs/core';
import { dateText } from './moments.js';

/** From the west to the east, with offsets of half and quarter hours; no two of them are a whole day apart. */
const ZONES = [
  'Pacific/Honolulu',
  'America/Los_Angeles',
  'America/New_York',
  'America/St_Johns',
  'UTC',
  'Africa/Casablanca',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
];
/** Summer, winter, and the days on which Berlin, New York, Lord Howe and Auckland change their clocks. */
const DAYS = [
  '2026-07-01',
  '2026-12-31',
  '2026-03-29',
  '2026-10-25',
  '2026-03-08',
  '2026-11-01',
  '2026-04-05',
  '2026-10-04',
  '2026-09-27',
];
const NOW = Date.parse('2026-11-21T12:00:00Z');

test('a date without a time is a day in the zone that it was set in, whatever the zone and the season', () => {
  for (const zone of ZONES)
    for (const day of DAYS) {
      const { ms } = parseWhen(day, zone, NOW);
      expect([zone, dateText(ms, zone)]).toEqual([zone, day]);
      expect(dateText(String(ms), zone)).toBe(day);
    }
});

test('a time is shown as one, whatever the zone and the season', () => {
  for (const zone of ZONES)
    for (const day of DAYS)
      for (const time of ['00:00', '05:00', '09:30', '17:00', '23:45'])
        expect(dateText(parseWhen(`${day}T${time}`, zone, NOW).ms, zone)).toMatch(`${day}T${time}`);
});

test('for a reader in another zone it is that moment with its offset, and never the bare day before or after', () => {
  for (const setIn of ZONES)
    for (const zone of ZONES)
      for (const day of DAYS) {
        const { ms } = parseWhen(day, setIn, NOW);
        const text = dateText(ms, zone) ?? '';
        if (text.length === 10) expect([setIn, zone, text]).toEqual([setIn, zone, day]);
        else expect([text.slice(10, 11), Date.parse(text)]).toEqual(['T', ms]);
      }
});

test.each([[null], [undefined], ['']])('%j is no date', (ms) => expect(dateText(ms, 'UTC')).toBeUndefined());
